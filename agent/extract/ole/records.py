"""Records of PowerPoint (MS-PPT 2.3.1) and of Office drawings (MS-ODRAW 2.2.1): a header of 8 bytes, records in records."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from agent.extract.base import Budget, Unreadable
from policies.vocabulary import Unread

FSP, OPTIONS = 0xF00A, (0xF00B, 0xF121, 0xF122)
_CONTAINER = 0xF
_WORD_ART = 0x00C0
_PROPERTY = 0x3FFF
_COMPLEX = 0x8000
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """Kind, instance, where its content lies, and the kinds and instances of the records that it lies in, outermost first."""

    kind: int
    instance: int
    at: int
    size: int
    within: tuple[tuple[int, int], ...]

    def is_in(self, kind: int) -> bool:
        """Whether a record of a kind holds it."""
        return any(outer == kind for outer, _ in self.within)


def walk(file: BinaryIO, start: int, end: int, budget: Budget) -> Iterator[Record]:
    """The records from `start` to `end` and all in them, in order. Raises Unreadable where one reaches out of what holds it."""
    ends, path = [end], tuple[tuple[int, int], ...]()
    at = start
    while True:
        while len(ends) > 1 and at >= ends[-1]:
            at = ends.pop()
            path = path[:-1]
        if at >= ends[-1]:
            return
        kind, instance, size, holds = _header(file, at)
        at += 8
        if at + size > ends[-1]:
            raise Unreadable(Unread.CORRUPT)
        budget.tick()
        yield Record(kind, instance, at, size, path)
        if holds:
            budget.nested(len(ends))
            ends.append(at + size)
            path += ((kind, instance),)
        else:
            at += size


def record_at(file: BinaryIO, at: int, end: int) -> Record:
    """The one record that begins here. Raises Unreadable."""
    kind, instance, size, _ = _header(file, at)
    if at + 8 + size > end:
        raise Unreadable(Unread.CORRUPT)
    return Record(kind, instance, at + 8, size, ())


def content(file: BinaryIO, record: Record, budget: Budget, most: int = _LARGEST) -> bytes:
    """A record's bytes. Raises Unreadable."""
    if record.size > most:
        raise Unreadable(Unread.TOO_LARGE)
    file.seek(record.at)
    data = file.read(record.size)
    if len(data) < record.size:
        raise Unreadable(Unread.CORRUPT)
    budget.spend(len(data))
    return data


def lettering(file: BinaryIO, start: int, end: int, budget: Budget) -> Iterator[str]:
    """The texts of the decorative letterings in a drawing. Raises Unreadable."""
    for record in walk(file, start, end, budget):
        if record.kind in OPTIONS and (text := lettered(content(file, record, budget), record.instance)):
            yield text


def lettered(options: bytes, count: int) -> str:
    """The text of a decorative lettering among the properties of a shape (MS-ODRAW 2.3.22.2), empty where there is none."""
    complex_at = 6 * count
    for number in range(count):
        if 6 * number + 6 > len(options):
            raise Unreadable(Unread.CORRUPT)
        identifier, value = struct.unpack_from("<HI", options, 6 * number)
        if not identifier & _COMPLEX:
            continue
        if identifier & _PROPERTY == _WORD_ART:
            text = options[complex_at : complex_at + value]
            if len(text) < value:
                raise Unreadable(Unread.CORRUPT)
            return text.decode("utf-16-le", "replace").partition("\0")[0]
        complex_at += value
    return ""


def _header(file: BinaryIO, at: int) -> tuple[int, int, int, bool]:
    file.seek(at)
    header = file.read(8)
    if len(header) < 8:
        raise Unreadable(Unread.CORRUPT)
    first, kind, size = struct.unpack("<HHI", header)
    return kind, first >> 4, size, first & 0xF == _CONTAINER
