"""A small window that moves over a document's lines, so that a line is judged with its neighbours in bounded memory."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from checks.marking.dating import LONGEST_DATE_LINE, date_signs
from checks.marking.lines import Line, lines_of
from checks.marking.normalise import INVISIBLE, Folded
from checks.marking.progress import FLOWING
from checks.marking.term import EVENT
from checks.marking.text import Block
from checks.marking.trace import signs
from policies.vocabulary import Place

NEIGHBOURS = 3
"""So many lines before and after are looked at."""

_BEGUN = re.compile(r"[绝机秘](?:密(?:级?(?:★(?:[0-9]{1,3}(?:年|个(?:月)?)?|[一-鿿]{1,10})?)?)?)?")
_WHOLE = re.compile(rf"[绝机秘]密级?(?:★(?:[0-9]{{1,3}}(?:年|个?月)|长期|[一-鿿]{{1,9}}(?:{EVENT}))?)?")
_PIECE = re.compile(".|密?级?★?(?:[0-9]{1,3}(?:年|个月|月)?|启用前|长期)?|[绝机秘]密级?★?(?:[0-9]{1,3})?")
_BEGINNING = re.compile(rf"[\s{INVISIBLE}]{{0,24}}[绝絕机機秘祕]")
_LONGEST_PIECE = 6
_TAIL = 40


def joined_marks(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, with those put together that spell one mark: vertical text, one glyph a line, a term on the next line."""
    pending: list[Line] = []
    pieces: list[str] = []
    for line in lines:
        if pending and (piece := _piece(line)) and line.beside(pending[0]) and _BEGUN.fullmatch("".join(pieces) + piece):
            pending.append(line)
            pieces.append(piece)
            continue
        if pending:
            yield from _put_together(pending, pieces)
            pending = []
        if _BEGINNING.match(line.text) and (piece := _piece(line)) and _BEGUN.fullmatch(piece):
            pending, pieces = [line], [piece]
        else:
            yield line
    yield from _put_together(pending, pieces)


def _piece(line: Line) -> str:
    """A short line's folded text without spaces; empty for a longer one."""
    if len(line.text) > 4 * _LONGEST_PIECE or len(line.text.strip()) > 2 * _LONGEST_PIECE:
        return ""
    text = Folded(line.text).text.replace(" ", "")
    return text if _PIECE.fullmatch(text) else ""


def _put_together(lines: list[Line], pieces: list[str]) -> Iterator[Line]:
    """As many of the lines as spell a whole mark in one, the rest as they are."""
    for count in range(len(lines), 1, -1):
        spelled = "".join(pieces[:count])
        if _WHOLE.fullmatch(spelled) and ("★" in spelled or len(spelled) == 2):
            joined = "".join(line.text.strip() for line in lines[:count])
            yield lines[0]._replace(text=joined, joined=True, closes=lines[count - 1].closes)
            yield from lines[count:]
            return
    yield from lines


@dataclass
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
    def earlier(self) -> tuple[str, ...]:
        """The folded ends of the lines before that one, the nearest first."""
        return tuple(Folded(other.text[-_TAIL:]).text for other in reversed(self.before[:-1]))

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
        return self.on_first_lines or self.line.block.place not in (*FLOWING, Place.HIDDEN, Place.DELETED)


def situations(blocks: Iterable[Block]) -> Iterator[Situation]:
    """Every line that may hold a mark, with its neighbours. The date and the counters of its document go on as more is read."""
    before: deque[Line] = deque(maxlen=NEIGHBOURS)
    waiting: deque[tuple[Situation, list[Line]]] = deque()
    for line in joined_marks(lines_of(blocks)):
        for _, after in waiting:
            after.append(line)
        while waiting and len(waiting[0][1]) == NEIGHBOURS:
            yield _followed(*waiting.popleft())
        line.document.pass_by(line.text, line.block, opens=line.opens)
        if len(line.text) <= LONGEST_DATE_LINE and next(date_signs(line.text), None) is not None:
            line.document.dating.pass_by(line.text, _situation(line, before).previous, line.block.place)
        if next(signs(line.text), None) is not None:
            waiting.append((_situation(line, before), []))
        before.append(line)
    for situation, after in waiting:
        yield _followed(situation, after)


def _situation(line: Line, before: Iterable[Line]) -> Situation:
    document = line.document
    return Situation(
        line,
        tuple([other for other in before if other.beside(line)]),
        (),
        document.on_first_lines and line.block.place in FLOWING,
        document.about_secrecy,
        document.level_column,
    )


def _followed(situation: Situation, after: list[Line]) -> Situation:
    situation.after = tuple([other for other in after if other.beside(situation.line)])
    return situation
