from __future__ import annotations

import pytest

from agent.extract.disk import Disk
from policies.vocabulary import Read, Unread
from tests.agent.extract.nested import found


def at(offset: int, magic: bytes) -> bytes:
    return bytes(offset) + magic + bytes(600)


@pytest.mark.parametrize(
    "data",
    [
        b"QFI\xfb\0\0\0\3",
        b"KDMV\1\0\0\0",
        b"# Disk DescriptorFile\nversion=1\n",
        b"conectix\0\0\0\2",
        b"vhdxfile",
        at(64, b"\x7f\x10\xda\xbe"),
        b"MSWIM\0\0\0",
        at(1080, b"\x53\xef\1\0"),
        at(3, b"NTFS    "),
        at(54, b"FAT16   "),
        at(82, b"FAT32   "),
        b"XFSB\0\0\x10\0",
        at(510, b"\x55\xaaEFI PART"),
        at(32769, b"BEA01"),
    ],
)
def test_a_disk_is_known_and_told(data: bytes) -> None:
    seen = found(data)
    assert (seen.format, seen.read, seen.reason) == ("disk", Read.NONE, Unread.UNSUPPORTED)


@pytest.mark.parametrize("data", [b"LUKS\xba\xbe\0\2", b"\xeb\x58\x90-FVE-FS-"])
def test_a_sealed_disk_is_told_as_such(data: bytes) -> None:
    assert found(data).reason is Unread.ENCRYPTED


@pytest.mark.parametrize("data", [b"", b"text\n" * 500, ("a" * 1080 + "S，").encode() * 3, bytes(2000)])
def test_other_files_are_none(data: bytes) -> None:
    assert Disk().rank(data) < 0
