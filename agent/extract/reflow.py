"""Glyphs with coordinates back into lines, as an eye reads them: left to right, top to bottom, spaced out or stacked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_SPACE = 0.3  # a gap of so many heights is a space
_COLUMN = 3.0  # a gap of so many heights parts two columns; marks are set wide, but not so wide
_STACK_GAP = 2.5  # glyphs of vertical text stand no further apart
_STACK_LEAST = 3  # pieces one below another that make a vertical line
_SAME = 0.1  # the same character less than so many heights beside itself is printed twice to look bold


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and its box; y grows upwards. `index` leads back to the page's glyph."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    index: int = 0

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 0.1)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Piece:
    """Glyphs that are read as one line."""

    glyphs: list[Glyph]

    @property
    def first(self) -> Glyph:
        return self.glyphs[0]

    @property
    def text(self) -> str:
        """The characters, with a space where there is a gap."""
        out = [self.first.text]
        for before, glyph in zip(self.glyphs, self.glyphs[1:], strict=False):
            gap = glyph.left - before.right
            beside = abs(glyph.middle - before.middle) < before.height / 2
            if beside and gap > _SPACE * before.height and out[-1] != " " and glyph.text != " ":
                out.append(" ")
            out.append(glyph.text)
        return "".join(out).strip()


def pieces(glyphs: Iterable[Glyph]) -> list[Piece]:
    """Lines in reading order; columns side by side are pieces of their own."""
    found = [piece for row in _rows(glyphs) for piece in _split(row)]
    return _stacked(found)


def _rows(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda g: -g.middle):
        if row and not row[0].bottom <= glyph.middle <= row[0].top:
            yield row
            row = []
        row.append(glyph)
    if row:
        yield row


def _split(row: list[Glyph]) -> Iterator[Piece]:
    current: list[Glyph] = []
    for glyph in sorted(row, key=lambda g: g.left):
        if current and _is_shadow(glyph, current[-1]):
            continue
        if current and glyph.left - current[-1].right > _COLUMN * current[-1].height:
            yield Piece(current)
            current = []
        current.append(glyph)
    if current:
        yield Piece(current)


def _is_shadow(glyph: Glyph, before: Glyph) -> bool:
    return glyph.text == before.text and abs(glyph.left - before.left) < _SAME * before.height


def _stacked(found: Sequence[Piece]) -> list[Piece]:
    """Joins chains of one or two glyphs that stand below one another."""
    ended: list[list[Piece]] = []
    open_chains: list[list[Piece]] = []
    for piece in found:
        if len(piece.glyphs) > 2:
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
