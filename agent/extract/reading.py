"""What is known of a file once it was read: the facts that leave the worker, and nothing else of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from checks.marking import reader
from checks.marking.features import FEATURES
from checks.marking.notes import NOTES
from checks.marking.reader import LONGEST_TEXT, MOST_MARKS, MOST_MENTIONS, Outcome
from checks.marking.term import is_canonical
from checks.subjects import Mark
from policies.vocabulary import Level, Place, Read, Unread

LONGEST_MEMBER = 255
"""Characters of the name of a container's member."""
_LARGEST_NUMBER = 1 << 31
_FORMAT = re.compile("[a-z0-9]{0,16}")
_MOST_MARKS = MOST_MARKS + len(Level)
_MOST_EXPLAINED = _MOST_MARKS + MOST_MENTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A candidate for a mark and what became of it: its own text and place (`line` counts from 1 on its page), and the names of
    the features for and against it.
    """

    text: str
    place: Place
    page: int
    line: int
    outcome: Outcome
    member: str | None = None
    favour: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def features(self) -> tuple[str, ...]:
        """All features, those in its favour first."""
        return self.favour + self.against

    @property
    def score(self) -> int:
        """The sum of the features' weights."""
        return sum(FEATURES[name].weight for name in self.features)

    @classmethod
    def of(cls, reading: reader.Reading) -> Explained:
        """The decision that the grammar made."""
        decision = reading.decision
        return cls(
            text=reading.text,
            place=reading.place,
            page=reading.page,
            line=reading.line,
            outcome=reading.outcome,
            member=reading.member,
            favour=decision.favour,
            against=decision.against,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Format, how much was read, why not all, and the marks in the file (not those in its name).

    `explained`: where that was asked for, every mark and the first mentions, in order.
    """

    format: str = ""
    read: Read = Read.NONE
    reason: Unread | None = None
    marks: tuple[Mark, ...] = ()
    explained: tuple[Explained, ...] = ()

    def encode(self) -> bytes:
        """JSON."""
        return msgspec.json.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> Reading:
        """Raises ValueError for anything but a reading; the worker that wrote it is not trusted."""
        try:
            reading = msgspec.json.decode(data, type=Reading)
        except RecursionError:
            raise ValueError("a reading is nested") from None
        marks, explained = reading.marks, reading.explained
        if not _FORMAT.fullmatch(reading.format) or len(marks) > _MOST_MARKS or not all(map(_is_mark, marks)):
            raise ValueError("a reading carries more than marks")
        if len(explained) > _MOST_EXPLAINED or not all(map(_is_explained, explained)):
            raise ValueError("a reading carries more than decisions")
        return reading


def unread(reason: Unread, format: str = "") -> Reading:
    """The reading of a file of which nothing could be read."""
    return Reading(format=format, reason=reason)


def _is_mark(mark: Mark) -> bool:
    """Whether nothing of it is longer or other than the grammar makes it: a parser that was taken over must not let text out."""
    return (
        len(mark.text) <= LONGEST_TEXT
        and (mark.term is None or is_canonical(mark.term))
        and len(mark.member or "") <= LONGEST_MEMBER
        and len(mark.notes) <= len(NOTES)
        and all(note in NOTES for note in mark.notes)
    )


def _is_explained(one: Explained) -> bool:
    """The same of a decision."""
    return (
        len(one.text) <= LONGEST_TEXT
        and 0 <= one.page <= _LARGEST_NUMBER
        and 0 < one.line <= _LARGEST_NUMBER
        and len(one.member or "") <= LONGEST_MEMBER
        and len(one.features) <= len(FEATURES)
        and all(name in FEATURES for name in one.features)
    )
