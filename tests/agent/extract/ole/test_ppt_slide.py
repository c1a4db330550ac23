from __future__ import annotations

import struct

import pytest

from agent.extract.ole.ppt import Ppt
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.outcome import outcome, texts
from tests.agent.extract.slides import OUTLINE, PLACEHOLDER, STRING, Show, container, listed, record, shape, slide, wide

MARK = shape(wide("机密★10年"))


def read(*parts: bytes, outline: tuple[bytes, ...] = (), master: bytes | None = None) -> list[Block]:
    """The blocks of one slide, and of a master."""
    lists = [listed(0, 2, texts=outline)] + ([listed(1, 3)] if master else [])
    saved = {1: container(0x03E8, *lists), 2: slide(*parts)} | ({3: container(0x03F8, master)} if master else {})
    blocks, _, reason = outcome(Ppt(), Show().save(saved).file())
    assert reason is None
    return blocks


def test_text_in_narrow_characters_is_read() -> None:
    assert texts(read(MARK, shape(record(0x0FA8, b"SECRET \xe9"))), Place.SLIDE) == ["机密★10年", "SECRET é"]


def test_a_text_of_the_outline_is_read_where_its_shape_stands() -> None:
    parts = shape(record(OUTLINE, struct.pack("<I", 1))), MARK
    assert texts(read(*parts, outline=(wide("一"), wide("二"))), Place.SLIDE) == ["二", "机密★10年", "一"]


def test_lettering_is_read_on_a_slide_and_is_a_watermark_on_a_master() -> None:
    text = "机密★1年\0".encode("utf-16-le")
    lettering = shape(record(0xF00B, struct.pack("<HI", 0xC0C0, len(text)) + text, instance=1))
    blocks = read(lettering, master=lettering)
    assert (texts(blocks, Place.SLIDE), texts(blocks, Place.WATERMARK)) == (["机密★1年"], ["机密★1年"])


@pytest.mark.parametrize(("kind", "place"), [(1, None), (6, None), (0, Place.HEADER), (9, Place.FOOTER)])
def test_a_masters_prompts_are_left_out(kind: int, place: Place | None) -> None:
    blocks = read(MARK, master=shape(record(PLACEHOLDER, struct.pack("<iBBH", 0, kind, 0, 0)), wide("母版")))
    assert [block.place for block in blocks if block.text == "母版"] == ([place] if place else [])


@pytest.mark.parametrize(("flags", "place"), [(0x20, Place.FOOTER), (0, Place.HIDDEN)])
def test_a_footer_is_seen_where_it_is_switched_on(flags: int, place: Place) -> None:
    running = container(0x0FD9, record(0x0FDA, struct.pack("<HH", 0, flags)), wide("页脚", STRING, instance=2))
    assert texts(read(MARK, running), place) == ["页脚"]


def test_all_of_a_hidden_slide_is_hidden() -> None:
    assert texts(read(record(0x03F9, struct.pack("<IIBBHI", 0, 0, 0, 0, 4, 0)), MARK), Place.HIDDEN) == ["机密★10年"]


def tagged(name: str) -> bytes:
    comment = container(0x2EE0, wide("甲", STRING), wide("批注", STRING, instance=1))
    return container(0x1388, container(0x138A, wide(name, STRING), record(0x138B, comment)))


def test_a_comment_is_read_from_the_tags_of_newer_programs() -> None:
    assert texts(read(MARK, tagged("___PPT10")), Place.BODY) == ["批注"]
    assert texts(read(MARK, tagged("other")), Place.BODY) == []


def test_the_sign_for_a_number_of_a_slide_is_no_text() -> None:
    assert texts(read(MARK, shape(wide("*"))), Place.SLIDE) == ["机密★10年"]


def test_a_record_that_reaches_out_of_its_container_is_corrupt() -> None:
    bad = slide(container(0x040C, struct.pack("<HHI", 0, 0x0FA0, 9999)))
    show = Show().save({1: container(0x03E8, listed(0, 2)), 2: bad})
    assert outcome(Ppt(), show.file())[2] is Unread.CORRUPT
