"""Compound files (MS-CFB): streams in storages, cut into sectors that a table links. A stream is read where it lies, not copied.

Every link, size and entry comes from the file and is checked: what leads out of the file or back into itself is CORRUPT.
"""

from __future__ import annotations

import io
import struct
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from agent.extract.base import Budget, NotThisFormat, Unreadable
from policies.vocabulary import Unread

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER = 512
_LAST_SECTOR = 0xFFFFFFFA
_NOBODY = 0xFFFFFFFF
_MINI = 64
_SMALL = 4096  # a shorter stream lies in the mini stream
_LINKS = 1024  # of the table are kept as one page
_PAGES = 64
_ENTRY = 128
_MOST_ENTRIES = 50_000  # a mail to a thousand people has thirty thousand
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory tells of one stream or storage (MS-CFB 2.6.1)."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Names(Mapping[str, Entry]):
    """The entries of one kind in a storage by name, as they are spelled; looked up without regard to case, as programs do."""

    def __init__(self, entries: Mapping[int, Entry]) -> None:
        self._entries = {entry.name.casefold(): entry for entry in entries.values()}

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name.casefold()]

    def __iter__(self) -> Iterator[str]:
        return (entry.name for entry in self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)


class Compound:
    """One storage: its streams and the storages in it."""

    def __init__(self, volume: _Volume, root: int) -> None:
        children = volume.children(root)
        self._volume = volume
        self._ids = {entry.name.casefold(): number for number, entry in children.items() if entry.kind == _STORAGE}
        self.streams = Names({number: entry for number, entry in children.items() if entry.kind == _STREAM})
        self.storages = Names({number: entry for number, entry in children.items() if entry.kind == _STORAGE})

    def storage(self, path: str) -> Compound | None:
        """The storage at a path ("ObjectPool/_123"), None where there is none. Raises Unreadable."""
        here = self
        for name in path.split("/"):
            if name not in here.storages:
                return None
            here = Compound(self._volume, here._ids[name.casefold()])
        return here

    def open(self, path: str) -> BinaryIO | None:
        """The stream at a path ("ObjectPool/_123/Package"), None where there is none. Reading it raises Unreadable."""
        folder, _, name = path.rpartition("/")
        here = self.storage(folder) if folder else self
        return self._volume.stream(here.streams[name]) if here and name in here.streams else None

    def as_file(self, name: str) -> BinaryIO:
        """A storage here as a compound file of its own: `opened` takes it."""
        return cast(BinaryIO, _Within(self._volume, self._ids[name.casefold()]))


def opened(file: BinaryIO, budget: Budget) -> Compound:
    """A compound file's outermost storage. Raises NotThisFormat or Unreadable."""
    if isinstance(file, _Within):
        return Compound(file.volume, file.root)
    return Compound(_Volume(file, budget), 0)


def whole(stream: BinaryIO, budget: Budget, most: int = 1 << 20) -> bytes:
    """All of a small stream, counted. Raises Unreadable where it is larger than `most` bytes."""
    data = stream.read(most + 1)
    if len(data) > most:
        raise Unreadable(Unread.TOO_LARGE)
    budget.spend(len(data))
    return data


