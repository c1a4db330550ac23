"""A PDF's pages in order, with what they inherit (ISO 32000-1, 7.7.3)."""

from __future__ import annotations

from collections.abc import Iterator

from agent.extract.base import Budget
from agent.extract.pdf.filters import LARGEST
from agent.extract.pdf.objects import Objects
from agent.extract.pdf.syntax import Damaged, Dictionary, Ref, Stream, Value

_MOST_WAITING = 200_000


def pages(objects: Objects, budget: Budget) -> Iterator[Dictionary]:
    """Every page's dictionary, with the resources of its parents where it has none of its own. Raises Damaged, Unsure."""
    root = objects.dictionary(objects.trailer.get("Root"))
    waiting: list[tuple[Value, Value]] = [(root.get("Pages"), None)]
    seen: set[int] = set()
    while waiting:
        budget.tick()
        value, inherited = waiting.pop()
        node = objects.get(value)
        if not isinstance(node, dict) or (isinstance(value, Ref) and value.number in seen):
            raise Damaged
        seen.update([value.number] if isinstance(value, Ref) else [])
        resources = node.get("Resources", inherited)
        if "Kids" not in node:
            yield {**node, "Resources": resources}
            continue
        waiting += [(kid, resources) for kid in reversed(objects.array(node["Kids"]))]
        if len(waiting) > _MOST_WAITING:
            raise Damaged


def content(objects: Objects, page: Dictionary) -> bytes:
    """The bytes of a page's content, which may come in several streams. Raises Damaged, Unsure (also where they are too many)."""
    parts: list[bytes] = []
    size = 0
    for part in objects.array(page.get("Contents")):
        stream = objects.get(part)
        if not isinstance(stream, Stream):
            raise Damaged
        parts.append(objects.data(stream, most=LARGEST - size))
        size += len(parts[-1])
    return b"\n".join(parts)
