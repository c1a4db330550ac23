"""MED-02: nothing on a medium is above the level that it is registered with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import evidence, is_document, shown, unread
from checks.registered import REGISTER_DAYS, Days, row_of, unusable_register
from checks.stored import UNKNOWN_STORAGE
from checks.subjects import Document
from policies.computer import Computer
from policies.register import Medium
from policies.vocabulary import Kind, Level, Severity, Text


@dataclass(frozen=True)
class ContentAboveLabel(Check[Document]):
    """A document on a removable medium that is of a higher level than the register says of the medium, or one with any level on a
    medium that no register knows. What lies on the computer's own disks is level-above-storage's to judge.

    It happened once the document was written there: unplugging the medium does not undo it.
    """

    id: ClassVar[str] = "media.content-above-label"
    title: ClassVar[Text] = Text("介质所存文件不得高于介质密级", "nothing on a medium is above the medium's level")
    clauses: ClassVar[tuple[str, ...]] = ("MED-02",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Document]] = Document
    kind: ClassVar[Kind] = Kind.INCIDENT

    register_days: Days = REGISTER_DAYS

    def applies(self, subject: Document, computer: Computer) -> bool:
        """A document on a medium. Nothing but documents of which there is something to tell know where they lie."""
        storage = subject.storage
        if storage is None or storage.remote or not is_document(subject):
            return False
        return storage.removable is True or (storage.removable is None and subject.level is not None)

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        """Needs the whole document, the register, and to know what the file lies on."""
        if subject.storage is None or subject.storage.removable is None:
            return UNKNOWN_STORAGE
        return unusable_register(computer, subject.observed_at, self.register_days) or unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        """One violation for a document."""
        storage, level = subject.storage, subject.level
        if storage is None or not storage.removable or computer.register is None or level is None or level is Level.GONGKAI:
            return
        medium = row_of(storage.medium, computer) if storage.medium else None
        if medium is None or level > medium.level:
            label = {"number": medium.number, "medium_level": medium.level.value} if medium else {}
            yield Violation(
                about=subject.path,
                identity=f"{medium.number if medium else ''} {level.value}",
                message=_message(level, medium),
                evidence={**evidence([mark for mark in shown(subject.marks) if mark.level is level]), **label},
            )


def _message(level: Level, medium: Medium | None) -> Text:
    if medium is None:
        return Text(
            f"{level.value}文件存放在未登记的介质上。请立即停止使用该介质，不要复制或删除文件，连同介质交保密办。",
            f"a document marked {level.text.en} lies on a medium that is not registered: stop using the medium now, neither copy "
            "nor delete the document, and take the medium to the secrecy office",
        )
    return Text(
        f"{level.value}文件存放在{medium.level.value}介质（编号 {medium.number}）上。请停止使用该介质，不要复制或删除文件，"
        "连同介质交保密办；该介质此后按所存最高密级管理。",
        f"a document marked {level.text.en} lies on a {medium.level.text.en} medium (number {medium.number}): stop using it, "
        "neither copy nor delete the document, and take the medium to the secrecy office, which keeps it at the higher level",
    )
