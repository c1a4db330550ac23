"""A PDF's objects by its cross-reference tables and streams (ISO 32000-1, 7.5), each read when it is asked for.

A file is taken at its word only: a table that is missing or that leads to something else is damage, and nothing is repaired here.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import BinaryIO

from agent.extract.base import Budget, Unreadable
from agent.extract.pdf.filters import LARGEST, beginning, decoded
from agent.extract.pdf.syntax import Damaged, Dictionary, Ref, Stream, Unsure, Value, indirect, parse
from policies.vocabulary import Unread

_MOST_OBJECTS = 400_000
_LARGEST_TABLE = 10 << 20
_MOST_SECTIONS = 1000
_TAIL = 2048
_LOOK = 4096
_LARGEST_OBJECT = 768 << 10
_KEPT_STREAMS = 4
_LONGEST_CHAIN = 8
_END = re.compile(rb"startxref[\s\0]+(\d{1,12})[\s\0]+%%EOF[\s\0]*\Z")
_ENDSTREAM = re.compile(rb"[\s\0]{0,4}endstream")
_NUMBER = re.compile(rb"\s*(\d{1,10})\b")
_ROW = re.compile(rb"(?<!\d)(\d{1,12})[\s\0]+(\d{1,10})(?!\d)(?:[\s\0]+([nf])\b)?")
_AT, _WITHIN = 1, 2
_UNKNOWN = -1


class Objects:
    """The objects of one file. Raises Damaged where its tables cannot be followed, Unreadable where they are too large."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        self._file = file
        self._budget = budget
        self._size = file.seek(0, 2)
        self._begin = max(0, self._slice(0, 1024).find(b"%PDF-"))
        self._entries = _Entries()
        self._unpacked: dict[int, tuple[list[int], bytes]] = {}
        self.trailer: Dictionary = {}
        self._follow()

    @property
    def encrypted(self) -> bool:
        """Whether strings and streams come out as they are stored only."""
        return "Encrypt" in self.trailer

    def get(self, value: Value) -> Value:
        """A value itself, or what it refers to; what does not exist is None (7.3.10)."""
        for _ in range(_LONGEST_CHAIN):
            if type(value) is not Ref:
                return value
            value = self._object(value.number)
        raise Unsure

    def dictionary(self, value: Value) -> Dictionary:
        """A dictionary, also that of a stream; an empty one for null. Raises Unsure for anything else."""
        value = self.get(value)
        if isinstance(value, Stream):
            return value.dictionary
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise Unsure
        return value

    def array(self, value: Value) -> list[Value]:
        """An array; an empty one for null, one of one element for anything else."""
        value = self.get(value)
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def data(self, stream: Stream, most: int = LARGEST) -> bytes:
        """A stream's bytes without its filters. Raises Unsure (more than `most` bytes, another filter), Damaged."""
        dictionary = stream.dictionary
        length = self.get(dictionary.get("Length"))
        if not isinstance(length, int) or not 0 <= length <= self._size - stream.start:
            raise Damaged
        if length > most or "F" in dictionary or (self.encrypted and dictionary.get("Type") != "XRef"):
            raise Unsure
        raw = self._slice(stream.start, length + 16)
        if not _ENDSTREAM.match(raw, length):
            raise Damaged
        names = self.array(dictionary.get("Filter"))
        parameters = self.array(dictionary.get("DecodeParms"))
        parameters += [None] * (len(names) - len(parameters))
        filters = [(self.get(n), self.dictionary(p)) for n, p in zip(names, parameters, strict=False)]
        return decoded(raw[:length], filters, self._budget, most)

    def remains(self, stream: Stream) -> bytes:
        """What programs that repair take a damaged stream for: all up to its end, unpacked as far as it goes, or as it is."""
        raw = self._slice(stream.start, LARGEST).partition(b"endstream")[0]
        return beginning(raw) or raw

    def _slice(self, start: int, size: int) -> bytes:
        self._file.seek(start)
        return self._file.read(size)

    # --- one object ---------------------------------------------------------------------------------------------------------

    def _object(self, number: int) -> Value:
        place, index = self._entries.of(number)
        if index >= 0:
            return self._within(place, index)
        return self._at(number, self._begin + place) if place else None

    def _at(self, number: int, offset: int) -> Value:
        """An object that stands by itself; nearly all are short, before the bytes of their stream."""
        extent = self._extent(offset)
        if extent <= 0:
            raise Damaged
        data = self._slice(offset, min(extent, _LOOK))
        try:
            return indirect(data, number, offset)
        except Damaged:
            raise
        except Unsure:
            if extent <= _LOOK:
                raise Damaged from None
            return indirect(self._slice(offset, min(extent, _LARGEST_OBJECT)), number, offset)

    def _extent(self, offset: int) -> int:
        """Bytes up to where the next object begins."""
        after = bisect_right(self._offsets, offset)
        return (self._offsets[after] if after < len(self._offsets) else self._size) - offset

    @cached_property
    def _offsets(self) -> Sequence[int]:
        return self._entries.offsets(self._begin)

    def _within(self, container: int, index: int) -> Value:
        """An object in an object stream (7.5.7)."""
        if container not in self._unpacked:
            if len(self._unpacked) >= _KEPT_STREAMS:
                del self._unpacked[next(iter(self._unpacked))]
            self._unpacked[container] = self._contents(container)
        offsets, data = self._unpacked[container]
        if index >= len(offsets):
            raise Damaged
        return parse(data, offsets[index])[0]

    def _contents(self, container: int) -> tuple[list[int], bytes]:
        place, index = self._entries.of(container)
        stream = self._at(container, self._begin + place) if index < 0 and place else None
        if not isinstance(stream, Stream):
            raise Damaged
        data = self.data(stream)
        first, count = (self.get(stream.dictionary.get(key)) for key in ("First", "N"))
        if not isinstance(first, int) or not isinstance(count, int) or not 0 <= first <= len(data):
            raise Damaged
        numbers = data[:first].split()
        if len(numbers) < 2 * count or not all(map(bytes.isdigit, numbers)):
            raise Damaged
        return [first + int(offset) for offset in numbers[1 : 2 * count : 2]], data

    # --- the tables ---------------------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Reads the tables from the newest to the oldest; what a newer one says of an object holds."""
        end = _END.search(self._slice(max(0, self._size - _TAIL), _TAIL))
        if end is None:
            raise Damaged
        following: list[int] = [int(end[1])]
        seen: set[int] = set()
        while following:
            offset = following.pop(0)
            if offset in seen or len(seen) > _MOST_SECTIONS or not 0 < offset < self._size:
                raise Damaged
            seen.add(offset)
            self._budget.tick()
            trailer = self._section(self._begin + offset)
            self.trailer = self.trailer or trailer
            if "Prev" in trailer:
                following.append(_whole_number(trailer["Prev"]))
        if "Root" not in self.trailer:
            raise Damaged

    def _section(self, offset: int) -> Dictionary:
        """One table and its trailer."""
        data = self._slice(offset, _LOOK)
        if not data.lstrip().startswith(b"xref"):
            return self._table_stream(data, offset)
        size = _LOOK
        while (end := data.find(b"trailer")) < 0 and size < _LARGEST_TABLE and offset + size < self._size:
            size *= 4
            data = self._slice(offset, size)
        if end < 0:
            raise Damaged
        trailer = self._trailer(offset + end + len(b"trailer"))
        if "XRefStm" in trailer:  # it tells of the objects that the table calls free for the sake of old readers
            begin = self._begin + _whole_number(trailer["XRefStm"])
            self._table_stream(self._slice(begin, _LOOK), begin)
        self._add_table(data, end)
        return trailer

    def _trailer(self, offset: int) -> Dictionary:
        try:
            value, _ = parse(self._slice(offset, _LOOK))
        except Unsure:
            raise Damaged from None
        if not isinstance(value, dict):
            raise Damaged
        return value

    def _add_table(self, data: bytes, end: int) -> None:
        number = left = 0
        for match in _ROW.finditer(data, 0, end):
            first, second, kind = match.groups()
            if kind:
                self._entries.add(number, int(first) if kind == b"n" else 0)
                number, left = number + 1, left - 1
            elif left:
                raise Damaged
            else:
                number, left = int(first), int(second)
        if left:
            raise Damaged

    def _table_stream(self, data: bytes, offset: int) -> Dictionary:
        """A cross-reference stream (7.5.8)."""
        number = _NUMBER.match(data)
        try:
            stream = indirect(data, int(number[1]) if number else -1, offset)
        except Unsure:
            raise Damaged from None
        if not isinstance(stream, Stream) or stream.dictionary.get("Type") != "XRef":
            raise Damaged
        table, trailer = self.data(stream), stream.dictionary
        widths = [_whole_number(width) for width in self.array(trailer.get("W"))]
        if len(widths) != 3 or not 0 < sum(widths) < 32:
            raise Damaged
        index = [_whole_number(value) for value in self.array(trailer.get("Index", [0, trailer.get("Size")]))]
        rows = self._rows(table, widths)
        for first, count in zip(index[::2], index[1::2], strict=False):
            for entry in range(first, first + count):
                self._entries.add(entry, *next(rows))
        return trailer

    def _rows(self, table: bytes, widths: list[int]) -> Iterator[tuple[int, int]]:
        """Place and index of one object after the other; Damaged where there are fewer than were announced."""
        kinds, places, step = widths[0], widths[0] + widths[1], sum(widths)
        for at in range(0, len(table) - step + 1, step):
            kind = int.from_bytes(table[at : at + kinds]) if kinds else _AT
            place = int.from_bytes(table[at + kinds : at + places])
            if kind == _WITHIN:
                yield place, int.from_bytes(table[at + places : at + step])
            else:
                yield place if kind == _AT else 0, -1
        raise Damaged


