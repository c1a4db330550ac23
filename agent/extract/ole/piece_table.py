"""The piece table of Word's binary documents (MS-DOC 2.8.35, 2.9.38): which bytes hold which characters of the text.

A document that was saved fast has its text in many pieces, in another order than a reader sees; the table restores it.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from agent.extract.base import Unreadable
from policies.vocabulary import Unread

_COMPRESSED = 0x40000000
# The character properties that a piece may change by one short number (MS-DOC 2.9.215), as the sprm that each stands for.
_SHORT = {0x41: 0x0800, 0x55: 0x0835, 0x57: 0x0837, 0x5C: 0x083C}


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters `start` to `end` of the text: where their bytes begin, how wide they are, and what changes their look."""

    start: int
    end: int
    at: int
    width: int
    change: bytes = b""

    def cut(self, start: int, end: int) -> Piece:
        """The part of it between two characters."""
        first, last = max(start, self.start), min(end, self.end)
        return Piece(first, last, self.at + (first - self.start) * self.width, self.width, self.change)


class PieceTable:
    """The pieces in the order of the text."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self._starts = [piece.start for piece in pieces]

    @property
    def length(self) -> int:
        """Characters in all."""
        return self._pieces[-1].end if self._pieces else 0

    def pieces(self, start: int, end: int) -> Iterator[Piece]:
        """What holds the characters from `start` to `end`."""
        number = max(0, bisect_right(self._starts, start) - 1)
        while number < len(self._pieces) and self._pieces[number].start < end:
            if (piece := self._pieces[number].cut(start, end)).start < piece.end:
                yield piece
            number += 1


def parsed(clx: bytes, *, narrow: bool = False) -> PieceTable:
    """The table from its bytes. `narrow`: of Word 6 and 95, whose characters have one byte each. Raises Unreadable."""
    changes: list[bytes] = []
    at = 0
    try:
        while clx[at : at + 1] == b"\x01":
            size = struct.unpack_from("<H", clx, at + 1)[0]
            changes.append(clx[at + 3 : at + 3 + size])
            at += 3 + size
        if clx[at : at + 1] != b"\x02":
            raise Unreadable(Unread.CORRUPT)
        size = struct.unpack_from("<I", clx, at + 1)[0]
        return PieceTable(list(_pieces(clx, at + 5, size, changes, narrow=narrow)))
    except struct.error:
        raise Unreadable(Unread.CORRUPT) from None


def _pieces(clx: bytes, at: int, size: int, changes: list[bytes], *, narrow: bool) -> Iterator[Piece]:
    count = (size - 4) // 12
    if count < 1 or at + size > len(clx):
        raise Unreadable(Unread.CORRUPT)
    places = struct.unpack_from(f"<{count + 1}I", clx, at)
    for number in range(count):
        start, end = places[number], places[number + 1]
        if start >= end or (number == 0 and start):
            raise Unreadable(Unread.CORRUPT)
        place, modifier = struct.unpack_from("<IH", clx, at + 4 * (count + 1) + 8 * number + 2)
        change = _change(modifier, changes)
        if narrow:
            yield Piece(start, end, place, 1, change)
        elif place & _COMPRESSED:
            yield Piece(start, end, (place & ~_COMPRESSED) // 2, 1, change)
        else:
            yield Piece(start, end, place & 0x3FFFFFFF, 2, change)


def _change(modifier: int, changes: list[bytes]) -> bytes:
    """What a piece's modifier (Prm) does: one short change, or a list of them that stands before the table."""
    if modifier & 1:
        if modifier >> 1 >= len(changes):
            raise Unreadable(Unread.CORRUPT)
        return changes[modifier >> 1]
    code = _SHORT.get(modifier >> 1 & 0x7F)
    return struct.pack("<HB", code, modifier >> 8) if code else b""
