"""A compilation bears the highest level and the longest term of what is in it (MRK-05)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import evidence, has_own_page, highest, is_document, shown, state_marks, unread
from checks.subjects import Document, Mark
from checks.terms import outlasts
from policies.computer import Computer
from policies.vocabulary import Level, MarkVerdict, Place, Read, Severity, Text


@dataclass(frozen=True)
class CompilationBelowParts(Check[Document]):
    """A mail or document whose attachments or embedded files are marked higher or for longer than itself, or that has no mark.

    A bare archive has no page to mark: only a name that states a lower level breaks the demand. Terms of which nobody can say
    which is longer are left alone. Judged is the outermost container. The parts of a text: part-above-cover; a document in a
    classified folder without any mark, its attachments' included: mark-missing.
    """

    id: ClassVar[str] = "document.compilation-below-parts"
    title: ClassVar[Text] = Text(
        "汇编和带附件的文件应按最高密级、最长期限标注", "a compilation bears the highest level and the longest term of its parts"
    )
    clauses: ClassVar[tuple[str, ...]] = ("MRK-05",)
    severity: ClassVar[Severity] = Severity.MAJOR
    subject: ClassVar[type[Document]] = Document

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject)

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        marks = state_marks(subject)
        parts = shown(mark for mark in marks if mark.member is not None)
        if subject.read is Read.FULL and parts:
            yield from _judged(subject, _own(subject, marks), parts)


def _own(subject: Document, marks: Sequence[Mark]) -> list[Mark]:
    """The marks that the container bears itself."""
    own = [mark for mark in marks if mark.member is None and mark.verdict is not MarkVerdict.PARTIAL]
    return shown(own) if has_own_page(subject) else [mark for mark in own if mark.place is Place.NAME]


def _judged(subject: Document, own: Sequence[Mark], parts: Sequence[Mark]) -> Iterator[Violation]:
    level, part = highest(own), highest(parts)
    if part is None or (level is None and not has_own_page(subject)):
        return
    longer = [mark for mark in parts if own and all(outlasts(mark, other) for other in own)]
    if level is None or part > level:
        wrong = [mark for mark in parts if mark.level is part]
        message = _message(part, level, named=not has_own_page(subject))
    elif longer and has_own_page(subject):
        wrong, message = longer, _TOO_SHORT
    else:
        return
    told = {**evidence(wrong), "own_level": level.value if level else None}
    yield Violation(about=subject.path, message=message, evidence=told)


def _message(part: Level, own: Level | None, *, named: bool) -> Text:
    if named and own:
        return Text(
            f"压缩包名称标为{own.value}，但其中有{part.value}文件。请将名称中的密级改为{part.value}，"
            f"并按{part.value}管理整个压缩包。",
            f"the archive's name says {own.text.en}, but a file in it is {part.text.en}: correct the name, and keep the whole "
            f"archive as {part.text.en}",
        )
    if own:
        return Text(
            f"所含附件或嵌入的文件标为{part.value}，而本文件只标{own.value}。请按其中的最高密级和最长期限改标本文件。",
            f"an attached or embedded file is marked {part.text.en} and this one only {own.text.en}: mark it with the highest "
            "level and the longest term of its parts",
        )
    return Text(
        f"所含附件或嵌入的文件标为{part.value}，而本文件没有密级标志。请按其中的最高密级和最长期限标注本文件"
        "（邮件标在主题或正文开头）。",
        f"an attached or embedded file is marked {part.text.en} and this one bears no mark: mark it with the highest level and "
        "the longest term of its parts (a mail in its subject or at the head of its text)",
    )


_TOO_SHORT = Text(
    "所含附件或嵌入文件的保密期限比本文件的长。请将本文件的期限改为其中最长的期限。",
    "an attached or embedded file has a longer term than this one: give it the longest term of its parts",
)
