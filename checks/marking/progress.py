"""What is known of a document while its lines go by: counters and its date, of each file in a container for itself."""

from __future__ import annotations

import re

from checks.marking.dating import Dating
from checks.marking.labels import LABEL_ALONE
from checks.marking.normalise import fold_text
from checks.marking.text import Block
from policies.vocabulary import Level, Place

COVER_LINES = 8
"""A mark within so many non-empty lines of the first page stands on the cover."""

FLOWING = (Place.BODY, Place.CELL, Place.SLIDE, Place.MEMBER, Place.ATTACHMENT)
"""Places whose text a reader reads on and on."""

_SECRECY = re.compile("保密|涉密|密[级級]|定密|[泄洩]密|失密|密件|[国國]家[秘祕]密")
_ABOUT_SECRECY_HITS = 8
_ABOUT_SECRECY_SPACING = 120
_CELL_END = re.compile(r"\s?[\t|]\s?|\s{2,}")
_LONGEST_HEADING = 200
_LABEL_SIGN = re.compile(r"密\s{0,4}[级級]|等[级級]|[级級][别別]|lassification|evel")


class Progress:
    """One document: a file, or a file in it. `rows` counts the lines of the page, `lines` those of the whole that are not empty;
    `highest` is the highest level of its marks so far.
    """

    __slots__ = (
        "_characters",
        "_page",
        "_secrecy_words",
        "dating",
        "highest",
        "level_column",
        "lines",
        "member",
        "page",
        "part",
        "rows",
    )

    def __init__(self, member: str | None = None) -> None:
        self.member = member
        self.page = 0
        self.part = 0
        self.rows = 0
        self.lines = 0
        self.level_column = False
        self.highest: Level | None = None
        self.dating = Dating()
        self._page = (0, 0)
        self._characters = 0
        self._secrecy_words = 0

    def begin(self, block: Block) -> None:
        """A block is about to be read: rows are counted from the top of its page."""
        if (block.part, block.page) != self._page:
            self._page, self.rows = (block.part, block.page), 0

    def pass_over(self, text: str, start: int, stop: int) -> None:
        """Takes note of a stretch of text that holds nothing to read."""
        self._characters += stop - start
        if text.find("密", start, stop) >= 0:
            self._secrecy_words += len(_SECRECY.findall(text, start, stop))

    def pass_by(self, text: str, block: Block, *, opens: bool = True) -> None:
        """Takes note of a line."""
        if block.page != self.page:
            self.page, self.level_column = block.page, False
        if block.part != self.part:
            self.part, self.lines = block.part, 0
        if opens and block.place in FLOWING:
            self.lines += 1
        self._characters += len(text) + 1
        if "密" in text:
            self._secrecy_words += len(_SECRECY.findall(text))
        elif "lassification" not in text and "evel" not in text:
            return
        if block.place in FLOWING and _heads_a_column(text, lone=block.place is Place.CELL):
            self.level_column = True

    @property
    def on_first_lines(self) -> bool:
        """Whether the line that just went by is among the first of the first page."""
        return self.page <= 1 and self.lines <= COVER_LINES

    @property
    def about_secrecy(self) -> bool:
        """Whether the text so far speaks of secrecy itself: a rule, a lecture, a ledger."""
        return self._secrecy_words >= _ABOUT_SECRECY_HITS and self._characters < self._secrecy_words * _ABOUT_SECRECY_SPACING


def _heads_a_column(text: str, *, lone: bool) -> bool:
    """Whether one of a row of cells is the heading of a column of levels; `lone`: the row may be of one cell only."""
    if len(text) > _LONGEST_HEADING or not _LABEL_SIGN.search(text):
        return False
    cells = [cell for cell in _CELL_END.split(text.strip()) if cell]
    if len(cells) < (1 if lone else 3):
        return False
    return any(LABEL_ALONE.fullmatch(cell) and ":" not in cell for cell in map(fold_text, cells))


class Nesting:
    """The documents that are not over yet: the file itself and, while a file in it goes by, that one too."""

    def __init__(self) -> None:
        self._open: list[Progress] = []

    def of(self, member: str | None) -> Progress:
        """The progress of a file. What lay in an earlier one is over when the one round it goes on."""
        while self._open and not _lies_in(member, self._open[-1].member):
            self._open.pop()
        if not self._open or self._open[-1].member != member:
            self._open.append(Progress(member))
        return self._open[-1]


def _lies_in(member: str | None, outer: str | None) -> bool:
    return outer is None or member == outer or (member is not None and member.startswith(f"{outer}/"))
