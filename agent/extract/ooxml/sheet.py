"""SpreadsheetML (ISO/IEC 29500-1, 18): the strings that cells share, how cells are set, and one sheet while it is parsed."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.extract.base import Unreadable
from agent.extract.ooxml.ooxml import LONGEST_PARAGRAPH
from agent.extract.package import Locals, local
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

LARGE = 16
"""Points."""

_MOST_KEPT = 8 << 20
_MOST_STYLES = 65_536
_MOST_KNOWN = 1000
_LONGEST_NUMBER = 20
_MOST_RANGES = 16_384
_BOUNDS = {"oddHeader", "evenHeader", "firstHeader", "oddFooter", "evenFooter", "firstFooter"}
_CODE = re.compile(r'&(?:"([^"]*)"|K(?:[0-9A-Fa-f]{6}|[0-9]{2}[+-][0-9]{3})|([0-9]{1,3})|([\s\S])|$)')
_KEPT = ("v", "is")
_HINTS = ("promptTitle", "prompt", "errorTitle", "error")

IDLE = re.compile(
    rb'<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?'
    rb'(?:(?: t="n")?>(?:<f>[^<]*</f>)?<v>[0-9.E+-]{2,}</v></c>|(?: t="[A-Za-z]+")?(?:/>|></c>))'
    rb'(?=<c r="|</row>)'  # the next cell must not need this one to tell its own column
)
"""The cells without text, as nearly all programs write them: empty ones, and those whose value is a number of several digits."""


@dataclass(frozen=True, slots=True)
class Font:
    """How a cell is set."""

    bold: bool = False
    large: bool = False
    struck: bool = False


class StringReader:
    """Handlers for the parser of the strings that cells share; `each` gets every one, without how it is pronounced."""

    def __init__(self, each: Callable[[str], None]) -> None:
        self._each = each
        self._names = Locals()
        self._text: list[str] = []
        self._length = 0
        self._phonetic = False
        self._within = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        """An element begins."""
        name = self._names[tag]
        if name == "si":
            self._text, self._length = [], 0
        self._phonetic = self._phonetic or name == "rPh"
        self._within = name == "t" and not self._phonetic

    def end(self, tag: str) -> None:
        """An element ends."""
        name = self._names[tag]
        self._within = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._each("".join(self._text))

    def data(self, text: str) -> None:
        """Characters."""
        if self._within:
            self._text.append(text)
            self._length += len(text)
            if self._length > LONGEST_PARAGRAPH:
                raise Unreadable(Unread.TOO_LARGE)


class Strings:
    """The strings that cells share, by number: as many as fit into a few megabytes."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("L")
        self._used = bytearray()

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def full(self) -> bool:
        """Whether no more strings are kept."""
        return len(self._bytes) + 9 * len(self._ends) >= _MOST_KEPT

    def keep(self, text: str) -> None:
        """Take the next one, while there is room."""
        if not self.full:
            self._bytes += text.encode("utf-8", "replace")
            self._ends.append(len(self._bytes))
            self._used.append(0)

    def __getitem__(self, number: int) -> str:
        """One that a cell shows."""
        self._used[number] = 1
        return self._at(number)

    def unused(self) -> Iterator[str]:
        """Those that no cell shows."""
        at = self._used.find(0)
        while at >= 0:
            yield self._at(at)
            at = self._used.find(0, at + 1)

    def _at(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return self._bytes[start : self._ends[number]].decode()


class Fonts:
    """Handlers for the parser of a workbook's styles: which font each cell format has."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._fonts: list[Font] = []
        self._formats = array("L")
        self._known: dict[str, Font] = {}
        self._bold = self._struck = False
        self._size = 0.0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name, parent = local(tag), self._path[-1] if self._path else ""
        self._path.append(name)
        on = attributes.get("val", "1") not in ("0", "false")
        if name == "font" and parent == "fonts":
            self._bold, self._struck, self._size = False, False, 0.0
        elif parent == "font" and name == "b":
            self._bold = on
        elif parent == "font" and name == "strike":
            self._struck = on
        elif parent == "font" and name == "sz":
            self._size = _number(attributes.get("val", ""))
        elif name == "xf" and parent == "cellXfs" and len(self._formats) < _MOST_STYLES:
            self._formats.append(int(_number(attributes.get("fontId", ""))))

    def end(self, _tag: str) -> None:
        """An element ends."""
        if self._path.pop() == "font" and self._path[-1:] == ["fonts"] and len(self._fonts) < _MOST_STYLES:
            self._fonts.append(Font(self._bold, self._size >= LARGE, self._struck))

    def data(self, _text: str) -> None:
        """Characters: a style has none."""

    def of(self, cell_format: str) -> Font:
        """The font of a cell by the number of its format."""
        if cell_format in self._known:
            return self._known[cell_format]
        number = int(_number(cell_format))
        font = self._formats[number] if number < len(self._formats) else 0
        found = self._fonts[font] if font < len(self._fonts) else Font()
        if len(self._known) < _MOST_KNOWN and len(cell_format) < _LONGEST_NUMBER:
            self._known[cell_format] = found
        return found


class Sheet:
    """Handlers for the parser of one sheet. `ready` holds the cells with text, row by row; a number is no text, a digit is."""

    def __init__(self, name: str, page: int, strings: Strings, fonts: Fonts, *, hidden: bool = False) -> None:
        self.ready: list[Block] = []
        self.lost = False
        self._name = name
        self._page = page
        self._strings = strings
        self._fonts = fonts
        self._hidden = hidden
        self._names = Locals()
        self._row_hidden = False
        self._column = 0
        self._hidden_columns: list[tuple[int, int]] = []
        self._kind = self._format = ""
        self._texts: list[str] = []
        self._length = 0
        self._listens = False
        self._phonetic = False

    def take(self) -> list[Block]:
        """The cells that ended since the last call."""
        taken, self.ready = self.ready, []
        return taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = self._names[tag]
        if name in ("v", "t"):
            self._listens = not self._phonetic
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._row_hidden = attributes.get("hidden") in ("1", "true")
            self._column = 0
        elif name in _BOUNDS:
            self._texts, self._length, self._listens = [], 0, True
        elif name == "rPh":
            self._phonetic = True
        elif name == "col":
            self._hide_columns(attributes)
        elif name == "dataValidation":
            texts = (attributes[key] for key in _HINTS if attributes.get(key))
            self.ready += (Block(text, self._place(Place.TEXTBOX), page=self._page) for text in texts)

    def end(self, tag: str) -> None:
        """An element ends."""
        name = self._names[tag]
        if name == "c":
            self._end_cell()
        elif name in _BOUNDS:
            place = self._place(Place.HEADER if name.endswith("Header") else Place.FOOTER)
            self.ready += printed("".join(self._texts), self._name, place, self._page)
        elif name == "rPh":
            self._phonetic = False
        self._listens = False

    def data(self, text: str) -> None:
        """Characters."""
        if self._listens:
            self._texts.append(text)
            self._length += len(text)
            if self._length > LONGEST_PARAGRAPH:
                raise Unreadable(Unread.TOO_LARGE)

    def _place(self, shown: Place) -> Place:
        return Place.HIDDEN if self._hidden else shown

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._texts, self._length = [], 0
        self._kind, self._format = attributes.get("t", ""), attributes.get("s", "")
        self._column = _column(attributes.get("r", "")) or self._column + 1 if self._hidden_columns else 0

    def _end_cell(self) -> None:
        text = self._shown("".join(self._texts)) if self._texts else ""
        if not text or text.isspace():
            return
        hidden = self._row_hidden or (self._hidden_columns and self._column_hidden())
        font = self._fonts.of(self._format)
        place = Place.HIDDEN if hidden else self._place(Place.CELL)
        self.ready.append(Block(text, place, page=self._page, bold=font.bold, large=font.large, struck=font.struck))

    def _column_hidden(self) -> bool:
        return any(first <= self._column <= last for first, last in self._hidden_columns)

    def _shown(self, value: str) -> str:
        """What a cell's value says: the string of a number, the text itself."""
        if self._kind == "s":
            if value.isdecimal() and len(value) < 10 and int(value) < len(self._strings):
                return self._strings[int(value)]
            self.lost = self.lost or not self._strings.full
            return ""
        if self._kind in ("inlineStr", "str", "d"):
            return value
        return value if len(value) == 1 and self._kind in ("", "n") else ""

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true") and len(self._hidden_columns) < _MOST_RANGES:
            self._hidden_columns.append((int(_number(attributes.get("min", ""))), int(_number(attributes.get("max", "")))))


class KeptData:
    """Handlers for the parser of what a workbook keeps beside its sheets: data of pivot tables and of other workbooks, and what
    its cells were before they were changed (18.11). Nobody sees it there.
    """

    def __init__(self) -> None:
        self.ready: list[str] = []
        self._listens = False
        self._texts: list[str] = []
        self._length = 0

    def take(self) -> list[str]:
        """The texts that ended since the last call."""
        taken, self.ready = self.ready, []
        return taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = local(tag)
        if name == "s" and attributes.get("v"):
            self.ready.append(attributes["v"])
        if name in _KEPT:
            self._texts, self._length = [], 0
        self._listens = name in ("v", "t")

    def end(self, tag: str) -> None:
        """An element ends."""
        text = "".join(self._texts)
        if local(tag) in _KEPT and _number(text) == 0 and text.strip():
            self.ready.append(text)
        self._listens = False

    def data(self, text: str) -> None:
        """Characters."""
        if self._listens:
            self._texts.append(text)
            self._length += len(text)
            if self._length > LONGEST_PARAGRAPH:
                raise Unreadable(Unread.TOO_LARGE)


def printed(text: str, sheet: str, place: Place, page: int) -> Iterator[Block]:
    """The left, middle and right part of a header or footer, without the codes that set it (18.3.1.46)."""
    for part in re.split("(?<!&)((?:&&)*)&[LCR]", text)[::2]:
        bold = large = False
        shown: list[str] = []
        end = 0
        for code in _CODE.finditer(part):
            shown.append(part[end : code.start()])
            end = code.end()
            font, size, letter = code.groups()
            bold = bold or letter == "B" or (font is not None and "bold" in font.casefold())
            large = large or (size is not None and int(size) >= LARGE)
            shown.append({"&": "&", "A": sheet}.get(letter or "", ""))
        shown.append(part[end:])
        if line := "".join(shown).strip():
            yield Block(line, place, page=page, bold=bold, large=large)


def _column(reference: str) -> int:
    """The number of a cell's column, from 1; 0 where the reference tells none."""
    column = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        column = 26 * column + ord(letter) - 64
    return column


def _number(text: str) -> float:
    """A number that is not negative and small, 0 for anything else."""
    return float(text) if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", text) else 0.0
