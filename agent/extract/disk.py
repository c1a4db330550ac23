"""Images of disks and file systems: they may hold documents, which are not looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Unreadable
from checks.marking.text import Block
from policies.vocabulary import Unread

_BEGINNINGS = re.compile(
    rb"QFI\xfb|KDMV[\1-\3]|# Disk DescriptorFile|conectix\0|vhdxfile|.{64}\x7f\x10\xda\xbe"  # virtual disks
    rb"|MSWIM\0\0\0|hsqs.{24}\x04\x00|.{3}(?:NTFS    |EXFAT   )|.{54}FAT1[26] |.{82}FAT32 |XFSB\0"  # file systems
    rb"|\0{1024}.{56}\x53\xef[\1-\4]\0|.{32769}(?:BEA01|NSR0[23])|.{510}\x55\xaa(?:EFI PART|\0{64})",
    re.DOTALL,
)
_SEALED = re.compile(rb"LUKS\xba\xbe|.{3}-FVE-FS-", re.DOTALL)


class Disk(Extractor):
    """A disk's or a file system's image; one that only its key opens is told as encrypted."""

    name: ClassVar[str] = "disk"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.5 if _BEGINNINGS.match(head) or _SEALED.match(head) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        raise Unreadable(Unread.ENCRYPTED if _SEALED.match(file.read(16)) else Unread.UNSUPPORTED)
