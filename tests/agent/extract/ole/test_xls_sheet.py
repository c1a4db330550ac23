from __future__ import annotations

import io
import struct

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.biff import Biff
from agent.extract.ole.xls_globals import Globals
from agent.extract.ole.xls_sheet import Sheets
from policies.vocabulary import Place, Unread
from tests.agent.extract.ole.test_biff import record
from tests.agent.extract.ole.test_xls_globals import BEGIN, END

SHEET = record(0x809, struct.pack("<HH12x", 0x600, 16))
LABEL = record(0x204, struct.pack("<HHHH", 0, 0, 0, 1) + b"\0a")


def read(*sheets: bytes, hidden: int = 0) -> list[tuple[Place, str, int]]:
    """The blocks of some sheets, named A, B, ..."""
    at, listed = len(BEGIN) + 13 * len(sheets) + len(END), b""
    for number, sheet in enumerate(sheets):
        listed += record(0x85, struct.pack("<IBBBB", at, hidden, 0, 1, 0) + b"ABC"[number : number + 1])
        at += len(sheet)
    budget = Budget()
    biff = Biff(io.BytesIO(BEGIN + listed + END + b"".join(sheets)), budget)
    blocks = Sheets(biff, Globals(biff), budget).blocks(shared=True)
    return [(block.place, block.text, block.page) for block in blocks if block.text not in ("A", "B", "C")]


def text_box(kind: int, text: str) -> bytes:
    described = record(0x5D, struct.pack("<HHHH", 0x15, 18, kind, 1) + bytes(14))
    return described + record(0x1B6, struct.pack("<10xHH4x", len(text), 16)) + record(0x3C, b"\1" + text.encode("utf-16-le"))


def test_sheets_have_their_number_as_page() -> None:
    assert read(SHEET + LABEL + END, SHEET + LABEL + END) == [(Place.CELL, "a", 1), (Place.CELL, "a", 2)]


def test_all_of_a_hidden_sheet_is_hidden() -> None:
    assert read(SHEET + LABEL + text_box(6, "框") + END, hidden=2) == [(Place.HIDDEN, "a", 1), (Place.HIDDEN, "框", 1)]


@pytest.mark.parametrize(
    ("before", "place"),
    [
        (record(0x208, struct.pack("<HHHHIHH", 0, 0, 1, 0, 0, 0x120, 0)), Place.HIDDEN),
        (record(0x208, struct.pack("<HHHHIHH", 0, 0, 1, 0, 0, 0x100, 0)), Place.CELL),
        (record(0x208, struct.pack("<HHHHIHH", 7, 0, 1, 0, 0, 0x120, 0)), Place.CELL),
        (record(0x7D, struct.pack("<HHHHHH", 0, 0xFFFF, 0, 0, 1, 0)), Place.HIDDEN),
        (record(0x7D, struct.pack("<HHHHHH", 1, 9, 0, 0, 1, 0)), Place.CELL),
    ],
)
def test_a_cell_in_a_hidden_row_or_column_is_hidden(before: bytes, place: Place) -> None:
    assert read(SHEET + before + LABEL + END) == [(place, "a", 1)]


def test_what_is_hidden_in_one_sheet_is_not_hidden_in_the_next() -> None:
    row = record(0x208, struct.pack("<HHHHIHH", 0, 0, 1, 0, 0, 0x120, 0))
    assert read(SHEET + row + LABEL + END, SHEET + LABEL + END) == [(Place.HIDDEN, "a", 1), (Place.CELL, "a", 2)]


def test_a_text_box_and_a_comment_are_told_apart() -> None:
    assert read(SHEET + text_box(6, "框") + text_box(0x19, "批注") + END) == [(Place.TEXTBOX, "框", 1), (Place.BODY, "批注", 1)]


def test_a_chart_in_a_sheet_is_read() -> None:
    chart = record(0x809, struct.pack("<HH12x", 0x600, 32)) + record(0x100D, b"\0\0\x02\x01" + "图表".encode("utf-16-le")) + END
    assert read(SHEET + chart + LABEL + END) == [(Place.TEXTBOX, "图表", 1), (Place.CELL, "a", 1)]


@pytest.mark.parametrize(
    ("coded", "text"),
    [
        ("&L机密&C标题&R右", "机密\n标题\n右"),
        ('&"黑体,加粗"&16机密&K00FF00★&P/&N', "机密★/"),
        ("R&&D &D&T&A", "R&D"),
        ("&12 10年", "10年"),
    ],
)
def test_the_codes_of_a_header_are_no_text(coded: str, text: str) -> None:
    body = struct.pack("<HB", len(coded), 1) + coded.encode("utf-16-le")
    assert read(SHEET + record(0x14, body) + record(0x15) + END) == [(Place.HEADER, text, 1)]


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        (SHEET + LABEL, Unread.CORRUPT),  # without an end
        (LABEL + END, Unread.CORRUPT),  # without a beginning
        (SHEET + record(0x2F) + END, Unread.ENCRYPTED),
        (SHEET * 300, Unread.BOMB),  # in one another
        (SHEET + record(0xEC, b"\x0f\0\x02\xf0\xff\0\0\0") + END, Unread.CORRUPT),  # a drawing that is cut off
    ],
)
def test_a_sheet_that_cannot_be_read_is_told(sheet: bytes, reason: Unread) -> None:
    with pytest.raises(Unreadable) as raised:
        read(sheet)
    assert raised.value.reason is reason
