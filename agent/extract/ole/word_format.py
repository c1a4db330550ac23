"""How Word's binary documents set their text: lists of changes (sprm, MS-DOC 2.6) in pages of 512 bytes (2.9.33, 2.9.175)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from agent.extract.base import Budget, Unreadable
from policies.vocabulary import Unread

_PAGE = 512
_KEPT = 64
_SIZES = (1, 1, 2, 4, 2, 2, -1, 3)
_TABLE_DEFINITION, _TABS = 0xD608, 0xC615
_DELETED, _BOLD, _STRUCK, _HIDDEN = 0x0800, 0x0835, (0x0837, 0x2A53), 0x083C
_SIZE, _STYLE, _SYMBOL = 0x4A43, 0x4A30, 0x6A09
_ALIGNED, _IN_TABLE, _NEW_PAGE = (0x2461, 0x2403), (0x2416, 0x2417), 0x2407
_LEFT = (0, 3)
_HIDES = tuple(code.to_bytes(2, "little") for code in (_DELETED, _HIDDEN, _SYMBOL))


@dataclass(frozen=True, slots=True)
class Look:
    """How characters are set. `size` in half points, 0 unknown; `symbol`: the font and character that are shown instead."""

    bold: bool = False
    struck: bool = False
    hidden: bool = False
    deleted: bool = False
    size: int = 0
    symbol: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """How a paragraph is set."""

    style: int = 0
    left: bool | None = None
    in_table: bool = False
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Bytes `start` to `end` of the document that are set alike, and the changes that set them."""

    start: int
    end: int
    changes: bytes


def changes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The property changes in a list: code and operand. One that is cut off ends it."""
    at = 0
    while at + 2 < len(data):
        code = int.from_bytes(data[at : at + 2], "little")
        size, at = _SIZES[code >> 13], at + 2
        if code == _TABLE_DEFINITION:
            size, at = int.from_bytes(data[at : at + 2], "little") - 1, at + 2
        elif size < 0:
            size, at = data[at], at + 1
            if code == _TABS and size == 255:
                return  # its length must be counted; no property that matters here follows it in one list
        yield code, data[at : at + size]
        at += size


def character_style(data: bytes) -> int | None:
    """The character style that a list of changes names."""
    return next((int.from_bytes(operand, "little") for code, operand in changes(data) if code == _STYLE), None)


def changed_look(look: Look, data: bytes, style: Look) -> Look:
    """A look after a list of changes. `style`: what a change "as the style has it" refers to."""
    for code, operand in changes(data):
        value = int.from_bytes(operand, "little")
        if code == _DELETED:
            look = replace(look, deleted=bool(value))
        elif code == _BOLD:
            look = replace(look, bold=_toggled(value, style.bold))
        elif code in _STRUCK:
            look = replace(look, struck=_toggled(value, style.struck))
        elif code == _HIDDEN:
            look = replace(look, hidden=_toggled(value, style.hidden))
        elif code == _SIZE:
            look = replace(look, size=value)
        elif code == _SYMBOL:
            look = replace(look, symbol=(value & 0xFFFF, value >> 16))
    return look


def changed_form(form: Form, data: bytes) -> Form:
    """A paragraph's form after a list of changes."""
    for code, operand in changes(data):
        value = int.from_bytes(operand, "little")
        if code in _ALIGNED:
            form = replace(form, left=value in _LEFT)
        elif code in _IN_TABLE:
            form = replace(form, in_table=form.in_table or bool(value))
        elif code == _NEW_PAGE:
            form = replace(form, new_page=bool(value))
    return form


def may_hide(data: bytes) -> bool:
    """Whether a list of changes may delete or hide characters, or set others in their place; a no is certain."""
    return any(sign in data for sign in _HIDES)


class FormatPages:
    """The pages that say how the bytes of a document are set; a few of them are kept. `of_paragraphs`: PAPX, otherwise CHPX."""

    def __init__(self, document: BinaryIO, table: bytes, budget: Budget, *, of_paragraphs: bool) -> None:
        count = max(0, (len(table) - 4) // 8)
        self._document = document
        self._budget = budget
        self._of_paragraphs = of_paragraphs
        self._starts = struct.unpack_from(f"<{count}I", table)
        self._numbers = struct.unpack_from(f"<{count}I", table, 4 * (count + 1)) if count else ()
        self._kept: dict[int, list[Run]] = {}

    def runs(self, start: int, end: int) -> Iterator[Run]:
        """The runs that cover the bytes from `start` to `end`, cut to them; what no page tells of is set plainly."""
        at = start
        for run in self._from(start):
            if run.start >= end or at >= end:
                break
            if run.end <= at:
                continue
            if run.start > at:
                yield Run(at, run.start, b"")
            yield Run(max(at, run.start), min(end, run.end), run.changes)
            at = run.end
        if at < end:
            yield Run(at, end, b"")

    def hides(self) -> bool:
        """Whether any characters may be deleted, hidden or stand for others; a no is certain."""
        return any(may_hide(run.changes) for number in self._numbers for run in self._runs(number))

    def _from(self, start: int) -> Iterator[Run]:
        first = max(0, bisect_right(self._starts, start) - 1)
        for number in self._numbers[first:]:
            yield from self._runs(number)

    def _runs(self, number: int) -> list[Run]:
        if number not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[number] = list(self._parsed(self._page(number)))
        return self._kept[number]

    def _page(self, number: int) -> bytes:
        self._budget.tick()
        self._document.seek((number & 0x3FFFFF) * _PAGE)
        page = self._document.read(_PAGE)
        if len(page) < _PAGE:
            raise Unreadable(Unread.CORRUPT)
        return page

    def _parsed(self, page: bytes) -> Iterator[Run]:
        count = page[_PAGE - 1]
        width = 13 if self._of_paragraphs else 1
        if 4 * (count + 1) + width * count > _PAGE - 1:
            raise Unreadable(Unread.CORRUPT)
        places = struct.unpack_from(f"<{count + 1}I", page)
        for number in range(count):
            at = 2 * page[4 * (count + 1) + width * number]
            yield Run(places[number], places[number + 1], self._changes(page, at) if at else b"")

    def _changes(self, page: bytes, at: int) -> bytes:
        """A list of changes; a paragraph's begins with the number of its style."""
        size, at = page[at], at + 1
        if self._of_paragraphs and size == 0:
            size, at = 2 * page[at], at + 1
        elif self._of_paragraphs:
            size = 2 * size - 1
        return page[at : min(at + size, _PAGE - 1)]


def _toggled(value: int, of_style: bool) -> bool:
    """A property that may be set, cleared, as the style has it (128), or the contrary (129)."""
    return of_style if value == 128 else not of_style if value == 129 else bool(value)
