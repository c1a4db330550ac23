"""Workbooks as one XML file: Excel 2003 XML (XML Spreadsheet Reference)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO, ClassVar

from agent.extract.base import HEAD, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.ooxml.sheet import LARGE, printed
from agent.extract.package import local
from agent.extract.sifted import sifted
from agent.extract.xml.stream import LOOKED_AT, XmlStream, root
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_CHUNK = 64 << 10
_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_PROPERTIES = ("DocumentProperties", "CustomDocumentProperties")
_MOST_STYLES = 65_536
_LONGEST_CELL = 64 << 10


class Sheetml(Extractor):
    """A workbook by its root element."""

    name: ClassVar[str] = "sheetml"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        if b"<" not in head[:64] or b"Workbook" not in head[:LOOKED_AT].replace(b"\0", b""):
            return -1
        name, attributes = root(head)
        return 0.9 if name.rpartition(":")[2] == "Workbook" and _NAMESPACE in attributes else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        head = file.read(HEAD)
        if self.rank(head) < 0:
            raise NotThisFormat
        file.seek(0)
        workbook = _Workbook()
        stream = XmlStream(budget, workbook.start, workbook.end, workbook.data)
        yield from sifted(_told(stream, workbook, file), budget)
        if stream.incomplete:
            raise Unreadable(Unread.UNSUPPORTED)


def _told(stream: XmlStream, workbook: _Workbook, file: BinaryIO) -> Iterator[Block]:
    try:
        for _ in stream.read(iter(lambda: file.read(_CHUNK), b"")):
            yield from workbook.take()
    except Unreadable:
        yield from workbook.take()
        raise


class _Workbook:
    """Handlers for an XML parser. The cells of a row that is hidden are hidden text."""

    def __init__(self) -> None:
        self._ready: list[Block] = []
        self._path: list[str] = []
        self._styles: dict[str, Block] = {}
        self._style = ""
        self._cell = Block("", Place.CELL)
        self._sheet = ""
        self._page = 0
        self._hidden = 0
        self._texts: list[str] = []
        self._length = 0
        self._on: dict[str, Callable[[dict[str, str]], None]] = {
            "Worksheet": self._begin_sheet,
            "Style": self._begin_style,
            "Font": self._font,
            "Row": self._begin_row,
            "Cell": self._begin_cell,
            "Header": lambda values: self._printed(values, Place.HEADER),
            "Footer": lambda values: self._printed(values, Place.FOOTER),
        }

    def take(self) -> list[Block]:
        """What was gathered since the last call."""
        taken, self._ready = self._ready, []
        return taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = local(tag)
        self._path.append(name)
        if name in self._on:
            self._on[name]({local(key): value for key, value in attributes.items()})

    def end(self, _tag: str) -> None:
        """An element ends."""
        name = self._path.pop()
        if name == "Data" or (len(self._path) > 1 and self._path[-1] in _PROPERTIES):
            self._give(name)
        if name == "Row" and self._hidden == len(self._path) + 1:
            self._hidden = 0

    def data(self, text: str) -> None:
        """Characters."""
        if self._length < _LONGEST_CELL and (
            "Data" in self._path[-8:] or (len(self._path) > 2 and self._path[-2] in _PROPERTIES)
        ):
            self._texts.append(text)
            self._length += len(text)
        if self._length >= _LONGEST_CELL and "Data" in self._path:
            self._give("Data")

    def _give(self, name: str) -> None:
        text = "".join(self._texts)
        self._texts.clear()
        self._length = 0
        if not text.strip():
            return
        if name != "Data":
            own = f"{name}=" if self._path[-1] == "CustomDocumentProperties" else ""
            self._ready.append(Block(own + text, Place.METADATA, page=0))
        elif "Comment" in self._path:
            self._ready.append(Block(text, Place.BODY, page=0))
        else:
            place = Place.HIDDEN if self._hidden else Place.CELL
            self._ready.append(replace(self._cell, text=text, place=place, page=self._page))

    def _begin_sheet(self, values: dict[str, str]) -> None:
        self._page += 1
        self._sheet = values.get("Name", "")
        self._ready.append(Block(self._sheet, Place.CELL, page=self._page))

    def _begin_style(self, values: dict[str, str]) -> None:
        self._style = values.get("ID", "")

    def _font(self, values: dict[str, str]) -> None:
        size = values.get("Size", "")
        if len(self._styles) < _MOST_STYLES and "Style" in self._path:
            self._styles[self._style] = Block(
                "",
                Place.CELL,
                bold=values.get("Bold") == "1",
                struck=values.get("StrikeThrough") == "1",
                large=size.replace(".", "", 1).isdecimal() and float(size[:8]) >= LARGE,
            )

    def _begin_row(self, values: dict[str, str]) -> None:
        if values.get("Hidden") == "1" and not self._hidden:
            self._hidden = len(self._path)

    def _begin_cell(self, values: dict[str, str]) -> None:
        self._cell = self._styles.get(values.get("StyleID", ""), Block("", Place.CELL))

    def _printed(self, values: dict[str, str], place: Place) -> None:
        if "PageSetup" in self._path:
            self._ready += printed(values.get("Data", ""), self._sheet, place, self._page)
