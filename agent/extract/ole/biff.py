"""Records of Excel's binary files (MS-XLS 2.1.4): a kind, a length, a body that CONTINUE records may go on with."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

from agent.extract.base import Budget, Unreadable
from policies.vocabulary import Unread

_CONTINUE = 0x3C
_WIDE, _EXTENDED, _RICH = 0x1, 0x4, 0x8


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `at` is where it begins."""

    kind: int
    at: int
    data: bytes

    def number(self, at: int) -> int:
        """A number of two bytes in its body. Raises Unreadable where the body is shorter."""
        return int.from_bytes(self.part(at, 2), "little")

    def part(self, at: int, size: int) -> bytes:
        """Some bytes of its body. Raises Unreadable where it is shorter."""
        if at + size > len(self.data):
            raise Unreadable(Unread.CORRUPT)
        return self.data[at : at + size]


class Biff:
    """The records of a stream, one after the other."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget
        self._size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        self._at = 0
        self._ahead: Record | None = None

    def read(self) -> Record | None:
        """The next record, None at the end. Raises Unreadable where it is cut off."""
        record, self._ahead = self._ahead or self._next(), None
        return record

    def continued(self) -> bytes | None:
        """The body of the next record where it goes on with this one."""
        self._ahead = self._ahead or self._next()
        if self._ahead is None or self._ahead.kind != _CONTINUE:
            return None
        record, self._ahead = self._ahead, None
        return record.data

    def _next(self) -> Record | None:
        if self._size - self._at < 4:
            return None
        kind, size = struct.unpack("<HH", self._stream.read(4))
        if self._at + 4 + size > self._size:
            raise Unreadable(Unread.CORRUPT)
        record = Record(kind, self._at, self._stream.read(size))
        self._at += 4 + size
        self._budget.spend(4 + size)
        return record


class Body:
    """A record's body together with what goes on with it, read from the beginning."""

    def __init__(self, biff: Biff, record: Record, at: int = 0) -> None:
        self._biff = biff
        self._part = record.data
        self._at = at

    def take(self, size: int) -> bytes:
        """The next bytes. Raises Unreadable where there are fewer."""
        taken = bytearray()
        while len(taken) < size:
            piece = self._part[self._at : self._at + size - len(taken)]
            taken += piece
            self._at += len(piece)
            if len(taken) < size:
                self.go_on()
        return bytes(taken)

    def skip(self, size: int) -> None:
        """Leave out so many bytes, of which nothing is kept."""
        while size > (left := len(self._part) - self._at):
            size -= max(0, left)
            self.go_on()
        self._at += size

    def go_on(self) -> None:
        """To the next part. Raises Unreadable where there is none."""
        part = self._biff.continued()
        if part is None:
            raise Unreadable(Unread.CORRUPT)
        self._part, self._at = part, 0

    def characters(self, count: int, *, wide: bool) -> str:
        """So many characters. Where they go on in another part, that begins by saying anew how wide they are (MS-XLS 2.5.293)."""
        texts = []
        while count:
            units = min(count, (len(self._part) - self._at) // (2 if wide else 1))
            raw = self._part[self._at : self._at + units * (2 if wide else 1)]
            texts.append(raw.decode("utf-16-le" if wide else "latin-1", "replace"))
            self._at += len(raw)
            count -= units
            if count:
                self.go_on()
                wide = bool(self.take(1)[0] & _WIDE)
        return "".join(texts)

    def string(self, *, short: bool = False) -> str:
        """A text with its length before it; how single characters of it are set, and how it is spoken, is left out."""
        count = int.from_bytes(self.take(1 if short else 2), "little")
        flags = self.take(1)[0]
        runs = int.from_bytes(self.take(2), "little") if flags & _RICH else 0
        extension = int.from_bytes(self.take(4), "little") if flags & _EXTENDED else 0
        text = self.characters(count, wide=bool(flags & _WIDE))
        self.skip(4 * runs + extension)
        return text

    def narrow(self, *, short: bool = False) -> bytes:
        """A text in a code page with its length before it, as Excel 5 and 95 write it."""
        return self.take(int.from_bytes(self.take(1 if short else 2), "little"))
