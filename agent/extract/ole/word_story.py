"""One story of a Word binary document (body, header, notes, ...): characters as they are set, turned into located paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.extract.ole.word_format import Form, Look
from checks.marking.text import OVERLAP, Block
from policies.vocabulary import Place

PARAGRAPH_ENDS = "\r\x07\x0c"
_LARGE = 32  # half points
_LONGEST = 64 << 10  # characters of a paragraph; what is longer is given in overlapping parts
_FIELD = re.compile("([\x13-\x15])")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1d\x1f]")
_SPELLED = str.maketrans({"\x0b": "\n", "\x1e": "-", "\uf0ab": "★", "\uf0b5": "✪", "\uf0b6": "✰"})  # stars of Wingdings


@dataclass(slots=True)
class _Fate:
    """The text of a paragraph that shares one fate: shown, struck through, hidden or deleted."""

    texts: list[str] = field(default_factory=list)
    length: int = 0
    bold: int = 0
    size: int = 0

    def add(self, text: str, look: Look) -> None:
        self.texts.append(text)
        self.length += len(text)
        self.bold += len(text) if look.bold else 0
        self.size = max(self.size, look.size)

    def keep_end(self) -> None:
        """Drop what was given, but so much that a mark on the border is whole in one of two parts."""
        self.texts = ["".join(self.texts)[-OVERLAP:]]
        self.length = len(self.texts[0])


class WordStory:
    """Fed with text of one look after another; gives a block for each fate of each paragraph. `page` 0: not known."""

    def __init__(self, place: Place, page: int) -> None:
        self._place = place
        self._page = page
        self._fates: dict[tuple[Place, bool], _Fate] = {}
        self._fields: list[bool] = []  # of each open field, whether its code is over
        self._codes = 0
        self._gathered = 0
        self._page_is_fresh = True

    @property
    def is_open(self) -> bool:
        """Whether a field has no end: then it is not known what of the text is its code."""
        return bool(self._fields)

    def add(self, text: str, look: Look) -> Iterator[Block]:
        """Characters that end no paragraph."""
        for part in _FIELD.split(text):
            if part in ("\x13", "\x14", "\x15"):
                self._field(part)
            elif not self._codes and (seen := _UNSEEN.sub("", part).translate(_SPELLED)):
                self._gather(seen, look)
        if self._gathered > _LONGEST:
            yield from self._blocks(Form())
            for fate in self._fates.values():
                fate.keep_end()
            self._gathered = 0

    def end(self, mark: str, form: Form, *, new_page: bool = True) -> Iterator[Block]:
        """A paragraph, a cell or a page ends. `new_page`: whether a section that begins here begins on a page of its own."""
        if self._codes:
            return
        if form.new_page:
            self._next_page()
        yield from self._blocks(form, in_cell=mark == "\x07")
        self._page_is_fresh = self._page_is_fresh and not self._fates
        self._fates = {}
        self._gathered = 0
        if mark == "\x0c" and new_page:
            self._next_page()

    def finish(self) -> Iterator[Block]:
        """What stands after the last end of a paragraph."""
        yield from self._blocks(Form())

    def _gather(self, text: str, look: Look) -> None:
        place = Place.DELETED if look.deleted else Place.HIDDEN if look.hidden else self._place
        self._fates.setdefault((place, look.struck), _Fate()).add(text, look)
        self._gathered += len(text)

    def _field(self, sign: str) -> None:
        """A field is its code and then its result; only the result is shown (MS-DOC 2.8.25)."""
        if sign == "\x13":
            self._fields.append(False)
            self._codes += 1
        elif self._fields and not (self._fields[-1] and sign == "\x14"):
            self._codes -= not self._fields[-1]
            self._fields[-1] = True
            if sign == "\x15":
                self._fields.pop()

    def _blocks(self, form: Form, *, in_cell: bool = False) -> Iterator[Block]:
        for (place, struck), fate in self._fates.items():
            seen = Place.CELL if place is Place.BODY and (in_cell or form.in_table) else place
            yield Block(
                text="".join(fate.texts),
                place=seen,
                page=self._page,
                bold=2 * fate.bold > fate.length,
                large=fate.size >= _LARGE,
                struck=struck,
                left=form.left,
            )

    def _next_page(self) -> None:
        if self._page and not self._page_is_fresh:
            self._page += 1
            self._page_is_fresh = True
