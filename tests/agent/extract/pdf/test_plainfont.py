from __future__ import annotations

import struct
from itertools import pairwise

from agent.extract.pdf.plainfont import build


def tables(font: bytes) -> dict[bytes, bytes]:
    count = struct.unpack_from(">H", font, 4)[0]
    entries = [struct.unpack_from(">4s3I", font, 12 + 16 * n) for n in range(count)]
    return {tag: font[offset : offset + length] for tag, _, offset, length in entries}


def test_the_tables_of_a_font_are_there_and_agree() -> None:
    found = tables(build())
    assert sorted(found) == [b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp"]
    glyphs = struct.unpack_from(">H", found[b"maxp"], 4)[0]
    assert len(found[b"loca"]) == 4 * (glyphs + 1)
    assert struct.unpack(">I", found[b"loca"][-4:])[0] == len(found[b"glyf"])
    assert struct.unpack_from(">H", found[b"hhea"], 34)[0] == 1
    assert (len(found[b"head"]), len(found[b"hhea"]), len(found[b"maxp"])) == (54, 36, 32)


def test_every_glyph_has_a_body() -> None:
    found = tables(build())
    starts = struct.unpack(f">{len(found[b'loca']) // 4}I", found[b"loca"])
    assert all(later > earlier for earlier, later in pairwise(starts))
    assert {struct.unpack_from(">4h", found[b"glyf"], start + 2) for start in starts[:-1]} == {(0, -120, 1000, 880)}
