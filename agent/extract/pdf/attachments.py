"""Files in a PDF (ISO 32000-1, 7.11.4): those of its list of embedded files, and those that are pinned to a page."""

from __future__ import annotations

import io
from collections.abc import Iterator

from agent.extract.base import Budget, Member
from agent.extract.pdf.objects import Objects
from agent.extract.pdf.pages import pages
from agent.extract.pdf.syntax import Damaged, Dictionary, Ref, Stream, Unsure, Value, text
from policies.vocabulary import Place, Unread

_NAMES = ("UF", "F", "Unix", "DOS", "Mac")
_MOST_WAITING = 10_000


def attachments(objects: Objects, budget: Budget) -> Iterator[Member]:
    """Every file once. Raises Unsure, Damaged, Unreadable."""
    seen: set[int] = set()
    opened = 0
    for value in [*_listed(objects, budget), *_pinned(objects, budget)]:
        if isinstance(value, Ref) and value.number in seen:
            continue
        seen.update([value.number] if isinstance(value, Ref) else [])
        specification = objects.get(value)
        if isinstance(specification, dict) and "EF" in specification:
            opened += 1
            budget.opened(opened)
            yield _member(objects, specification, budget)


def _listed(objects: Objects, budget: Budget) -> Iterator[Value]:
    """The file specifications of the name tree of embedded files (7.9.6)."""
    root = objects.dictionary(objects.trailer.get("Root"))
    waiting: list[Value] = [objects.dictionary(root.get("Names")).get("EmbeddedFiles")]
    seen: set[Value] = set()
    while waiting:
        budget.tick()
        value = waiting.pop()
        if isinstance(value, Ref) and value in seen:
            raise Damaged
        seen.update([value] if isinstance(value, Ref) else [])
        node = objects.dictionary(value)
        yield from objects.array(node.get("Names"))[1::2]
        waiting += reversed(objects.array(node.get("Kids")))
        if len(waiting) > _MOST_WAITING:
            raise Damaged


def _pinned(objects: Objects, budget: Budget) -> Iterator[Value]:
    """The file specifications of the annotations that hold files."""
    for page in pages(objects, budget):
        for value in objects.array(page.get("Annots")):
            note = objects.get(value)
            if isinstance(note, dict) and objects.get(note.get("Subtype")) == "FileAttachment":
                yield note.get("FS")


def _member(objects: Objects, specification: Dictionary, budget: Budget) -> Member:
    """One file, held in memory within the budget."""
    name = next((shown for key in _NAMES if (shown := text(objects.get(specification.get(key))))), "")
    embedded = objects.dictionary(specification["EF"])
    stream = next((found for key in _NAMES if isinstance(found := objects.get(embedded.get(key)), Stream)), None)
    if stream is None:
        return Member(name, None, Place.ATTACHMENT, Unread.CORRUPT)
    try:
        data = objects.data(stream, most=budget.held)
    except Damaged:
        return Member(name, None, Place.ATTACHMENT, Unread.CORRUPT)
    except Unsure:
        return Member(name, None, Place.ATTACHMENT, Unread.TOO_LARGE)
    return Member(name, io.BytesIO(data), Place.ATTACHMENT)
