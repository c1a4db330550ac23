"""What no person reads as a document: programs, libraries, bytecode, fonts, sound, film, databases of programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Unreadable
from checks.marking.text import Block
from policies.vocabulary import Unread

_BEGINNINGS = re.compile(
    rb"\x7fELF|MZ.{58,1022}PE\0\0|\xca\xfe\xba\xbe|[\xcf\xce]\xfa\xed\xfe|!<arch>\n|\0asm|..\r\n\0\0\0\0.{8}[\xe3\x63]"
    rb"|\0\x01\0\0\0[\x04-\x40][\0-\x04]|OTTO\0|ttcf\0|wOF[F2]|ID3[\x02-\x04]|OggS\0|fLaC\0|RIFF....(?:WAVE|AVI )|\x1aE\xdf\xa3"
    rb"|\0\0\0.ftyp(?!heic|heix|mif1|avif)|SQLite format 3\0|PACK\0\0\0[\x02\x03]|\xfftOc|DIRC\0\0\0|\xde\x12\x04\x95"
    rb"|\0\x05\x16[\0\7]\0\x02\0\0|\0\0\0\x01Bud1",  # what macOS lays beside files
    re.DOTALL,
)


class Program(Extractor):
    """Files that programs make for programs, by their first bytes."""

    name: ClassVar[str] = "program"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.8 if _BEGINNINGS.match(head) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        raise Unreadable(Unread.UNSUPPORTED)
