"""Lines: what the grammar reads of a text. Where a long text shows no sign of a mark or a date, its lines are only counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from checks.marking.dating import date_signs
from checks.marking.progress import Nesting, Progress
from checks.marking.text import LONGEST_LINE, OVERLAP, Block
from checks.marking.trace import signs
from policies.vocabulary import Place

MARGIN = 20
"""So many lines on both sides of a sign are read: more than a mark written one glyph a line and its neighbours."""

_SHORT = 1000
_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_END = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")


class Line(NamedTuple):
    """One line (or a slice of a long one) of a block. `row` counts the lines of its page from 1; `joined`: put together from
    several lines that spell one mark; `opens`, `closes`: the line's own beginning or end is in it.
    """

    text: str
    block: Block
    document: Progress
    row: int = 1
    joined: bool = False
    opens: bool = True
    closes: bool = True

    def beside(self, other: Line) -> bool:
        """Whether both belong to the same flow of text; properties of a document do not."""
        place = self.block.place
        return place is other.block.place and place is not Place.METADATA and self.document is other.document


def lines_of(blocks: Iterable[Block]) -> Iterator[Line]:
    """All lines that hold more than white space and are not far from every sign; long ones sliced."""
    nesting = Nesting()
    document = nesting.of(None)
    for block in blocks:
        text = block.text
        if block.member != document.member:
            document = nesting.of(block.member)
        document.begin(block)
        if len(text) > _SHORT:
            yield from _of_long(block, document)
        elif _END.search(text):
            yield from _between(block, document, 0, len(text))
            document.rows += text.count("\n") + (not text.endswith("\n"))
        else:
            document.rows += 1
            if text and not text.isspace():
                yield Line(text, block, document, document.rows)


def _of_long(block: Block, document: Progress) -> Iterator[Line]:
    text = block.text
    stretches = _near_signs(text) if block.place is not Place.CELL else [(0, len(text))]
    done = 0
    for start, stop in stretches:
        document.pass_over(text, done, start)
        document.rows += text.count("\n", done, start)
        yield from _between(block, document, start, stop)
        document.rows += text.count("\n", start, stop)
        done = stop
    document.rows += not text.endswith("\n")


def _near_signs(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text that are to be read, in order: its two ends, and whatever is near a sign."""
    first = last = done = 0
    for at in (*sorted({*signs(text), *date_signs(text)}), len(text)):
        if text.count("\n", last, at) > 2 * MARGIN:
            start, stop = max(done, _lines_before(text, first)), _lines_after(text, last)
            yield start, stop
            first, done = at, stop
        last = at
    yield max(done, _lines_before(text, first)), len(text)


def _lines_before(text: str, at: int) -> int:
    """Where the line begins that lies so many lines before."""
    left = MARGIN + 1
    while left and at > 0:
        begin = text.rfind("\n", 0, at) + 1
        left -= not (begin == at or text[begin:at].isspace())
        at = begin - 1 if left else begin
    return max(at, 0)


def _lines_after(text: str, at: int) -> int:
    """Where the line ends that lies so many lines after."""
    left = MARGIN + 1
    while left and at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        left -= not (end == at or text[at:end].isspace())
        at = end + 1
    return min(at, len(text))


def _between(block: Block, document: Progress, start: int, stop: int) -> Iterator[Line]:
    """The lines between two line ends."""
    text, row, done = block.text, document.rows + 1, start
    for match in _LINE.finditer(text, start, stop):
        first, last = match.span()
        row, done = row + text.count("\n", done, first), first
        if last - first <= LONGEST_LINE:
            line = match[0]
            if not line.isspace():
                yield Line(line, block, document, row)
        else:
            yield from _slices(block, document, row, first, last)


def _slices(block: Block, document: Progress, row: int, start: int, end: int) -> Iterator[Line]:
    first = start
    while True:
        stop = min(end, first + LONGEST_LINE)
        text = block.text[first:stop]
        if not text.isspace():
            yield Line(text, block, document, row, opens=first == start, closes=stop == end)
        if stop == end:
            return
        first = stop - OVERLAP
