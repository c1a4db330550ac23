"""No document on a disk is above the level that the office allows there (STO-01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import evidence, is_document, unread
from checks.stored import UNKNOWN_STORAGE, on_disk, on_own_disk, secrets
from checks.subjects import Document, Mark
from policies.computer import Computer
from policies.vocabulary import Level, Severity, Text


@dataclass(frozen=True)
class LevelAboveStorage(Check[Document]):
    """A document above `max_level` on a disk inside the computer (not on a removable medium or another computer's disk).

    Without `max_level` the office sets no limit of its own, and level-above-computer alone speaks.
    """

    id: ClassVar[str] = "document.level-above-storage"
    title: ClassVar[Text] = Text("硬盘所存文件的密级不得超过上限", "no document on a disk is above the level allowed there")
    clauses: ClassVar[tuple[str, ...]] = ("STO-01",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Document]] = Document

    max_level: Level | None = None

    def applies(self, subject: Document, computer: Computer) -> bool:
        return self.max_level is not None and is_document(subject) and on_own_disk(subject) is not False

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        if self._above(subject):
            return None if on_own_disk(subject) else UNKNOWN_STORAGE
        return unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        marks = self._above(subject)
        if marks and self.max_level and on_own_disk(subject):
            level = max(mark.level for mark in marks if mark.level)
            yield Violation(
                about=subject.path,
                message=_message(level, self.max_level),
                evidence={**evidence(marks), **on_disk(subject), "max_level": self.max_level.value},
            )

    def _above(self, subject: Document) -> list[Mark]:
        limit = self.max_level
        return [mark for mark in secrets(subject) if limit and mark.level and mark.level > limit]


def _message(level: Level, limit: Level) -> Text:
    return Text(
        f"{level.value}文件存放在计算机硬盘上，而本单位规定硬盘最高只能存放{limit.value}文件。请停止处理该文件，"
        "不要自行复制或删除，报告保密办，由其转存到相应密级的介质并彻底清除硬盘上的残留。",
        f"a document marked {level.text.en} lies on the computer's disk, where the office allows at most {limit.text.en}: stop "
        "working with it, neither copy nor delete it, and tell the secrecy office, which moves it to a medium of its level and "
        "wipes what is left on the disk",
    )
