"""RAR archives, versions 4 and 5: what kind of archive it is stands in its first headers, libarchive unpacks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.archive.unpacker import members, window
from agent.extract.base import Budget, Extractor, Member, Unreadable
from policies.vocabulary import Unread

_MAGIC_4, _MAGIC_5 = b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\x01\0"
_VOLUME_4, _ENCRYPTED_4 = 0x0001, 0x0080
_MAIN_5, _FILE_5, _ENCRYPTION_5, _END_5 = 1, 2, 4, 5
_EXTRA, _DATA = 0x1, 0x2
_HAS_TIME, _HAS_CHECKSUM = 0x2, 0x4
_WINDOW_4 = 4 << 20
_LONGEST_HEADER = 2 << 20


class Rar(Extractor):
    """A RAR archive. Of a set of several files each is told as not supported, after what it holds whole."""

    name: ClassVar[str] = "rar"

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith((_MAGIC_4, _MAGIC_5)) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Member]:
        if file.read(len(_MAGIC_5)) == _MAGIC_5:
            return _of_version_5(file, budget)
        return _of_version_4(file, budget)


def _of_version_4(file: BinaryIO, budget: Budget) -> Iterator[Member]:
    file.seek(0)
    start = file.read(20)
    file.seek(0)
    flags = int.from_bytes(start[10:12], "little")
    if flags & _ENCRYPTED_4:
        raise Unreadable(Unread.ENCRYPTED)
    with window(budget, _WINDOW_4):
        yield from members(file, budget, "rar", marked_end=True)
    if flags & _VOLUME_4:
        raise Unreadable(Unread.UNSUPPORTED)


def _of_version_5(file: BinaryIO, budget: Budget) -> Iterator[Member]:
    archive = _Headers(file, budget)
    archive.walk()
    file.seek(0)
    if archive.encrypted:
        raise Unreadable(Unread.ENCRYPTED)
    with window(budget, archive.window) as most:
        yield from members(file, budget, "rar5", most=most)
    if archive.volume:
        raise Unreadable(Unread.UNSUPPORTED)
    if not archive.ended:
        raise Unreadable(Unread.CORRUPT)


class _Headers:
    """What the headers of a version 5 archive tell: are they encrypted, is it one of a set, what memory does it ask for."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        self.encrypted = self.volume = self.ended = False
        self.window = 0
        self._file = file
        self._budget = budget

    def walk(self) -> None:
        """From header to header, up to the one that ends the archive or where the file ends. Raises Unreadable."""
        at, end = len(_MAGIC_5), self._file.seek(0, 2)
        while at < end and not self.ended and not self.encrypted:
            self._budget.tick()
            self._file.seek(at)
            start = self._file.read(32)
            size, begin = _number(start, 4)
            if len(start) < 7 or not 0 < size <= _LONGEST_HEADER:
                return
            self._file.seek(at + begin)
            at += begin + size + self._header(self._file.read(size))

    def _header(self, header: bytes) -> int:
        """Take note of one header; answers how many bytes of data follow it."""
        kind, at = _number(header, 0)
        flags, at = _number(header, at)
        if flags & _EXTRA:
            _, at = _number(header, at)
        data, at = _number(header, at) if flags & _DATA else (0, at)
        self.ended = kind == _END_5
        self.encrypted = kind == _ENCRYPTION_5
        if kind == _MAIN_5:
            self.volume = bool(_number(header, at)[0] & 1)
        elif kind == _FILE_5:
            self.window = max(self.window, _window_5(header, at))
        return data


def _window_5(header: bytes, at: int) -> int:
    flags, at = _number(header, at)
    for _ in ("size", "attributes"):
        _, at = _number(header, at)
    at += 4 * bool(flags & _HAS_TIME) + 4 * bool(flags & _HAS_CHECKSUM)
    compression, _ = _number(header, at)
    return (128 << 10) << (compression >> 10 & 15)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number in seven bits a byte, the lowest first, and the place behind it; of what is not there, 0."""
    number = 0
    for step, byte in enumerate(data[at : at + 10]):
        number |= (byte & 0x7F) << 7 * step
        if byte < 0x80:
            return number, at + step + 1
    return number, len(data)
