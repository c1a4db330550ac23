"""A laptop's disk holds no classified document, except for a short time and encrypted (STO-03)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar

import msgspec

from checks.base import Check, Violation
from checks.marks import evidence, is_document, unread
from checks.stored import UNKNOWN_STORAGE, is_encrypted, on_disk, on_own_disk, secrets
from checks.subjects import Document
from policies.computer import Computer
from policies.vocabulary import Severity, Text

_UNKNOWN = Text("无法确定本机是否为便携式计算机", "whether this computer is a laptop cannot be told")


@dataclass(frozen=True)
class OnLaptop(Check[Document]):
    """A classified document on a laptop's own disk. Minor while the disk is encrypted and the document was last written within
    `temporary_days`: a reminder to remove it in time. A medium that can be unplugged, or another computer's disk, is no laptop's.
    """

    id: ClassVar[str] = "document.on-laptop"
    title: ClassVar[Text] = Text("便携式计算机硬盘不得存放涉密文件", "a laptop's disk holds no classified document")
    clauses: ClassVar[tuple[str, ...]] = ("STO-03",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Document]] = Document

    temporary_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 7

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject) and subject.laptop is not False and on_own_disk(subject) is not False

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        if not secrets(subject):
            return unread(subject)
        if subject.laptop is None:
            return _UNKNOWN
        return None if on_own_disk(subject) else UNKNOWN_STORAGE

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        marks = secrets(subject)
        if not (marks and subject.laptop and on_own_disk(subject)):
            return
        encrypted = is_encrypted(subject)
        brief = encrypted is True and self._is_fresh(subject)
        yield Violation(
            about=subject.path,
            message=self._reminder() if brief else _TOO_LONG if encrypted else _IN_CLEAR,
            severity=Severity.MINOR if brief else None,
            evidence={**evidence(marks), **on_disk(subject), "encrypted": encrypted},
        )

    def _is_fresh(self, subject: Document) -> bool:
        written = subject.modified
        return written is not None and subject.observed_at - written <= timedelta(days=self.temporary_days)

    def _reminder(self) -> Text:
        days = self.temporary_days
        return Text(
            f"涉密文件暂存在便携式计算机硬盘上。请确认已办理审批，用后及时彻底清除，最长不超过{days}天。",
            "a classified document is kept for the time being on a laptop's disk: see that this was approved, and wipe it "
            f"after use, within {days} days at most",
        )


_TOO_LONG = Text(
    "涉密文件存放在便携式计算机硬盘上，已超过允许暂存的时间。请移到涉密移动存储介质或单位的涉密计算机，并彻底清除硬盘上的文件；"
    "确需继续存放的，请向保密办申请。",
    "a classified document is on a laptop's disk for longer than is allowed: move it to a classified medium or computer of the "
    "office and wipe it from the disk, or ask the secrecy office for leave to keep it",
)
_IN_CLEAR = Text(
    "涉密文件存放在便携式计算机硬盘上，且硬盘未加密（或无法确认已加密），便携机一旦丢失即可能泄密。请不要将便携机带出，"
    "立即报告保密办，把文件移到涉密介质或涉密计算机并彻底清除。",
    "a classified document is on a laptop's disk that is not encrypted, or not certainly so: should the laptop be lost, the "
    "secret is out. Do not take it out of the office; tell the secrecy office at once, move the document to a classified "
    "medium or computer and wipe it here",
)
