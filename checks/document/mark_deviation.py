"""A mark has the prescribed form and stands on the cover or first page (MRK-01, MRK-03)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from checks.base import Check, Violation
from checks.marks import defects, evidence, form, is_document, listed, shown, state_marks, unread
from checks.subjects import Document, Mark
from policies.computer import Computer
from policies.vocabulary import Level, MarkVerdict, Place, Read, Severity, Text

_PAGED = frozenset(("doc", "docx", "fodt", "odt", "ofd", "pdf", "rtf", "uof", "uot", "wps", "xps"))
"""Formats whose reader tells the first page from what follows."""

_MISPLACED = Text("标志只在正文中，封面或首页上没有", "it stands only in the text, not on the cover or first page")
_MOST = 3


@dataclass(frozen=True)
class MarkDeviation(Check[Document]):
    """A mark that a reader sees, of which level and term are certain, in a wrong form or, in a paged document, at a wrong place.

    One finding for a document, with every defect; a mark that only lacks its term, as older ones may, is a notice. Not told here:
    a mark of which level or term is uncertain (mark-malformed), ★ on what is no state secret (mark-misused), a term that is too
    long (term-above-limit), a mark on a part of the text (part-above-cover), one that no reader sees (mark-detached).
    """

    id: ClassVar[str] = "document.mark-deviation"
    title: ClassVar[Text] = Text("密级标志的写法和位置应合乎规定", "a document's mark has the prescribed form and place")
    clauses: ClassVar[tuple[str, ...]] = ("MRK-01", "MRK-03")
    severity: ClassVar[Severity] = Severity.MINOR
    subject: ClassVar[type[Document]] = Document

    def applies(self, subject: Document, computer: Computer) -> bool:
        return is_document(subject)

    def unassessable(self, subject: Document, computer: Computer) -> Text | None:
        return unread(subject)

    def examine(self, subject: Document, computer: Computer) -> Iterator[Violation]:
        whole = [mark for mark in shown(state_marks(subject)) if mark.verdict is not MarkVerdict.PARTIAL]
        deviant = [mark for mark in whole if form(mark) is MarkVerdict.DEVIATION]
        legacy = [mark for mark in whole if form(mark) is MarkVerdict.LEGACY]
        misplaced = _misplaced(subject, whole)
        if deviant or misplaced:
            wrong = [*defects(deviant), *([_MISPLACED] if misplaced else [])]
            marks = deviant or misplaced
            yield Violation(about=subject.path, message=_message(wrong, marks, bool(misplaced)), evidence=evidence(marks))
        elif legacy:
            yield Violation(about=subject.path, message=_no_term(legacy), severity=Severity.NOTICE, evidence=evidence(legacy))


def _misplaced(subject: Document, whole: Sequence[Mark]) -> list[Mark]:
    """The document's own marks where all of them stand deep in the text; a first page that was not read may hold another."""
    own = [mark for mark in whole if mark.member is None]
    if subject.read is not Read.FULL or subject.format not in _PAGED:
        return []
    deep = all(mark.place is Place.BODY and form(mark) is not MarkVerdict.MALFORMED for mark in own)
    return own if deep else []


def _message(wrong: Sequence[Text], marks: Sequence[Mark], misplaced: bool) -> Text:
    proper = list(dict.fromkeys(map(_proper, marks)))[:_MOST]
    zh, en = "、".join(f"“{text.zh}”" for text in proper), ", ".join(text.en for text in proper)
    what = listed(wrong)
    if misplaced:
        return Text(
            f"密级标志不规范：{what.zh}。请在封面或首页左上角标注{zh}。",
            f"the mark is not as prescribed: {what.en}. Write {en} at the top left of the cover or first page",
        )
    return Text(f"密级标志不规范：{what.zh}。请改为{zh}。", f"the mark is not as prescribed: {what.en}. Write it as {en}")


def _proper(mark: Mark) -> Text:
    """The mark as it should stand; no term is proposed that is not stated or that the law does not allow."""
    level = mark.level.value if mark.level else ""
    if mark.term is None or "over-maximum" in mark.notes:
        return Text(f"{level}★保密期限", f"{level}★ with its term (such as {level}★{_EXAMPLE[mark.level or Level.JIMI]})")
    return Text(f"{level}★{mark.term}", f"{level}★{mark.term}")


_EXAMPLE = {Level.MIMI: "5年", Level.JIMI: "10年", Level.JUEMI: "30年"}


def _no_term(marks: Sequence[Mark]) -> Text:
    proper = _proper(marks[0])
    return Text(
        f"密级标志没有写保密期限，现按该密级的法定最长期限管理。请核对定密结果，补写为“{proper.zh}”。",
        "the mark states no term, so the longest that the law allows for its level applies: look up how the document was "
        f"classified and write it as {proper.en}",
    )
