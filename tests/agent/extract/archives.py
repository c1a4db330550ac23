"""Archives as libarchive's own writers make them, and those that no free program writes, made byte by byte."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping

import libarchive  # type: ignore[import-untyped]


def written(format: str, files: Mapping[str, bytes], filter: str | None = None, options: str = "") -> bytes:
    """An archive by libarchive."""
    pieces: list[bytes] = []

    def take(piece: bytes) -> int:
        pieces.append(bytes(piece))
        return len(piece)

    with libarchive.custom_writer(take, format, filter, options=options) as archive:
        for name, content in files.items():
            archive.add_file_from_memory(name, len(content), content)
    return b"".join(pieces)


def disk(files: Mapping[str, bytes]) -> bytes:
    """An ISO 9660 image by libarchive, the same whenever it is made: it writes the time of its making in three forms."""
    made = written("iso9660", files)
    said = made[0x832D : 0x832D + 14]  # ECMA-119 8.4.26: year, month, day, hour, minute and second in digits
    year, *rest = struct.unpack("4s2s2s2s2s2s", said)
    packed = bytes([int(year) - 1900, *map(int, rest)])
    made = made.replace(said, b"20260101000000").replace(packed, bytes([126, 1, 1, 0, 0, 0]))
    return re.sub(rb"INFO .{24}\n", b"INFO Thu Jan  1 00:00:00 2026\n", made)


def rar4(files: Mapping[str, bytes], *, flags: int = 0, file_flags: int = 0, ended: bool = True) -> bytes:
    """A RAR archive of version 4 that only stores. Names in Latin letters."""
    data = b"Rar!\x1a\x07\0" + _block4(0x73, flags, bytes(6))
    for name, content in files.items():
        raw = name.encode()
        fields = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 3, zlib.crc32(content), 0x5A000000, 20, 0x30, len(raw), 0o100644
        )
        data += _block4(0x74, 0x8000 | file_flags, fields + raw) + content
    return data + (_block4(0x7B, 0x4000, b"") if ended else b"")


def _block4(kind: int, flags: int, fields: bytes) -> bytes:
    header = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(header) & 0xFFFF) + header


def rar5(files: Mapping[str, bytes], *, volume: bool = False, window: int = 0, ended: bool = True, sealed: bool = False) -> bytes:
    """A RAR archive of version 5 that only stores. `window`: the exponent of the dictionary that is claimed."""
    data = b"Rar!\x1a\x07\x01\0"
    if sealed:
        return data + _block5(4, 0, b"", _number(0) + _number(0) + b"\x0f" + bytes(16))
    data += _block5(1, 0, b"", _number(int(volume)))
    for name, content in files.items():
        raw = name.encode()
        compression = window << 10
        fields = _number(4) + _number(len(content)) + _number(0o100644) + struct.pack("<I", zlib.crc32(content))
        fields += _number(compression) + _number(1) + _number(len(raw)) + raw
        data += _block5(2, 2, content, fields)
    return data + (_block5(5, 0, b"", _number(0)) if ended else b"")


def _block5(kind: int, flags: int, content: bytes, fields: bytes) -> bytes:
    header = _number(kind) + _number(flags) + (_number(len(content)) if flags & 2 else b"") + fields
    sized = _number(len(header)) + header
    return struct.pack("<I", zlib.crc32(sized)) + sized + content


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
