from __future__ import annotations

import io
import struct

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.word_format import (
    Form,
    FormatPages,
    Look,
    Run,
    changed_form,
    changed_look,
    changes,
    character_style,
    may_hide,
)
from policies.vocabulary import Unread


def change(code: int, *operand: int) -> bytes:
    return code.to_bytes(2, "little") + bytes(operand)


def test_a_list_of_changes_is_read_whatever_their_lengths() -> None:
    data = change(0x0835, 1) + change(0xCA99, 2, 7, 8) + change(0x4A43, 32, 0) + change(0xD608, 3, 0, 9, 9) + change(0x2407, 1)
    assert list(changes(data)) == [
        (0x0835, b"\1"), (0xCA99, b"\7\x08"), (0x4A43, b"\x20\0"), (0xD608, b"\x09\x09"), (0x2407, b"\1"),
    ]  # fmt: skip


def test_a_list_that_is_cut_off_ends() -> None:
    assert list(changes(change(0x0835, 1) + b"\x43")) == [(0x0835, b"\1")]
    assert list(changes(change(0xC615, 255, 1, 2, 3))) == []


@pytest.mark.parametrize(
    ("data", "look"),
    [
        (change(0x0835, 1), Look(bold=True)),
        (change(0x0835, 1) + change(0x0835, 0), Look()),
        (change(0x0837, 1), Look(struck=True)),
        (change(0x2A53, 1), Look(struck=True)),
        (change(0x083C, 1), Look(hidden=True)),
        (change(0x0800, 1), Look(deleted=True)),
        (change(0x4A43, 32, 0), Look(size=32)),
        (change(0x6A09, 3, 0, 0xAB, 0xF0), Look(symbol=(3, 0xF0AB))),
        (change(0x2A42, 6), Look()),
    ],
)
def test_changes_set_characters(data: bytes, look: Look) -> None:
    assert changed_look(Look(), data, Look()) == look


@pytest.mark.parametrize(("value", "bold"), [(128, True), (129, False), (1, True), (0, False)])
def test_a_change_may_refer_to_the_style(value: int, bold: bool) -> None:
    assert changed_look(Look(bold=True), change(0x0835, value), Look(bold=True)).bold is bold


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (change(0x2461, 0), Form(left=True)),
        (change(0x2403, 1), Form(left=False)),
        (change(0x2461, 3), Form(left=True)),
        (change(0x2416, 1), Form(in_table=True)),
        (change(0x2417, 1), Form(in_table=True)),
        (change(0x2407, 1), Form(new_page=True)),
    ],
)
def test_changes_set_paragraphs(data: bytes, form: Form) -> None:
    assert changed_form(Form(), data) == form


def test_a_character_style_is_found() -> None:
    assert character_style(change(0x0835, 1) + change(0x4A30, 7, 0)) == 7
    assert character_style(change(0x0835, 1)) is None


def test_what_cannot_hide_is_told() -> None:
    assert may_hide(change(0x083C, 1))
    assert may_hide(change(0x0800, 1))
    assert may_hide(change(0x6A09, 3, 0, 0xAB, 0xF0))
    assert not may_hide(change(0x0835, 1) + change(0x4A43, 32, 0))


def characters(*runs: tuple[int, bytes]) -> bytes:
    """A page of runs: where each ends, and its changes; the first begins at byte 100."""
    places, at, page = [100, *[end for end, _ in runs]], 510, bytearray(512)
    for number, (_, data) in enumerate(runs):
        if data:
            at -= (len(data) + 2) // 2 * 2
            page[at : at + 1 + len(data)] = bytes([len(data)]) + data
            page[4 * len(places) + number] = at // 2
    page[: 4 * len(places)] = struct.pack(f"<{len(places)}I", *places)
    page[511] = len(runs)
    return bytes(page)


BOLD, HIDE = change(0x0835, 1), change(0x083C, 1)
DOCUMENT = (
    bytes(512)
    + characters((110, b""), (120, BOLD))
    + characters((130, BOLD), (200, HIDE)).replace(struct.pack("<I", 100), struct.pack("<I", 120), 1)
)
TABLE = struct.pack("<3I2I", 100, 120, 200, 1, 2)


def pages(document: bytes = DOCUMENT, table: bytes = TABLE) -> FormatPages:
    return FormatPages(io.BytesIO(document), table, Budget(), of_paragraphs=False)


def test_the_runs_of_several_pages_cover_what_was_asked_for() -> None:
    assert list(pages().runs(90, 210)) == [
        Run(90, 100, b""), Run(100, 110, b""), Run(110, 120, BOLD), Run(120, 130, BOLD), Run(130, 200, HIDE), Run(200, 210, b""),
    ]  # fmt: skip
    assert list(pages().runs(125, 131)) == [Run(125, 130, BOLD), Run(130, 131, HIDE)]


def test_pages_tell_whether_anything_is_hidden() -> None:
    assert pages().hides()
    assert not pages(table=struct.pack("<2II", 100, 120, 1)).hides()


def test_without_pages_all_is_plain() -> None:
    assert list(pages(table=b"").runs(5, 9)) == [Run(5, 9, b"")]


@pytest.mark.parametrize(
    "table",
    [struct.pack("<2II", 100, 120, 9), struct.pack("<2II", 100, 120, 0x3FFFFF)],  # pages out of the file
)
def test_a_page_that_is_not_there_is_corrupt(table: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        list(pages(table=table).runs(100, 120))
    assert raised.value.reason is Unread.CORRUPT


def test_a_page_with_more_runs_than_room_is_corrupt() -> None:
    with pytest.raises(Unreadable) as raised:
        list(pages(document=DOCUMENT[:1023] + b"\xff" + DOCUMENT[1024:]).runs(100, 120))
    assert raised.value.reason is Unread.CORRUPT
