"""No document above the computer's own level (STO-04, 低机高用)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import evidence, is_document, shown, unread
from checks.subjects import Document
from policies.computer import Computer
from policies.vocabulary import Level, Severity, Text

_UNKNOWN = Text("computer.yaml 中未设定本机密级（level）", "the computer's level has not been set in computer.yaml")


@dataclass(frozen=True)
class LevelAboveComputer(Check[Document]):
    """A document whose effective level is higher than the computer's, state or work secret.

    On an internet computer on-internet-computer says the same and more.
    """

    id: ClassVar[str] = "document.level-above-computer"
    title: ClassVar[Text] = Text("文件密级不得高于本机密级", "no document is of a level above the computer's")
    clauses: ClassVar[tuple[str, ...]] = ("STO-04",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Document]] = Document

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject)

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return _UNKNOWN if computer.level is None else unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        level = subject.level
        if level is not None and computer.level is not None and level > computer.level:
            marks = [mark for mark in shown(subject.marks) if mark.level is level]
            yield Violation(
                about=subject.path,
                message=_message(level, computer.level),
                evidence={**evidence(marks), "computer_level": computer.level.value},
            )


def _message(level: Level, own: Level) -> Text:
    return Text(
        f"{level.value}文件存放在{own.value}计算机上。请立即停止处理该文件，不要复制或删除，报告保密办，"
        "由其转移到密级相符的计算机并核查。",
        f"a document marked {level.text.en} lies on a computer of level {own.text.en}: stop working with it, neither copy nor "
        "delete it, and tell the secrecy office, which moves it to a computer of its level and looks into the matter",
    )
