"""Marks that stand upright beside text: one character below the other, in a margin or in a cell, at heights that are no line's.

A page of Chinese is a grid, and down each of its columns there is something to read. So only what could be a mark is taken for a
column, and only where it stands apart: nothing touches it at either side, and its characters are closer to one another than to
what is beside them, or most of them not in line with it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from agent.extract.glyph import SPACE, Glyph, Piece
from checks.marking.normalise import STARS
from checks.marking.trace import signs

_BEFORE: Mapping[str, frozenset[str]] = {
    "密": frozenset("绝絕机機秘祕商非⾮涉"),
    "部": frozenset("内內"),
    **dict.fromkeys(STARS, frozenset("开開感控")),
}
"""Every mark has one of these, and above it one of those."""
_TELLING = frozenset("年月日期" + STARS)  # these, or digits: a level by itself may well be chance
_MOST_LOOKS = 3000  # at what is around a glyph; a page with all its marks upright takes some hundreds
_GAP = 2.5  # heights: glyphs of vertical text stand no further apart
_LEAST = 3
_TOUCH = 0.1  # heights: what is nearer at its side is of one line with it
_BESIDE = 3.0  # heights: what is further away stands by itself
_IN_LINE = 0.15  # heights by which the middles of characters of one line may differ
_SHARED = 0.25  # of its width
_CROWD = 1000  # glyphs around one: too many to look at, and no margin
_TALLEST = 16  # bands
_FARTHEST = 1e6


def columns(glyphs: Sequence[Glyph]) -> tuple[list[Piece], Sequence[Glyph]]:
    """The upright lines that could be marks, and the glyphs that are left."""
    anchors = [glyph for glyph in glyphs if glyph.text in _BEFORE and _is_placed(glyph)]
    if not anchors:
        return [], glyphs
    page = _Page(glyphs)
    found: list[Piece] = []
    seen: set[int] = set()
    taken: set[int] = set()
    for anchor in anchors:
        if id(anchor) in seen:
            continue
        steps = page.column(anchor)
        members = {id(glyph) for step in steps for glyph in step.glyphs}
        seen |= members
        if _is_mark(steps):
            taken |= members
            found.append(Piece([glyph for step in steps for glyph in _once(step.glyphs)]))
    return found, [glyph for glyph in glyphs if id(glyph) not in taken] if taken else glyphs


@dataclass(frozen=True, slots=True)
class _Step:
    """One character of a column, or two side by side. `room`: how many heights away the nearest other glyph at its side is;
    `near`: whether one is so near that it could be of a line with it; `aside`: whether one of those is at another height.
    """

    glyphs: list[Glyph]
    room: float
    near: bool
    aside: bool

    @property
    def height(self) -> float:
        return self.glyphs[0].height

    @property
    def bottom(self) -> float:
        return min(glyph.bottom for glyph in self.glyphs)

    @property
    def top(self) -> float:
        return max(glyph.top for glyph in self.glyphs)


class _Page:
    """The glyphs of a page by where they are on it."""

    def __init__(self, glyphs: Iterable[Glyph]) -> None:
        self._glyphs = [glyph for glyph in glyphs if _is_placed(glyph)]
        self._sizes: dict[int, dict[int, list[Glyph]]] = {}
        self._looks = 0

    def column(self, anchor: Glyph) -> list[_Step]:
        """The steps above and below a glyph, from the top; none where something touches it, or what is above begins no mark."""
        first = self._step(anchor, anchor)
        above = self._next(anchor, first.top, 1) if first else None
        if first is None or above is None or not _BEFORE[anchor.text].intersection(glyph.text for glyph in above.glyphs):
            return []
        steps = [above, first]
        while (above := self._next(anchor, steps[0].top, 1)) is not None:
            steps.insert(0, above)
        while (below := self._next(anchor, steps[-1].bottom, -1)) is not None:
            steps.append(below)
        return steps

    def _around(self, bottom: float, top: float, anchor: Glyph) -> list[Glyph]:
        """What reaches into a height of the page, more than once where it is tall."""
        self._looks += 1
        if self._looks > _MOST_LOOKS:
            return []
        size = round(math.log2(anchor.height))
        bands = self._sizes.get(size) or self._sizes.setdefault(size, self._bands(2.0**size))
        around = (glyph for number in _numbers(bottom, top, 2.0**size) for glyph in bands.get(number, ()))
        return list(islice(around, _CROWD + 1))

    def _bands(self, band: float) -> dict[int, list[Glyph]]:
        """What reaches into each band of a height; without what is so much taller that it is no text beside a mark."""
        bands: dict[int, list[Glyph]] = defaultdict(list)
        for glyph in self._glyphs:
            if glyph.height < _TALLEST * band:
                for number in _numbers(glyph.bottom, glyph.top, band):
                    bands[number].append(glyph)
        return bands

    def _next(self, anchor: Glyph, edge: float, way: int) -> _Step | None:
        """The step that follows upwards (1) or downwards (-1) from an edge."""
        far = edge + way * (_GAP + 1) * anchor.height
        following = [
            glyph
            for glyph in self._around(min(edge, far), max(edge, far), anchor)
            if way * (glyph.middle - edge) > 0 and glyph.left < anchor.right and glyph.right > anchor.left
        ]
        if not following:
            return None
        nearest = min(following, key=lambda glyph: way * glyph.middle)
        gap = nearest.bottom - edge if way > 0 else edge - nearest.top
        return self._step(nearest, anchor) if gap < _GAP * anchor.height else None

    def _step(self, glyph: Glyph, anchor: Glyph) -> _Step | None:
        """The step of a column that is as wide as its anchor, None where something touches it or it is a line itself."""
        around = self._around(glyph.bottom, glyph.top, anchor)
        if len(around) > _CROWD:
            return None
        beside = {id(one): one for one in around if abs(one.middle - glyph.middle) < (one.height + glyph.height) / 2}
        within = [one for one in beside.values() if _is_within(one, anchor) and abs(one.middle - glyph.middle) < glyph.height / 2]
        within.sort(key=lambda one: one.left)
        others = [one for one in beside.values() if not _is_within(one, anchor)]
        room = min((_distance(one, anchor) for one in others), default=float("inf"))
        if not within or not Piece(_once(within)).is_short or room < _TOUCH * anchor.height:
            return None
        near = [one for one in others if _distance(one, anchor) < _BESIDE * anchor.height]
        aside = any(abs(one.middle - glyph.middle) > _IN_LINE * glyph.height for one in near)
        return _Step(within, room / anchor.height, bool(near), aside)


def _is_placed(glyph: Glyph) -> bool:
    """Whether its box is a real one: a file may say anything."""
    return -_FARTHEST < glyph.bottom <= glyph.top < _FARTHEST and -_FARTHEST < glyph.left <= glyph.right < _FARTHEST


def _numbers(bottom: float, top: float, band: float) -> range:
    return range(int(bottom // band), int(top // band) + 1)


def _is_within(glyph: Glyph, anchor: Glyph) -> bool:
    """Whether it stands above or below the anchor; two figures side by side may reach further than it does."""
    shared = min(glyph.right, anchor.right) - max(glyph.left, anchor.left)
    return len(glyph.text) <= 2 and shared > _SHARED * (glyph.right - glyph.left)


def _distance(glyph: Glyph, anchor: Glyph) -> float:
    return max(glyph.left - anchor.right, anchor.left - glyph.right)


def _once(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Without those that are printed twice."""
    out: list[Glyph] = []
    for glyph in glyphs:
        if not out or not glyph.is_shadow_of(out[-1]):
            out.append(glyph)
    return out


def _is_mark(steps: Sequence[_Step]) -> bool:
    if len(steps) < _LEAST:
        return False
    text = "".join(glyph.text for step in steps for glyph in _once(step.glyphs))
    if next(signs(text), None) is None:
        return False
    if 2 * sum(step.aside for step in steps) > sum(step.near for step in steps):
        return True
    gaps = [(above.bottom - below.top) / below.height for above, below in pairwise(steps)]
    close = all(max(gap, SPACE) < min(above.room, below.room) for gap, (above, below) in zip(gaps, pairwise(steps), strict=True))
    return close and any(character in _TELLING or character.isdigit() for character in text)
