"""How much PDFium will need for a page: it keeps every glyph and every line of a drawing at once, a form anew each time it is
drawn; and where text is not written in its order, it compares every string of a line with all the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from agent.extract.base import Budget
from agent.extract.pdf.objects import Objects
from agent.extract.pdf.programs import Programs
from agent.extract.pdf.syntax import Damaged, Dictionary, Stream, Unsure, Value, name, without_escaped_marks

_MOST = 28 << 20
_MOST_SHOWN = 20_000  # times that text is shown; on one line from right to left they take 4 s, twice as many take 14 s
_FOR_A_STRING = 700  # bytes of memory, as measured with PDFium 159
_FOR_A_CODE = 100
_FOR_A_BYTE = 12
_FOR_A_FORM = 4000
_FOR_A_CLIP = 18  # and for each state that is saved while it is in force; the same for marked content in marked content
_FEW = 200
_AT_WORST = 200  # for a byte of a stream that is all strings
_TYPICAL = 50
_PACKED = 10  # what a stream that cannot be unpacked here is taken to hold for each of its bytes
_MOST_ANNOTATIONS = 20_000
_WHITE = rb"\0\t\n\f\r "
_STRING = re.compile(rb"<([0-9A-Fa-f\s]*+)>|\(([^()]*+)")
_NESTING = re.compile(rb"(?<![^%(w)b])(?:(q)|(Q)|(W\*?)|(BMC|BDC)|EMC)(?![^%(w)b])" % {b"w": _WHITE})
_QUOTED = re.compile(rb"[)>][%b]*+['\"]" % _WHITE)
_DRAWN = re.compile(rb"/([^%b()<>\[\]{}/%%]++)[%b]++Do\b" % (_WHITE, _WHITE))


@dataclass(slots=True)
class _Load:
    """What one stream asks for by itself: bytes of memory, and how often it shows text; and how often it draws each form, None
    where that cannot be told.
    """

    weight: int
    shown: int = 0
    forms: Counter[str] | None = None


def too_heavy(objects: Objects, page: Dictionary, programs: Programs, budget: Budget) -> bool:
    """Whether a page, with all that it draws, would not fit into a worker's memory or take it too long.

    Raises Damaged, Unsure. What is damaged weighs as much as is left of it, and is told where the page is not too heavy.
    """
    return programs.are_too_large(page.get("Resources")) or _Page(objects, budget).is_too_heavy(page)


class _Page:
    """One page on the scales; a form is read once."""

    def __init__(self, objects: Objects, budget: Budget) -> None:
        self._objects = objects
        self._budget = budget
        self._loads: dict[int, _Load] = {}
        self._supposed: set[Value] = set()
        self._damaged = False

    def is_too_heavy(self, page: Dictionary) -> bool:
        """Raises Damaged, Unsure."""
        weight = shown = 0
        waiting = [(value, page.get("Resources"), 1) for value in self._objects.array(page.get("Contents"))]
        waiting += [(value, None, 1) for value in self._appearances(page)]
        while waiting:
            self._budget.tick()
            value, outer, times = waiting.pop()
            stream = self._objects.get(value)
            if not isinstance(stream, Stream) or self._objects.get(stream.dictionary.get("Subtype")) == "Image":
                continue
            load = self._load(stream)
            weight += times * (_FOR_A_FORM + load.weight)
            shown += times * load.shown
            if weight > _MOST or shown > _MOST_SHOWN:
                return True
            resources = stream.dictionary.get("Resources", outer)
            waiting += [(form, resources, times * drawn) for form, drawn in self._drawn(load, resources)]
        if self._damaged:
            raise Damaged
        return False

    def _appearances(self, page: Dictionary) -> Iterator[Value]:
        """What the page's annotations may draw."""
        for value in self._objects.array(page.get("Annots"))[:_MOST_ANNOTATIONS]:
            note = self._objects.get(value)
            if isinstance(note, dict) and "AP" in note:
                normal = self._objects.dictionary(note["AP"]).get("N")
                states = self._objects.get(normal)
                yield from states.values() if isinstance(states, dict) else [normal]

    def _drawn(self, load: _Load, resources: Value) -> Iterator[tuple[Value, int]]:
        """The forms that a stream draws, and how often; all that it could draw, but each once only, where that cannot be told."""
        if load.forms is not None and not load.forms:
            return
        named = self._objects.dictionary(self._objects.dictionary(resources).get("XObject"))
        for key, form in named.items():
            if load.forms is not None and key in load.forms:
                yield form, load.forms[key]
            elif load.forms is None and form not in self._supposed:
                self._supposed.add(form)
                yield form, 1

    def _load(self, stream: Stream) -> _Load:
        if stream.number not in self._loads:
            self._loads[stream.number] = self._weighed(stream)
        return self._loads[stream.number]

    def _weighed(self, stream: Stream) -> _Load:
        try:
            data = self._objects.data(stream)
        except Damaged:
            self._damaged = True
            data = self._objects.remains(stream)
            return _Load(_weight_of(data), _shown(data))
        except Unsure:
            length = self._objects.get(stream.dictionary.get("Length"))
            return _Load(_FOR_A_BYTE * _PACKED * length if isinstance(length, int) else _MOST)
        return _Load(_weight_of(data), _shown(data), Counter(map(name, _DRAWN.findall(data)) if b"Do" in data else ()))


def _shown(data: bytes) -> int:
    return data.count(b"Tj") + data.count(b"TJ") + len(_QUOTED.findall(data))


def _weight_of(data: bytes) -> int:
    return _content(data) + _nested(data)


def _content(data: bytes) -> int:
    if _AT_WORST * len(data) <= _MOST:
        return _TYPICAL * len(data)
    strings = _STRING.finditer(without_escaped_marks(data))
    shown = sum(_FOR_A_STRING + _FOR_A_CODE * (len(match[1] or b"") // 2 + len(match[2] or b"")) for match in strings)
    return _FOR_A_BYTE * len(data) + shown


def _nested(data: bytes) -> int:
    """What is kept for each saved state: all the clips that were in force; and for marked content: all that it is in."""
    if data.count(b"W") + data.count(b"BMC") + data.count(b"BDC") < _FEW:
        return 0
    clips = saved = deepest = marks = around = innermost = 0
    for match in _NESTING.finditer(data):
        save, restore, clip, begin = match.groups()
        if clip:
            clips += 1
        elif save or restore:
            saved = max(0, saved + 1 if save else saved - 1)
            deepest = max(deepest, saved)
        else:
            marks += 1
            around = max(0, around + 1 if begin else around - 1)
            innermost = max(innermost, around)
    return _FOR_A_CLIP * (clips * deepest + marks * innermost)
