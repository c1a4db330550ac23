"""What has reached the end of its term is declassified (MRK-07)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from typing import Annotated, ClassVar

import msgspec

from checks.base import Check, Violation
from checks.marks import evidence, highest, is_document, shown, state_marks, unread
from checks.subjects import Document, Mark
from policies.computer import Computer
from policies.vocabulary import Level, MarkVerdict, Severity, Text

_COUNTED = re.compile("[0-9]{1,3}(?:年|个月|天)")


@dataclass(frozen=True)
class Expired(Check[Document]):
    """The last day of every mark of the document (or of one file in it) has passed, the marks of mere parts set aside.

    Terms that end with an event, or not at all, have no such day, and a term counted in years or months has none either where the
    document does not say when it was issued: of such a document the check does not speak. Days begin at midnight at
    `utc_offset_hours` (China: 8).
    """

    id: ClassVar[str] = "document.expired"
    title: ClassVar[Text] = Text("保密期限届满的文件应及时解密", "what has reached the end of its term is declassified")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-07",)
    severity: ClassVar[Severity] = Severity.NOTICE
    subject: ClassVar[type[Document]] = Document

    utc_offset_hours: Annotated[int, msgspec.Meta(ge=-12, le=14)] = 8

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject) and not any(map(_is_undated, _whole(subject)))

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        today = subject.observed_at.astimezone(timezone(timedelta(hours=self.utc_offset_hours))).date()
        marks = _whole(subject)
        for member in dict.fromkeys(mark.member for mark in marks):
            own = [mark for mark in marks if mark.member == member]
            ended, level = _ended(own, today), highest(own)
            if ended and level:
                told = {**evidence(own), "until": ended.isoformat()}
                yield Violation(about=subject.path, message=_message(level, ended), evidence=told)
                return


def _whole(subject: Document) -> list[Mark]:
    return [mark for mark in shown(state_marks(subject)) if mark.verdict is not MarkVerdict.PARTIAL]


def _is_undated(mark: Mark) -> bool:
    """Whether the term is counted from a day that is not known."""
    counted = mark.term is None or bool(_COUNTED.fullmatch(mark.term))
    return counted and mark.until is None and mark.verdict is not MarkVerdict.MALFORMED


def _ended(marks: Sequence[Mark], today: date) -> date | None:
    """The last day of the last of the marks where it has passed; one whose day is not known may run on."""
    days = [mark.until or date.max for mark in marks]
    return max(days) if days and max(days) < today else None


def _message(level: Level, ended: date) -> Text:
    return Text(
        f"文件的保密期限已于 {ended} 届满。请提请原定密单位办理解密（或延长期限）；办结之前仍按{level.value}管理，"
        "不要自行涂改标志。",
        f"the document's term ended on {ended}: ask the office that classified it to declassify it or to extend the term; until "
        f"that is decided it is still handled as {level.text.en}, and its mark is not to be changed by yourself",
    )
