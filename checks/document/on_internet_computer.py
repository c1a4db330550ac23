"""A computer on the internet holds no classified document and no internal one (NET-05)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import evidence, is_document, unread
from checks.subjects import Document, Mark
from policies.computer import Computer
from policies.vocabulary import MarkVerdict, Profile, Regime, Severity, Text


@dataclass(frozen=True)
class OnInternetComputer(Check[Document]):
    """A mark of a state or work secret in a file on a computer of one of the `profiles`, in view or not: in its name, its
    properties, hidden or deleted text. What a reader sees to be declassified does not count.

    Says all that level-above-computer would say of the document there and more: a policy for such a computer needs only this one.
    """

    id: ClassVar[str] = "document.on-internet-computer"
    title: ClassVar[Text] = Text(
        "互联网计算机不得存放涉密文件和内部资料", "an internet computer must hold no classified or internal document"
    )
    clauses: ClassVar[tuple[str, ...]] = ("NET-05",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Document]] = Document

    profiles: tuple[Profile, ...] = (Profile.INTERNET,)

    def applies(self, subject: Document, computer: Computer) -> bool:
        return computer.profile in self.profiles and is_document(subject)

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        marks = _secrets(subject)
        if marks:
            first = max(marks, key=lambda mark: mark.level.rank if mark.level else 0)
            told = evidence([first, *(mark for mark in marks if mark is not first)])
            yield Violation(about=subject.path, message=_message(first, computer), evidence=told)


def _secrets(subject: Document) -> list[Mark]:
    over = subject.declassified
    return [
        mark
        for mark in subject.marks
        if mark.level
        and mark.regime in (Regime.STATE, Regime.WORK)
        and mark.verdict is not MarkVerdict.DECLASSIFIED
        and mark.member not in over
    ]


def _message(mark: Mark, computer: Computer) -> Text:
    where = computer.profile.text
    level = mark.level.text if mark.level else Text("", "")
    return Text(
        f"{where.zh}上有标为{level.zh}的文件（标志位于{mark.place.text.zh}）。请立即断开网络，保持现状：不要打开、复制、"
        "发送或删除该文件，并马上报告保密办核查是否外传。",
        f"a file marked {level.en} (the mark: {mark.place.text.en}) is on this {where.en}: disconnect it from the network at "
        "once and leave all as it is; do not open, copy, send or delete the file, and tell the secrecy office now, which looks "
        "into whether it got out",
    )
