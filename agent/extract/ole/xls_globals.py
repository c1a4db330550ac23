"""What all sheets of an Excel workbook share (MS-XLS 2.1.7.20.3): names of sheets, texts of cells, fonts."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from agent.extract.base import Unreadable
from agent.extract.codepage import decode
from agent.extract.ole.biff import Biff, Body, Record
from policies.vocabulary import Unread

BOF, EOF = 0x809, 0x0A
_FILEPASS, _CODE_PAGE, _SHEET, _FONT, _FORMAT, _STRINGS = 0x2F, 0x42, 0x85, 0x31, 0xE0, 0xFC
_BIFF_8 = 0x600
_STRUCK = 0x8
_BOLD, _LARGE = 600, 320  # weight; twentieths of a point
_LEFT = 1
_MOST_TEXT = 16 << 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as the workbook lists it; `page` counts from 1."""

    name: str
    page: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class CellLook:
    """How a cell is set."""

    bold: bool = False
    large: bool = False
    struck: bool = False
    left: bool | None = None


class SharedStrings:
    """The texts of cells, each once, kept as bytes so that a million of them stay small. `full`: the last ones were not kept."""

    def __init__(self) -> None:
        self.full = False
        self._bytes = bytearray()
        self._ends = array("I")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> str:
        self.check(number)
        start = self._ends[number - 1] if number else 0
        return self._bytes[start : self._ends[number]].decode("utf-8", "replace")

    def check(self, number: int) -> None:
        """Raises Unreadable where there is no such text."""
        if number >= len(self._ends):
            raise Unreadable(Unread.TOO_LARGE if self.full else Unread.CORRUPT)

    def add(self, text: str) -> None:
        """One more, as long as there is room."""
        data = text.encode("utf-8", "replace")
        if len(self._bytes) + len(data) + self._ends.itemsize * len(self._ends) > _MOST_TEXT:
            self.full = True
        if not self.full:
            self._bytes += data
            self._ends.append(len(self._bytes))

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self._ends)))


class Globals:
    """Read from the first records of a workbook. Raises Unreadable where it is encrypted, damaged, or older than Excel 5."""

    def __init__(self, biff: Biff) -> None:
        first = biff.read()
        if first is None or first.kind != BOF:
            raise Unreadable(Unread.UNSUPPORTED)
        self.is_wide = first.number(0) >= _BIFF_8
        self.code_page = 1252
        self.sheets: dict[int, Sheet] = {}
        self.strings = SharedStrings()
        self._fonts: list[CellLook] = []
        self._looks: list[CellLook] = []
        while (record := biff.read()) is not None and record.kind != EOF:
            self._take(biff, record)
        if record is None:
            raise Unreadable(Unread.CORRUPT)

    def text(self, body: Body, *, short: bool = False) -> str:
        """A text as this version of Excel writes it."""
        return body.string(short=short) if self.is_wide else self.decoded(body.narrow(short=short))

    def decoded(self, data: bytes) -> str:
        """A text in the code page of the workbook."""
        return decode(data, self.code_page)

    def look(self, number: int) -> CellLook:
        """How the cells of a format are set."""
        return self._looks[number] if number < len(self._looks) else CellLook()

    def _take(self, biff: Biff, record: Record) -> None:
        if record.kind == _FILEPASS:
            raise Unreadable(Unread.ENCRYPTED)
        if record.kind == _CODE_PAGE:
            self.code_page = record.number(0)
        elif record.kind == _SHEET:
            name = self.text(Body(biff, record, 6), short=True)
            place, hidden = int.from_bytes(record.part(0, 4), "little"), bool(record.part(4, 1)[0] & 3)
            self.sheets[place] = Sheet(name, len(self.sheets) + 1, hidden)
        elif record.kind == _FONT:
            struck = bool(record.number(2) & _STRUCK)
            self._fonts.append(CellLook(record.number(6) >= _BOLD, record.number(0) >= _LARGE, struck))
        elif record.kind == _FORMAT:
            self._looks.append(self._formatted(record))
        elif record.kind == _STRINGS:
            self._read_strings(Body(biff, record, 8), int.from_bytes(record.part(4, 4), "little"))

    def _formatted(self, record: Record) -> CellLook:
        """A cell format (XF). By an old mistake there is no font number 4."""
        number = record.number(0)
        number -= number > 4
        font = self._fonts[number] if number < len(self._fonts) else CellLook()
        aligned = record.part(6, 1)[0] & 7
        return CellLook(font.bold, font.large, font.struck, aligned == _LEFT if aligned else None)

    def _read_strings(self, body: Body, count: int) -> None:
        for _ in range(count):
            self.strings.add(body.string())
