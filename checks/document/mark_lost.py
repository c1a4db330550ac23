"""A mark once set is not lost in a later version (MRK-02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import evidence, highest, shown, state_marks, unread
from checks.subjects import Document, Mark
from policies.computer import Computer
from policies.vocabulary import Level, MarkVerdict, Read, Severity, Text


@dataclass(frozen=True)
class MarkLost(Check[Document]):
    """An earlier scan saw a state secret's mark in the document; now its reader sees none, or a lower level, and nothing says
    that it was changed (the former mark struck out beside it) or declassified.

    It ends when the mark is back. That the document has no mark at all now (mark-missing), or only one beside its text
    (mark-detached), is told there too: those hold whoever removed the mark.
    """

    id: ClassVar[str] = "document.mark-lost"
    title: ClassVar[Text] = Text("密级标志不得丢失或擅自降低", "a document's mark is neither lost nor lowered without a trace")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-02",)
    severity: ClassVar[Severity] = Severity.CRITICAL
    subject: ClassVar[type[Document]] = Document

    def applies(self, subject: Document, computer: Computer) -> bool:
        return subject.former is not None and not {None, subject.former.member} & subject.declassified

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return None if _is_back(subject) else unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        former = subject.former
        if former is None or subject.read is not Read.FULL or _is_back(subject):
            return
        level = highest(shown(state_marks(subject)))
        told = {**evidence([former]), "level_now": level.value if level else None}
        yield Violation(about=subject.path, message=_message(former, level), evidence=told)


def _is_back(subject: Document) -> bool:
    """Whether the document bears its former level again, or shows that it was changed."""
    marks = shown(state_marks(subject))
    level, former = highest(marks), subject.former.level if subject.former else None
    changed = any(mark.verdict is MarkVerdict.CHANGED for mark in marks)
    return changed or (level is not None and (former is None or level >= former))


def _message(former: Mark, level: Level | None) -> Text:
    was = former.level.text if former.level else Text("密级", "classified")
    now = (
        Text(f"现在只标{level.value}", f"it says only {level.text.en}") if level else Text("现在看不到标志了", "it bears no mark")
    )
    return Text(
        f"以前检查时该文件标为{was.zh}，{now.zh}。请恢复原标志；经批准变更或解密的，请将原标志划去，并在旁边标注新标志或“解密”；"
        "不是本人改动的，请停止使用该文件并立即报告保密办。",
        f"an earlier scan saw this document marked {was.en}, and now {now.en}: put the mark back; if it was changed or "
        "declassified with leave, strike the former mark out and write the new one or 解密 beside it; if it was not you, stop "
        "using the document and tell the secrecy office at once",
    )
