"""Glyphs with coordinates back into lines, as an eye reads them: left to right, top to bottom, spaced out or stacked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from agent.extract.glyph import Glyph, Piece
from agent.extract.upright import columns

_COLUMN = 3.0  # a gap of so many heights parts two columns; marks are set wide, but not so wide
_STACK_GAP = 2.5  # glyphs of vertical text stand no further apart
_STACK_LEAST = 3  # pieces one below another that make a vertical line

Apart = Callable[[Glyph], Iterable[Glyph]]
"""Gives the characters of a glyph that is several, each by itself."""


def pieces(glyphs: Iterable[Glyph], apart: Apart = lambda glyph: [glyph]) -> list[Piece]:
    """Lines in reading order; columns side by side are pieces of their own."""
    down, rest = columns(list(glyphs))
    across = [piece for row in _rows(rest) for piece in _split(row, apart)]
    return list(merged(_stacked(across), down))


def merged(across: Iterable[Piece], down: Iterable[Piece]) -> Iterator[Piece]:
    """Lines that go across and lines that go down, by where they begin."""
    waiting = sorted(down, key=lambda line: (-line.first.middle, line.first.left))
    at = 0
    for line in across:
        while at < len(waiting) and waiting[at].first.middle > line.first.middle:
            yield waiting[at]
            at += 1
        yield line
    yield from waiting[at:]


def _rows(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda g: -g.middle):
        if row and not row[0].bottom <= glyph.middle <= row[0].top:
            yield row
            row = []
        row.append(glyph)
    if row:
        yield row


def _split(row: list[Glyph], apart: Apart) -> Iterator[Piece]:
    current: list[Glyph] = []
    for glyph in _from_the_left(row, apart):
        if current and glyph.is_shadow_of(current[-1]):
            continue
        if current and glyph.left - current[-1].right > _COLUMN * current[-1].height:
            yield Piece(current)
            current = []
        current.append(glyph)
    if current:
        yield Piece(current)


def _from_the_left(row: list[Glyph], apart: Apart) -> list[Glyph]:
    """A row in order; taken apart where one glyph stands among the characters of another."""
    ordered = sorted(row, key=lambda glyph: glyph.left)
    for before, glyph in pairwise(ordered):
        if not (before.last is glyph.last is None or glyph.is_past(before)):
            return sorted((part for one in row for part in apart(one)), key=lambda part: part.left)
    return ordered


def _stacked(found: Sequence[Piece]) -> list[Piece]:
    """Joins chains of one or two glyphs that stand below one another."""
    ended: list[list[Piece]] = []
    open_chains: list[list[Piece]] = []
    for piece in found:
        if not piece.is_short:
            ended.append([piece])
            continue
        chain = next((chain for chain in open_chains if _is_below(piece, chain[-1])), None)
        if chain is None:
            open_chains = [c for c in open_chains if _is_near(piece, c[-1])]
            chain = []
            open_chains.append(chain)
            ended.append(chain)
        chain.append(piece)
    return [piece for chain in ended for piece in _joined(chain)]


def _joined(chain: list[Piece]) -> list[Piece]:
    if len(chain) < _STACK_LEAST:
        return chain
    return [Piece([glyph for piece in chain for glyph in piece.glyphs])]


def _is_near(piece: Piece, above: Piece) -> bool:
    return above.first.bottom - piece.first.top < _STACK_GAP * above.first.height


def _is_below(piece: Piece, above: Piece) -> bool:
    centre, centre_above = ((p.first.left + p.glyphs[-1].right) / 2 for p in (piece, above))
    return abs(centre - centre_above) < above.first.height / 2 and _is_near(piece, above)
