"""The texts of one slide, master or page of notes of a PowerPoint binary document (MS-PPT 2.5): shapes, footers, comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from agent.extract.base import Budget
from agent.extract.ole.ppt_document import HEADERS_FOOTERS, TEXT_NARROW, TEXT_WIDE
from agent.extract.ole.records import OPTIONS, Record, content, lettered, walk
from checks.marking.text import Block
from policies.vocabulary import Place

_SHAPE, _PLACEHOLDER, _OUTLINE = 0xF004, 0x0BC3, 0x0F9E
_SLIDE_SHOW, _NOTES = 0x03F9, 0x03F1
_STRING, _TAG, _TAG_DATA, _COMMENT, _RUNNING = 0x0FBA, 0x138A, 0x138B, 0x2EE0, 0x0FDA
_COMMENTS_TAG = "___PPT10"
_COMMENT_TEXT = 1
_HIDDEN_SLIDE = 0x4
_PROMPTS = range(1, 7)  # of a master: they tell what to type
_FOOTER = 9
_DATE, _HEADER, _FOOTER_TEXT = 0, 1, 2
_SHOWN = {_DATE: 0x4, _HEADER: 0x10, _FOOTER_TEXT: 0x20}
_MARKUP = "*"  # stands for the date, the number of the slide, ...
_LARGEST = 4 << 20


class SlideTexts:
    """Reads one part. `place`: of its text; `of_master`: it is a master, whose prompts no slide shows."""

    def __init__(self, stream: BinaryIO, budget: Budget, place: Place, page: int, *, of_master: bool = False) -> None:
        self.page = page
        self._stream = stream
        self._budget = budget
        self._place = place
        self._of_master = of_master
        self._hidden = False
        self._placeholder = 0
        self._tag = ""
        self._shown = 0

    def blocks(self, part: Record, outline: Sequence[Record] = ()) -> Iterator[Block]:
        """Its texts in order; those that only the outline has come last."""
        waiting = dict(enumerate(outline))
        for record in walk(self._stream, part.at, part.at + part.size, self._budget):
            if record.kind == _OUTLINE:
                number = int.from_bytes(self._content(record)[:4], "little")
                yield from self._text(waiting.pop(number)) if number in waiting else ()
            else:
                yield from self._read(record)
        for record in waiting.values():
            yield from self._text(record)

    def notes_of(self, part: Record) -> int:
        """The number of the slide that a page of notes is for, 0 where it does not say."""
        for record in walk(self._stream, part.at, part.at + part.size, self._budget):
            if record.kind == _NOTES:
                return int.from_bytes(self._content(record)[:4], "little")
        return 0

    def _read(self, record: Record) -> Iterator[Block]:
        if record.kind == _SHAPE:
            self._placeholder = 0
        elif record.kind == _PLACEHOLDER:
            self._placeholder = (self._content(record)[4:5] or b"\0")[0]
        elif record.kind == _SLIDE_SHOW:
            self._hidden = bool((self._content(record)[10:11] or b"\0")[0] & _HIDDEN_SLIDE)
        elif record.kind in (TEXT_WIDE, TEXT_NARROW):
            yield from self._text(record)
        elif record.kind in OPTIONS:
            lettering = lettered(self._content(record), record.instance)
            yield from self._block(lettering, Place.WATERMARK if self._of_master else self._place)
        elif record.is_in(HEADERS_FOOTERS):
            yield from self.running(record)
        elif record.is_in(_TAG):
            yield from self._tagged(record)

    def running(self, record: Record) -> Iterator[Block]:
        """A header, a footer or a date, which is shown where the record before says so."""
        if record.kind == _RUNNING:
            self._shown = int.from_bytes(self._content(record)[2:4], "little")
        elif record.kind == _STRING and record.instance in _SHOWN:
            seen = Place.HEADER if record.instance == _HEADER else Place.FOOTER
            yield from self._block(self._string(record), seen if self._shown & _SHOWN[record.instance] else Place.HIDDEN)

    def _text(self, record: Record) -> Iterator[Block]:
        if self._of_master and self._placeholder in _PROMPTS:
            return
        text = self._string(record) if record.kind == TEXT_WIDE else self._content(record).decode("latin-1")
        place = Place.FOOTER if self._of_master and self._placeholder == _FOOTER else self._place
        yield from self._block(text, place)

    def _tagged(self, record: Record) -> Iterator[Block]:
        """What newer programs add: comments."""
        if record.kind == _STRING:
            self._tag = self._string(record)
        elif record.kind == _TAG_DATA and self._tag == _COMMENTS_TAG:
            for inner in walk(self._stream, record.at, record.at + record.size, self._budget):
                if inner.kind == _STRING and inner.instance == _COMMENT_TEXT and inner.is_in(_COMMENT):
                    yield from self._block(self._string(inner), Place.BODY)

    def _block(self, text: str, place: Place) -> Iterator[Block]:
        text = text.replace("\r", "\n").strip("\0")
        if text and text != _MARKUP:
            yield Block(text, Place.HIDDEN if self._hidden else place, self.page)

    def _string(self, record: Record) -> str:
        return self._content(record).decode("utf-16-le", "replace")

    def _content(self, record: Record) -> bytes:
        return content(self._stream, record, self._budget, _LARGEST)
