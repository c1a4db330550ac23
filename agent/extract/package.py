"""Zip packages of XML parts (Office Open XML and its like), read within a budget: no size, depth or entity is trusted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from agent.extract import markup
from agent.extract.base import Budget, Unreadable
from agent.extract.markup import Data, End, Start
from agent.extract.sieve import Sieve
from agent.extract.stream import forward
from agent.extract.zipped import MAGIC, Zipped
from policies.vocabulary import Unread

__all__ = ["MAGIC", "Locals", "Package", "leaves", "listed", "local"]

_MOST_LEAVES = 50_000
_LONGEST_LEAVES = 4 << 20


class Package:
    """A zip file's parts by name (without a leading slash)."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        self._zip = Zipped(file, budget)
        self._budget = budget

    def __contains__(self, name: str) -> bool:
        return name in self._zip.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._zip.entries)

    def size(self, name: str) -> int:
        """How many bytes a part says that it has."""
        return self._zip.entries[name].size

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's bytes. Raises Unreadable."""
        return self._zip.chunks(self._zip.entries[name])

    def sift(self, name: str, sieve: Sieve) -> bool:
        """The cheap question on one XML part, with a sieve made for it. Raises Unreadable."""
        size = self.size(name)
        if not size:
            sieve.feed(b"", last=True)
        for chunk in self.chunks(name):
            size -= len(chunk)
            if sieve.feed(chunk, last=size <= 0):
                break
        return sieve.holds

    def digest(self, name: str) -> bytes:
        """What tells a part from any other. Raises Unreadable."""
        digest = hashlib.sha256()
        for chunk in self.chunks(name):
            digest.update(chunk)
        return digest.digest()

    def open(self, name: str) -> BinaryIO:
        """A part as a file that goes forward only, to be read as a document of its own. Reading it raises Unreadable."""
        return forward(self.chunks(name))

    def parse(
        self,
        name: str,
        start: Start,
        end: End | None = None,
        data: Data | None = None,
        idle: re.Pattern[bytes] | None = None,
    ) -> Iterator[None]:
        """Feed an XML part to handlers; see `markup.parse`."""
        return markup.parse(self.chunks(name), self._budget, start, end, data, idle)


def listed(package: Package, name: str) -> list[tuple[str, dict[str, str]]]:
    """The elements of a small part that only lists: local name, attributes by local name."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        found.append((local(tag), {local(key): value for key, value in attributes.items()}))
        if len(found) > _MOST_LEAVES:
            raise Unreadable(Unread.TOO_LARGE)

    if package.size(name) > _LONGEST_LEAVES:
        raise Unreadable(Unread.TOO_LARGE)
    for _ in package.parse(name, start):
        pass
    return found


def leaves(package: Package, name: str) -> list[tuple[str, Mapping[str, str], str]]:
    """The elements of a small part that hold no other element: local name, attributes of it and its parents, text."""
    found: list[tuple[str, Mapping[str, str], str]] = []
    stack: list[tuple[str, dict[str, str], list[str]]] = []
    inner = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inner
        inherited = stack[-1][1] if stack else {}
        stack.append((local(tag), inherited | {local(k): v for k, v in attributes.items()}, []))
        inner = True

    def end(_tag: str) -> None:
        nonlocal inner
        tag, attributes, text = stack.pop()
        if inner:
            found.append((tag, attributes, "".join(text).strip()))
        if len(found) > _MOST_LEAVES:
            raise Unreadable(Unread.TOO_LARGE)
        inner = False

    if package.size(name) > _LONGEST_LEAVES:
        raise Unreadable(Unread.TOO_LARGE)
    for _ in package.parse(name, start, end, lambda text: stack[-1][2].append(text)):
        pass
    return found


def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition(" ")[2]


class Locals(dict[str, str]):
    """The local names of the names in one part: a part has few and a great many elements. The parser keeps every one too."""

    def __missing__(self, tag: str) -> str:
        name = self[tag] = local(tag)
        return name
