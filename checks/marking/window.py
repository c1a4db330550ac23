"""A small window that moves over a document's lines, so that a line is judged with its neighbours in bounded memory."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from checks.marking.labels import LABEL_ALONE
from checks.marking.normalise import Folded
from checks.marking.text import Line
from policies.vocabulary import Place

NEIGHBOURS = 3
"""So many lines before and after are looked at."""

COVER_LINES = 8
"""A mark within so many non-empty lines of the first page stands on the cover."""

_FLOWING = (Place.BODY, Place.CELL, Place.SLIDE, Place.MEMBER, Place.ATTACHMENT)
_BEGUN = re.compile(r"[绝机秘](?:密(?:级?(?:★(?:[0-9]{1,3}(?:年|个(?:月)?)?|[一-鿿]{1,10})?)?)?)?")
_PIECE = re.compile(".|密?级?★?(?:[0-9]{1,3}(?:年|个月|月)?|启用前|长期)?|[绝机秘]密级?★?(?:[0-9]{1,3})?")
_LONGEST_PIECE = 6
_TAIL = 40
_SECRECY = re.compile("保密|涉密|密级|定密|泄密|失密|密件|国家秘密")
_ABOUT_SECRECY_HITS = 8
_ABOUT_SECRECY_SPACING = 120


def joined_marks(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, with those put together that spell one mark: vertical text, one glyph a line, a term on the next line."""
    pending: list[Line] = []
    spelled = ""
    for line in lines:
        piece = _piece(line)
        if pending and piece and line.beside(pending[0]) and _BEGUN.fullmatch(spelled + piece):
            pending.append(line)
            spelled += piece
            continue
        yield from _put_together(pending, spelled)
        pending, spelled = [], ""
        if piece and _BEGUN.fullmatch(piece):
            pending, spelled = [line], piece
        else:
            yield line
    yield from _put_together(pending, spelled)


def _piece(line: Line) -> str:
    """A short line's folded text without spaces; empty for a longer one."""
    if len(line.text) > 4 * _LONGEST_PIECE or len(line.text.strip()) > 2 * _LONGEST_PIECE:
        return ""
    text = Folded(line.text).text.replace(" ", "")
    return text if _PIECE.fullmatch(text) else ""


def _put_together(pending: list[Line], spelled: str) -> Iterator[Line]:
    if len(pending) > 1 and ("★" in spelled or len(spelled) == 2):
        yield Line("".join(line.text.strip() for line in pending), pending[0].block, joined=True)
    else:
        yield from pending


@dataclass
class Progress:
    """What is known of the document (or member) so far while its lines go by."""

    member: str | None = None
    page: int = 0
    lines: int = 0
    characters: int = 0
    secrecy_words: int = 0
    level_column: bool = False

    def pass_by(self, line: Line) -> None:
        """Takes note of a line."""
        if line.block.page != self.page:
            self.page, self.level_column = line.block.page, False
        if line.block.place in _FLOWING:
            self.lines += line.opens
        self.characters += len(line.text)
        if "密" in line.text:
            self.secrecy_words += len(_SECRECY.findall(line.text))
        if line.block.place is Place.CELL and _heads_a_column(line):
            self.level_column = True

    @property
    def on_first_lines(self) -> bool:
        """Whether the line that just went by is among the first of the first page."""
        return self.page <= 1 and self.lines <= COVER_LINES

    @property
    def about_secrecy(self) -> bool:
        """Whether the text so far speaks of secrecy itself: a rule, a lecture, a ledger."""
        return self.secrecy_words >= _ABOUT_SECRECY_HITS and self.characters < self.secrecy_words * _ABOUT_SECRECY_SPACING


def _heads_a_column(line: Line) -> bool:
    """Whether a cell, or one cell of a row, is the heading of a column of levels."""
    cells = re.split(r"[\t|]", line.text)
    return any(LABEL_ALONE.fullmatch(cell) and ":" not in cell and "：" not in cell for cell in cells)


@dataclass(frozen=True)
class Situation:
    """A line among its neighbours of the same flow. `before` ends with the nearest line, `after` begins with it."""

    line: Line
    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()
    on_first_lines: bool = False
    about_secrecy: bool = False
    level_column: bool = False

    @cached_property
    def folded(self) -> Folded:
        """The line's text, folded."""
        return Folded(self.line.text)

    @cached_property
    def previous(self) -> str:
        """The folded text of the line before, empty where there is none."""
        return Folded(self.before[-1].text[-_TAIL:]).text if self.before else ""

    @cached_property
    def following(self) -> tuple[str, ...]:
        """The beginnings of the lines after, folded."""
        return tuple(Folded(other.text[:_TAIL]).text for other in self.after)

    @property
    def place(self) -> Place:
        """Where the line stands: the first lines of the body are the cover."""
        return Place.COVER if self.on_first_lines and self.line.block.place is Place.BODY else self.line.block.place

    @property
    def prominent(self) -> bool:
        """Whether a mark of the whole document would be expected here."""
        return self.on_first_lines or self.line.block.place not in (*_FLOWING, Place.HIDDEN, Place.DELETED)


def situations(lines: Iterable[Line]) -> Iterator[Situation]:
    """Every line with its neighbours."""
    stream = joined_marks(lines)
    before: deque[Line] = deque(maxlen=NEIGHBOURS)
    ahead = deque(islice(stream, NEIGHBOURS + 1))
    progress = Progress()
    while ahead:
        line = ahead.popleft()
        if line.block.member != progress.member:
            progress = Progress(line.block.member)
        progress.pass_by(line)
        yield Situation(
            line,
            tuple(other for other in before if other.beside(line)),
            tuple(other for other in ahead if other.beside(line)),
            progress.on_first_lines and line.block.place in _FLOWING,
            progress.about_secrecy,
            progress.level_column,
        )
        before.append(line)
        ahead.extend(islice(stream, 1))
