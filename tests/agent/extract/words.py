"""Word documents made byte by byte: pieces in any order, and tables that lie."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from tests.agent.extract.compounds import compound

_TEXT = 2048  # where the text begins


def word(
    pieces: Sequence[tuple[str, bool]],
    *,
    order: Sequence[int] | None = None,
    compressed: Sequence[int] = (),
    modifiers: Sequence[int] | None = None,
    changes: Sequence[bytes] = (),
    flags: int = 0,
    others: Mapping[str, bytes] | None = None,
    length: int | None = None,
    clx_size: int | None = None,
    place: int | None = None,
    places: Sequence[int] | None = None,
    table: bool = True,
) -> bytes:
    """A document of Word 97: pieces as they lie in the file, and the `order` in which they are read. What else is given, lies."""
    text, starts = b"", []
    for number, (piece, _) in enumerate(pieces):
        starts.append(_TEXT + len(text))
        text += piece.encode("cp1252" if number in compressed else "utf-16-le")
    order = order or range(len(pieces))
    ends = [0]
    for number in order:
        ends.append(ends[-1] + len(pieces[number][0]))
    described = b""
    for at, number in enumerate(order):
        start = place if place is not None else starts[number]
        start = 2 * start | 0x40000000 if number in compressed else start
        described += struct.pack("<HIH", 0, start, modifiers[at] if modifiers else 0)
    plc = struct.pack(f"<{len(ends)}I", *(places or ends)) + described
    clx = b"".join(b"\x01" + struct.pack("<H", len(change)) + change for change in changes)
    clx += b"\x02" + struct.pack("<I", len(plc)) + plc
    head = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x0804, 0, flags).ljust(76, b"\0")
    head += struct.pack("<8i", ends[-1] if length is None else length, *[0] * 7)
    head = head.ljust(154 + 8 * 33, b"\0") + struct.pack("<II", 0, len(clx) if clx_size is None else clx_size)
    streams = {"WordDocument": (head.ljust(_TEXT, b"\0") + text).ljust(5000, b"\0")} | ({"0Table": clx} if table else {})
    return compound(streams | dict(others or {}))


def old_word(text: str, *, fast: bool) -> bytes:
    """A Chinese document of Word 95: text in its code page, in one piece or by a table."""
    raw = text.encode("gbk")
    clx = b"\x02" + struct.pack("<I", 16) + struct.pack("<IIHIH", 0, len(raw), 0, _TEXT, 0)
    head = struct.pack("<HHHHHH", 0xA5DC, 104, 0, 0x0804, 0, 0).ljust(24, b"\0") + struct.pack("<II", _TEXT, _TEXT + len(raw))
    head = head.ljust(52, b"\0") + struct.pack("<8i", len(raw), *[0] * 7)
    head = head.ljust(352, b"\0") + struct.pack("<II", 4000, len(clx) if fast else 0)
    body = (head.ljust(_TEXT, b"\0") + raw).ljust(4000, b"\0") + clx
    return compound({"WordDocument": body.ljust(5000, b"\0")})
