"""What several checks ask of a document's marks."""

from __future__ import annotations

from collections.abc import Sequence

from checks.subjects import Document, Mark
from policies.finding import Evidence
from policies.vocabulary import MarkVerdict, Read, Text

_SHOWN = 5


def is_document(document: Document) -> bool:
    """Whether a person may read the file as a document: all but programs and the like outside of classified folders."""
    return document.format != "program" or document.classified_folder or bool(document.marks)


def unread(document: Document) -> Text | None:
    """Why the file is not known in full, or None where it is."""
    if document.read is Read.FULL:
        return None
    return document.reason.text if document.reason else Text("未读取", "it was not read")


def is_declassified(document: Document) -> bool:
    """Whether a reader sees that the document is a secret no more."""
    return any(mark.verdict is MarkVerdict.DECLASSIFIED and mark.place.seen_by_a_reader for mark in document.marks)


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
