"""Pictures and scans: recognised, and said to hold no text that could be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Unreadable
from checks.marking.text import Block
from policies.vocabulary import Unread

_BEGINNINGS = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|BM....\0\0\0\0|RIFF....WEBP|\0\0\0.ftyp(?:heic|heix|mif1|avif)|AT&TFORM",
    re.DOTALL,
)


class Image(Extractor):
    """A picture in any of the usual formats. A scanned page may bear a mark, so it is never called read."""

    name: ClassVar[str] = "image"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.9 if _BEGINNINGS.match(head) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        raise Unreadable(Unread.NO_TEXT)
