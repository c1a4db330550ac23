"""Every document in a classified folder bears a mark that its reader sees (MRK-01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import has_own_page, is_declassified, unread
from checks.subjects import Document
from policies.computer import Computer
from policies.vocabulary import Read, Severity, Text

_MESSAGE = Text(
    "文件位于涉密文件夹，但打开后看不到密级标志。请在首页左上角标注“密级★保密期限”（如“机密★10年”）；确不涉密的，"
    "请移出该文件夹。",
    "the document lies in a classified folder but shows no classification mark: write level★term at the top left of its first "
    "page (such as 机密★10年), or move it out of the folder if it holds no secret",
)
_ARCHIVE = Text(
    "压缩包位于涉密文件夹，但其中的文件都看不到密级标志。请在其中涉密文件的首页左上角标注“密级★保密期限”；"
    "确不涉密的，请将压缩包移出该文件夹。",
    "the archive lies in a classified folder but none of the files in it shows a classification mark: write level★term at the "
    "top left of the first page of those that are classified, or move the archive out of the folder if it holds no secret",
)


@dataclass(frozen=True)
class MarkMissing(Check[Document]):
    """A document that the policy calls classified, read in full, without a mark. One that shows 解密 needs none.

    A mark of any form will do here; what is wrong with it others tell. A mark beside the text alone: mark-detached too.
    """

    id: ClassVar[str] = "document.mark-missing"
    title: ClassVar[Text] = Text("涉密文件夹中的文件须有密级标志", "every document in a classified folder bears a mark")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-01",)
    severity: ClassVar[Severity] = Severity.MAJOR
    subject: ClassVar[type[Document]] = Document

    def applies(self, subject: Document, computer: Computer) -> bool:
        return subject.classified_folder

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return None if subject.level or is_declassified(subject) else unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        if subject.read is Read.FULL and subject.level is None and not is_declassified(subject):
            unseen = [mark.text for mark in subject.marks if not mark.place.seen_by_a_reader]
            message = _MESSAGE if has_own_page(subject) else _ARCHIVE
            yield Violation(
                about=subject.path, message=message, evidence={"format": subject.format, "marks_not_shown": unseen[:5]}
            )
