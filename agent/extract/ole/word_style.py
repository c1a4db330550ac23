"""The styles and fonts of Word's binary documents (MS-DOC 2.9.271 STSH, 2.9.286 SttbfFfn)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from agent.extract.base import Unreadable
from agent.extract.ole.word_format import Form, Look, changed_form, changed_look, may_hide
from policies.vocabulary import Unread

_NONE = 0xFFF
_PLAIN = Look()
_PARAGRAPH, _CHARACTER = 1, 2
_DEEPEST = 16
_FONT_NAME = 40  # bytes into a font's description
_STARS = {0xAB: "★", 0xB5: "✪", 0xB6: "✰"}


@dataclass(frozen=True, slots=True)
class _Style:
    base: int = _NONE
    form: bytes = b""
    look: bytes = b""


class Styles:
    """What each style sets, with what it is based on."""

    def __init__(self, data: bytes) -> None:
        try:
            self._styles = _parsed(data) if data else []
        except (struct.error, IndexError):
            raise Unreadable(Unread.CORRUPT) from None

    def look(self, number: int, upon: Look = _PLAIN) -> Look:
        """How a style sets characters that were set in another way before."""
        look = upon
        for style in self._line(number):
            look = changed_look(look, style.look, look)
        return look

    def form(self, number: int) -> Form:
        """How a style sets paragraphs."""
        form = Form()
        for style in self._line(number):
            form = changed_form(form, style.form)
        return form

    def hides(self) -> bool:
        """Whether any style may hide characters; a no is certain."""
        return any(may_hide(style.look) for style in self._styles)

    def _line(self, number: int) -> list[_Style]:
        """A style and what it is based on, the most general first."""
        found: list[_Style] = []
        while number < len(self._styles) and len(found) < _DEEPEST:
            found.insert(0, self._styles[number])
            number = self._styles[number].base
        return found


class Fonts:
    """The names of a document's fonts, to read what stands for a star in one of symbols."""

    def __init__(self, data: bytes) -> None:
        self._symbolic: set[int] = set()
        at = 4
        for number in range(int.from_bytes(data[:2], "little")):
            size = data[at] + 1 if at < len(data) else 0
            name = data[at + _FONT_NAME : at + size].decode("utf-16-le", "replace")
            if "wingdings" in name.casefold():
                self._symbolic.add(number)
            at += size

    def character(self, symbol: tuple[int, int]) -> str:
        """The character for a symbol: a star is often typed from the Wingdings font."""
        font, code = symbol
        if font in self._symbolic:
            return _STARS.get(code & 0xFF, "\ufffd")
        return chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"


def _parsed(data: bytes) -> list[_Style]:
    size, count, fixed = struct.unpack_from("<HHH", data)
    at, styles = 2 + size, list[_Style]()
    for _ in range(count):
        length = struct.unpack_from("<H", data, at)[0]
        styles.append(_style(data[at + 2 : at + 2 + length], fixed) if length else _Style())
        at += 2 + length + length % 2
    return styles


def _style(data: bytes, fixed: int) -> _Style:
    """One style: its kind and base, its name, then a list of changes for paragraphs and one for characters."""
    kind, base, parts = data[2] & 0xF, struct.unpack_from("<H", data, 2)[0] >> 4, data[4] & 0xF
    at = fixed + 2 * struct.unpack_from("<H", data, fixed)[0] + 4
    lists = []
    for _ in range(min(parts, 2)):
        length = struct.unpack_from("<H", data, at)[0]
        lists.append(data[at + 2 : at + 2 + length])
        at += 2 + length + length % 2
    if kind == _PARAGRAPH and len(lists) == 2:
        return _Style(base, lists[0][2:], lists[1])
    return _Style(base, look=lists[0]) if kind == _CHARACTER and lists else _Style(base)
