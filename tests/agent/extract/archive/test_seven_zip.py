from __future__ import annotations

import os

import pytest

from agent.extract.archive.seven_zip import SevenZip
from agent.extract.base import Budget
from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.archives import written
from tests.agent.extract.nested import DOCUMENTS, found
from tests.agent.extract.samples import docx, paragraph

MARK = "机密★10年"
FILES = {"目录/甲.txt": MARK.encode(), "乙.docx": docx(paragraph("秘密★5年")), "c.bin": b"\x7fELF" + os.urandom(300_000)}


@pytest.mark.parametrize("method", ["lzma1", "lzma2", "ppmd", "bzip2", "deflate", "store"])
def test_every_document_in_it_is_read(method: str) -> None:
    seen = found(written("7zip", FILES, options=f"compression={method}"))
    assert (seen.format, seen.whole) == ("7z", True)
    assert seen.told == [(MARK, Place.MEMBER, "目录/甲.txt"), ("秘密★5年", Place.MEMBER, "乙.docx")]


def test_of_what_is_encrypted_the_name_is_read() -> None:
    seen = found((DOCUMENTS / "7zip-encrypted.7z").read_bytes())
    assert (seen.read, seen.reason, [place for _, place, _ in seen.told]) == (Read.NONE, Unread.ENCRYPTED, [Place.NAME])


def test_where_the_names_are_encrypted_too_that_is_told() -> None:
    seen = found((DOCUMENTS / "7zip-encrypted-names.7z").read_bytes())
    assert (seen.read, seen.reason, seen.blocks) == (Read.NONE, Unread.ENCRYPTED, [])


@pytest.mark.parametrize("part", [0.0001, 0.01, 0.5, 0.99])
def test_one_that_was_cut_short_is_told(part: float) -> None:
    data = written("7zip", FILES)
    seen = found(data[: max(8, int(len(data) * part))])
    assert (seen.format, seen.read, seen.reason) == ("7z", Read.NONE, Unread.CORRUPT)


def test_damaged_content_is_told() -> None:
    data = bytearray(written("7zip", {"a.txt": b"text\n" * 1000 + os.urandom(100).hex().encode()}, options="compression=store"))
    data[100] ^= 1
    assert found(bytes(data)).reason is Unread.CORRUPT


def test_a_window_too_large_to_be_kept_allows_as_much_as_there_is_room_for() -> None:
    """The library's own writer asks for a window of 8 MB or more at its highest level."""
    data = written("7zip", {"a.txt": b"text\n" * 200_000 + MARK.encode()}, options="compression-level=9,compression=lzma1")
    assert found(data).whole
    seen = found(data, Budget(memory=1 << 20, ratio=10_000))
    assert seen.reason is Unread.TOO_LARGE


def test_bombs_are_told() -> None:
    assert found(written("7zip", {"a.txt": b"a\n" * (20 << 20)})).reason is Unread.BOMB
    assert found(written("7zip", {str(number): b"" for number in range(100)}), Budget(members=50)).reason is Unread.BOMB


def test_no_byte_of_the_header_brings_it_down() -> None:
    data = written("7zip", {"a.txt": b"text", "b.txt": b"more"}, options="compression=lzma2")
    for at in [*range(8, 32), *range(len(data) - 60, len(data))]:
        for value in (0, 1, 0x7F, 0x80, 0xFF):
            seen = found(data[:at] + bytes([value]) + data[at + 1 :])
            assert seen.read in Read


@pytest.mark.parametrize("data", [b"", b"7z", b"7z\xbc\xaf"])
def test_other_files_are_none(data: bytes) -> None:
    assert SevenZip().rank(data) < 0
