"""Located text: what an extractor gives to the grammar, and the lines that the grammar reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policies.vocabulary import Place

LONGEST_LINE = 2000
"""Longer lines are prose; they are read in slices of so many characters, so that memory stays bounded."""

OVERLAP = 80
"""Characters that two slices share: more than the longest mark, so that a cut cannot hide one."""

_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Block:
    """One located piece of text, usually a paragraph; an extractor yields blocks in reading order.

    `page` counts from 1; 0 means not paginated or unknown. `large` is 16 pt or more. `left` tells whether the text stands flush
    left, None where that is not known. `member` names the part of a container, `within` tells what it is to it (a
    member, an attachment).
    """

    text: str
    place: Place
    page: int = 1
    member: str | None = None
    bold: bool = False
    large: bool = False
    struck: bool = False
    left: bool | None = None
    within: Place | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line (or a slice of a long one) of a block. `joined`: put together from several lines that spell one mark."""

    text: str
    block: Block
    joined: bool = False
    opens: bool = True
    closes: bool = True

    def beside(self, other: Line) -> bool:
        """Whether both belong to the same flow of text; properties of a document do not."""
        if self.block.place is Place.METADATA:
            return False
        return self.block.place is other.block.place and self.block.member == other.block.member


def lines_of(blocks: Iterable[Block]) -> Iterator[Line]:
    """All lines that hold more than white space, long ones sliced."""
    for block in blocks:
        for match in _LINE.finditer(block.text):
            yield from _slices(block, match.start(), match.end())


def _slices(block: Block, start: int, end: int) -> Iterator[Line]:
    first = start
    while True:
        stop = min(end, first + LONGEST_LINE)
        text = block.text[first:stop]
        if not text.isspace():
            yield Line(text, block, opens=first == start, closes=stop == end)
        if stop == end:
            return
        first = stop - OVERLAP
