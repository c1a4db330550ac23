"""No free program writes RAR archives, so these are made byte by byte; they only store."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from agent.extract.archive.rar import Rar
from agent.extract.base import Budget, Unreadable
from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.archives import rar4, rar5
from tests.agent.extract.nested import found
from tests.agent.extract.samples import docx, paragraph

MARK = "机密★10年"
FILES = {"folder/a.txt": MARK.encode(), "b.docx": docx(paragraph("秘密★5年"))}


@pytest.mark.parametrize("make", [rar4, rar5])
def test_every_document_in_it_is_read(make: Callable[..., bytes]) -> None:
    seen = found(make(FILES))
    assert (seen.format, seen.whole) == ("rar", True)
    assert seen.told == [(MARK, Place.MEMBER, "folder/a.txt"), ("秘密★5年", Place.MEMBER, "b.docx")]


def test_a_chinese_name_is_read() -> None:
    assert found(rar5({"（机密★10年）.txt": b"x"})).told[0][2] == "（机密★10年）.txt"


@pytest.mark.parametrize("data", [rar4(FILES, flags=0x80), rar5(FILES, sealed=True)])
def test_encrypted_headers_are_told(data: bytes) -> None:
    seen = found(data)
    assert (seen.format, seen.read, seen.reason) == ("rar", Read.NONE, Unread.ENCRYPTED)


def test_an_encrypted_file_is_told_by_its_name() -> None:
    seen = found(rar4({"a.txt": b"x" * 16}, file_flags=0x04))
    assert (seen.read, seen.reason, seen.texts(Place.NAME)) == (Read.NONE, Unread.ENCRYPTED, ["a"])


@pytest.mark.parametrize("data", [rar4(FILES, flags=0x01), rar5(FILES, volume=True)])
def test_one_of_a_set_is_never_whole(data: bytes) -> None:
    seen = found(data)
    assert seen.read is not Read.FULL
    assert seen.reason in (Unread.UNSUPPORTED, Unread.CORRUPT)


@pytest.mark.parametrize("make", [rar4, rar5])
def test_one_that_was_cut_short_is_told(make: Callable[..., bytes]) -> None:
    data = make(FILES)
    for size in (25, 40, len(data) // 2, len(data) - 20):
        assert found(data[:size]).reason is Unread.CORRUPT


@pytest.mark.parametrize("make", [rar4, rar5])
def test_one_that_was_cut_between_two_files_is_told(make: Callable[..., bytes]) -> None:
    seen = found(make(FILES, ended=False))
    assert (seen.read, seen.reason, len(seen.marks)) == (Read.PARTIAL, Unread.CORRUPT, 2)


def test_the_window_that_is_asked_for_is_kept() -> None:
    """A window of 64 MB cannot be kept, so no more may come out than there is room for: here the second file is too long."""
    files = {"a.txt": MARK.encode(), "b.txt": b"text\n" * 400_000}
    assert found(rar5(files), Budget(memory=1 << 20)).whole
    assert found(rar5(files, window=9), Budget(memory=1 << 20)).reason is Unread.TOO_LARGE


def test_a_header_that_claims_too_much_ends_the_walk() -> None:
    data = bytearray(rar5(FILES))
    data[8 + 4 : 8 + 8] = b"\xff\xff\xff\x7f"
    assert found(bytes(data)).reason is Unread.CORRUPT


def test_a_header_whose_data_would_end_beyond_all_numbers_ends_the_walk() -> None:
    header = b"\x03\x02" + b"\xff" * 9 + b"\x7f"
    data = b"Rar!\x1a\x07\x01\0" + bytes(4) + bytes([len(header)]) + header + b"x" * 40
    with pytest.raises(Unreadable):
        list(Rar().blocks(io.BytesIO(data), Budget()))


@pytest.mark.parametrize("data", [b"", b"Rar!", b"Rar!\x1a\x07\x02"])
def test_other_files_are_none(data: bytes) -> None:
    assert Rar().rank(data) < 0
