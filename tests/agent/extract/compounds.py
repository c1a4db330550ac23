"""A writer of compound files for tests: any tree of streams, sectors in any order, so that a test shows what it reads."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
END, FREE, TABLE, TABLE_OF_TABLES, NOBODY = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC, 0xFFFFFFFF
_SMALL, _MINI = 4096, 64


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    children: list[int] = field(default_factory=list)
    start: int = END
    size: int = 0


def compound(streams: Mapping[str, bytes], *, version: int = 3, shuffled: bool = False) -> bytes:
    """A compound file with streams by path. `shuffled`: the sectors of a stream lie apart and in no order."""
    return _Writer(version, shuffled=shuffled).write(streams)


def changed(data: bytes, at: int, value: bytes) -> bytes:
    """The same bytes with some of them replaced."""
    return data[:at] + value + data[at + len(value) :]


class _Writer:
    def __init__(self, version: int, *, shuffled: bool) -> None:
        self._version = version
        self._unit = 512 if version == 3 else 4096
        self._order: Callable[[list[int]], None] = random.Random(7).shuffle if shuffled else lambda sectors: None
        self._sectors: dict[int, bytes] = {}
        self._links: dict[int, int] = {}

    def write(self, streams: Mapping[str, bytes]) -> bytes:
        entries = _tree(streams)
        mini, mini_links = self._mini(entries)
        large = [entry for entry in entries if entry.kind == 2 and len(entry.content) >= _SMALL]
        contents = [entry.content for entry in large] + [mini, struct.pack(f"<{len(mini_links)}I", *mini_links)]
        starts = self._chains(contents, 0)
        for entry, start in zip(large, starts, strict=False):
            entry.start, entry.size = start, len(entry.content)
        entries[0].start, entries[0].size = starts[-2], len(mini)
        directory = b"".join(_record(entries, number) for number in range(len(entries)))
        first = self._chains([directory], len(self._sectors))[0]
        return self._assembled(first, starts[-1], -(-4 * len(mini_links) // self._unit))

    def _mini(self, entries: Sequence[_Entry]) -> tuple[bytes, list[int]]:
        """The stream of the small streams, and its table."""
        small = [entry for entry in entries if entry.kind == 2 and 0 < len(entry.content) < _SMALL]
        chains, data, links, numbers = [], {}, {}, list(range(sum(-(-len(e.content) // _MINI) for e in small)))
        self._order(numbers)
        for entry in small:
            chains.append([numbers.pop(0) for _ in range(-(-len(entry.content) // _MINI))])
            entry.start, entry.size = chains[-1][0], len(entry.content)
            for step, number in enumerate(chains[-1]):
                data[number] = entry.content[_MINI * step : _MINI * (step + 1)].ljust(_MINI, b"\0")
                links[number] = chains[-1][step + 1] if step + 1 < len(chains[-1]) else END
        return b"".join(data[n] for n in sorted(data)), [links[n] for n in sorted(links)]

    def _chains(self, contents: Sequence[bytes], first: int) -> list[int]:
        """Lays contents into sectors from `first` on; gives where each begins."""
        numbers = list(range(first, first + sum(-(-len(content) // self._unit) for content in contents)))
        self._order(numbers)
        starts = []
        for content in contents:
            chain = [numbers.pop(0) for _ in range(-(-len(content) // self._unit))]
            starts.append(chain[0] if chain else END)
            for step, number in enumerate(chain):
                self._sectors[number] = content[self._unit * step : self._unit * (step + 1)].ljust(self._unit, b"\0")
                self._links[number] = chain[step + 1] if step + 1 < len(chain) else END
        return starts

    def _assembled(self, directory: int, mini_table: int, mini_sectors: int) -> bytes:
        each, used = self._unit // 4, len(self._sectors)
        tables = more = 0
        while tables * each < used + tables + more:
            tables += 1
            more = max(0, -(-(tables - 109) // (each - 1)))
        links = [self._links[number] for number in range(used)] + [TABLE] * tables + [TABLE_OF_TABLES] * more
        links += [FREE] * (tables * each - len(links))
        places = list(range(used, used + tables))
        body = b"".join(self._sectors[number] for number in range(used)) + struct.pack(f"<{len(links)}I", *links)
        rest = places[109:]
        for number in range(more):
            following = used + tables + number + 1 if number + 1 < more else END
            part = rest[number * (each - 1) : (number + 1) * (each - 1)]
            body += struct.pack(f"<{each}I", *part, *[FREE] * (each - 1 - len(part)), following)
        header = MAGIC + bytes(16) + struct.pack("<5H6x", 0x3E, self._version, 0xFFFE, 9 if self._version == 3 else 12, 6)
        header += struct.pack(
            "<9I", 0, tables, directory, 0, _SMALL, mini_table, mini_sectors, used + tables if more else END, more
        )
        header += struct.pack("<109I", *(places[:109] + [FREE] * (109 - len(places[:109]))))
        return header.ljust(self._unit, b"\0") + body


def _tree(streams: Mapping[str, bytes]) -> list[_Entry]:
    entries = [_Entry("Root Entry", 5)]
    folders = {"": 0}
    for path, content in streams.items():
        above = 0
        *names, last = path.split("/")
        for depth in range(len(names)):
            folder = "/".join(names[: depth + 1])
            if folder not in folders:
                folders[folder] = len(entries)
                entries[above].children.append(len(entries))
                entries.append(_Entry(names[depth], 1))
            above = folders[folder]
        entries[above].children.append(len(entries))
        entries.append(_Entry(last, 2, content))
    return entries


def _record(entries: Sequence[_Entry], number: int) -> bytes:
    """A directory entry; the children of one storage are each the right neighbour of the one before."""
    entry = entries[number]
    above = next((e for e in entries if number in e.children), None)
    at = above.children.index(number) if above else 0
    right = above.children[at + 1] if above and at + 1 < len(above.children) else NOBODY
    name = (entry.name + "\0").encode("utf-16-le")
    child = entry.children[0] if entry.children else NOBODY
    packed = struct.pack("<HBB3I36xIQ", len(name), entry.kind, 1, NOBODY, right, child, entry.start, entry.size)
    return name.ljust(64, b"\0") + packed
