from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.extract.base import MARKLESS, Budget, Member, NotThisFormat, Unreadable
from agent.extract.ole.doc import Doc
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.compounds import changed, compound
from tests.agent.extract.outcome import outcome, texts
from tests.agent.extract.words import old_word, word

MADE = Path(__file__).parents[3] / "data/documents/libreoffice.doc"


def found(data: bytes) -> tuple[list[Block], list[Member], Unread | None]:
    return outcome(Doc(), data)


@pytest.mark.parametrize(
    ("place", "text", "page"),
    [
        (Place.BODY, "机密★10年", 1),
        (Place.BODY, "关于工作的通知", 1),
        (Place.BODY, "前后", 1),
        (Place.DELETED, "绝密★30年", 1),
        (Place.HIDDEN, "隐藏 秘密★1年", 1),
        (Place.CELL, "机密★7年", 1),
        (Place.CELL, "第二段", 1),
        (Place.BODY, "字段：结果", 1),
        (Place.BODY, "第二页标题 秘密", 2),
        (Place.BODY, "末段 emoji 😀 test", 2),
        (Place.BODY, "星★", 2),
        (Place.HEADER, "其他页眉 秘密★2年", 1),
        (Place.HEADER, "首页眉 机密★3年", 1),
        (Place.FOOTER, "页脚 内部资料", 1),
        (Place.BODY, "批注 秘密★6个月", 0),
        (Place.TEXTBOX, "框内 机密★4年", 0),
        (Place.WATERMARK, "水印 绝密", 1),
        (Place.METADATA, "年度方案", 0),
    ],
)
def test_every_place_of_a_real_document_is_read(place: Place, text: str, page: int) -> None:
    blocks, _, reason = found(MADE.read_bytes())
    assert reason is None
    assert (place, text, page) in [(block.place, block.text, block.page) for block in blocks]


def test_how_the_text_is_set_is_told() -> None:
    blocks = {block.text: block for block in found(MADE.read_bytes())[0]}
    mark, title, struck = blocks["机密★10年"], blocks["关于工作的通知"], blocks["机密★5年"]
    assert (mark.bold, mark.large, mark.left) == (True, True, True)
    assert (title.bold, title.large, title.left) == (False, False, False)
    assert (struck.struck, mark.struck) == (True, False)


def test_no_place_of_a_real_document_shows_the_code_of_a_field() -> None:
    assert not any("机密代码" in block.text for block in found(MADE.read_bytes())[0])


def test_a_document_saved_fast_is_put_together_in_the_order_of_its_pieces() -> None:
    data = word([("末尾\r", False), ("★10年\r", False), ("机密", True)], order=[2, 1, 0])
    assert texts(found(data)[0], Place.BODY) == ["机密★10年", "末尾"]


def test_a_compressed_piece_is_in_the_western_code_page() -> None:
    assert texts(found(word([("SECRET “a” –\r", False)], compressed=[0]))[0], Place.BODY) == ["SECRET “a” –"]


@pytest.mark.parametrize(
    ("modifier", "place"),
    [
        (0x41 << 1 | 1 << 8, Place.DELETED),
        (0x5C << 1 | 1 << 8, Place.HIDDEN),
        (0x55 << 1 | 1 << 8, Place.BODY),
        (1, Place.HIDDEN),
    ],
)
def test_a_piece_may_change_how_its_text_is_set(modifier: int, place: Place) -> None:
    data = word([("机密★10年", False), ("\r", False)], modifiers=[modifier, 0], changes=[struct.pack("<HB", 0x083C, 1)])
    assert texts(found(data)[0], place) == ["机密★10年"]


def test_a_document_without_any_sign_of_a_mark_costs_little() -> None:
    assert found(word([("关于春节放假的通知\r", False)]))[0] == [MARKLESS]


def test_a_mark_interrupted_by_a_field_code_is_whole() -> None:
    data = word([("机\x13 TOC 内容 \x14密\x15★10年\r", False)])
    assert texts(found(data)[0], Place.BODY) == ["机密★10年"]


def test_fields_in_fields_show_their_results_only() -> None:
    data = word([("机密\x13 IF \x13 PAGE \x14 9\x15 a \x14\x13 X \x14★10\x15年\x15。\r", False)])
    assert texts(found(data)[0], Place.BODY) == ["机密★10年。"]


