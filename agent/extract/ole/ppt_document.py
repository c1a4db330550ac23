"""A PowerPoint binary document as it was last saved (MS-PPT 2.1.2): which slides it has, in which order, and where each lies.

Every save may append; a directory that goes back from the last edit to the first tells where the newest version of each part is.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.records import Record, content, record_at, walk
from policies.vocabulary import Unread

TEXT_WIDE, TEXT_NARROW = 0x0FA0, 0x0FA8
HEADERS_FOOTERS = 0x0FD9
_DOCUMENT, _DOCUMENT_ATOM, _SLIDE_LIST, _SLIDE_PERSIST, _EDIT, _DIRECTORY = 0x03E8, 0x03E9, 0x0FF0, 0x03F3, 0x0FF5, 0x1772
_OBJECT = 0x0FC3
_TOKEN_ENCRYPTED = 0xF3D1C4DF
_EDIT_ENCRYPTED = 32  # bytes of an edit that names how the rest is encrypted
_LINK = 1
_LARGEST_DIRECTORY = 8 << 20


@dataclass(slots=True)
class Part:
    """A slide, master or page of notes: where it is listed, its own number, and the texts that stand in the outline for it."""

    reference: int
    identifier: int
    outline: list[Record] = field(default_factory=list)


@dataclass(slots=True)
class Contents:
    """What a document lists. `objects`: references of what is embedded; `running`: headers and footers of all slides."""

    slides: list[Part] = field(default_factory=list)
    masters: list[Part] = field(default_factory=list)
    notes: list[Part] = field(default_factory=list)
    objects: list[int] = field(default_factory=list)
    running: list[Record] = field(default_factory=list)


class Document:
    """The stream "PowerPoint Document". Raises Unreadable where it is encrypted or damaged."""

    def __init__(self, stream: BinaryIO, user: bytes, budget: Budget) -> None:
        self.stream = stream
        self._budget = budget
        self._size = stream.seek(0, io.SEEK_END)
        if len(user) < 20:
            raise Unreadable(Unread.CORRUPT)
        token, edit = struct.unpack_from("<II", user, 12)
        if token == _TOKEN_ENCRYPTED:
            raise Unreadable(Unread.ENCRYPTED)
        self._places: dict[int, int] = {}
        self._root = self._read_edits(edit)

    def part(self, reference: int) -> Record:
        """The newest version of a part. Raises Unreadable where there is none."""
        if reference not in self._places:
            raise Unreadable(Unread.CORRUPT)
        return record_at(self.stream, self._places[reference], self._size)

    def contents(self) -> Contents:
        """What the document lists."""
        root = self.part(self._root)
        if root.kind != _DOCUMENT:
            raise Unreadable(Unread.CORRUPT)
        found = Contents()
        lists = {0: found.slides, 1: found.masters, 2: found.notes}
        for record in walk(self.stream, root.at, root.at + root.size, self._budget):
            listed = next((lists.get(instance) for kind, instance in record.within if kind == _SLIDE_LIST), None)
            if listed is not None:
                self._list(record, listed)
            elif record.kind == HEADERS_FOOTERS:
                found.running.append(record)
            elif record.kind in (_OBJECT, _DOCUMENT_ATOM):
                self._refer(record, found)
        return found

    def _list(self, record: Record, parts: list[Part]) -> None:
        if record.kind == _SLIDE_PERSIST:
            reference, identifier = struct.unpack("<I8xI", self._head(record, 16))
            parts.append(Part(reference, identifier))
            self._budget.opened(len(parts))
        elif record.kind in (TEXT_WIDE, TEXT_NARROW) and parts:
            parts[-1].outline.append(record)

    def _refer(self, record: Record, found: Contents) -> None:
        if record.kind == _OBJECT:
            kind, reference = struct.unpack("<4xI8xI", self._head(record, 20))
            found.objects += [reference] if kind != _LINK else []
            self._budget.opened(len(found.objects))
        else:
            masters = struct.unpack("<24xII", self._head(record, 32))
            found.masters += (Part(reference, 0) for reference in masters if reference)

    def _read_edits(self, at: int) -> int:
        """Where the parts are, by each edit from the last to the first; gives the reference of the document itself."""
        roots: list[int] = []
        seen: set[int] = set()
        while at or not seen:
            record = record_at(self.stream, at, self._size)
            if at in seen or record.kind != _EDIT:
                raise Unreadable(Unread.CORRUPT)
            if record.size >= _EDIT_ENCRYPTED:
                raise Unreadable(Unread.ENCRYPTED)
            seen.add(at)
            at, directory, root = struct.unpack("<8xIII", self._head(record, 20))
            roots.append(root)
            for reference, place in self._directory(directory):
                self._places.setdefault(reference, place)
        return roots[0]

    def _directory(self, at: int) -> Iterator[tuple[int, int]]:
        record = record_at(self.stream, at, self._size)
        if record.kind != _DIRECTORY:
            raise Unreadable(Unread.CORRUPT)
        data = content(self.stream, record, self._budget, _LARGEST_DIRECTORY)
        numbers = struct.unpack_from(f"<{len(data) // 4}I", data)
        at = 0
        while at < len(numbers):
            first, count = numbers[at] & 0xFFFFF, numbers[at] >> 20
            yield from enumerate(numbers[at + 1 : at + 1 + count], first)
            at += 1 + count

    def _head(self, record: Record, size: int) -> bytes:
        data = content(self.stream, record, self._budget)[:size]
        if len(data) < size:
            raise Unreadable(Unread.CORRUPT)
        return data
