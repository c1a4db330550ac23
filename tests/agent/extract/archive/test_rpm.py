from __future__ import annotations

import gzip
import struct

import pytest

from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.archives import written
from tests.agent.extract.nested import found

MARK = "机密★10年"


def rpm(payload: bytes, *, signature_size: int = 13) -> bytes:
    """The lead, two headers without entries (the first padded to eight bytes), the payload."""
    header = b"\x8e\xad\xe8\x01" + bytes(4)
    signature = header + struct.pack(">II", 0, signature_size) + bytes(signature_size + -signature_size % 8)
    return b"\xed\xab\xee\xdb".ljust(96, b"\0") + signature + header + struct.pack(">II", 1, 20) + bytes(36) + payload


def test_the_files_of_a_package_are_read() -> None:
    seen = found(rpm(gzip.compress(written("cpio_newc", {"usr/share/doc/说明.txt": MARK.encode()}))))
    assert (seen.format, seen.whole, seen.told) == ("rpm", True, [(MARK, Place.MEMBER, "usr/share/doc/说明.txt")])


@pytest.mark.parametrize("size", [90, 100, 120, 170])
def test_a_package_that_was_cut_short_is_told(size: int) -> None:
    seen = found(rpm(gzip.compress(written("cpio_newc", {"a.txt": MARK.encode()})))[:size])
    assert (seen.read, seen.reason) == (Read.NONE, Unread.CORRUPT)
