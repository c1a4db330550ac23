"""Word 97-2003 documents, whatever they are named: recognised and told apart from encrypted ones; their text is not read yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, NotThisFormat, Unreadable
from agent.extract.cfb import MAGIC, opened
from checks.marking.text import Block
from policies.vocabulary import Unread

_FLAGS = slice(10, 12)  # of the file information block (MS-DOC 2.5.2)
_ENCRYPTED = 0x0100


class Doc(Extractor):
    """A compound file with a stream WordDocument."""

    name: ClassVar[str] = "doc"

    def rank(self, head: bytes) -> float:
        return 0.5 if head.startswith(MAGIC) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        compound = opened(file, budget)
        if "WordDocument" not in compound.streams:
            raise NotThisFormat
        flags = int.from_bytes(compound.start("WordDocument", 12)[_FLAGS], "little")
        raise Unreadable(Unread.ENCRYPTED if flags & _ENCRYPTED else Unread.UNSUPPORTED)
