"""What an extractor is: one document format, recognised by content, read as located text within a budget."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, ClassVar

from checks.marking.text import Block
from policies.vocabulary import Place, Unread

HEAD = 64 << 10
"""Bytes from the beginning of a file that `Extractor.rank` is shown."""

MARKLESS = Block("", Place.BODY)
"""Stands for text that was read and that can hold no mark: a reader sees it, the grammar need not."""


class Unreadable(Exception):
    """Reading ends here, for a reason that a person is told. Blocks given before it count."""

    def __init__(self, reason: Unread) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotThisFormat(Exception):
    """The beginning looked like this format, the rest does not: another extractor may try. Raised before any block."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """What one file may cost, with all that is nested in it. `out`: bytes unpacked; `ratio`: bytes out for a byte in, once more
    than `slack` came out; `members`: files in it, at any depth; `depth`: of markup; `nesting`: of files in files; `held`: bytes
    of one nested file that are kept in memory; `memory`: bytes of all of them and of what unpacks them, kept at once;
    `seconds` from its making, so that a slow file still gives what it gave. `mentions`: text that can hold no mark is wanted too,
    by a person who asks why what it mentions is none.
    """

    out: int = 256 << 20
    ratio: int = 200
    slack: int = 8 << 20
    members: int = 10_000
    depth: int = 256
    nesting: int = 8
    held: int = 24 << 20
    memory: int = 40 << 20
    seconds: float = 30.0
    mentions: bool = False
    clock: Callable[[], float] = time.monotonic
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self._ends = self.clock() + self.seconds

    def spend(self, size: int) -> None:
        """Count bytes of text or markup that came out. Raises Unreadable where there were too many or it took too long."""
        self.out -= size
        if self.out < 0:
            raise Unreadable(Unread.TOO_LARGE)
        self.tick()

    def tick(self) -> None:
        """Raises Unreadable where the time is up."""
        if self.clock() > self._ends:
            raise Unreadable(Unread.TIMEOUT)

    def unpacked(self, out: int, packed: int) -> None:
        """Judge one stream by what came out of it so far. Raises Unreadable for a bomb."""
        if out > self.slack and out > self.ratio * packed:
            raise Unreadable(Unread.BOMB)

    def opened(self, members: int) -> None:
        """Judge a container by the number of its members. Raises Unreadable for a bomb."""
        if members > self.members:
            raise Unreadable(Unread.BOMB)

    def descended(self, nesting: int) -> None:
        """Count one member that is about to be read, so many files deep. Raises Unreadable for a bomb."""
        self.members -= 1
        if self.members < 0 or nesting > self.nesting:
            raise Unreadable(Unread.BOMB)

    @contextmanager
    def keeping(self, size: int) -> Iterator[None]:
        """Count bytes of memory for as long as they are kept. Raises Unreadable where there is no room for them."""
        if size > self.memory:
            raise Unreadable(Unread.TOO_LARGE)
        self.memory -= size
        try:
            yield
        finally:
            self.memory += size

    def nested(self, depth: int) -> None:
        """Judge how deep things lie in one another. Raises Unreadable for a bomb."""
        if depth > self.depth:
            raise Unreadable(Unread.BOMB)


@dataclass(frozen=True, slots=True)
class Member:
    """A file within a file, given among the blocks where a reader meets it; it is read before the next block is asked for.

    `file` stands at its beginning; it may be one that only goes forward (`Forward`). `place` tells what it is to its container.
    `reason`: why it cannot be opened at all; then only its name counts. Without a name it is no other file but a part of this
    very document, in another format: a mail's body, what a single compressed file unpacks to.
    """

    name: str
    file: BinaryIO | None
    place: Place = Place.MEMBER
    reason: Unread | None = None


class Extractor(ABC):
    """One document format, found by walking the package. `name` is the word for it that users see.

    `forward`: it reads from the beginning to the end and never goes back, so that a nested file need not be held in memory.
    """

    name: ClassVar[str]
    forward: ClassVar[bool] = False

    @abstractmethod
    def rank(self, head: bytes) -> float:
        """How surely a file that begins like this is of the format: 1 certain, 0 possible, below 0 not."""

    @abstractmethod
    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        """The file's text in reading order, and the files in it.

        Raises NotThisFormat before the first of them, Unreadable at any time.
        """
