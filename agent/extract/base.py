"""What an extractor is: one document format, recognised by content, read as located text within a budget."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, ClassVar

from checks.marking.text import Block
from policies.vocabulary import Unread

HEAD = 64 << 10
"""Bytes from the beginning of a file that `Extractor.rank` is shown."""


class Unreadable(Exception):
    """Reading ends here, for a reason that a person is told. Blocks given before it count."""

    def __init__(self, reason: Unread) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotThisFormat(Exception):
    """The beginning looked like this format, the rest does not: another extractor may try. Raised before any block."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """What one file may cost. `out`: bytes unpacked; `ratio`: bytes out for a byte in, once more than `slack` came out;
    `members` of a container; `depth` of nesting; `seconds` from its making, so that a slow file still gives what it gave.
    """

    out: int = 256 << 20
    ratio: int = 200
    slack: int = 8 << 20
    members: int = 10_000
    depth: int = 256
    seconds: float = 30.0
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

    def nested(self, depth: int) -> None:
        """Judge how deep things lie in one another. Raises Unreadable for a bomb."""
        if depth > self.depth:
            raise Unreadable(Unread.BOMB)


class Extractor(ABC):
    """One document format, found by walking the package. `name` is the word for it that users see."""

    name: ClassVar[str]

    @abstractmethod
    def rank(self, head: bytes) -> float:
        """How surely a file that begins like this is of the format: 1 certain, 0 possible, below 0 not."""

    @abstractmethod
    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        """The file's text in reading order. Raises NotThisFormat before the first block, Unreadable at any time."""
