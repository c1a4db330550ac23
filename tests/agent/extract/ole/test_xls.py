from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
import xlrd  # type: ignore[import-untyped]  # ships no types
import xlwt  # type: ignore[import-untyped]  # ships no types

from agent.extract.base import MARKLESS, Budget, Member, NotThisFormat, Unreadable
from agent.extract.ole.xls import Xls
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.compounds import changed, compound
from tests.agent.extract.outcome import outcome, texts

MADE = Path(__file__).parents[3] / "data/documents/libreoffice.xls"


def found(data: bytes) -> tuple[list[Block], list[Member], Unread | None]:
    return outcome(Xls(), data)


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def workbook(globals_: bytes, sheet: bytes, *, version: int = 0x600, name: bytes = b"\x01\0S") -> bytes:
    """A workbook of one sheet, record by record."""
    start = record(0x809, struct.pack("<HH12x", version, 5))
    listed = len(start) + len(globals_) + 4 + 6 + len(name) + 4
    stream = start + globals_ + record(0x85, struct.pack("<IBB", listed, 0, 0) + name) + record(0x0A)
    stream += record(0x809, struct.pack("<HH12x", version, 16)) + sheet + record(0x0A)
    return compound({"Workbook" if version == 0x600 else "Book": stream.ljust(5000, b"\0")})


@pytest.mark.parametrize(
    ("place", "text", "page"),
    [
        (Place.CELL, "机密★10年", 1),
        (Place.CELL, "秘密★3年", 1),  # what a formula came to
        (Place.CELL, "汇总 内部", 1),  # the sheet's name
        (Place.HEADER, "机密★1年\n第  页", 1),
        (Place.FOOTER, "脚 秘密★2年", 1),
        (Place.BODY, "批注 机密★2年", 1),
        (Place.TEXTBOX, "图表 秘密★4年", 1),
        (Place.HIDDEN, "绝密★30年", 2),
        (Place.CELL, "第149行 文字内容较长一些以便跨越记录边界 abc", 3),
        (Place.METADATA, "表格", 0),
    ],
)
def test_every_place_of_a_real_workbook_is_read(place: Place, text: str, page: int) -> None:
    blocks, _, reason = found(MADE.read_bytes())
    assert reason is None
    assert (place, text, page) in [(block.place, block.text, block.page) for block in blocks]


def test_how_cells_are_set_is_told() -> None:
    blocks = {block.text: block for block in found(MADE.read_bytes())[0]}
    mark, struck = blocks["机密★10年"], blocks["划掉 秘密★1年"]
    assert (mark.bold, mark.large, mark.left, mark.struck) == (True, True, True, False)
    assert (struck.bold, struck.large, struck.left, struck.struck) == (False, False, None, True)


def cells_by_xlrd(data: bytes) -> list[tuple[int, str]]:
    book = xlrd.open_workbook(file_contents=data)
    rows = [(page, cell) for page, sheet in enumerate(book.sheets(), 1) for row in sheet.get_rows() for cell in row]
    return [(page, cell.value) for page, cell in rows if cell.ctype == xlrd.XL_CELL_TEXT]


def cells(data: bytes) -> list[tuple[int, str]]:
    blocks, _, reason = found(data)
    assert reason is None
    seen = [(block.page, block.text) for block in blocks if block.place in (Place.CELL, Place.HIDDEN)]
    names = [(page, sheet.name) for page, sheet in enumerate(xlrd.open_workbook(file_contents=data).sheets(), 1)]
    return [cell for cell in seen if cell not in names]


def by_xlwt(rows: int) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    for number in range(2):
        sheet = book.add_sheet(f"表{number}")
        for row in range(rows):
            sheet.write(row, 0, f"机密★{row}年" + "长" * (row * 7 % 300))
            sheet.write(row, 1, "plain " * (row % 50))
            sheet.write(row, 2, row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_the_cells_are_those_that_xlrd_reads() -> None:
    for data in (MADE.read_bytes(), by_xlwt(400)):
        assert cells(data) == cells_by_xlrd(data)


def test_a_workbook_without_any_sign_of_a_mark_costs_little() -> None:
    book = xlwt.Workbook()
    book.add_sheet("S").write(0, 0, "春节放假")
    buffer = io.BytesIO()
    book.save(buffer)
    assert [block for block in found(buffer.getvalue())[0] if block.place is not Place.METADATA] == [MARKLESS]


def test_a_mark_spread_over_cells_is_not_lost() -> None:
    book = xlwt.Workbook()
    for row, text in enumerate(["其他", "机", "密", "★", "10年"]):
        book.add_sheet("S").write(row, 0, text) if not row else book.get_sheet(0).write(row, 0, text)
    buffer = io.BytesIO()
    book.save(buffer)
    assert texts(found(buffer.getvalue())[0], Place.CELL)[1:] == ["其他", "机", "密", "★", "10年"]


def strings(*bodies: bytes) -> bytes:
    """Shared strings: the first body, and what goes on with it."""
    return record(0xFC, struct.pack("<II", 2, 2) + bodies[0]) + b"".join(record(0x3C, body) for body in bodies[1:])


LABELS = record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0)) + record(0xFD, struct.pack("<HHHI", 1, 0, 0, 1))
WIDE = "机密★10年".encode("utf-16-le")


