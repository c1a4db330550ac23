"""Zip files (APPNOTE 6.3.10): the central directory and what it names, stored or deflated, every claim of the file checked."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from agent.extract.base import Budget, Unreadable
from policies.vocabulary import Unread

MAGIC = b"PK\x03\x04"
CHUNK = 128 << 10
"""Bytes that come out at once, at most."""

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_LARGEST_DIRECTORY = 8 << 20
_NOT_HERE = 0xFFFFFFFF
_ENCRYPTED = 0x2041  # the traditional way, the strong one, a hidden directory
_UTF8 = 0x800
_STORED, _DEFLATED = 0, 8


class Entry(NamedTuple):
    """What the directory says of one file: its name as it is written there, the place of its local header, sizes in bytes."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class Zipped:
    """A zip file's entries by name, without a leading slash, folders left out. Raises Unreadable for a damaged directory."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        self._file = file
        self._budget = budget
        self.entries: Mapping[str, Entry] = self._read_directory()

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """An entry's content. Raises Unreadable, after the last chunk too: where the content is not what the directory said."""
        if entry.flags & _ENCRYPTED:
            raise Unreadable(Unread.ENCRYPTED)
        if entry.method not in (_STORED, _DEFLATED):
            raise Unreadable(Unread.UNSUPPORTED)
        start = self._content_start(entry)
        out = crc = 0
        for chunk in (self._stored if entry.method == _STORED else self._inflated)(start, entry.packed):
            out += len(chunk)
            self._budget.unpacked(out, entry.packed)
            self._budget.spend(len(chunk))
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if (out, crc) != (entry.size, entry.crc):
            raise Unreadable(Unread.CORRUPT)

    def _content_start(self, entry: Entry) -> int:
        """Where the content begins. The local header must not contradict the directory: other programs may believe it."""
        header = self._read(entry.offset, _LOCAL.size + len(entry.raw_name))
        magic, _, flags, method, *_, name_length, extra_length = _LOCAL.unpack_from(header)
        if (
            magic != MAGIC
            or method != entry.method
            or header[_LOCAL.size :] != entry.raw_name
            or name_length != len(entry.raw_name)
        ):
            raise Unreadable(Unread.CORRUPT)
        if flags & _ENCRYPTED:
            raise Unreadable(Unread.ENCRYPTED)
        return entry.offset + len(header) + int(extra_length)

    def _stored(self, start: int, size: int) -> Iterator[bytes]:
        for at in range(start, start + size, CHUNK):
            yield self._read(at, min(CHUNK, start + size - at))

    def _inflated(self, start: int, size: int) -> Iterator[bytes]:
        """Never more than a chunk at once, whatever the input unpacks to."""
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        for packed in self._stored(start, size):
            if inflater.eof:
                raise Unreadable(Unread.CORRUPT)
            while True:
                try:
                    out = inflater.decompress(packed, CHUNK)
                except zlib.error:
                    raise Unreadable(Unread.CORRUPT) from None
                if out:
                    yield out
                packed = inflater.unconsumed_tail
                if not out or (not packed and len(out) < CHUNK):  # what is left may be no part of the data
                    break
        if not inflater.eof or inflater.unused_data:
            raise Unreadable(Unread.CORRUPT)

    def _read(self, at: int, size: int) -> bytes:
        """So many bytes at a place; every reader of an entry comes back here, since others move the file in between."""
        self._file.seek(at)
        data = self._file.read(size)
        if len(data) < size:
            raise Unreadable(Unread.CORRUPT)
        return data

    def _read_directory(self) -> Mapping[str, Entry]:
        offset, size, count = self._find_directory()
        self._budget.opened(count)
        if size > _LARGEST_DIRECTORY:
            raise Unreadable(Unread.BOMB)
        every = list(_entries(self._read(offset, size)))
        if len(every) != count:
            raise Unreadable(Unread.CORRUPT)
        _refuse_overlaps(every, offset)
        files = {_name(entry): entry for entry in every if not entry.raw_name.endswith(b"/")}
        if len(files) != sum(not entry.raw_name.endswith(b"/") for entry in every):
            raise Unreadable(Unread.CORRUPT)  # of two files of one name each program shows another
        return files

    def _find_directory(self) -> tuple[int, int, int]:
        """The directory's place, its size and the number of its entries, from the record at the file's end."""
        file_size = self._file.seek(0, 2)
        tail_start = max(0, file_size - _END.size - _LONGEST_COMMENT)
        tail = self._read(tail_start, file_size - tail_start)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < _END.size:
            raise Unreadable(Unread.CORRUPT)
        _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(tail, at)
        end = tail_start + at
        if 0xFFFF in (disk, here, count) or _NOT_HERE in (size, offset):
            end, disk, first_disk, here, count, size, offset = self._find_large_directory(end)
        if disk or first_disk or here != count or offset + size != end:
            raise Unreadable(Unread.CORRUPT)
        return offset, size, count

    def _find_large_directory(self, end: int) -> tuple[int, int, int, int, int, int, int]:
        """The same from the ZIP64 record."""
        if end < _LOCATOR.size:
            raise Unreadable(Unread.CORRUPT)
        magic, _, at, _ = _LOCATOR.unpack(self._read(end - _LOCATOR.size, _LOCATOR.size))
        if magic != b"PK\x06\x07" or at > end - _LOCATOR.size - _END_64.size:
            raise Unreadable(Unread.CORRUPT)
        magic, _, _, _, disk, first_disk, here, count, size, offset = _END_64.unpack(self._read(at, _END_64.size))
        if magic != b"PK\x06\x06":
            raise Unreadable(Unread.CORRUPT)
        return at, disk, first_disk, here, count, size, offset


