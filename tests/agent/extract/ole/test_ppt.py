from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import pytest

from agent.extract.base import MARKLESS, Budget, Member, NotThisFormat, Unreadable
from agent.extract.ole.ppt import Ppt
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.compounds import changed, compound
from tests.agent.extract.outcome import outcome, texts
from tests.agent.extract.slides import Show, container, listed, record, shape, slide, wide

DOCUMENTS = Path(__file__).parents[3] / "data/documents"
MADE = DOCUMENTS / "libreoffice.ppt"
MARK = shape(wide("机密★10年"))


def found(data: bytes) -> tuple[list[Block], list[Member], Unread | None]:
    return outcome(Ppt(), data)


@pytest.mark.parametrize(
    ("place", "text", "page"),
    [
        (Place.SLIDE, "机密★10年", 1),
        (Place.SLIDE, "框 秘密★1年\nplain", 1),
        (Place.FOOTER, "页脚 秘密★5年", 1),
        (Place.BODY, "批注 秘密★4年", 1),
        (Place.BODY, "备注 机密★2年", 1),
        (Place.SLIDE, "Second slide", 2),
        (Place.HIDDEN, "藏页 绝密★1年", 3),
        (Place.METADATA, "密级=机密★9年", 0),
    ],
)
def test_every_place_of_a_real_presentation_is_read(place: Place, text: str, page: int) -> None:
    blocks, _, reason = found(MADE.read_bytes())
    assert reason is None
    assert (place, text, page) in [(block.place, block.text, block.page) for block in blocks]


def test_the_text_of_a_real_master_is_read_without_its_prompts() -> None:
    blocks, _, reason = found((DOCUMENTS / "libreoffice-master.ppt").read_bytes())
    assert (set(texts(blocks, Place.HEADER)), reason) == ({"母版 秘密★6年"}, None)
    assert "格 秘密★3年" in texts(blocks, Place.SLIDE)


def test_the_newest_version_of_a_slide_is_read() -> None:
    show = Show().save({1: container(0x03E8, listed(0, 2, 3)), 2: slide(shape(wide("绝密★1年"))), 3: slide(MARK)})
    show.save({2: slide(shape(wide("秘密★1年")))})
    assert texts(found(show.file())[0], Place.SLIDE) == ["秘密★1年", "机密★10年"]


def test_slides_come_in_the_order_of_their_list() -> None:
    show = Show().save({1: container(0x03E8, listed(0, 3, 2)), 2: slide(shape(wide("后"))), 3: slide(MARK)})
    assert [(block.text, block.page) for block in found(show.file())[0]] == [("机密★10年", 1), ("后", 2)]


def test_a_presentation_without_any_sign_of_a_mark_costs_little() -> None:
    assert found(Show().save({1: container(0x03E8, listed(0, 2)), 2: slide(shape(wide("春节")))}).file())[0] == [MARKLESS]


def with_object(storage: bytes) -> bytes:
    described = container(0x0409, container(0x0FCC, record(0x0FC3, struct.pack("<IIIIII", 1, 0, 1, 0, 5, 0))))
    return Show().save({1: container(0x03E8, described, listed(0, 2)), 2: slide(MARK), 5: storage}).file()


@pytest.mark.parametrize("instance", [0, 1])
def test_an_embedded_object_is_a_member(instance: int) -> None:
    inner = compound({"Package": b"PK\3\4"})
    body = struct.pack("<I", len(inner)) + zlib.compress(inner) if instance else inner
    _, members, reason = found(with_object(record(0x1011, body, instance=instance)))
    assert [member.file.read() if member.file else b"" for member in members] == [inner]
    assert reason is None


def test_what_follows_an_object_that_fills_its_chunks_is_passed_over() -> None:
    """zlib leaves what it did not take standing then, which must not be given to it for ever."""
    inner = bytes(2 << 20)
    body = struct.pack("<I", len(inner)) + zlib.compress(inner) + b"junk" * 100
    file = found(with_object(record(0x1011, body, instance=1)))[1][0].file
    assert file is not None
    assert file.read() == inner


@pytest.mark.parametrize("body", [b"\0\0\0\0 no zlib", b"\0\0\0\0" + zlib.compress(b"x" * 999)[:-9]])
def test_a_damaged_object_is_told_when_it_is_read(body: bytes) -> None:
    file = found(with_object(record(0x1011, body, instance=1)))[1][0].file
    assert file is not None
    with pytest.raises(Unreadable) as raised:
        read_to_the_end(file)
    assert raised.value.reason is Unread.CORRUPT


def test_an_object_that_unpacks_to_far_more_is_a_bomb() -> None:
    file = found(with_object(record(0x1011, bytes(4) + zlib.compress(bytes(64 << 20), 9), instance=1)))[1][0].file
    assert file is not None
    with pytest.raises(Unreadable) as raised:
        read_to_the_end(file)
    assert raised.value.reason is Unread.BOMB


def read_to_the_end(file: BinaryIO) -> None:
    while file.read(1 << 20):
        pass


def test_an_object_that_is_none_is_told() -> None:
    assert [member.reason for member in found(with_object(record(0x1012)))[1]] == [Unread.CORRUPT]


def test_slides_of_pictures_have_no_text() -> None:
    show = Show().save({1: container(0x03E8, listed(0, 2)), 2: slide()})
    assert found(show.file({"Pictures": b"x" * 100}))[2] is Unread.NO_TEXT


def test_an_encrypted_presentation_is_told() -> None:
    parts = {1: container(0x03E8, listed(0, 2)), 2: slide(MARK)}
    by_user, by_edit = Show().save(parts), Show().save(parts, encrypted=True)
    by_user.token = 0xF3D1C4DF
    assert found(by_user.file())[2] is found(by_edit.file())[2] is Unread.ENCRYPTED
    assert found(Show().save(parts).file({"\tDRMContent": b"x"}))[2] is Unread.ENCRYPTED


def test_a_real_presentation_cut_off_anywhere_is_never_called_read() -> None:
    data = MADE.read_bytes()
    for size in range(16, len(data) - 511, 509):
        with pytest.raises(Unreadable):
            list(Ppt().blocks(io.BytesIO(data[:size]), Budget()))


def test_a_real_presentation_with_any_byte_changed_does_not_hang_or_crash() -> None:
    data = MADE.read_bytes()
    refused = 0
    for at in range(0, len(data), 97):
        try:
            list(Ppt().blocks(io.BytesIO(changed(data, at, b"\xff")), Budget()))
        except (Unreadable, NotThisFormat):
            refused += 1
    assert 0 < refused < len(range(0, len(data), 97))  # some bytes matter, some are text or padding


def test_another_compound_file_is_not_this_format() -> None:
    with pytest.raises(NotThisFormat):
        list(Ppt().blocks(io.BytesIO(compound({"WordDocument": b"x" * 5000})), Budget()))


def test_rank_looks_at_the_beginning() -> None:
    assert Ppt().rank(MADE.read_bytes()) > Ppt().rank(compound({"WordDocument": b""})) > 0 > Ppt().rank(b"PK\3\4")
