from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest

from agent.extract.base import Unreadable
from agent.extract.ole.piece_table import Piece, PieceTable, parsed
from policies.vocabulary import Unread

CHANGE = b"\x3c\x08\x01"


def clx(places: Sequence[int], pieces: Sequence[tuple[int, int]], *changes: bytes) -> bytes:
    body = struct.pack(f"<{len(places)}I", *places) + b"".join(struct.pack("<HIH", 0, at, change) for at, change in pieces)
    before = b"".join(b"\x01" + struct.pack("<H", len(change)) + change for change in changes)
    return before + b"\x02" + struct.pack("<I", len(body)) + body


def test_wide_and_compressed_pieces_are_told_apart() -> None:
    table = parsed(clx([0, 5, 9], [(2048, 0), (0x40000000 | 2 * 3000, 0)]))
    assert list(table.pieces(0, 9)) == [Piece(0, 5, 2048, 2), Piece(5, 9, 3000, 1)]
    assert table.length == 9


def test_a_part_of_the_text_is_cut_out_of_the_pieces() -> None:
    table = PieceTable([Piece(0, 5, 100, 2), Piece(5, 9, 50, 1), Piece(9, 20, 300, 2)])
    assert list(table.pieces(3, 10)) == [Piece(3, 5, 106, 2), Piece(5, 9, 50, 1), Piece(9, 10, 300, 2)]
    assert list(table.pieces(20, 30)) == []
    assert list(PieceTable([]).pieces(0, 5)) == []


def test_a_pieces_change_is_short_or_stands_before_the_table() -> None:
    table = parsed(clx([0, 1, 2, 3], [(0, 0x55 << 1 | 0x100), (0, 3), (0, 0x04 << 1)], b"\0\x08\x01", CHANGE))
    assert [piece.change for piece in table.pieces(0, 3)] == [b"\x35\x08\x01", CHANGE, b""]


def test_before_word_97_every_character_has_one_byte() -> None:
    assert list(parsed(clx([0, 4], [(2048, 0)]), narrow=True).pieces(0, 4)) == [Piece(0, 4, 2048, 1)]


GOOD = clx([0, 5], [(2048, 0)], CHANGE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        GOOD[:-1],
        GOOD[:3],
        b"\x03" + GOOD,
        clx([0, 5], [(2048, 1)]),  # a change that is not there
        clx([1, 5], [(2048, 0)]),  # the text does not begin at its beginning
        clx([0, 5, 5], [(0, 0), (0, 0)]),
        clx([0], []),
    ],
)
def test_a_table_that_lies_is_corrupt(data: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        parsed(data)
    assert raised.value.reason is Unread.CORRUPT
