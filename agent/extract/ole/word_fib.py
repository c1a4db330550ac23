"""The file information block at the beginning of Word's binary documents (MS-DOC 2.5): versions, lengths, where tables lie."""

from __future__ import annotations

import struct
from typing import BinaryIO

from agent.extract.base import Budget, Unreadable
from agent.extract.codepage import of_language
from agent.extract.ole.cfb import Compound
from agent.extract.ole.piece_table import Piece, PieceTable, parsed
from policies.vocabulary import Unread

STYLES, SECTIONS, HEADERS, CHARACTERS, PARAGRAPHS, FONTS, _CLX, DRAWINGS = 1, 6, 11, 12, 13, 15, 33, 50
"""Numbers of tables."""

_WORD_97 = 0xC0
_OLDEST = 101  # Word 6
_ENCRYPTED, _SECOND_TABLE, _WIDE = 0x0100, 0x0200, 0x1000
_LENGTHS, _OLD_LENGTHS = 76, 52  # where the lengths of the stories stand
_OLD_CLX = 352
_TABLES = 154
_LARGEST = 8 << 20
_MORE = 2  # characters after the last story: the end of a paragraph that guards it


class InformationBlock:
    """Which document this is and where its parts lie. Raises Unreadable where it is encrypted, damaged, or older than Word 6."""

    def __init__(self, compound: Compound, document: BinaryIO, budget: Budget) -> None:
        self._head = document.read(1024)
        if len(self._head) < _TABLES:
            raise Unreadable(Unread.CORRUPT)
        self.version, self.language = self._number("H", 2), self._number("H", 6)
        flags = self._number("H", 10)
        if flags & _ENCRYPTED:
            raise Unreadable(Unread.ENCRYPTED)
        if self.version < _OLDEST:
            raise Unreadable(Unread.UNSUPPORTED)
        self.is_old = self.version < _WORD_97
        self.code_page = of_language(self.language) if self.is_old else 1252
        self._wide = bool(flags & _WIDE)
        self._budget = budget
        name = "1Table" if flags & _SECOND_TABLE else "0Table"
        tables = document if self.is_old else compound.open(name)
        if tables is None:
            raise Unreadable(Unread.CORRUPT)
        self._tables = tables

    def lengths(self) -> tuple[int, ...]:
        """Characters of body, footnotes, headers, macros, comments, endnotes, text boxes, text boxes in headers."""
        at = _OLD_LENGTHS if self.is_old else _LENGTHS
        lengths = struct.unpack_from("<8i", self._head, at)
        if min(lengths) < 0:
            raise Unreadable(Unread.CORRUPT)
        return lengths

    def table(self, number: int) -> bytes:
        """A table's bytes, empty where there is none."""
        at = _OLD_CLX if self.is_old and number == _CLX else _TABLES + 8 * number
        if at + 8 > len(self._head):
            raise Unreadable(Unread.CORRUPT)
        start, size = struct.unpack_from("<II", self._head, at)
        if not size:
            return b""
        if size > _LARGEST:
            raise Unreadable(Unread.TOO_LARGE)
        self._tables.seek(start)
        data = self._tables.read(size)
        self._budget.spend(len(data))
        if len(data) < size:
            raise Unreadable(Unread.CORRUPT)
        return data

    def pieces(self) -> PieceTable:
        """Where the text lies. An old document that was not saved fast has it in one piece."""
        if clx := self.table(_CLX):
            table = parsed(clx, narrow=self.is_old and not self._wide)
        else:
            start, end = self._number("I", 24), self._number("I", 28)
            width = 2 if self._wide else 1
            table = PieceTable([Piece(0, max(0, end - start) // width, start, width)])
        if not 0 <= table.length - sum(self.lengths()) <= _MORE:
            raise Unreadable(Unread.CORRUPT)
        return table

    def _number(self, form: str, at: int) -> int:
        return int(struct.unpack_from(f"<{form}", self._head, at)[0])