class _Links:
    """A table of which sector follows which; a few pages of it are kept."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._pages: dict[int, tuple[int, ...]] = {}

    def after(self, sector: int) -> int:
        number, at = divmod(sector, _LINKS)
        page = self._pages.get(number) or self._page(number)
        if at >= len(page):
            raise Unreadable(Unread.CORRUPT)
        return page[at]

    def _page(self, number: int) -> tuple[int, ...]:
        self._file.seek(4 * _LINKS * number)
        data = self._file.read(4 * _LINKS)
        if len(self._pages) >= _PAGES:
            self._pages.clear()
        self._pages[number] = struct.unpack_from(f"<{len(data) // 4}I", data)
        return self._pages[number]


class _Space:
    """Sectors of one size that lie in a file from `origin` on."""

    def __init__(self, file: BinaryIO, origin: int, unit: int, size: int) -> None:
        self.file = file
        self.origin = origin
        self.unit = unit
        self.count = max(0, -(-(size - origin) // unit))
        self.links: _Links | None = None

    def sectors(self, first: int) -> Iterator[int]:
        """The sectors of a chain. Raises Unreadable where it leads out of the file or back into itself."""
        seen = bytearray(self.count)
        sector = first
        while sector < _LAST_SECTOR:
            if sector >= self.count or seen[sector] or self.links is None:
                raise Unreadable(Unread.CORRUPT)
            seen[sector] = 1
            yield sector
            sector = self.links.after(sector)

    def stream(self, sectors: Iterator[int], size: int) -> BinaryIO:
        """A stream of so many bytes along a chain."""
        if size > self.count * self.unit:
            raise Unreadable(Unread.CORRUPT)
        return cast(BinaryIO, io.BufferedReader(_Stream(self, sectors, size)))


class _Stream(io.RawIOBase):
    """Reads along a chain of sectors, found as far as it is needed."""

    def __init__(self, space: _Space, sectors: Iterator[int], size: int) -> None:
        self._space = space
        self._more = sectors
        self._known = array("I")
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """The next bytes, as many as lie together. Raises Unreadable where they are missing."""
        view = memoryview(buffer).cast("B")
        number, skip = divmod(self._at, self._space.unit)
        wanted = min(len(view), self._size - self._at)
        if wanted <= 0:
            return 0
        start = self._sector(number)
        run = self._run(number, start, skip + wanted)
        self._space.file.seek(self._space.origin + start * self._space.unit + skip)
        data = self._space.file.read(min(wanted, run * self._space.unit - skip))
        if not data:
            raise Unreadable(Unread.CORRUPT)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _sector(self, number: int) -> int:
        while len(self._known) <= number:
            sector = next(self._more, None)
            if sector is None:
                raise Unreadable(Unread.CORRUPT)
            self._known.append(sector)
        return self._known[number]

    def _run(self, number: int, start: int, size: int) -> int:
        """How many sectors from here lie one after another; damage further on is met when it is reached."""
        run = 1
        while run * self._space.unit < size:
            try:
                if self._sector(number + run) != start + run:
                    break
            except Unreadable:
                break
            run += 1
        return run


class _Volume:
    """A compound file's sectors, tables and directory; all storages in it share them."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        file.seek(0)
        header = file.read(_HEADER)
        if not header.startswith(MAGIC):
            raise NotThisFormat
        if len(header) < _HEADER or (shift := struct.unpack_from("<H", header, 30)[0]) not in (9, 12):
            raise Unreadable(Unread.CORRUPT)
        directory, _, _, mini_table, mini_sectors = struct.unpack_from("<5I", header, 48)
        self.file = file
        self._budget = budget
        self._sectors = _Space(file, 1 << shift, 1 << shift, file.seek(0, io.SEEK_END))
        table = array("I", self._table_sectors(header))
        self._sectors.links = _Links(self._sectors.stream(iter(table), len(table) << shift))
        self._entries = list(self._directory(directory))
        if not self._entries or self._entries[0].kind != _ROOT:
            raise Unreadable(Unread.CORRUPT)
        self._owners: dict[int, int] = {}
        self._small = self._mini_space(mini_table, mini_sectors << shift)

    def stream(self, entry: Entry) -> BinaryIO:
        """A stream's bytes, read when they are asked for."""
        if not entry.size:
            return io.BytesIO()
        space = self._small if entry.size < _SMALL else self._sectors
        return space.stream(space.sectors(entry.start), entry.size)

    def children(self, storage: int) -> dict[int, Entry]:
        """What lies in a storage, by its number in the directory. Raises Unreadable where the tree is none."""
        found: dict[int, Entry] = {}
        waiting = [self._entries[storage].child]
        while waiting:
            number = waiting.pop()
            if number == _NOBODY:
                continue
            if number >= len(self._entries) or number in found or self._owners.setdefault(number, storage) != storage:
                raise Unreadable(Unread.CORRUPT)
            found[number] = entry = self._entries[number]
            if entry.kind not in (_STORAGE, _STREAM):
                raise Unreadable(Unread.CORRUPT)
            waiting += (entry.right, entry.left)
        return dict(sorted(found.items()))

    def _table_sectors(self, header: bytes) -> Iterator[int]:
        """Where the table itself lies: 109 sectors by the header, more by a chain of their own (MS-CFB 2.5)."""
        yield from (sector for sector in struct.unpack_from("<109I", header, 76) if sector < _LAST_SECTOR)
        following, seen = struct.unpack_from("<I", header, 68)[0], set[int]()
        per_sector = self._sectors.unit // 4
        while following < _LAST_SECTOR:
            if following >= self._sectors.count or following in seen:
                raise Unreadable(Unread.CORRUPT)
            seen.add(following)
            self._budget.tick()
            numbers = struct.unpack(f"<{per_sector}I", self._sector(following))
            yield from (sector for sector in numbers[:-1] if sector < _LAST_SECTOR)
            following = numbers[-1]

    def _directory(self, first: int) -> Iterator[Entry]:
        told = 0
        for sector in self._sectors.sectors(first):
            data = self._sector(sector)
            told += len(data) // _ENTRY
            if told > _MOST_ENTRIES:
                raise Unreadable(Unread.TOO_LARGE)
            self._budget.tick()
            yield from (_entry(data, at, self._sectors.unit) for at in range(0, len(data), _ENTRY))

    def _sector(self, number: int) -> bytes:
        self.file.seek((number + 1) * self._sectors.unit)
        data = self.file.read(self._sectors.unit)
        if len(data) < self._sectors.unit:
            raise Unreadable(Unread.CORRUPT)
        return data

    def _mini_space(self, first: int, size: int) -> _Space:
        """The sectors of short streams: they lie in the root's own stream and have a table of their own."""
        root = self._entries[0]
        lies_in = self._sectors.stream(self._sectors.sectors(root.start), root.size)
        space = _Space(lies_in, 0, _MINI, root.size)
        if root.size:
            space.links = _Links(self._sectors.stream(self._sectors.sectors(first), size))
        return space


class _Within(io.RawIOBase):
    """A storage that stands for a compound file of its own; its bytes begin like the whole file's, so that it is recognised."""

    def __init__(self, volume: _Volume, root: int) -> None:
        self.volume = volume
        self.root = root
        self._at = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The magic number, no more: what a storage holds is had by its streams."""
        data = MAGIC[self._at : None if size < 0 else self._at + size]
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(MAGIC)}[whence])
        return self._at

    def tell(self) -> int:
        return self._at


def _entry(data: bytes, at: int, sector_size: int) -> Entry:
    length, kind = struct.unpack_from("<HB", data, at + 64)
    left, right, child = struct.unpack_from("<3I", data, at + 68)
    start, size = struct.unpack_from("<IQ", data, at + 116)
    if sector_size == 512:
        size &= 0xFFFFFFFF  # older programs leave anything in the upper half
    name = data[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    return Entry(name, kind, left, right, child, start, size)
