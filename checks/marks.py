"""What several checks ask of a document's marks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from checks.marking.notes import NOTES, Weight, form_verdict
from checks.subjects import Document, Mark
from policies.finding import Evidence
from policies.vocabulary import Level, MarkVerdict, Read, Regime, Text

_SHOWN = 5
_NO_SECRET = (MarkVerdict.DECLASSIFIED, MarkVerdict.MISUSE, MarkVerdict.OTHER)
_ARCHIVE = re.compile(
    "7z|ar|archive|arj|bz2|bzip2|cab|compressed|cpio|deb|disk|gz|gzip|iso|lha|lz4|lzh|lzip|lzma|mbox|rar|tar|tgz|xar|xz|zip|zstd?"
)
"""Formats of containers that only hold other files."""


def is_document(document: Document) -> bool:
    """Whether a person may read the file as a document: all but programs and the like outside of classified folders."""
    return document.format != "program" or document.classified_folder or bool(document.marks)


def has_own_page(document: Document) -> bool:
    """Whether a mark can be written into the file itself: not into a bare archive, which has nothing but its name."""
    return not _ARCHIVE.fullmatch(document.format)


def unread(document: Document) -> Text | None:
    """Why the file is not known in full, or None where it is."""
    if document.read is Read.FULL:
        return None
    return document.reason.text if document.reason else Text("未读取", "it was not read")


def is_declassified(document: Document) -> bool:
    """Whether a reader sees that the document is a secret no more."""
    return bool(document.declassified)


def state_marks(document: Document) -> list[Mark]:
    """The marks of state secrets with a level, wherever they stand; none of a part that its reader sees to be declassified."""
    over = document.declassified
    return [
        mark
        for mark in document.marks
        if mark.regime is Regime.STATE and mark.level and mark.verdict not in _NO_SECRET and mark.member not in over
    ]


def shown(marks: Iterable[Mark]) -> list[Mark]:
    """Those of some marks that a reader sees."""
    return [mark for mark in marks if mark.place.seen_by_a_reader]


def highest(marks: Iterable[Mark]) -> Level | None:
    """The highest level of some marks."""
    return max((mark.level for mark in marks if mark.level), default=None)


def form(mark: Mark) -> MarkVerdict:
    """What the mark's form is worth, also of one that replaces a former mark."""
    return form_verdict(mark.notes) if mark.verdict is MarkVerdict.CHANGED else mark.verdict


def defects(marks: Iterable[Mark]) -> list[Text]:
    """What is wrong with the form of some marks, each defect once. That a term is missing is said once, not twice."""
    notes = list(dict.fromkeys(note for mark in marks for note in mark.notes if NOTES[note].weight is not Weight.REMARK))
    if "term-required" in notes and "default-term" in notes:
        notes.remove("default-term")
    return [NOTES[note].text for note in notes]


def listed(texts: Collection[Text]) -> Text:
    """Several statements as one."""
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))


def evidence(marks: Sequence[Mark]) -> Evidence:
    """The first of some marks and how many there are. Of the document nothing but the marks themselves."""
    first = marks[0]
    return {
        "mark": first.text,
        "place": first.place.value,
        "member": first.member,
        "level": first.level.value if first.level else None,
        "term": first.term,
        "count": len(marks),
        "marks": sorted({mark.text for mark in marks})[:_SHOWN],
    }
