"""Classified documents are stored encrypted (STO-02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import evidence, is_document, unread
from checks.stored import UNKNOWN_STORAGE, is_encrypted, on_disk, secrets
from checks.subjects import Document, Mark
from policies.computer import Computer
from policies.vocabulary import Level, Severity, Text

_MESSAGE = Text(
    "涉密文件以明文存放在未加密的磁盘或介质上，拆下磁盘即可读出。请联系保密办启用磁盘或分区加密，或把文件移到已加密的位置，"
    "并彻底清除原处的文件；只给文档设打开密码不够。",
    "a classified document lies in the clear on a disk or medium that is not encrypted, where anybody who takes the disk can "
    "read it: have the secrecy office encrypt the disk or partition, or move the document to an encrypted one and wipe the old "
    "place; a password on the document alone is not enough",
)


@dataclass(frozen=True)
class NotEncrypted(Check[Document]):
    """A document of `from_level` or above that can be read on storage that nothing encrypts.

    Whether a drive encrypts itself the system does not tell: it counts as not encrypted. On a laptop's own disk on-laptop tells
    of the document as well: there it is not to be even encrypted.
    """

    id: ClassVar[str] = "document.not-encrypted"
    title: ClassVar[Text] = Text("涉密文件应加密存储", "classified documents are stored encrypted")
    clauses: ClassVar[tuple[str, ...]] = ("STO-02",)
    severity: ClassVar[Severity] = Severity.MAJOR
    subject: ClassVar[type[Document]] = Document

    from_level: Level = Level.MIMI

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject)

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        if is_encrypted(subject):
            return None
        if self._secrets(subject):
            return UNKNOWN_STORAGE if is_encrypted(subject) is None else None
        return unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        marks = self._secrets(subject)
        if marks and is_encrypted(subject) is False:
            yield Violation(about=subject.path, message=_MESSAGE, evidence={**evidence(marks), **on_disk(subject)})

    def _secrets(self, subject: Document) -> list[Mark]:
        return [mark for mark in secrets(subject) if mark.level and mark.level >= self.from_level]
