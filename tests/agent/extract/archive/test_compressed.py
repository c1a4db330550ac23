from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zlib
from collections.abc import Callable

import pytest

from agent.extract.archive.compressed import Bz2, Compress, Gz, Lz4, Lzip, Lzma, Xz, Zst
from agent.extract.base import Budget, Member, Unreadable
from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.archive.test_tar import tar
from tests.agent.extract.archives import written
from tests.agent.extract.nested import found
from tests.agent.extract.samples import docx, paragraph

MARK = "机密★10年"


def named(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(filename=name, mode="wb", fileobj=buffer) as file:
        file.write(content)
    return buffer.getvalue()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda content: lzma.compress(content, lzma.FORMAT_ALONE),
    "zst": lambda content: written("raw", {"a": content}, "zstd"),
    "lz4": lambda content: written("raw", {"a": content}, "lz4"),
    "lzip": lambda content: written("raw", {"a": content}, "lzip"),
    "z": lambda content: written("raw", {"a": content}, "compress"),
}


@pytest.mark.parametrize("format", PACK)
def test_what_comes_out_is_the_document_itself(format: str) -> None:
    seen = found(PACK[format](f"{MARK}\n".encode() + "正文\n".encode() * 50))
    assert (seen.format, seen.whole, seen.told) == (format, True, [(MARK, Place.COVER, None)])
    assert found(PACK[format](docx(paragraph(MARK)))).told == [(MARK, Place.COVER, None)]


@pytest.mark.parametrize("format", PACK)
def test_a_bundle_in_it_is_an_archive(format: str) -> None:
    seen = found(PACK[format](tar({"目录/甲.txt": MARK.encode()})))
    assert (seen.whole, seen.told) == (True, [(MARK, Place.MEMBER, "目录/甲.txt")])


@pytest.mark.parametrize("format", [format for format in PACK if format != "z"])  # which has neither end nor checksum
def test_one_that_was_cut_short_is_told(format: str) -> None:
    data = PACK[format](f"{MARK}\n".encode() + b"".join(b"%d\n" % number for number in range(50_000)))
    seen = found(data[: len(data) // 2])
    assert (seen.read is Read.FULL, seen.reason) == (False, Unread.CORRUPT)
    assert format not in ("gz", "xz", "lzma") or len(seen.marks) == 1  # the others give a block of megabytes or nothing


@pytest.mark.parametrize("format", ["gz", "xz", "bz2", "zst"])
def test_a_checksum_behind_the_end_of_a_bundle_counts(format: str) -> None:
    data = bytearray(PACK[format](tar({"a.txt": MARK.encode()})))
    at = {"gz": -8, "xz": -40, "bz2": -4, "zst": -1}[format]
    data[at] ^= 0x10
    assert found(bytes(data)).reason is Unread.CORRUPT


def test_the_name_in_a_gzip_header_is_read() -> None:
    seen = found(named("（机密★10年）.txt", b"x"))
    assert [(place, member) for _, place, member in seen.told] in ([], [(Place.NAME, None)])
    data = named("A" * 14, b"x").replace(b"A" * 14, "（机密★10年）".encode("gb18030"))
    assert [(place, member) for _, place, member in found(data).told] == [(Place.NAME, None)]


def test_packed_again_and_again_is_read_until_it_is_a_bomb() -> None:
    data = MARK.encode()
    for _ in range(7):
        data = gzip.compress(data)
    assert found(data).whole
    assert found(gzip.compress(gzip.compress(data))).reason is Unread.BOMB


def test_a_window_of_more_memory_than_any_computer_would_give_is_told() -> None:
    data = bytearray(lzma.compress(MARK.encode()))
    size = 4 * data[12] + 4
    data[data.index(b"\x21\x01", 12) + 2] = 37  # 1.5 GB
    data[12 + size - 4 : 12 + size] = struct.pack("<I", zlib.crc32(data[12 : 12 + size - 4]))
    assert found(bytes(data)).reason is Unread.TOO_LARGE


@pytest.mark.parametrize("format", [format for format in PACK if format != "z"])  # which packs too little
def test_bombs_are_told(format: str) -> None:
    assert found(PACK[format](b"a\n" * (10 << 20))).reason is Unread.BOMB


def test_a_window_too_large_to_be_kept_allows_as_much_as_there_is_room_for() -> None:
    text = b"".join(b"%d\n" % number for number in range(300_000))
    large = lzma.compress(text, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 64 << 20}])
    assert found(large).whole
    assert found(large, Budget(memory=1 << 20)).reason is Unread.TOO_LARGE
    assert found(lzma.compress(text, preset=0), Budget(memory=1 << 20)).whole
    alone = lzma.compress(text, lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 64 << 20}])
    assert found(alone, Budget(memory=1 << 20)).reason is Unread.TOO_LARGE


@pytest.mark.parametrize("size", [4, 5, 6])
def test_a_frame_without_its_header_is_told(size: int) -> None:
    members = Zst().blocks(io.BytesIO(PACK["zst"](b"text")[:size]), Budget())
    member = next(members)
    assert isinstance(member, Member)
    assert member.file
    with pytest.raises(Unreadable):
        member.file.read()


def test_a_program_that_was_packed_is_not_unpacked() -> None:
    assert found(gzip.compress(b"\x7fELF" + bytes(50 << 20)), Budget(out=4 << 20)).reason is None


@pytest.mark.parametrize("extractor", [Gz(), Bz2(), Xz(), Lzma(), Zst(), Lz4(), Lzip(), Compress()])
@pytest.mark.parametrize("data", [b"", b"\x1f", b"BZh9", b"text\n" * 100, bytes(100), b"]\0\0 text that begins so"])
def test_other_files_are_none(extractor: Gz, data: bytes) -> None:
    assert extractor.rank(data) < 0