class _Entries:
    """Where each object is: at an offset of the file, or with an index in an object stream. Compact: a file may have many."""

    def __init__(self) -> None:
        self._places = array("q")
        self._indexes = array("i")

    def add(self, number: int, place: int, index: int = -1) -> None:
        """Take what a table says of an object, unless a newer one said something. `place` is 0 for one that is free."""
        if number >= _MOST_OBJECTS:
            raise Unreadable(Unread.TOO_LARGE)
        if number >= len(self._places):
            missing = number + 1 - len(self._places)
            self._places.extend([_UNKNOWN] * missing)
            self._indexes.extend([-1] * missing)
        if self._places[number] == _UNKNOWN:
            self._places[number], self._indexes[number] = place, index

    def of(self, number: int) -> tuple[int, int]:
        """An object's offset and -1, or its stream and its index there; 0 and -1 where it does not exist."""
        if number >= len(self._places) or self._places[number] == _UNKNOWN:
            return 0, -1
        return self._places[number], self._indexes[number]

    def offsets(self, begin: int) -> Sequence[int]:
        """In order, where the objects begin that stand by themselves."""
        alone = (begin + place for place, index in zip(self._places, self._indexes, strict=True) if index < 0 < place)
        return array("q", sorted(alone))


def _whole_number(value: Value) -> int:
    if type(value) is not int or value < 0:
        raise Damaged
    return value
