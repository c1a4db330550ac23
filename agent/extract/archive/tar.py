"""Tape archives: POSIX.1 ustar and pax, GNU, the oldest. They bundle files without packing them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.archive.unpacker import members
from agent.extract.base import Budget, Extractor, Member

_CHECKSUM = slice(148, 156)
_OCTAL = re.compile(rb"[ 0]*([0-7]{1,7})[ \0]")


class Tar(Extractor):
    """A tape archive, known by the checksum of its first header."""

    name: ClassVar[str] = "tar"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        number = _OCTAL.match(head[_CHECKSUM])
        if len(head) < 512 or not number or not head[0]:
            return -1
        total = sum(head[: _CHECKSUM.start]) + 8 * ord(" ") + sum(head[_CHECKSUM.stop : 512])
        return 0.85 if total == int(number[1], 8) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Member]:
        return members(file, budget, "tar", marked_end=True)
