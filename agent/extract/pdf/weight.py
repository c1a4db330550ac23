"""How much memory PDFium will need for a page: it keeps every glyph and every line of a drawing at once."""

from __future__ import annotations

import re

from agent.extract.base import Budget
from agent.extract.pdf.objects import Objects
from agent.extract.pdf.syntax import Damaged, Dictionary, Stream, Unsure, Value

_MOST = 28 << 20
_FOR_A_STRING = 700  # bytes of memory, as measured with PDFium 159
_FOR_A_CODE = 100
_FOR_A_BYTE = 12
_AT_WORST = 200  # for a byte of a stream that is all strings
_TYPICAL = 50
_PACKED = 10  # what a stream that cannot be unpacked here is taken to hold for each of its bytes
_MOST_FORMS = 5000
_STRING = re.compile(rb"<([0-9A-Fa-f\s]*+)>|\(((?:[^()\\]++|\\.)*)", re.DOTALL)


def too_heavy(objects: Objects, page: Dictionary, budget: Budget) -> bool:
    """Whether a page, with the forms that it may draw, would not fit into a worker's memory. Raises Damaged, Unsure.

    What is damaged weighs as much as is left of it, and is told where the page is not too heavy.
    """
    waiting: list[Value] = [*objects.array(page.get("Contents")), *_forms(objects, page)]
    seen: set[Value] = set()
    weight, damaged = 0, False
    while waiting and weight <= _MOST and len(seen) <= _MOST_FORMS:
        budget.tick()
        value = waiting.pop()
        stream = objects.get(value)
        if not isinstance(stream, Stream) or stream.number in seen or objects.get(stream.dictionary.get("Subtype")) == "Image":
            continue
        seen.add(stream.number)
        try:
            weight += _weight(objects, stream)
        except Damaged:
            damaged = True
            weight += _weight_of(objects.remains(stream))
        waiting += _forms(objects, stream.dictionary)
    if damaged and weight <= _MOST:
        raise Damaged
    return weight > _MOST


def _forms(objects: Objects, holder: Dictionary) -> list[Value]:
    return list(objects.dictionary(objects.dictionary(holder.get("Resources")).get("XObject")).values())


def _weight(objects: Objects, stream: Stream) -> int:
    try:
        data = objects.data(stream)
    except Damaged:
        raise
    except Unsure:
        length = objects.get(stream.dictionary.get("Length"))
        return _FOR_A_BYTE * _PACKED * length if isinstance(length, int) else _MOST
    return _weight_of(data)


def _weight_of(data: bytes) -> int:
    if _AT_WORST * len(data) <= _MOST:
        return _TYPICAL * len(data)
    shown = sum(
        _FOR_A_STRING + _FOR_A_CODE * (len(match[1] or b"") // 2 + len(match[2] or b"")) for match in _STRING.finditer(data)
    )
    return _FOR_A_BYTE * len(data) + shown