def test_a_field_without_an_end_is_never_called_read() -> None:
    blocks, _, reason = found(word([("机密★10年\r\x13 PAGE 绝密★1年\r", False)]))
    assert texts(blocks, Place.BODY) == ["机密★10年"]
    assert reason is Unread.CORRUPT


def test_a_document_of_pictures_has_no_text() -> None:
    assert found(word([("\x01\r\x0c", False)]))[2] is Unread.NO_TEXT


def test_an_embedded_file_and_an_embedded_document_are_members() -> None:
    inner = {"ObjectPool/_1/\x01Ole10Native": native(b"a.txt", b"text"), "ObjectPool/_2/WordDocument": b"x" * 5000}
    _, members, _ = found(word([("机密★10年\r", False)], others=inner))
    assert [member.name for member in members] == ["a.txt", "_2"]
    assert [member.file.read(8) if member.file else b"" for member in members] == [b"text", bytes.fromhex("d0cf11e0a1b11ae1")]


def native(name: bytes, content: bytes) -> bytes:
    body = b"\x02\0" + name + b"\0C:\\" + name + b"\0" + b"\0\0\x03\0" + struct.pack("<I", 2) + b"t\0"
    body += struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("flags", [0x0100, 0x8100, 0x1300])
def test_an_encrypted_document_is_told(flags: int) -> None:
    assert found(word([("机密★10年\r", False)], flags=flags))[2] is Unread.ENCRYPTED


def test_a_document_under_rights_management_is_encrypted() -> None:
    assert found(word([("stub\r", False)], others={"\tDRMContent": b"x"}))[2] is Unread.ENCRYPTED


@pytest.mark.parametrize("fast", [False, True])
def test_of_word_95_the_text_is_read_but_never_called_full(fast: bool) -> None:
    blocks, _, reason = found(old_word("机密★10年\r关于工作的通知\r", fast=fast))
    assert texts(blocks, Place.BODY) == ["机密★10年", "关于工作的通知"]
    assert reason is Unread.UNSUPPORTED


def test_word_2_is_told() -> None:
    assert found(changed_version(45))[2] is Unread.UNSUPPORTED


def changed_version(version: int) -> bytes:
    data = word([("机密★10年\r", False)])
    at = data.find(b"\xec\xa5\xc1\0")
    return changed(data, at + 2, version.to_bytes(2, "little"))


@pytest.mark.parametrize(
    "lie",
    [
        {"length": 1 << 30},  # more characters than pieces
        {"length": -1},
        {"length": 2},  # fewer characters than pieces: the rest would not be read
        {"clx_size": 1 << 24},  # a table larger than what it lies in
        {"clx_size": 9},  # a table cut off
        {"place": 1 << 29},  # a piece out of the file
        {"places": [0, 5, 3]},  # pieces that go back
        {"table": False},  # no table at all
    ],
)
def test_a_document_that_lies_is_never_called_read(lie: Mapping[str, object]) -> None:
    data = word([("机密★10年", False), ("\r\r", False)], **lie)  # type: ignore[arg-type]  # each lie fits its parameter
    assert found(data)[2] in {Unread.CORRUPT, Unread.TOO_LARGE}


def test_a_real_document_cut_off_anywhere_is_never_called_read() -> None:
    data = MADE.read_bytes()
    for size in range(16, len(data) - 511, 509):
        with pytest.raises(Unreadable):
            list(Doc().blocks(io.BytesIO(data[:size]), Budget()))


def test_a_real_document_with_any_byte_changed_does_not_hang_or_crash() -> None:
    data = MADE.read_bytes()
    refused = 0
    for at in range(0, len(data), 97):
        try:
            list(Doc().blocks(io.BytesIO(changed(data, at, b"\xff")), Budget()))
        except (Unreadable, NotThisFormat):
            refused += 1
    assert 0 < refused < len(range(0, len(data), 97))  # some bytes matter, some are text or padding


def test_another_compound_file_is_not_this_format() -> None:
    with pytest.raises(NotThisFormat):
        list(Doc().blocks(io.BytesIO(compound({"Workbook": b"x" * 5000})), Budget()))


def test_rank_looks_at_the_beginning() -> None:
    assert Doc().rank(MADE.read_bytes()) > Doc().rank(compound({"Workbook": b""})) > 0 > Doc().rank(b"PK\3\4")
