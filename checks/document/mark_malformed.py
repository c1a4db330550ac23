"""A mark states a level and a term that can be told from it (MRK-01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import evidence, is_document, unread
from checks.subjects import Document
from policies.computer import Computer
from policies.vocabulary import MarkVerdict, Severity, Text

_MESSAGE = Text(
    "密级标志不规范，无法确定密级或保密期限。请改为“密级★保密期限”的形式，如“机密★10年”“秘密★6个月”。",
    "the mark is malformed, its level or term cannot be told: write it as level★term, such as 机密★10年 or 秘密★6个月",
)


@dataclass(frozen=True)
class MarkMalformed(Check[Document]):
    """A mark that was clearly meant, where a reader sees it, of which level or term cannot be fixed."""

    id: ClassVar[str] = "document.mark-malformed"
    title: ClassVar[Text] = Text("密级标志须写明密级和保密期限", "a document's mark states a level and a term")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-01",)
    severity: ClassVar[Severity] = Severity.MAJOR
    subject: ClassVar[type[Document]] = Document

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject)

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        marks = [mark for mark in subject.marks if mark.verdict is MarkVerdict.MALFORMED and mark.place.seen_by_a_reader]
        if marks:
            yield Violation(about=subject.path, message=_MESSAGE, evidence=evidence(marks))
