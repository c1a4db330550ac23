"""Picks the extractor for a file by its content, falls back to the next, and says what could not be read.

What lies in a file (an archive's members, a mail's attachments, an embedded document) is read the same way, within the same
budget. The one place here that catches everything: a parser's crash on a damaged file is a fact about the file.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import BinaryIO

import agent.extract
from agent.extract.base import HEAD, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.stream import Forward, held
from checks.marking.reader import name_block
from checks.marking.text import OVERLAP, Block
from policies.vocabulary import Place, Read, Unread

_NOT_A_DOCUMENT = "program"
_LONGEST_MEMBER = 255
_LONGEST_PIECE = 32 << 10  # characters between two looks at the clock: as many marks as can be judged in a second
_NO_NAME_HAS = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")
_GRAVEST_FIRST = (
    Unread.BOMB,
    Unread.TIMEOUT,
    Unread.TOO_LARGE,
    Unread.ENCRYPTED,
    Unread.CORRUPT,
    Unread.PERMISSION,
    Unread.UNSUPPORTED,
    Unread.NO_TEXT,
)


def extractors() -> tuple[Extractor, ...]:
    """Every extractor in this package, by name."""
    found: dict[str, type[Extractor]] = {}
    for module in pkgutil.walk_packages(agent.extract.__path__, "agent.extract."):
        for value in vars(importlib.import_module(module.name)).values():
            if not (isinstance(value, type) and issubclass(value, Extractor)) or value is Extractor:
                continue
            if found.setdefault(value.name, value) is not value:
                raise ValueError(f"two extractors are named {value.name}")
    return tuple(found[name]() for name in sorted(found))


@dataclass(frozen=True, slots=True)
class _Level:
    """Where in the nesting a file lies: its name from the outermost container on, and what it is to its container.

    `part`: the how manieth rendition of its document it is.
    """

    member: str | None = None
    within: Place | None = None
    depth: int = 0
    part: int = 0

    def inner(self, member: Member, part: int) -> _Level:
        """One file further in. Inside an attachment all is the attachment's."""
        if not member.name:
            return replace(self, depth=self.depth + 1, part=part)
        own = _NO_NAME_HAS.sub("\ufffd", member.name)
        name = f"{self.member}/{own}" if self.member else own
        return _Level(name[-_LONGEST_MEMBER:], self.within or member.place, self.depth + 1)


def _pieces(block: Block) -> Iterator[Block]:
    """A block; a long text in pieces that end with a line, those of a line without end overlap."""
    text, at = block.text, 0
    while len(text) - at > _LONGEST_PIECE:
        end = text.rfind("\n", at, at + _LONGEST_PIECE) + 1
        yield replace(block, text=text[at : end or at + _LONGEST_PIECE])
        at = end or at + _LONGEST_PIECE - OVERLAP
    yield replace(block, text=text[at:]) if at else block


class Extraction:
    """One file's text, read once. `format`, `read` and `reason` hold when `blocks` is at its end."""

    def __init__(self, every: Sequence[Extractor], file: BinaryIO, budget: Budget) -> None:
        self.format = ""
        self.reason: Unread | None = None
        self._every = every
        self._file = file
        self._budget = budget
        self._seen = 0
        self._parts = 0

    @property
    def read(self) -> Read:
        """How much was read: full only where nothing stopped it, partial where a reader's view of it was begun."""
        if self.reason is None:
            return Read.FULL
        return Read.PARTIAL if self._seen else Read.NONE

    def blocks(self) -> Iterator[Block]:
        """The text of the first extractor that calls the file its own, and of what lies in the file."""
        yield from self._file_blocks(self._file, _Level())

    def _file_blocks(self, file: BinaryIO, level: _Level) -> Iterator[Block]:
        """Whatever goes wrong with a file is told and stays with it: the file after it is read."""
        try:
            yield from self._by_the_first(file, level)
        except Unreadable as error:
            self._told(error.reason)
        except MemoryError:
            self._told(Unread.BOMB)
        except Exception:  # noqa: BLE001  a parser's crash: its message may hold text of the file, so only the fact is kept
            self._told(Unread.CORRUPT)

    def _by_the_first(self, file: BinaryIO, level: _Level) -> Iterator[Block]:
        head = file.read(HEAD)
        ranked = sorted(((e.rank(head), e) for e in self._every), key=lambda pair: -pair[0])
        with ExitStack() as kept:
            for extractor in (extractor for rank, extractor in ranked if rank >= 0):
                file.seek(0)
                if isinstance(file, Forward) and not extractor.forward:
                    file, size = held(file, self._budget)
                    kept.enter_context(self._budget.keeping(size))
                try:
                    yield from self._by(extractor, file, level)
                except NotThisFormat:
                    continue
                return
        raise Unreadable(Unread.UNSUPPORTED)

    def _by(self, extractor: Extractor, file: BinaryIO, level: _Level) -> Iterator[Block]:
        if level.depth == 0:
            self.format = extractor.name
        elif extractor.name == _NOT_A_DOCUMENT:
            return
        try:
            for part in extractor.blocks(file, self._budget):
                if isinstance(part, Member):
                    yield from self._member(part, level)
                    continue
                self._seen += part.place.seen_by_a_reader
                whole = replace(part, member=level.member, within=level.within, part=level.part) if level.depth else part
                for piece in _pieces(whole):
                    self._budget.tick()
                    yield piece
        except NotThisFormat:
            if level.depth == 0:
                self.format = ""
            raise

    def _member(self, member: Member, outer: _Level) -> Iterator[Block]:
        """A file in the file: its name, then its text."""
        self._parts += not member.name
        level = outer.inner(member, self._parts)
        if member.name and level.member:
            yield name_block(level.member.rpartition("/")[2], level.member, level.within)
        if member.reason is not None:
            self._told(member.reason)
        if member.file is None:
            return
        self._budget.descended(level.depth)
        yield from self._file_blocks(member.file, level)

    def _told(self, reason: Unread) -> None:
        """The gravest reason stands for the whole file."""
        reasons = {reason, *([self.reason] if self.reason else [])}
        self.reason = next(grave for grave in _GRAVEST_FIRST if grave in reasons)
