"""Rich Text Format (RTF 1.9.1): what Word, WPS, LibreOffice and WordPad save as .rtf, and often as .doc."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Member, Unreadable
from agent.extract.rtf.reader import Reader
from agent.extract.sifted import sifted
from checks.marking.text import Block
from policies.vocabulary import Unread

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}\{\\rtf")
_CHUNK = 128 << 10


class Rtf(Extractor):
    """A file that begins with the group of RTF."""

    name: ClassVar[str] = "rtf"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.95 if _BEGINNING.match(head) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        reader = Reader(budget)
        yield from sifted(reader.read(iter(lambda: file.read(_CHUNK), b"")), budget)
        if reader.cut:
            raise Unreadable(Unread.CORRUPT)
        if reader.pictures and not reader.told:
            raise Unreadable(Unread.NO_TEXT)
