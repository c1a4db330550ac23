"""A mark states a level and a term that can be told from it (MRK-01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import defects, evidence, form, is_document, listed, shown, unread
from checks.subjects import Document
from policies.computer import Computer
from policies.vocabulary import MarkVerdict, Severity, Text


@dataclass(frozen=True)
class MarkMalformed(Check[Document]):
    """A mark that was clearly meant, where a reader sees it, of which level or term cannot be fixed.

    Tells all that is wrong with such a mark; a mark of which both are certain: mark-deviation.
    """

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
        marks = [mark for mark in shown(subject.marks) if form(mark) is MarkVerdict.MALFORMED]
        if marks:
            yield Violation(about=subject.path, message=_message(listed(defects(marks))), evidence=evidence(marks))


def _message(wrong: Text) -> Text:
    return Text(
        f"密级标志有误，无法确定密级或保密期限：{wrong.zh}。请核对定密结果，改为“密级★保密期限”，如“机密★10年”“秘密★6个月”。",
        f"the mark is malformed, its level or term cannot be told: {wrong.en}. Look up how the document was classified and "
        "write level★term, such as 机密★10年 or 秘密★6个月",
    )
