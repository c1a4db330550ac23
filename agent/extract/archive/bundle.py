"""The less frequent containers: cpio, Debian packages (ar), cabinets, CD images and LHA archives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.archive.unpacker import members
from agent.extract.base import Budget, Extractor, Member, Unreadable
from policies.vocabulary import Unread

_CPIO = re.compile(rb"07070[127][0-9A-Fa-f]|\xc7\x71..|\x71\xc7..", re.DOTALL)
_LHA = re.compile(rb"..-l(?:h[0-9dx]|z[s45])-", re.DOTALL)
_SECTOR = 2048
_CD_AT = 16 * _SECTOR + 1
_VOLUME_SIZE_AT = 16 * _SECTOR + 80


class Cpio(Extractor):
    """POSIX.1 cpio, in letters or binary; what is in an RPM."""

    name: ClassVar[str] = "cpio"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.85 if _CPIO.match(head) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Member]:
        return members(file, budget, "cpio", marked_end=True)


class Deb(Extractor):
    """A Debian package (deb(5)): the other ar archives hold machine code."""

    name: ClassVar[str] = "deb"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith(b"!<arch>\ndebian") else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Member]:
        whole = False
        for member in members(file, budget, "ar"):
            whole = whole or member.name.startswith("data.tar")
            yield member
        if not whole:  # what is installed comes after the rest
            raise Unreadable(Unread.CORRUPT)


class Cab(Extractor):
    """Microsoft cabinets (MS-CAB). What begins in another file of a set cannot be told."""

    name: ClassVar[str] = "cab"

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith(b"MSCF\0\0\0\0") else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Member]:
        flags = int.from_bytes(file.read(36)[30:32], "little")
        file.seek(0)
        yield from members(file, budget, "cab")
        if flags & 0b11:  # a cabinet goes before, or comes after
            raise Unreadable(Unread.UNSUPPORTED)


class Iso(Extractor):
    """Images of CDs (ISO 9660 with Joliet or Rock Ridge)."""

    name: ClassVar[str] = "iso"

    def rank(self, head: bytes) -> float:
        return 0.85 if head[_CD_AT : _CD_AT + 5] == b"CD001" else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Member]:
        file.seek(_VOLUME_SIZE_AT)
        blocks = int.from_bytes(file.read(4), "little")
        size = file.seek(0, 2)
        file.seek(0)
        yield from members(file, budget, "iso9660")
        if size < blocks * _SECTOR:
            raise Unreadable(Unread.CORRUPT)


class Lha(Extractor):
    """LHA and LZH archives, as far as their names are in Latin letters or UTF-8."""

    name: ClassVar[str] = "lha"

    def rank(self, head: bytes) -> float:
        return 0.7 if _LHA.match(head) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Member]:
        return members(file, budget, "lha")
