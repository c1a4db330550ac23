"""RPM packages: behind the lead and two headers lies a packed cpio archive, which is read as the package itself."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Member, Unreadable
from agent.extract.stream import forward
from policies.vocabulary import Unread

_MAGIC = b"\xed\xab\xee\xdb"
_LEAD = 96
_HEADER = struct.Struct(">4s4xII")
_HEADER_MAGIC = b"\x8e\xad\xe8\x01"
_LARGEST = 64 << 20
_CHUNK = 64 << 10


class Rpm(Extractor):
    """A package of version 3 or 4."""

    name: ClassVar[str] = "rpm"

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith(_MAGIC) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Member]:
        signature = _behind_header(file, _LEAD)
        payload = _behind_header(file, signature + -signature % 8)
        if file.seek(0, 2) <= payload:
            raise Unreadable(Unread.CORRUPT)
        file.seek(payload)
        yield Member("", forward(iter(lambda: file.read(_CHUNK), b"")))


def _behind_header(file: BinaryIO, at: int) -> int:
    file.seek(at)
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise Unreadable(Unread.CORRUPT)
    magic, entries, size = _HEADER.unpack(header)
    if magic != _HEADER_MAGIC or 16 * entries + size > _LARGEST:
        raise Unreadable(Unread.CORRUPT)
    return int(at + _HEADER.size + 16 * entries + size)
