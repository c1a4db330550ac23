"""Residues of classified documents are cleared once no longer needed (MRK-11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar

import msgspec

from checks.base import Check, Violation
from checks.marks import evidence, is_document, state_marks, unread
from checks.residues import Residue, residue_of
from checks.subjects import Document
from policies.computer import Computer
from policies.vocabulary import Severity, Text

_AGELESS = Text("不知道文件的修改时间", "it is not known when the file was last written")


@dataclass(frozen=True)
class ResidueLeft(Check[Document]):
    """A lock file, backup, trash, thumbnail, spool, cache or temporary file with a state secret's mark, its name's included, that
    was last written `older_than_days` ago or earlier.

    It is a document all the same: where it lies and what its mark looks like, the other checks tell.
    """

    id: ClassVar[str] = "document.residue"
    title: ClassVar[Text] = Text("涉密文件的电子残留应及时清除", "residues of classified documents are cleared")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-11",)
    severity: ClassVar[Severity] = Severity.MINOR
    subject: ClassVar[type[Document]] = Document

    older_than_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 0

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject) and _kind(subject) is not None

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        if not state_marks(subject):
            return unread(subject)
        return _AGELESS if subject.modified is None and self.older_than_days else None

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        marks, kind = state_marks(subject), _kind(subject)
        if marks and kind and self._is_old(subject):
            yield Violation(about=subject.path, message=_message(kind), evidence={**evidence(marks), "kind": kind.value})

    def _is_old(self, subject: Document) -> bool:
        if subject.modified is None:
            return self.older_than_days == 0
        return subject.observed_at - subject.modified >= timedelta(days=self.older_than_days)


def _kind(subject: Document) -> Residue | None:
    """The kind of residue; a folder that the policy calls classified is no place of mere passage, wherever it lies."""
    kind = residue_of(subject.path)
    return None if kind is Residue.TEMPORARY and subject.classified_folder else kind


def _message(kind: Residue) -> Text:
    return Text(
        f"这是{kind.text.zh}，带有国家秘密标志，属于涉密文件的电子残留。确认不再需要后，请用单位规定的清除工具彻底删除"
        "（仅放入回收站不算）；仍需要的，先另存到规定的涉密文件夹。该文件同时被报为严重问题的，不要自行处理，先报告保密办。",
        f"this is {kind.text.en} with a state secret's mark, a residue of a classified document. Once it is surely not needed, "
        "wipe it with the office's tool (the trash does not count); what is still needed is first to be kept in a classified "
        "folder. Where a critical finding names the same file, leave it alone and tell the secrecy office",
    )
