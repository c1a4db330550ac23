"""From a document's located text, or a file's name, to its classification marks.

The text is read once, line by line, in bounded memory: a few neighbouring lines and counters are all that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from checks.marking.candidate import Candidate
from checks.marking.context import Decision, decide
from checks.marking.forms import state_marks
from checks.marking.normalise import Folded
from checks.marking.phrases import declassification, partial_notes
from checks.marking.regimes import other_marks
from checks.marking.setting import Setting
from checks.marking.text import Block, lines_of
from checks.marking.window import situations
from checks.marking.worth import Worth, weigh
from checks.subjects import Mark
from policies.vocabulary import Level, MarkVerdict, Place, Regime

GRAMMAR_VERSION = "1"
"""Changes with every change of what the grammar reads, so that unchanged files are read again."""

LONGEST_TEXT = 40
"""A mark's text is cut to so many characters: a mark is short, and no more of a document may leave it."""

MOST_MARKS = 1000
"""No document bears more different marks than this; beyond it only a mark of a higher level is still taken."""

_WORTH_READING = re.compile(
    "[绝絕机機秘祕解商非涉].{0,6}密|[内內].{0,6}部|(?:公.{0,4}[开開]|敏感|受控).{0,6}[★☆*＊▲△]|SECRET|(?i:confidential)"
)
"""What a line must hold to be folded at all: every mark does."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A candidate's own text and place, the decision about it with the reasons, and the mark where it is one that stands."""

    text: str
    place: Place
    decision: Decision
    mark: Mark | None


def read_marks(blocks: Iterable[Block], *, dated: date | None = None) -> list[Mark]:
    """All marks of a document in order, repeated ones once. `dated` is the document's own date (成文日期) where it is known."""
    return _collected(reading.mark for reading in readings(blocks, dated=dated) if reading.mark)


def read_name(name: str) -> list[Mark]:
    """The marks in a file's name (without its folders)."""
    return read_marks([name_block(name)])


def name_block(name: str, member: str | None = None, within: Place | None = None) -> Block:
    """A file's name (without its folders) as text to read: a suffix says nothing, an underscore stands for a space."""
    stem = re.sub(r"\.(?=[0-9]{0,3}[A-Za-z])[0-9A-Za-z]{1,8}$", "", name)
    return Block(stem.replace("_", " "), Place.NAME, member=member, within=within)


def readings(blocks: Iterable[Block], *, dated: date | None = None) -> Iterator[Reading]:
    """Every candidate of a document, marks and mentions, each with its decision."""
    member: str | None = None
    highest: Level | None = None
    for situation in situations(lines_of(blocks)):
        if situation.line.block.member != member:
            member, highest = situation.line.block.member, None
        if not _WORTH_READING.search(situation.line.text):
            continue
        for candidate in _candidates(situation.folded):
            reading = _judged(Setting(candidate, situation, highest), dated)
            yield reading
            highest = _raised(highest, reading.mark)


def _judged(where: Setting, dated: date | None) -> Reading:
    decision = decide(where)
    candidate, situation = where.candidate, where.situation
    text = situation.folded.original(candidate.start, candidate.end)[:LONGEST_TEXT]
    worth = weigh(where, dated) if decision.is_mark else None
    return Reading(text, situation.place, decision, _mark(where, worth, text) if worth else None)


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


def _collected(marks: Iterable[Mark]) -> list[Mark]:
    """The marks, each once: same text, place, member and verdict."""
    kept: dict[tuple[str, Place, str | None, MarkVerdict], Mark] = {}
    highest: Level | None = None
    for mark in marks:
        higher = mark.level is not None and (highest is None or mark.level > highest)
        if len(kept) < MOST_MARKS or higher:
            kept.setdefault((mark.text, mark.place, mark.member, mark.verdict), mark)
        if higher:
            highest = mark.level
    return list(kept.values())
