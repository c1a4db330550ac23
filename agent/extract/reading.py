"""What is known of a file once it was read: the facts that leave the worker, and nothing else of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from checks.marking.notes import NOTES
from checks.marking.reader import LONGEST_TEXT, MOST_MARKS
from checks.marking.term import is_canonical
from checks.subjects import Mark
from policies.vocabulary import Level, Read, Unread

LONGEST_MEMBER = 255
"""Characters of the name of a container's member."""
_FORMAT = re.compile("[a-z0-9]{0,16}")
_MOST_MARKS = MOST_MARKS + len(Level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Format, how much was read, why not all, and the marks in the file (not those in its name)."""

    format: str = ""
    read: Read = Read.NONE
    reason: Unread | None = None
    marks: tuple[Mark, ...] = ()

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
        if not _FORMAT.fullmatch(reading.format) or len(reading.marks) > _MOST_MARKS or not all(map(_is_mark, reading.marks)):
            raise ValueError("a reading carries more than marks")
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
