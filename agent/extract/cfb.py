"""Compound File Binary (MS-CFB), the container of old Office files and of encrypted new ones: only its directory is read."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from agent.extract.base import Budget, NotThisFormat, Unreadable
from policies.vocabulary import Unread

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_LAST_SECTOR = 0xFFFFFFFA


@dataclass(frozen=True, slots=True)
class Compound:
    """A compound file's streams: first sector and size of each, by name."""

    file: BinaryIO
    sector_size: int
    streams: Mapping[str, tuple[int, int]]

    def start(self, name: str, size: int) -> bytes:
        """The first bytes (up to one sector) of a stream that is too large for the mini stream, otherwise nothing."""
        sector, length = self.streams[name]
        if length < 4096:
            return b""
        self.file.seek((sector + 1) * self.sector_size)
        return self.file.read(min(size, self.sector_size))


def opened(file: BinaryIO, budget: Budget) -> Compound:
    """The directory of a compound file. Raises NotThisFormat or Unreadable."""
    file.seek(0)
    header = file.read(512)
    if not header.startswith(MAGIC) or len(header) < 512:
        raise NotThisFormat
    shift, directory = struct.unpack_from("<H", header, 30)[0], struct.unpack_from("<I", header, 48)[0]
    if shift not in (9, 12):
        raise Unreadable(Unread.CORRUPT)
    size = 1 << shift
    streams: dict[str, tuple[int, int]] = {}
    for sector in _chain(file, header, size, directory, budget):
        file.seek((sector + 1) * size)
        streams.update(_entries(file.read(size)))
    return Compound(file, size, streams)


def _chain(file: BinaryIO, header: bytes, size: int, first: int, budget: Budget) -> Iterator[int]:
    """The sectors of a chain through the file allocation table (the header's 109 FAT sectors; no directory needs more)."""
    table = struct.unpack_from("<109I", header, 76)
    sector, steps, per_sector = first, 0, size // 4
    while sector < _LAST_SECTOR:
        yield sector
        steps += 1
        budget.opened(steps)
        if sector // per_sector >= len(table) or (fat := table[sector // per_sector]) >= _LAST_SECTOR:
            raise Unreadable(Unread.CORRUPT)
        file.seek((fat + 1) * size + 4 * (sector % per_sector))
        if len(link := file.read(4)) < 4:
            raise Unreadable(Unread.CORRUPT)
        sector = int.from_bytes(link, "little")


def _entries(sector: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    for at in range(0, len(sector) - 127, 128):
        length = int.from_bytes(sector[at + 64 : at + 66], "little")
        if 2 < length <= 64:
            name = sector[at : at + length - 2].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", sector, at + 116)
            yield name, (start, size)
