"""What is known of a file once it was read: the facts that leave the worker, and nothing else of the file."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from checks.subjects import Mark
from policies.vocabulary import Read, Unread

LONGEST_MARK = 200
"""Characters of a mark's text that are kept: more is no mark, and would be the document's text."""


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
        reading = msgspec.json.decode(data, type=Reading)
        if len(reading.format) > 16 or any(len(mark.text) > LONGEST_MARK for mark in reading.marks):
            raise ValueError("a reading carries text")
        return reading


def unread(reason: Unread, format: str = "") -> Reading:
    """The reading of a file of which nothing could be read."""
    return Reading(format=format, reason=reason)
