"""Characters of an OFD page into the lines that an eye reads, whatever order they are written in."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from agent.extract.flow import LARGE
from agent.extract.ofd.content import Matrix, Run, advance, product
from agent.extract.reflow import Glyph, Piece, pieces
from checks.marking.text import Block
from policies.vocabulary import Place

_POINTS = 72 / 25.4
_ABOVE, _BELOW = 0.88, 0.12  # of its size that a character reaches above and below the base line
_FLUSH = 1.5  # heights from the leftmost line
_STILL = 0.1  # of its size that a line written downwards strays to the side
_UPRIGHT, _SLANTED = 0, 90  # degrees


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
        first, run = line.first, runs[line.first.index]
        flush = first.left - margin <= _FLUSH * first.height
        large = _height(run) * _POINTS >= LARGE
        yield Block(line.text, place, page, bold=run.bold, large=large, left=flush if place is Place.BODY else None)


def _read(runs: Sequence[Run], indices: Iterable[int], angle: int) -> list[Piece]:
    """Lines in reading order. What one TextCode writes downwards is a line, however short."""
    across: list[Glyph] = []
    down: list[Piece] = []
    turn = math.radians(-angle)
    back: Matrix = (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), 0.0, 0.0)
    for index in indices:
        glyphs = list(_glyphs(runs[index], index, product(runs[index].matrix, back)))
        if len(glyphs) > 1 and _goes_down(runs[index]):
            down.append(Piece(glyphs))
        else:
            across += glyphs
    return list(_merged(pieces(across), sorted(down, key=lambda line: -line.first.middle)))


def _merged(across: Sequence[Piece], down: Sequence[Piece]) -> Iterator[Piece]:
    at = 0
    for line in across:
        while at < len(down) and down[at].first.middle > line.first.middle:
            yield down[at]
            at += 1
        yield line
    yield from down[at:]


def _goes_down(run: Run) -> bool:
    still = _STILL * max(run.size, _STILL)
    first_x, first_y = run.points[0]
    return all(abs(x - first_x) < still for x, _ in run.points) and abs(run.points[-1][1] - first_y) > still


def _glyphs(run: Run, index: int, matrix: Matrix) -> Iterator[Glyph]:
    """Boxes with y upwards, as the reading of lines wants them."""
    for character, (x, y) in zip(run.text, run.points, strict=True):
        if character.isspace():
            continue
        width = advance(character) * run.size * run.stretch
        corners = ((x, y - _ABOVE * run.size), (x + width, y + _BELOW * run.size))
        (x1, y1), (x2, y2) = (_moved(corner, matrix) for corner in corners)
        yield Glyph(character, min(x1, x2), min(-y1, -y2), max(x1, x2), max(-y1, -y2), index)


def _moved(point: tuple[float, float], matrix: Matrix) -> tuple[float, float]:
    (x, y), (a, b, c, d, e, f) = point, matrix
    return a * x + c * y + e, b * x + d * y + f


def _angle(matrix: Matrix) -> int:
    """By how many degrees the base line is turned."""
    return round(math.degrees(math.atan2(matrix[1], matrix[0]))) % 360


def _height(run: Run) -> float:
    """The size at which the run is shown, in millimetres."""
    return run.size * math.hypot(run.matrix[2], run.matrix[3])
