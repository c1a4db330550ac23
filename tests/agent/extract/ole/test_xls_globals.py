from __future__ import annotations

import io
import struct

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.biff import Biff
from agent.extract.ole.xls_globals import CellLook, Globals, SharedStrings, Sheet
from policies.vocabulary import Unread
from tests.agent.extract.ole.test_biff import record

BEGIN, END = record(0x809, struct.pack("<HH12x", 0x600, 5)), record(0x0A)


def read(*records: bytes) -> Globals:
    return Globals(Biff(io.BytesIO(BEGIN + b"".join(records) + END), Budget()))


def font(height: int = 200, weight: int = 400, flags: int = 0) -> bytes:
    return record(0x31, struct.pack("<HHHH", height, flags, 0, weight) + bytes(8))


def form(number: int, aligned: int = 0) -> bytes:
    return record(0xE0, struct.pack("<HHHB", number, 0, 0, aligned) + bytes(13))


def test_sheets_are_listed_with_their_state() -> None:
    names = [record(0x85, struct.pack("<IBBBB", 100 * n, n, 0, 1, 0) + b"ABC"[n : n + 1]) for n in range(3)]
    assert read(*names).sheets == {0: Sheet("A", 1, False), 100: Sheet("B", 2, True), 200: Sheet("C", 3, True)}


def test_the_look_of_a_cell_is_its_fonts() -> None:
    fonts = [font(), font(weight=700), font(height=320), font(flags=8), font(height=360, weight=700)]
    found = read(*fonts, form(0), form(1, 1), form(2, 2), form(3), form(5), form(77))
    assert [found.look(number) for number in range(7)] == [
        CellLook(),
        CellLook(bold=True, left=True),
        CellLook(large=True, left=False),
        CellLook(struck=True),
        CellLook(bold=True, large=True),  # there is no font number 4
        CellLook(),
        CellLook(),
    ]


def test_shared_strings_are_kept_and_checked() -> None:
    strings = read(record(0xFC, struct.pack("<II", 9, 2) + b"\x01\0\0a" + b"\x02\0\x01" + "机密".encode("utf-16-le"))).strings
    assert (list(strings), strings[1], len(strings), strings.full) == (["a", "机密"], "机密", 2, False)
    with pytest.raises(Unreadable) as raised:
        strings[2]
    assert raised.value.reason is Unread.CORRUPT


def test_more_strings_than_there_is_room_for_are_told() -> None:
    strings = SharedStrings()
    for _ in range(20):
        strings.add("字" * 400_000)
    assert strings.full
    assert len(strings) < 20
    with pytest.raises(Unreadable) as raised:
        strings[19]
    assert raised.value.reason is Unread.TOO_LARGE


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Unread.UNSUPPORTED),
        (record(0x09, b"\0\0\5\0"), Unread.UNSUPPORTED),  # older than Excel 5
        (BEGIN, Unread.CORRUPT),
        (BEGIN + record(0x2F, b"\0" * 6), Unread.ENCRYPTED),
        (BEGIN + record(0x85, b"\0" * 5) + END, Unread.CORRUPT),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, reason: Unread) -> None:
    with pytest.raises(Unreadable) as raised:
        Globals(Biff(io.BytesIO(data), Budget()))
    assert raised.value.reason is reason
