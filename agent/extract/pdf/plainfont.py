"""A TrueType font in which every character is the same square, made here so that no font file is needed.

PDFium leaves out text of a font that is not in the PDF when it cannot measure its glyphs, and a confined process opens no font
file. With this font for all that are missing, every character has a size, and a page reads the same on every computer.
"""

from __future__ import annotations

import struct

_UNITS = 1000
_GLYPHS = 0xFFFF
_BOTTOM, _TOP = -120, 880  # where Chinese fonts put the body of a character


def build() -> bytes:
    """The font's bytes: glyph 1 is the square, all others are copies of it, every character is glyph 1."""
    glyphs, offsets = _outlines()
    tables = {
        b"cmap": _character_map(),
        b"glyf": glyphs,
        b"head": _head(),
        b"hhea": struct.pack(">4B3hH11hH", 0, 1, 0, 0, _TOP, _BOTTOM, 0, _UNITS, 0, 0, _UNITS, 1, *[0] * 7, 1),
        b"hmtx": struct.pack(">Hh", _UNITS, 0) + bytes(2 * (_GLYPHS - 1)),
        b"loca": offsets,
        b"maxp": struct.pack(">I14H", 0x10000, _GLYPHS, 4, 1, 4, 1, 2, 0, 0, 0, 0, 0, 0, 1, 1),
    }
    return _file(tables)


def _outlines() -> tuple[bytes, bytes]:
    """The tables glyf and loca."""
    box = struct.pack(">4h", 0, _BOTTOM, _UNITS, _TOP)
    xs, ys = (0, _UNITS, 0, -_UNITS), (_BOTTOM, 0, _TOP - _BOTTOM, 0)
    square = struct.pack(">h", 1) + box + struct.pack(">HH4B8h", 3, 0, 1, 1, 1, 1, *xs, *ys)
    copy = struct.pack(">h", -1) + box + struct.pack(">HHbb", 0x0002, 1, 0, 0)
    glyphs = copy + square + copy * (_GLYPHS - 2)
    starts = [0, len(copy), *range(len(copy) + len(square), len(glyphs) + 1, len(copy))]
    return glyphs, struct.pack(f">{len(starts)}I", *starts)


def _character_map() -> bytes:
    """Format 13: a range of characters shares one glyph."""
    table = struct.pack(">HHIII", 13, 0, 28, 0, 1) + struct.pack(">III", 0, 0x10FFFF, 1)
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _head() -> bytes:
    return struct.pack(">4I2H2q4h2H3h", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _UNITS, 0, 0, 0, _BOTTOM, _UNITS, _TOP, 0, 8, 2, 1, 0)


def _file(tables: dict[bytes, bytes]) -> bytes:
    header = struct.pack(">I4H", 0x10000, len(tables), 64, 2, len(tables) * 16 - 64)
    offset = len(header) + 16 * len(tables)
    directory, bodies = b"", b""
    for tag in sorted(tables):
        body = tables[tag]
        directory += tag + struct.pack(">III", 0, offset + len(bodies), len(body))  # readers do not look at the checksum
        bodies += body + bytes(-len(body) % 4)
    return header + directory + bodies
