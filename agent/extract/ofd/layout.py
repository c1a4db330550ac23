"""Characters of an OFD page into the lines that an eye reads, whatever order they are written in."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import sub

from agent.extract.flow import LARGE
from agent.extract.glyph import SPACE, Glyph, Piece
from agent.extract.ofd.content import LONGEST_CODE, WIDE, Matrix, Run, advance, product
from agent.extract.reflow import merged, pieces
from checks.marking.text import Block
from policies.vocabulary import Place

_POINTS = 72 / 25.4
_ABOVE, _BELOW = 0.88, 0.12  # of its size that a character reaches above and below the base line
_FLUSH = 1.5  # heights from the leftmost line
_STILL = 0.1  # of its size that a line written downwards strays to the side
_STEP = 0.1  # heights by which each character of a word begins further on, at least
_UPRIGHT, _SLANTED = 0, 90  # degrees
_WORD = re.compile(rf"[^\0-{WIDE}\s]+|[^{WIDE}-\U0010ffff\s]+|\S")  # wide characters, narrow ones


def lines(runs: Sequence[Run], place: Place, page: int) -> Iterator[Block]:
    """The lines of what stands on a page, upright ones first. Text that is written aslant is a watermark of the page."""
    groups: dict[tuple[bool, int], list[int]] = defaultdict(list)
    for index, run in enumerate(runs):
        groups[not run.shown, _angle(run.matrix)].append(index)
    for (hidden, angle), indices in sorted(groups.items()):
        aslant = place is Place.BODY and angle % _SLANTED != _UPRIGHT
        where = Place.HIDDEN if hidden else Place.WATERMARK if aslant else place
        yield from _blocks(_read(runs, indices, angle), runs, where, page)


def _blocks(found: Sequence[Piece], runs: Sequence[Run], place: Place, page: int) -> Iterator[Block]:
    margin = min((line.first.left for line in found), default=0.0)
    for line in found:
        first, run = line.first, runs[line.first.index // LONGEST_CODE]
        flush = first.left - margin <= _FLUSH * first.height
        large = _height(run) * _POINTS >= LARGE
        yield Block(line.text, place, page, bold=run.bold, large=large, left=flush if place is Place.BODY else None)


def _read(runs: Sequence[Run], indices: Iterable[int], angle: int) -> list[Piece]:
    """Lines in reading order. What one TextCode writes downwards is a line, however short."""
    across: list[Glyph] = []
    down: list[Piece] = []
    turn = math.radians(-angle)
    back: Matrix = (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), 0.0, 0.0)

    def apart(word: Glyph) -> Iterator[Glyph]:
        index, start = divmod(word.index, LONGEST_CODE)
        return _singly(runs[index], index, product(runs[index].matrix, back), start, start + len(word.text))

    for index in indices:
        glyphs = list(_glyphs(runs[index], index, product(runs[index].matrix, back)))
        if len(glyphs) > 1 and _goes_down(runs[index]):
            down.append(Piece(glyphs))
        else:
            across += glyphs
    return list(merged(pieces(across, apart), down))


def _goes_down(run: Run) -> bool:
    still = _STILL * max(run.size, _STILL)
    first_x, first_y = run.points[0]
    return all(abs(x - first_x) < still for x, _ in run.points) and abs(run.points[-1][1] - first_y) > still


def _glyphs(run: Run, index: int, matrix: Matrix) -> Iterator[Glyph]:
    """Boxes with y upwards, as the reading of lines wants them. A word in one line without gaps stays together."""
    for word in _WORD.finditer(run.text):
        joined = _as_one(run, index, matrix, *word.span())
        yield from _singly(run, index, matrix, *word.span()) if joined is None else (joined,)


def _as_one(run: Run, index: int, matrix: Matrix, start: int, end: int) -> Glyph | None:
    """A word that goes from left to right, None for any other."""
    a, b, c, d, e, f = matrix
    text = run.text[start:end]
    across, down = zip(*run.points[start:end], strict=True)
    if len(text) < 2 or b or c or a <= 0 or d <= 0 or down.count(down[0]) != len(down):
        return None
    widths = [run.size * run.stretch] * len(text) if min(text) >= WIDE else [_width(character, run) for character in text]
    steps = list(map(sub, across[1:], across))
    bottom, top = -d * (down[0] + _BELOW * run.size) - f, -d * (down[0] - _ABOVE * run.size) - f
    if a * min(steps) < _STEP * (top - bottom) or a * max(map(sub, steps, widths)) > SPACE * (top - bottom):
        return None
    left, right, last = a * across[0] + e, a * (across[-1] + widths[-1]) + e, a * across[-1] + e
    return Glyph(text, left, bottom, right, top, index * LONGEST_CODE + start, last)


def _singly(run: Run, index: int, matrix: Matrix, start: int, end: int) -> Iterator[Glyph]:
    """The characters, each by itself."""
    for at in range(start, end):
        character, (x, y) = run.text[at], run.points[at]
        corners = ((x, y - _ABOVE * run.size), (x + _width(character, run), y + _BELOW * run.size))
        (x1, y1), (x2, y2) = (_moved(corner, matrix) for corner in corners)
        yield Glyph(character, min(x1, x2), min(-y1, -y2), max(x1, x2), max(-y1, -y2), index * LONGEST_CODE + at)


def _width(character: str, run: Run) -> float:
    return advance(character) * run.size * run.stretch


def _moved(point: tuple[float, float], matrix: Matrix) -> tuple[float, float]:
    (x, y), (a, b, c, d, e, f) = point, matrix
    return a * x + c * y + e, b * x + d * y + f


def _angle(matrix: Matrix) -> int:
    """By how many degrees the base line is turned."""
    return round(math.degrees(math.atan2(matrix[1], matrix[0]))) % 360


def _height(run: Run) -> float:
    """The size at which the run is shown, in millimetres."""
    return run.size * math.hypot(run.matrix[2], run.matrix[3])
