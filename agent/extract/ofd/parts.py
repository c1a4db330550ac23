"""The parts of an OFD package (GB/T 33190-2016, 7.1 to 7.5) found as readers find them: by any spelling of their path."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from agent.extract.base import Budget, Unreadable
from agent.extract.markup import Data, End, Start, parse
from agent.extract.package import Package, local
from policies.vocabulary import Unread

_MOST_RECORDS = 50_000
_LONGEST_RECORDS = 4 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """An element of an index: its local name, attributes and text."""

    name: str
    attributes: Mapping[str, str]
    text: str


class Parts:
    """The parts by name. A location may begin at the root or beside the part that tells it, in any case, with any slash."""

    def __init__(self, package: Package, budget: Budget) -> None:
        self.package = package
        self.budget = budget
        self._by_path = {_path(name): name for name in package}
        roots = sorted((path for path in self._by_path if posixpath.basename(path) == "ofd.xml"), key=lambda p: p.count("/"))
        self.root = self._by_path[roots[0]] if roots else ""
        self._folder = posixpath.dirname(roots[0]) if roots else ""

    def find(self, location: str, teller: str) -> str | None:
        """The part at a location that another part tells. None where there is none."""
        told = location.strip().replace("\\", "/").casefold()
        beside = posixpath.join(posixpath.dirname(_path(teller)), told.lstrip("/"))
        from_root = posixpath.join(self._folder, told.lstrip("/"))
        for candidate in (from_root, beside) if told.startswith("/") else (beside, from_root):
            if name := self._by_path.get(_path(candidate)):
                return name
        return None

    def holds(self, name: str) -> bool:
        """Whether a part of such a name lies beside OFD.xml."""
        return _path(posixpath.join(self._folder, name)) in self._by_path

    def parse(self, name: str, start: Start, end: End, data: Data) -> Iterator[None]:
        """Feed a part to handlers, chunk by chunk. Raises Unreadable."""
        return parse(self.package.chunks(name), self.budget, start, end, data)

    def records(self, name: str, wanted: Collection[str]) -> list[Record]:
        """The elements of an index that are wanted, each when it ends. Raises Unreadable."""
        index = _Index(wanted)
        for _ in self.parse(name, index.start, index.end, index.data):
            pass
        return index.records


class _Index:
    def __init__(self, wanted: Collection[str]) -> None:
        self.records: list[Record] = []
        self._wanted = wanted
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self._length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        own = {local(key): value for key, value in attributes.items()} if name in self._wanted else {}
        self._grow(sum(len(value) for value in own.values()))
        self._open.append((name, own, []))

    def data(self, text: str) -> None:
        if self._open and self._open[-1][0] in self._wanted:
            self._grow(len(text))
            self._open[-1][2].append(text)

    def end(self, _tag: str) -> None:
        name, attributes, text = self._open.pop()
        if name not in self._wanted:
            return
        if len(self.records) >= _MOST_RECORDS:
            raise Unreadable(Unread.TOO_LARGE)
        self.records.append(Record(name, attributes, "".join(text).strip()))

    def _grow(self, size: int) -> None:
        self._length += size
        if self._length > _LONGEST_RECORDS:
            raise Unreadable(Unread.TOO_LARGE)


def _path(name: str) -> str:
    """A name as it is compared: from the root, without detours. What leads above the root ends there."""
    return posixpath.normpath("/" + name.replace("\\", "/").lstrip("/")).lstrip("/").casefold()
