"""A mark is one with the document's content, not only with its name or properties (MRK-02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import evidence, has_own_page, is_declassified, is_document, shown, state_marks, unread
from checks.subjects import Document, Mark
from policies.computer import Computer
from policies.vocabulary import Read, Severity, Text

_MESSAGE = Text(
    "密级标志只在文件名、文档属性、隐藏或已删除的文字中，打开文件看不到。请在首页左上角标注同样的“密级★保密期限”；"
    "该标志有误的，请从所在处删除。",
    "the classification mark stands only in the file's name, properties, hidden or deleted text, where no reader sees it: "
    "write the same level★term at the top left of the first page, or delete the mark if it is wrong",
)
_ARCHIVE = Text(
    "密级标志只在压缩包或其中文件的名称等处，打开其中的文件看不到。请在其中每份涉密文件的首页左上角标注“密级★保密期限”；"
    "该标志有误的，请从所在处删除。",
    "the classification mark stands only in the archive's name or in those of its files, where no reader of them sees it: "
    "write level★term at the top left of the first page of every classified file in it, or delete the mark if it is wrong",
)


@dataclass(frozen=True)
class MarkDetached(Check[Document]):
    """A state secret's mark that can be parted from the text: in full view there is none.

    In a classified folder mark-missing tells too that the document bears none; a mark that was there once: mark-lost.
    """

    id: ClassVar[str] = "document.mark-detached"
    title: ClassVar[Text] = Text("密级标志不得与正文分离", "a document's mark stands in its text, not only beside it")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-02",)
    severity: ClassVar[Severity] = Severity.MAJOR
    subject: ClassVar[type[Document]] = Document

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject)

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return None if _shown(subject) else unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        marks = _apart(subject)
        if marks and subject.read is Read.FULL and not _shown(subject) and not is_declassified(subject):
            message = _MESSAGE if has_own_page(subject) else _ARCHIVE
            yield Violation(about=subject.path, message=message, evidence=evidence(marks))


def _apart(subject: Document) -> list[Mark]:
    return [mark for mark in state_marks(subject) if not mark.place.seen_by_a_reader]


def _shown(subject: Document) -> bool:
    return bool(shown(state_marks(subject)))
