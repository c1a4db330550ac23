"""How the text of an RTF document is set: character and paragraph properties, fonts and their character sets (RTF 1.9.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from agent.extract import codepage
from agent.extract.flow import Look
from agent.extract.rtf.tokens import words
from policies.vocabulary import Place

_CODE_PAGES = {
    77: 10000,
    128: 932,
    129: 949,
    134: 936,
    136: 950,
    161: 1253,
    162: 1254,
    163: 1258,
    177: 1255,
    178: 1256,
    186: 1257,
}
_CODE_PAGES |= {204: 1251, 222: 874, 238: 1250, 254: 437}
_STARS = {0xAB: "★", 0xB5: "✪", 0xB6: "✰"}  # Wingdings
_PRIVATE = 0xF000  # where the characters of symbol fonts lie in Unicode


@dataclass(frozen=True, slots=True)
class Format:
    """What holds for the text that follows. `font`: its number, None for the document's own; `size` in half points; `fallback`:
    the characters that stand for one of \\u where that is not known.
    """

    font: int | None = None
    bold: bool = False
    size: int = 24
    struck: bool = False
    hidden: bool = False
    deleted: bool = False
    table: bool = False
    left: bool = True
    fallback: int = 1

    def place(self, place: Place) -> Place:
        """Where text set like this stands in a flow that stands in such a place."""
        if self.deleted:
            return Place.DELETED
        if self.hidden:
            return Place.HIDDEN
        return Place.CELL if self.table and place is Place.BODY else place


@lru_cache(maxsize=1024)
def look(format_: Format) -> Look:
    """What a format says of a paragraph."""
    return Look(bold=format_.bold, size=format_.size / 2, struck=format_.struck)


@lru_cache(maxsize=4096)
def changed(format_: Format, name: str, number: int | None) -> Format:
    """What a control word makes of it; most words change nothing here."""
    on, count = number != 0, max(number or 0, 0)
    match name:
        case "b":
            return replace(format_, bold=on)
        case "f":
            return replace(format_, font=number)
        case "fs":
            return replace(format_, size=count)
        case "v":
            return replace(format_, hidden=on)
        case "strike" | "striked":
            return replace(format_, struck=on)
        case "deleted":
            return replace(format_, deleted=on)
        case "uc":
            return replace(format_, fallback=count)
        case "plain":
            return Format(table=format_.table, left=format_.left, fallback=format_.fallback)
    return _aligned(format_, name, on=on)


def _aligned(format_: Format, name: str, *, on: bool) -> Format:
    match name:
        case "pard":
            return replace(format_, table=False, left=True)
        case "intbl" | "itap":
            return replace(format_, table=on)
        case "ql" | "qj" | "qd":
            return replace(format_, left=True)
        case "qc" | "qr":
            return replace(format_, left=False)
    return format_


@lru_cache(maxsize=1024)
def after(format_: Format, run: bytes) -> Format:
    """What a run of control words makes of a format."""
    for name, number in words(run):
        format_ = changed(format_, name, number)
    return format_


class Fonts:
    """The font table. `page` is the document's code page, 0 where it is not told."""

    def __init__(self) -> None:
        self.page = 0
        self.default: int | None = None
        self._pages: dict[int, int] = {}
        self._wingdings: set[int] = set()

    def has(self, font: int, character_set: int) -> None:
        """A font's character set."""
        if character_set in _CODE_PAGES:
            self._pages[font] = _CODE_PAGES[character_set]

    def has_page(self, font: int, page: int) -> None:
        """A font's code page."""
        self._pages[font] = page

    def is_named(self, font: int, name: bytes) -> None:
        """A font's name, or a part of it."""
        if b"wingdings" in name.lower():
            self._wingdings.add(font)

    def decode(self, data: bytes, font: int | None) -> str:
        """8-bit text in a font."""
        font = self.default if font is None else font
        if data.isascii() and font not in self._wingdings:
            return data.decode("ascii")
        if font in self._wingdings:
            return "".join(_STARS.get(byte, "\ufffd") if byte > 0x20 else " " for byte in data)
        return codepage.decode(data, self._pages.get(font or 0, self.page))

    def units(self, codes: bytes, font: int | None) -> str:
        """Text in UTF-16 in a font."""
        text = codes.decode("utf-16-le", "replace")
        if (self.default if font is None else font) in self._wingdings:
            return "".join(_STARS.get(ord(c) - _PRIVATE, c) for c in text)
        return text
