from __future__ import annotations

import struct

import pytest

from agent.extract.base import Unreadable
from agent.extract.ole.word_format import Form, Look
from agent.extract.ole.word_style import Fonts, Styles
from policies.vocabulary import Unread

BOLD, LARGE, CENTRED, HIDE = b"\x35\x08\x01", b"\x43\x4a\x20\x00", b"\x61\x24\x01", b"\x3c\x08\x01"


def style(kind: int, base: int, *lists: bytes) -> bytes:
    """One style of a sheet."""
    body = struct.pack("<HHHHH", 0, base << 4 | kind, len(lists), 0, 0) + struct.pack("<H", 1) + b"a\0\0\0"
    for changes in lists:
        body += struct.pack("<H", len(changes)) + changes + bytes(len(changes) % 2)
    return struct.pack("<H", len(body)) + body + bytes(len(body) % 2)


def sheet(*styles: bytes) -> bytes:
    head = struct.pack("<HH", len(styles), 10).ljust(18, b"\0")
    return struct.pack("<H", len(head)) + head + b"".join(styles)


SHEET = sheet(
    style(1, 0xFFF, b"\0\0" + CENTRED, BOLD),
    style(1, 0, b"\1\0", LARGE),
    b"\0\0",
    style(2, 0xFFF, HIDE),
    style(1, 4, b"\4\0", BOLD),
)


def test_a_style_sets_what_it_says_and_what_it_is_based_on() -> None:
    styles = Styles(SHEET)
    assert styles.look(1) == Look(bold=True, size=32)
    assert styles.form(1) == Form(left=False)
    assert (styles.look(2), styles.look(99)) == (Look(), Look())


def test_a_character_style_is_set_upon_the_paragraphs() -> None:
    assert Styles(SHEET).look(3, upon=Look(bold=True)) == Look(bold=True, hidden=True)


def test_a_style_that_is_based_on_itself_ends() -> None:
    assert Styles(SHEET).look(4) == Look(bold=True)


def test_a_sheet_tells_whether_it_hides() -> None:
    assert Styles(SHEET).hides()
    assert not Styles(sheet(style(1, 0xFFF, b"\0\0", BOLD))).hides()
    assert not Styles(b"").hides()


@pytest.mark.parametrize("data", [b"\x12", SHEET[:25], SHEET[:-30], sheet(b"\x04\0abcd")])
def test_a_sheet_that_is_cut_off_is_corrupt(data: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        Styles(data)
    assert raised.value.reason is Unread.CORRUPT


def font(name: str) -> bytes:
    body = bytes(39) + (name + "\0").encode("utf-16-le")
    return bytes([len(body)]) + body


def test_a_star_of_a_symbol_font_is_one() -> None:
    fonts = Fonts(struct.pack("<HH", 2, 0) + font("宋体") + font("Wingdings"))
    assert [fonts.character((1, code)) for code in (0xF0AB, 0xF0B5, 0xF041)] == ["★", "✪", "\ufffd"]
    assert [fonts.character((0, code)) for code in (0x2605, 0xD800)] == ["★", "\ufffd"]
    assert Fonts(b"\xff\xff").character((0, 65)) == "A"
