"""No term is longer than the law allows (MRK-07; 保守国家秘密法 art. 20)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marking.term import MAXIMUM_YEARS
from checks.marks import evidence, is_document, shown, state_marks, unread
from checks.subjects import Document, Mark
from policies.computer import Computer
from policies.vocabulary import Level, Severity, Text


@dataclass(frozen=True)
class TermAboveLimit(Check[Document]):
    """A mark in view whose term exceeds 30 (绝密), 20 (机密) or 10 years (秘密). The form of the same mark: mark-deviation."""

    id: ClassVar[str] = "document.term-above-limit"
    title: ClassVar[Text] = Text("保密期限不得超过法定最长期限", "no term is longer than the law allows")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-07",)
    severity: ClassVar[Severity] = Severity.NOTICE
    subject: ClassVar[type[Document]] = Document

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject)

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        marks = [mark for mark in shown(state_marks(subject)) if "over-maximum" in mark.notes]
        if marks:
            yield Violation(about=subject.path, message=_message(marks[0]), evidence=evidence(marks))


def _message(mark: Mark) -> Text:
    level, term = mark.level.text if mark.level else Text("", ""), mark.term or ""
    years = MAXIMUM_YEARS.get(mark.level or Level.MIMI, 0)
    return Text(
        f"标志上的保密期限（{term}）超过了{level.zh}级的法定最长期限{years}年。请提请定密责任人核对，按规定改标；另有规定的，"
        "请留存依据。",
        f"the term {term} is longer than the {years} years that the law allows for {level.en}: have the responsible classifier "
        "look into it and correct the mark, or keep the rule that allows it on file",
    )
