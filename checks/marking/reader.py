"""From a document's located text, or a file's name, to its classification marks.

The text is read once, line by line, in bounded memory: a few neighbouring lines, counters and the marks are all that is kept.
What a mark is worth depends on its document's date, which often stands at the end, so marks are judged when all has gone by.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from checks.marking.beside import with_term_beside
from checks.marking.candidate import Candidate, Shape
from checks.marking.context import Decision, decide
from checks.marking.forms import state_marks
from checks.marking.normalise import Folded
from checks.marking.phrases import declassification, partial_notes
from checks.marking.progress import Progress
from checks.marking.regimes import other_marks
from checks.marking.setting import Setting
from checks.marking.text import Block
from checks.marking.window import Situation, situations
from checks.marking.worth import Worth, in_time, weigh
from checks.subjects import Mark
from policies.vocabulary import Level, MarkVerdict, Place, Regime, Text

LONGEST_TEXT = 40
"""A mark's text is cut to so many characters: a mark is short, and no more of a document may leave it."""

MOST_MARKS = 1000
"""No document bears more different marks than this; beyond it only a mark of a higher level is still taken."""


MOST_MENTIONS = 500
"""So many mentions are told with their reasons, and no more."""


class Outcome(enum.Enum):
    """What became of a candidate: a mark, a mention, or a former mark that another one has taken the place of."""

    MARK = "mark"
    MENTION = "mention"
    FORMER = "former"

    @property
    def text(self) -> Text:
        """The outcome for a reader."""
        return _OUTCOME_TEXT[self]


_OUTCOME_TEXT = {
    Outcome.MARK: Text("标志", "mark"),
    Outcome.MENTION: Text("只是提及", "mention only"),
    Outcome.FORMER: Text("已被取代的标志", "former mark, replaced"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A candidate's own text and place (`line` of its page, from 1), the decision about it with the reasons, and the mark where
    it is one that stands.
    """

    text: str
    place: Place
    page: int
    line: int
    member: str | None
    decision: Decision
    mark: Mark | None

    @property
    def outcome(self) -> Outcome:
        """What became of the candidate."""
        if self.mark is not None:
            return Outcome.MARK
        return Outcome.FORMER if self.decision.is_mark else Outcome.MENTION


def read_marks(blocks: Iterable[Block], *, dated: date | None = None) -> list[Mark]:
    """All marks of a document in order, repeated ones once. `dated` goes before the document's own date (成文日期)."""
    return [reading.mark for reading in readings(blocks, mentions=0, dated=dated) if reading.mark]


def read_name(name: str) -> list[Mark]:
    """The marks in a file's name (without its folders)."""
    return read_marks([name_block(name)])


def name_block(name: str, member: str | None = None, within: Place | None = None) -> Block:
    """A file's name (without its folders) as text to read: a suffix says nothing, an underscore stands for a space."""
    stem = re.sub(r"\.(?=[0-9]{0,3}[A-Za-z])[0-9A-Za-z]{1,8}$", "", name)
    return Block(stem.replace("_", " "), Place.NAME, member=member, within=within)


def readings(blocks: Iterable[Block], *, mentions: int = MOST_MENTIONS, dated: date | None = None) -> list[Reading]:
    """The candidates of a document in order: every mark, repeated ones once, and so many mentions; each with its decision."""
    kept = _Kept(mentions)
    for situation in situations(blocks):
        for candidate in _candidates(situation.folded):
            kept.take(_judged(candidate, situation))
    return [one.in_time(dated) for one in kept.all]


@dataclass(frozen=True, slots=True)
class _Judged:
    """A reading whose mark still waits for the date of its document."""

    reading: Reading
    shape: Shape
    document: Progress

    def in_time(self, dated: date | None) -> Reading:
        mark = self.reading.mark
        if mark is None:
            return self.reading
        return replace(self.reading, mark=in_time(mark, self.shape, dated or self.document.dating.day))


class _Kept:
    """What is kept of a document's candidates: marks that differ in text, place, member or verdict, and the first mentions."""

    def __init__(self, mentions: int) -> None:
        self.all: list[_Judged] = []
        self._mentions = mentions
        self._marks: set[tuple[str, Place, str | None, MarkVerdict]] = set()
        self._highest: Level | None = None

    def take(self, judged: _Judged) -> None:
        """Keep it, unless it is one too many."""
        mark = judged.reading.mark
        if mark is not None:
            if self._is_new(mark):
                self.all.append(judged)
        elif self._mentions:
            self._mentions -= 1
            self.all.append(judged)

    def _is_new(self, mark: Mark) -> bool:
        key = (mark.text, mark.place, mark.member, mark.verdict)
        higher = mark.level is not None and (self._highest is None or mark.level > self._highest)
        if key in self._marks or (len(self._marks) >= MOST_MARKS and not higher):
            return False
        self._highest = mark.level if higher else self._highest
        self._marks.add(key)
        return True


def _judged(candidate: Candidate, situation: Situation) -> _Judged:
    line, document = situation.line, situation.line.document
    where = Setting(with_term_beside(candidate, situation), situation, document.highest)
    decision = decide(where)
    worth = weigh(where) if decision.is_mark else None
    text = situation.folded.original(candidate.start, candidate.end)[:LONGEST_TEXT]
    mark = _mark(where, worth, text) if worth else None
    document.highest = _raised(document.highest, mark)
    reading = Reading(text, situation.place, line.block.page, line.row, line.block.member, decision, mark)
    return _Judged(reading, candidate.shape, document)


def _raised(highest: Level | None, mark: Mark | None) -> Level | None:
    """The highest level after a mark: only what a reader sees of state secrets counts."""
    if not mark or not mark.level or mark.regime is not Regime.STATE or not mark.place.seen_by_a_reader:
        return highest
    return max(highest or mark.level, mark.level)


def _candidates(folded: Folded) -> list[Candidate]:
    sentence = declassification(folded)
    found = chain([sentence] if sentence else [], other_marks(folded), partial_notes(folded), state_marks(folded))
    return sorted(found, key=lambda candidate: candidate.start)


def _mark(where: Setting, worth: Worth, text: str) -> Mark:
    block = where.situation.line.block
    place = where.place if worth.verdict is MarkVerdict.PARTIAL else where.situation.place
    return Mark(
        level=worth.level,
        term=worth.term,
        verdict=worth.verdict,
        regime=where.candidate.regime,
        place=block.within if block.within and place.seen_by_a_reader else place,
        text=text,
        member=block.member,
        notes=worth.notes,
    )
