from __future__ import annotations

import io
import struct
from collections.abc import Sequence

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.cfb import opened
from agent.extract.ole.word_document import WordDocument
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.compounds import compound

STORIES = ["正文\r", "脚注\r", "", "宏\r", "批注\r", "尾注\r", "框\r", "页眉框\r"]


def document(stories: Sequence[str], tables: dict[int, bytes] | None = None) -> WordDocument:
    """A document of eight stories in one piece, and tables by number."""
    text = "".join(stories)
    plc = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, 2048, 0)
    tables = {33: b"\x02" + struct.pack("<I", len(plc)) + plc} | (tables or {})
    head = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x0804, 0, 0).ljust(76, b"\0") + struct.pack("<8i", *map(len, stories))
    places, stream = bytearray(8 * 60), b""
    for number, table in tables.items():
        struct.pack_into("<II", places, 8 * number, len(stream), len(table))
        stream += table
    main = (head.ljust(154, b"\0") + places).ljust(2048, b"\0") + text.encode("utf-16-le")
    section = struct.pack("<HHB", 3, 0x3009, 0)  # flows on
    storage = opened(io.BytesIO(compound({"WordDocument": main.ljust(4990, b"\0") + section, "0Table": stream})), Budget())
    opened_main = storage.open("WordDocument")
    assert opened_main is not None
    return WordDocument(storage, opened_main, Budget())


def read(stories: Sequence[str], tables: dict[int, bytes] | None = None) -> list[Block]:
    return list(document(stories, tables).blocks())


def test_each_story_has_its_place() -> None:
    assert [(block.place, block.text, block.page) for block in read(STORIES)] == [
        (Place.BODY, "正文", 1),
        (Place.BODY, "脚注", 0),
        (Place.BODY, "宏", 0),
        (Place.BODY, "批注", 0),
        (Place.BODY, "尾注", 0),
        (Place.TEXTBOX, "框", 0),
        (Place.TEXTBOX, "页眉框", 1),
    ]


def headers(*texts: str) -> tuple[list[str], dict[int, bytes]]:
    """The six separators of notes, then what is given, and one mark that ends all."""
    ends = [0]
    for text in ["\x03\r", "", "", "", "", "", *texts]:
        ends.append(ends[-1] + len(text))
    stories = ["正文\r", "", "\x03\r" + "".join(texts) + "\r", "", "", "", "", ""]
    return stories, {11: struct.pack(f"<{len(ends) + 1}I", *ends, ends[-1] + 1)}


def test_headers_and_footers_of_all_kinds_of_pages_are_told_apart() -> None:
    kinds = ["偶眉\r", "奇眉\r", "偶脚\r", "奇脚\r", "首眉\r", "首脚\r"]
    blocks = read(*headers(*kinds, "", "二节\r"))
    assert [block.text for block in blocks if block.place is Place.HEADER] == ["偶眉", "奇眉", "首眉", "二节"]
    assert [block.text for block in blocks if block.place is Place.FOOTER] == ["偶脚", "奇脚", "首脚"]


def test_headers_that_lie_out_of_their_story_are_corrupt() -> None:
    stories, tables = headers("眉\r")
    with pytest.raises(Unreadable) as raised:
        read(stories, {11: tables[11][:28] + struct.pack("<III", 900, 901, 902)})
    assert raised.value.reason is Unread.CORRUPT


def sections(flows: bool) -> dict[int, bytes]:
    """Two sections: the second flows on, or begins a page."""
    at = 4990 if flows else 0xFFFFFFFF
    return {6: struct.pack("<3I", 0, 2, 5) + struct.pack("<HIHI", 0, 0xFFFFFFFF, 0, 0) + struct.pack("<HIHI", 0, at, 0, 0)}


@pytest.mark.parametrize(("flows", "page"), [(True, 1), (False, 2)])
def test_a_section_may_flow_on_on_the_same_page(flows: bool, page: int) -> None:
    stories = ["一\x0c二三\r", *[""] * 7]
    assert [(block.text, block.page) for block in read(stories, sections(flows))] == [("一", 1), ("二三", page)]


def drawings(label: int) -> bytes:
    text = "机密\0".encode("utf-16-le")
    options = struct.pack("<HHIHI", 0x13, 0xF00B, 6 + len(text), 0xC0C0, len(text)) + text
    shape = struct.pack("<HHI", 0xF, 0xF002, len(options)) + options
    return struct.pack("<HHI", 0xF, 0xF000, 0) + bytes([label]) + shape


@pytest.mark.parametrize(("label", "place"), [(0, Place.TEXTBOX), (1, Place.WATERMARK)])
def test_lettering_in_a_header_is_a_watermark(label: int, place: Place) -> None:
    assert [(block.text, block.place) for block in read(STORIES, {50: drawings(label)})][-1] == ("机密", place)


def test_a_drawing_that_lies_is_corrupt() -> None:
    with pytest.raises(Unreadable) as raised:
        read(STORIES, {50: drawings(1)[:-4]})
    assert raised.value.reason is Unread.CORRUPT


def test_the_text_alone_is_had_at_less_cost_and_the_document_is_judged_by_it() -> None:
    sound = document(STORIES)
    assert list(sound.texts()) == [text.replace("\r", "\n") for text in STORIES if text]
    sound.judge()
    assert not sound.may_change_the_text()
