"""Single files that one program packed (gzip, bzip2, xz, zstd, ...): what comes out is read as the document itself."""

from __future__ import annotations

import bz2
import lzma
import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.archive.packed_stream import Inflater, decoded
from agent.extract.archive.unpacker import unpacked, window
from agent.extract.base import Budget, Extractor, Member
from agent.extract.charset import decode_line
from agent.extract.stream import forward
from checks.marking.reader import name_block
from checks.marking.text import Block

_SLACK = 4 << 20  # what a decoder takes beside its window
_LARGEST = 256 << 20
_LONGEST_PADDING = 1 << 20
_LZMA2 = re.compile(rb"\x21\x01([\0-\x28])", re.DOTALL)
_GZIP_NAMED, _GZIP_EXTRA = 8, 4


class Gz(Extractor):
    """gzip (RFC 1952). The name of the file that was packed stands in its header."""

    name: ClassVar[str] = "gz"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith(b"\x1f\x8b\x08") else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        if name := _packed_name(file.read(4096)):
            yield name_block(name)
        file.seek(0)
        yield from _document(decoded(file, budget, Inflater, b"\x1f\x8b"))


class Bz2(Extractor):
    """bzip2."""

    name: ClassVar[str] = "bz2"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.9 if re.match(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)", head) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        with budget.keeping(_SLACK):
            yield from _document(decoded(file, budget, bz2.BZ2Decompressor, b"BZh"))


class Xz(Extractor):
    """xz. Its window may be larger than there is memory."""

    name: ClassVar[str] = "xz"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith(b"\xfd7zXZ\0") else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        coder = _LZMA2.search(file.read(96), 14)
        file.seek(0)
        bits = coder[1][0] if coder else 0
        yield from _lzma_member(file, budget, lzma.FORMAT_XZ, (2 | bits & 1) << (bits // 2 + 11))


class Lzma(Extractor):
    """The format of the first LZMA programs, without a magic number."""

    name: ClassVar[str] = "lzma"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.6 if re.match(rb"\x5d\0\0[\0-\xff]{2}(?:\xff{8}|.{5}\0\0\0)\0", head, re.DOTALL) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        size = int.from_bytes(file.read(5)[1:], "little")
        file.seek(0)
        yield from _lzma_member(file, budget, lzma.FORMAT_ALONE, size)


class Zst(Extractor):
    """Zstandard (RFC 8878)."""

    name: ClassVar[str] = "zst"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith(b"\x28\xb5\x2f\xfd") else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        size = _zstd_window(file.read(18).ljust(18, b"\0"))
        file.seek(0)
        with window(budget, size) as most:
            yield from _document(unpacked(file, budget, "zstd", most=most))


class Lz4(Extractor):
    """LZ4 frames."""

    name: ClassVar[str] = "lz4"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith(b"\x04\x22\x4d\x18") else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        with budget.keeping(_SLACK):
            yield from _document(unpacked(file, budget, "lz4"))


class Lzip(Extractor):
    """lzip."""

    name: ClassVar[str] = "lzip"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith(b"LZIP\x01") else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        size = 1 << (file.read(6)[5:] or b"\0")[0] % 32
        file.seek(0)
        with window(budget, size) as most:
            yield from _document(unpacked(file, budget, "lzip", most=most))


class Compress(Extractor):
    """The compress program of Unix (.Z)."""

    name: ClassVar[str] = "z"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.9 if re.match(rb"\x1f\x9d[\x89-\x90]", head) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        yield from _document(unpacked(file, budget, "compress"))


def _document(content: Iterator[bytes]) -> Iterator[Member]:
    """What comes out, as the document itself. A container may end before its stream does, whose checksum stands behind it."""
    yield Member("", forward(content))
    taken = 0
    for chunk in content:
        taken += len(chunk)
        if taken > _LONGEST_PADDING:
            return


def _packed_name(header: bytes) -> str:
    """The name in a gzip header, without folders."""
    flags, at = int.from_bytes(header[3:4], "little"), 10
    if flags & _GZIP_EXTRA:
        at += 2 + int.from_bytes(header[10:12], "little")
    if not flags & _GZIP_NAMED:
        return ""
    return decode_line(header[at:].partition(b"\0")[0], "utf-8").rpartition("/")[2]


def _zstd_window(frame: bytes) -> int:
    """The window of a file's first frame (RFC 8878 3.1.1.1): told, or all of what is in it."""
    told, at = frame[4], 5
    if not told & 0x20:
        base = 1 << (10 + (frame[at] >> 3))
        return base + base // 8 * (frame[at] & 7)
    at += (0, 1, 2, 4)[told & 3]
    return int.from_bytes(frame[at : at + (1, 2, 4, 8)[told >> 6]], "little")


def _lzma_member(file: BinaryIO, budget: Budget, format: int, size: int) -> Iterator[Member]:
    with window(budget, size) as most:
        limit = min(size, _LARGEST) + _SLACK
        content = decoded(file, budget, lambda: lzma.LZMADecompressor(format, memlimit=limit), b"\xfd7zXZ", most)
        yield from _document(content)
