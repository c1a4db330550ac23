"""No part of a document is marked above its cover (MRK-04)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import evidence, highest, is_document, shown, state_marks, unread
from checks.subjects import Document, Mark
from policies.computer import Computer
from policies.vocabulary import Level, MarkVerdict, Place, Read, Severity, Text


@dataclass(frozen=True)
class PartAboveCover(Check[Document]):
    """A mark on a part of the text (密点) that is higher than the mark of the whole, or that stands without one.

    The document itself and each file in it are judged apart; a file in it against its container: compilation-below-parts. Where
    the only marks of the whole stand deep in the text, those are its cover's here, and mark-deviation tells of their place.
    """

    id: ClassVar[str] = "document.part-above-cover"
    title: ClassVar[Text] = Text("局部密级不得高于首页密级", "no part of a document is marked above its cover")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-04",)
    severity: ClassVar[Severity] = Severity.MAJOR
    subject: ClassVar[type[Document]] = Document

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject)

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        if subject.read is not Read.FULL:  # the cover's own mark may be in what was not read
            return
        marks = shown(state_marks(subject))
        for member in dict.fromkeys(mark.member for mark in marks):
            found = _judged([mark for mark in marks if mark.member == member])
            if found:
                message, wrong, cover = found
                told = {**evidence(wrong), "cover_level": cover.value if cover else None}
                yield Violation(about=subject.path, message=message, evidence=told)
                return


def _judged(marks: Sequence[Mark]) -> tuple[Text, list[Mark], Level | None] | None:
    """What is wrong with the parts of one file, the marks that show it, and the cover's level; None where nothing is."""
    whole = [mark for mark in marks if mark.verdict is not MarkVerdict.PARTIAL]
    cover = [mark for mark in whole if mark.place is not Place.BODY] or whole
    parts = [mark for mark in marks if mark not in cover]
    level, part = highest(cover), highest(parts)
    if part is None or (level is not None and part <= level):
        return None
    wrong = [mark for mark in parts if mark.level is part]
    return (_missing(part) if level is None else _above(part, level)), wrong, level


def _above(part: Level, cover: Level) -> Text:
    return Text(
        f"正文中有标为{part.value}的内容，而首页只标{cover.value}。请核对：局部标注无误的，首页应改标{part.value}和最长的期限；"
        "局部标注有误的，请更正局部标注。",
        f"a part of the text is marked {part.text.en} and the cover only {cover.text.en}: if the part's mark is right, the "
        "cover has to be raised to it, with the longest term; if it is wrong, correct it",
    )


def _missing(part: Level) -> Text:
    return Text(
        f"正文中有标为{part.value}的内容，而首页没有密级标志。请在首页左上角标注“密级★保密期限”，密级不低于{part.value}。",
        f"a part of the text is marked {part.text.en} and the first page bears no mark: write level★term at its top left, the "
        f"level not below {part.text.en}",
    )