@pytest.mark.parametrize(
    "parts",
    [
        [b"\x06\0\x01" + WIDE[:4], b"\x01" + WIDE[4:8], b"\x01" + WIDE[8:] + b"\x03\0\0abc"],  # twice within the characters
        [b"\x06\0\x01" + WIDE[:6], b"\0" + b"10", b"\x01" + WIDE[10:] + b"\x03\0\0abc"],  # its width changes
        [b"\x06\0\x01" + WIDE, b"\x03\0\0abc"],  # between two strings
        [b"\x06\0\x09\x02\0" + WIDE + b"\0\0\0\0", b"\0\0\0\0" + b"\x03\0\0abc"],  # within its fonts
        [b"\x06\0\x05\x06\0\0\0" + WIDE + b"pho", b"net" + b"\x03\0\0abc"],  # within how it is spoken
    ],
)
def test_a_string_goes_on_in_the_next_record(parts: list[bytes]) -> None:
    blocks, _, reason = found(workbook(strings(*parts), LABELS))
    assert (texts(blocks, Place.CELL), reason) == (["S", "机密★10年", "abc"], None)


def test_excel_95_is_read_in_its_code_page() -> None:
    mark = "机密★10年".encode("gbk")
    label = record(0x204, struct.pack("<HHHH", 0, 0, 0, len(mark)) + mark)
    header = record(0x14, bytes([len(mark) + 2]) + b"&L" + mark)
    data = workbook(record(0x42, struct.pack("<H", 936)), header + label, version=0x500, name=b"\x01S")
    blocks, _, reason = found(data)
    assert (texts(blocks, Place.CELL), texts(blocks, Place.HEADER), reason) == (["S", "机密★10年"], ["机密★10年"], None)


def test_headers_of_first_and_even_pages_are_read() -> None:
    text = b"\x08\0\x01" + "&C机密★10年".encode("utf-16-le")
    body = struct.pack("<H10x16xHHHHH", 0x89C, 0, 0, 0, 8, 0) + text
    assert texts(found(workbook(b"", record(0x89C, body)))[0], Place.HEADER) == ["机密★10年"]


def test_lettering_in_a_drawing_is_read() -> None:
    text = "机密\0".encode("utf-16-le")
    options = struct.pack("<HI", 0xC0C0, len(text)) + text
    shape = struct.pack("<HHI", 0x13, 0xF00B, len(options)) + options
    drawing = struct.pack("<HHI", 0xF, 0xF004, len(shape)) + shape
    data = workbook(b"", record(0xEC, drawing[:20]) + record(0x3C, drawing[20:]))
    assert texts(found(data)[0], Place.TEXTBOX) == ["机密"]


@pytest.mark.parametrize("kept", [record(0x2F, b"\0\0"), record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48))])
def test_an_encrypted_workbook_is_told(kept: bytes) -> None:
    assert found(workbook(kept, b""))[2] is Unread.ENCRYPTED


@pytest.mark.parametrize(
    ("globals_", "sheet"),
    [
        (b"", record(0xFD, struct.pack("<HHHI", 0, 0, 0, 9))),  # a text that is not there
        (b"", record(0xFD, b"\0\0")),  # a cell cut off
        (strings(b"\x06\0\x01" + WIDE), b""),  # fewer texts than it says
        (strings(b"\xff\xff\x01" + WIDE), b""),  # a text longer than all that follows
        (b"", record(0x1B6, struct.pack("<10xHH4x", 9, 0))),  # a text box without its text
        (b"", struct.pack("<HH", 0x204, 60000)),  # a record longer than the rest
    ],
)
def test_a_workbook_that_lies_is_corrupt(globals_: bytes, sheet: bytes) -> None:
    assert found(workbook(globals_, sheet))[2] is Unread.CORRUPT


def test_a_sheet_that_is_not_there_is_corrupt() -> None:
    data = workbook(b"", LABELS[:0] + record(0x0A) + record(0x809, struct.pack("<HH12x", 0x600, 16)))
    place = data.find(record(0x85, b"")[:2] + b"\x09\0") + 4
    assert found(changed(data, place, struct.pack("<I", 0x7FFF)))[2] is Unread.CORRUPT


def test_a_real_workbook_cut_off_anywhere_is_never_called_read() -> None:
    data = MADE.read_bytes()
    for size in range(16, len(data) - 511, 509):
        with pytest.raises(Unreadable):
            list(Xls().blocks(io.BytesIO(data[:size]), Budget()))


def test_a_real_workbook_with_any_byte_changed_does_not_hang_or_crash() -> None:
    data = MADE.read_bytes()
    refused = 0
    for at in range(0, len(data), 97):
        try:
            list(Xls().blocks(io.BytesIO(changed(data, at, b"\xff")), Budget()))
        except (Unreadable, NotThisFormat):
            refused += 1
    assert 0 < refused < len(range(0, len(data), 97))  # some bytes matter, some are text or padding


def test_an_embedded_document_is_a_member() -> None:
    inner = {"MBD0001/WordDocument": b"x" * 5000, "MBD0002/Package": b"PK\3\4"}
    data = compound({"Workbook": of_stream()} | inner)
    assert [member.name for member in found(data)[1]] == ["MBD0001", "MBD0002"]


def of_stream() -> bytes:
    start = record(0x809, struct.pack("<HH12x", 0x600, 5)) + record(0x0A)
    return start.ljust(5000, b"\0")


def test_another_compound_file_is_not_this_format() -> None:
    with pytest.raises(NotThisFormat):
        list(Xls().blocks(io.BytesIO(compound({"WordDocument": b"x" * 5000})), Budget()))


def test_rank_looks_at_the_beginning() -> None:
    assert Xls().rank(MADE.read_bytes()[:60000]) >= Xls().rank(compound({"WordDocument": b""})) > 0 > Xls().rank(b"PK\3\4")


def test_a_workbook_whose_changes_are_kept_is_never_called_read() -> None:
    data = by_xlwt(3)
    stream = data[data.index(b"\x09\x08\x10\0") :]
    blocks, _, reason = found(compound({"Workbook": stream, "Revision Log": b"x"}))
    assert (bool(blocks), reason) == (True, Unread.UNSUPPORTED)
