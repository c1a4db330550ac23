from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.cfb import opened
from agent.extract.ole.property_set import metadata
from policies.vocabulary import Place, Unread
from tests.agent.extract.compounds import changed, compound

SUMMARY, DOCUMENT = "\x05SummaryInformation", "\x05DocumentSummaryInformation"
NAMED = UUID("d5cdd505-2e9c-101b-9397-08002b2cf9ae")
OTHER = UUID("f29f85e0-4ff9-1068-ab91-08002b27b3d9")
DOCUMENTS = Path(__file__).parents[3] / "data/documents"


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def narrow(raw: bytes) -> bytes:
    return struct.pack("<II", 30, len(raw) + 1) + padded(raw + b"\0")


def wide(text: str) -> bytes:
    return struct.pack("<II", 31, len(text) + 1) + padded((text + "\0").encode("utf-16-le"))


def page(number: int) -> bytes:
    return struct.pack("<Ihxx", 2, number - 65536 if number > 32767 else number)


def dictionary(names: Mapping[int, bytes], unit: int = 1) -> bytes:
    entries = b"".join(
        struct.pack("<II", number, len(name) // unit) + (padded(name) if unit == 2 else name) for number, name in names.items()
    )
    return padded(struct.pack("<I", len(names)) + entries)


def stream(values: Mapping[int, bytes], kind: UUID = OTHER) -> bytes:
    """A property set (MS-OLEPS 2.21)."""
    places, body = b"", b""
    for number, value in values.items():
        places += struct.pack("<II", number, 8 + 8 * len(values) + len(body))
        body += value
    content = struct.pack("<II", 8 + len(places) + len(body), len(values)) + places + body
    return struct.pack("<HHI16xI", 0xFFFE, 0, 0, 1) + kind.bytes_le + struct.pack("<I", 48) + content


def texts(streams: Mapping[str, bytes]) -> list[str]:
    blocks = list(metadata(opened(io.BytesIO(compound(streams)), Budget()), Budget()))
    assert all(block.place is Place.METADATA and block.page == 0 for block in blocks)
    return [block.text for block in blocks]


@pytest.mark.parametrize(("number", "encoding"), [(936, "gbk"), (65001, "utf-8"), (1200, "utf-16-le"), (950, "big5")])
def test_texts_are_in_the_code_page_of_the_set(number: int, encoding: str) -> None:
    assert texts({SUMMARY: stream({1: page(number), 2: narrow("机密".encode(encoding) + b"\0")})}) == ["机密"]


def test_a_set_without_a_code_page_is_western() -> None:
    assert texts({SUMMARY: stream({2: narrow(b"caf\xe9"), 3: wide("密级")})}) == ["café", "密级"]


def test_what_an_author_named_comes_with_its_name() -> None:
    values = {1: page(936), 0: dictionary({2: "密级\0".encode("gbk"), 3: b"years\0"})}
    values |= {2: narrow("机密★10年".encode("gbk")), 3: struct.pack("<Ii", 3, 10)}
    assert texts({DOCUMENT: stream(values, NAMED)}) == ["密级=机密★10年", "years=10"]


def test_the_names_may_be_wide() -> None:
    values = {1: page(1200), 0: dictionary({2: "密级名\0".encode("utf-16-le"), 3: "b\0".encode("utf-16-le")}, 2)}
    assert texts({DOCUMENT: stream(values | {2: wide("机密"), 3: wide("x")}, NAMED)}) == ["密级名=机密", "b=x"]


def test_a_list_of_texts_is_read() -> None:
    heads = struct.pack("<III", 0x100C, 2, 30) + struct.pack("<I", 4) + b"abc\0" + struct.pack("<II", 3, 1)
    parts = struct.pack("<II", 0x101E, 2) + struct.pack("<I", 3) + b"S1\0" + struct.pack("<I", 3) + b"S2\0"
    assert texts({DOCUMENT: stream({12: heads, 13: padded(parts)})}) == ["abc", "S1", "S2"]


def test_numbers_and_pictures_of_common_sets_say_nothing() -> None:
    assert texts({SUMMARY: stream({14: struct.pack("<Ii", 3, 10), 17: struct.pack("<II", 71, 4) + b"pict"})}) == []


def test_nothing_is_read_where_nothing_is() -> None:
    assert texts({"Other": b"x"}) == texts({SUMMARY: b""}) == []


def test_the_properties_of_a_real_document_are_read() -> None:
    compound_ = opened(io.BytesIO((DOCUMENTS / "libreoffice.doc").read_bytes()), Budget())
    assert {"年度方案", "密级, 测试"} <= {block.text for block in metadata(compound_, Budget())}


GOOD = stream({1: page(936), 2: narrow(b"title")})


@pytest.mark.parametrize(
    "data",
    [
        GOOD[:40],
        GOOD[:-4],
        changed(GOOD, 0, b"\0\0"),
        changed(GOOD, 24, b"\xff"),  # sets
        changed(GOOD, 44, struct.pack("<I", 1 << 30)),  # where the set lies
        changed(GOOD, 52, struct.pack("<I", 1 << 30)),  # properties in it
        changed(GOOD, len(GOOD) - 12, struct.pack("<I", 1 << 30)),  # the length of a text
    ],
)
def test_a_damaged_set_is_told(data: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        texts({SUMMARY: data})
    assert raised.value.reason is Unread.CORRUPT
