"""Picks the extractor for a file by its content, falls back to the next, and says what could not be read.

The one place here that catches everything: a parser's crash on a damaged file is a fact about the file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import agent.extract
from agent.extract.base import HEAD, Budget, Extractor, NotThisFormat, Unreadable
from checks.marking.text import Block
from policies.vocabulary import Read, Unread


def extractors() -> tuple[Extractor, ...]:
    """Every extractor in this package, by name."""
    found: dict[str, type[Extractor]] = {}
    for module in pkgutil.iter_modules(agent.extract.__path__, "agent.extract."):
        for value in vars(importlib.import_module(module.name)).values():
            if not (isinstance(value, type) and issubclass(value, Extractor)) or value is Extractor:
                continue
            if found.setdefault(value.name, value) is not value:
                raise ValueError(f"two extractors are named {value.name}")
    return tuple(found[name]() for name in sorted(found))


class Extraction:
    """One file's text, read once. `format`, `read` and `reason` hold when `blocks` is at its end."""

    def __init__(self, every: Sequence[Extractor], file: BinaryIO, budget: Budget) -> None:
        self.format = ""
        self.reason: Unread | None = None
        self._every = every
        self._file = file
        self._budget = budget
        self._seen = 0

    @property
    def read(self) -> Read:
        """How much was read: full only where nothing stopped it, partial where a reader's view of it was begun."""
        if self.reason is None:
            return Read.FULL
        return Read.PARTIAL if self._seen else Read.NONE

    def blocks(self) -> Iterator[Block]:
        """The text of the first extractor that calls the file its own."""
        head = self._file.read(HEAD)
        ranked = sorted(((e.rank(head), e) for e in self._every), key=lambda pair: -pair[0])
        for rank, extractor in ranked:
            if rank < 0:
                break
            self._file.seek(0)
            try:
                yield from self._of(extractor)
            except NotThisFormat:
                continue
            return
        self.format, self.reason = "", Unread.UNSUPPORTED

    def _of(self, extractor: Extractor) -> Iterator[Block]:
        self.format = extractor.name
        try:
            for block in extractor.blocks(self._file, self._budget):
                self._seen += block.place.seen_by_a_reader
                yield block
        except NotThisFormat:
            raise
        except Unreadable as error:
            self.reason = error.reason
        except MemoryError:
            self.reason = Unread.BOMB
        except Exception:  # noqa: BLE001  a parser's crash: its message may hold text of the file, so only the fact is kept
            self.reason = Unread.CORRUPT