def _entries(directory: bytes) -> Iterator[Entry]:
    at = 0
    while at < len(directory):
        if len(directory) - at < _ENTRY.size:
            raise Unreadable(Unread.CORRUPT)
        (magic, _, _, flags, method, _, _, crc, packed, size, name, extra, comment, _, _, _, offset) = _ENTRY.unpack_from(
            directory, at
        )
        begin = at + _ENTRY.size
        at = begin + name + extra + comment
        if magic != b"PK\x01\x02" or at > len(directory):
            raise Unreadable(Unread.CORRUPT)
        entry = Entry(directory[begin : begin + name], flags, method, crc, packed, size, offset)
        yield _large(entry, directory[begin + name : begin + name + extra]) if _NOT_HERE in (packed, size, offset) else entry


def _large(entry: Entry, extra: bytes) -> Entry:
    """With the sizes and the offset from the ZIP64 extra field, in the order of those that are absent before."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            absent = [name for name in ("size", "packed", "offset") if getattr(entry, name) == _NOT_HERE]
            if length < 8 * len(absent) or at + 4 + length > len(extra):
                break
            return entry._replace(**dict(zip(absent, struct.unpack_from(f"<{len(absent)}Q", extra, at + 4), strict=True)))
        at += 4 + length
    raise Unreadable(Unread.CORRUPT)


def _refuse_overlaps(entries: list[Entry], directory: int) -> None:
    """Entries that share bytes unpack to far more than the file holds."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < end:
            raise Unreadable(Unread.BOMB)
        end = entry.offset + _LOCAL.size + len(entry.raw_name) + entry.packed
    if end > directory:
        raise Unreadable(Unread.CORRUPT)


def _name(entry: Entry) -> str:
    """UTF-8 where that is said or true, otherwise what Chinese programs write without saying so."""
    try:
        name = entry.raw_name.decode()
    except UnicodeDecodeError:
        name = entry.raw_name.decode("cp437" if entry.flags & _UTF8 else "gb18030", "replace")
    return name.replace("\\", "/").lstrip("/")
