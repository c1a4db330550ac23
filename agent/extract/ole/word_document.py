"""The stories of a Word binary document in the order of the file (MS-DOC 2.4.1), each paragraph as it is set."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

from agent.extract.base import Budget, Unreadable
from agent.extract.codepage import decode
from agent.extract.ole import word_fib
from agent.extract.ole.cfb import Compound
from agent.extract.ole.piece_table import Piece
from agent.extract.ole.records import lettering, record_at
from agent.extract.ole.word_fib import InformationBlock
from agent.extract.ole.word_format import Look, Run, changes, may_hide
from agent.extract.ole.word_setting import Plain, Setting
from agent.extract.ole.word_story import PARAGRAPH_ENDS, WordStory
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_CHUNK = 16 << 10
_ENDS = re.compile(f"([{PARAGRAPH_ENDS}])")
_LINES = str.maketrans(dict.fromkeys(PARAGRAPH_ENDS, "\n"))
_PICTURE = re.compile("[\x01\x08]")
_HEADERS = (Place.HEADER, Place.HEADER, Place.FOOTER, Place.FOOTER, Place.HEADER, Place.FOOTER)
_SEPARATORS = 6  # stories before those of the first section: lines above footnotes
_SECTION = 12
_BREAK, _CONTINUOUS = 0x3009, b"\0"
_IN_HEADER = b"\x01"


class WordDocument:
    """One document. Raises Unreadable where it is encrypted or damaged."""

    def __init__(self, compound: Compound, main: BinaryIO, budget: Budget) -> None:
        self._main = main
        self._budget = budget
        self._block = InformationBlock(compound, main, budget)
        self._pieces = self._block.pieces()
        self._setting = None if self._block.is_old else Setting(self._block, main, budget)
        self._flowing = frozenset(self._flowing_sections())
        self._told = self._pictures = self._open_field = False

    def may_change_the_text(self) -> bool:
        """Whether any of the text may be deleted, hidden, or another than its characters; a no is certain."""
        if self._setting is None:
            return False
        changed = any(may_hide(piece.change) for piece in self._pieces.pieces(0, self._pieces.length))
        return changed or self._setting.may_change_the_text()

    def texts(self) -> Iterator[str]:
        """All text in the same order, without how it is set and where paragraphs end, which costs less."""
        for start, end, place, page in self._stories():
            story = WordStory(place, page)
            for piece in self._pieces.pieces(start, end):
                for run in self._runs(piece, Plain()):
                    text = self._text(run, piece.width).translate(_LINES)
                    yield from (block.text for block in story.add(text, Look()))
            yield from (block.text for block in story.finish())
        yield from (block.text for block in self._lettering())

    def blocks(self) -> Iterator[Block]:
        """The paragraphs of all stories."""
        setting = self._setting or Plain()
        for start, end, place, page in self._stories():
            yield from self._story(start, end, WordStory(place, page), setting)
        yield from self._lettering()

    def judge(self) -> None:
        """Raises Unreadable for what of the document was not read."""
        if self._open_field:
            raise Unreadable(Unread.CORRUPT)
        if self._block.is_old:
            raise Unreadable(Unread.UNSUPPORTED)
        if self._pictures and not self._told:
            raise Unreadable(Unread.NO_TEXT)

    def _stories(self) -> Iterator[tuple[int, int, Place, int]]:
        """The parts of the text: where each begins and ends, its place and page."""
        start = 0
        for number, length in enumerate(self._block.lengths()):
            end = start + length
            if number == 2 and length:
                yield from self._headers(start, end)
            elif length:
                yield start, end, Place.TEXTBOX if number > 5 else Place.BODY, int(number in (0, 7))
            start = end

    def _headers(self, start: int, end: int) -> Iterator[tuple[int, int, Place, int]]:
        """Headers and footers of even, odd and first pages, section after section (MS-DOC 2.8.22)."""
        table = b"" if self._block.is_old else self._block.table(word_fib.HEADERS)
        places = struct.unpack_from(f"<{len(table) // 4}I", table)
        at = start
        for number, last in enumerate(places[1:-1]):
            if not at <= start + last <= end:
                raise Unreadable(Unread.CORRUPT)
            if number >= _SEPARATORS and start + last > at:
                yield at, start + last, _HEADERS[(number - _SEPARATORS) % 6], 1
            at = start + last
        yield at, end, Place.HEADER, 1

    def _story(self, start: int, end: int, story: WordStory, setting: Plain) -> Iterator[Block]:
        for piece in self._pieces.pieces(start, end):
            for run in self._runs(piece, setting):
                yield from self._run(run, piece, story, setting)
        yield from story.finish()
        self._open_field = self._open_field or story.is_open

    def _runs(self, piece: Piece, setting: Plain) -> Iterator[Run]:
        """The bytes of a piece that are set alike, in parts that are small enough to be held."""
        for run in setting.runs(piece.at, piece.at + (piece.end - piece.start) * piece.width):
            for at in range(run.start, run.end, _CHUNK):
                yield Run(at, min(run.end, at + _CHUNK), run.changes + piece.change)

    def _run(self, run: Run, piece: Piece, story: WordStory, setting: Plain) -> Iterator[Block]:
        """The text of a run, cut where paragraphs end."""
        at, look = run.start, None
        for part in _ENDS.split(self._text(run, piece.width)):
            if part and part in PARAGRAPH_ENDS:
                after = piece.start + (at - piece.at) // piece.width + 1
                yield from story.end(part, setting.form(at), new_page=after not in self._flowing)
                look = None
            elif part:
                look = look or setting.look(at, run.changes)
                yield from story.add(_spelled(part, look, setting), look)
            at += len(part) * piece.width

    def _text(self, run: Run, width: int) -> str:
        self._main.seek(run.start)
        data = self._main.read(run.end - run.start)
        self._budget.spend(len(data))
        if len(data) < run.end - run.start:
            raise Unreadable(Unread.CORRUPT)
        text = data.decode("utf-16-le", "replace") if width == 2 else decode(data, self._block.code_page)
        self._pictures = self._pictures or _PICTURE.search(text) is not None
        self._told = self._told or any(character > " " for character in text)
        return text

    def _flowing_sections(self) -> Iterator[int]:
        """Where sections begin that begin on no page of their own (MS-DOC 2.8.26)."""
        table = b"" if self._block.is_old else self._block.table(word_fib.SECTIONS)
        count = max(0, (len(table) - 4) // (4 + _SECTION))
        for number in range(1, count):
            at = struct.unpack_from("<I", table, 4 * (count + 1) + _SECTION * number + 2)[0]
            if at == 0xFFFFFFFF:
                continue
            self._main.seek(at)
            size = int.from_bytes(self._main.read(2), "little")
            if any(code == _BREAK and operand == _CONTINUOUS for code, operand in changes(self._main.read(min(size, _CHUNK)))):
                yield struct.unpack_from("<I", table, 4 * number)[0]

    def _lettering(self) -> Iterator[Block]:
        """Decorative lettering: in a header it is a watermark (OfficeArtContent, MS-DOC 2.9.172)."""
        data = b"" if self._block.is_old else self._block.table(word_fib.DRAWINGS)
        file, at, place = io.BytesIO(data), 0, Place.TEXTBOX
        while at < len(data):
            drawing = record_at(file, at, len(data))
            at = drawing.at + drawing.size
            yield from (Block(text, place, page=1) for text in lettering(file, drawing.at, at, self._budget))
            place = Place.WATERMARK if data[at : at + 1] == _IN_HEADER else Place.TEXTBOX
            at += 1


def _spelled(text: str, look: Look, setting: Plain) -> str:
    """Text, or the symbols that each of its characters stands for."""
    return setting.character(look.symbol) * len(text) if look.symbol else text
