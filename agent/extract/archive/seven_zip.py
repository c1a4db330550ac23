"""7z archives. How much memory one asks for stands in its header, which is read first (7zFormat.txt); libarchive unpacks it."""

from __future__ import annotations

import lzma
import re
import struct
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.archive.unpacker import members, window
from agent.extract.base import Budget, Extractor, Member, Unreadable
from policies.vocabulary import Unread

_MAGIC = b"7z\xbc\xaf\x27\x1c"
_START = struct.Struct("<6sBBIQQI")
_LARGEST_HEADER = 8 << 20
_ENCODED = b"\x17\x06"
_ANY = 4 << 30  # what is not known may be the most
# A coder's flags and name, then its properties: a byte for LZMA2, a byte and a number for LZMA and PPMd.
_LZMA2 = re.compile(rb"\x21\x21\x01([\0-\x28])", re.DOTALL)
_LZMA_OR_PPMD = re.compile(rb"\x23\x03(?:\x01\x01|\x04\x01)\x05.(.{4})", re.DOTALL)
_PACKED_HEADER = re.compile(rb"\x07\x0b\x01\0\x01\x23\x03\x01\x01\x05(.)(.{4})\x0c", re.DOTALL)
_AES = re.compile(rb"\x24\x06\xf1\x07\x01")


class SevenZip(Extractor):
    """A 7z archive; where its header is encrypted too, not even the names can be told."""

    name: ClassVar[str] = "7z"

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith(_MAGIC) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Member]:
        header = _header(file)
        file.seek(0)
        with window(budget, _window(header)) as most:
            yield from members(file, budget, "7zip", most=most)


def _header(file: BinaryIO) -> bytes | None:
    """The header, unpacked where it is packed in a way that is known. Raises Unreadable, ENCRYPTED where it is that too."""
    start = file.read(_START.size)
    if len(start) < _START.size:
        raise Unreadable(Unread.CORRUPT)
    _, _, _, _, offset, size, _ = _START.unpack(start)
    header = _at(file, _START.size + offset, size)
    if not header.startswith(_ENCODED):
        return header
    if _AES.search(header):
        raise Unreadable(Unread.ENCRYPTED)
    return _unpacked(file, header)


def _unpacked(file: BinaryIO, header: bytes) -> bytes | None:
    """A header that is packed by LZMA, as programs do it; nothing where it is another way."""
    place, at = _number(header, len(_ENCODED))
    streams, at = _number(header, at)
    size, at = _number(header, at + 1)
    coder = _PACKED_HEADER.search(header, at)
    if streams != 1 or coder is None:
        return None
    length, _ = _number(header, coder.end())
    if length > _LARGEST_HEADER:
        raise Unreadable(Unread.TOO_LARGE)
    filters = [_filter(coder[1][0], int.from_bytes(coder[2], "little"))]
    try:
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
        return unpacker.decompress(_at(file, _START.size + place, size), length)
    except lzma.LZMAError:
        raise Unreadable(Unread.CORRUPT) from None


def _filter(properties: int, dictionary: int) -> dict[str, int]:
    if properties >= 225 or dictionary > _LARGEST_HEADER:
        raise Unreadable(Unread.CORRUPT)
    rest, lc = divmod(properties, 9)
    return {"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": rest % 5, "pb": rest // 5}


def _at(file: BinaryIO, offset: int, size: int) -> bytes:
    """So many bytes of the header at a place. Of a set of files only the last holds it."""
    if size > _LARGEST_HEADER:
        raise Unreadable(Unread.TOO_LARGE)
    if offset >= 1 << 62:
        raise Unreadable(Unread.CORRUPT)
    file.seek(offset)
    data = file.read(size)
    if len(data) < size:
        raise Unreadable(Unread.CORRUPT)
    return data


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, the first telling how many follow, and the place behind it."""
    first = data[at] if at < len(data) else 0
    following = 8 - (~first & 0xFF).bit_length()
    high = first & (0x7F >> following) if following < 8 else 0
    return int.from_bytes(data[at + 1 : at + 1 + following], "little") | high << 8 * following, at + 1 + following


def _window(header: bytes | None) -> int:
    """The most bytes that any of the archive's coders looks back on."""
    if header is None:
        return _ANY
    sizes = [int.from_bytes(match[1], "little") for match in _LZMA_OR_PPMD.finditer(header)]
    for match in _LZMA2.finditer(header):
        bits = match[1][0]
        sizes.append((2 | bits & 1) << (bits // 2 + 11))
    return max(sizes, default=0)
