from __future__ import annotations

import pytest

from agent.extract.rtf.format import Fonts, Format, after, changed, look
from policies.vocabulary import Place


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (rb"\b\fs32", Format(bold=True, size=32)),
        (rb"\b\b0", Format()),
        (rb"\v\strike\deleted\f3", Format(hidden=True, struck=True, deleted=True, font=3)),
        (rb"\uc2\qc\intbl", Format(fallback=2, left=False, table=True)),
        (rb"\uc2\b\fs40\plain", Format(fallback=2)),
        (rb"\qc\intbl\b\pard", Format(bold=True)),
        (rb"\striked1\striked0\itap1\itap0\qr\ql\fs-1\unknown5", Format(size=0)),
    ],
)
def test_control_words_change_how_text_is_set(run: bytes, expected: Format) -> None:
    assert after(Format(), run) == expected


def test_a_word_that_sets_nothing_changes_nothing() -> None:
    assert changed(Format(bold=True), "sectd", None) == Format(bold=True)


def test_where_text_stands() -> None:
    assert Format().place(Place.HEADER) is Place.HEADER
    assert Format(table=True).place(Place.BODY) is Place.CELL
    assert Format(table=True).place(Place.HEADER) is Place.HEADER
    assert Format(hidden=True).place(Place.BODY) is Place.HIDDEN
    assert Format(hidden=True, deleted=True).place(Place.BODY) is Place.DELETED


def test_sizes_are_told_in_points() -> None:
    assert look(Format(size=32, bold=True)).size == 16


@pytest.mark.parametrize(
    ("character_set", "encoding", "text"),
    [
        (134, "gb18030", "机密★"),
        (136, "cp950", "機密★"),
        (128, "cp932", "機密★"),
        (129, "cp949", "機密"),
        (204, "cp1251", "Текст"),
    ],
)
def test_text_is_read_in_the_character_set_of_its_font(character_set: int, encoding: str, text: str) -> None:
    fonts = Fonts()
    fonts.has(5, character_set)
    assert fonts.decode(text.encode(encoding), 5) == text


def test_text_in_a_font_without_a_character_set_is_in_the_code_page_of_the_document() -> None:
    fonts = Fonts()
    fonts.has(5, 0)
    fonts.page = 936
    assert fonts.decode("机密".encode("gbk"), 5) == "机密"
    assert fonts.decode("机密".encode("gbk"), None) == "机密"


def test_the_font_of_the_document_holds_where_none_is_told() -> None:
    fonts = Fonts()
    fonts.page, fonts.default = 1252, 3
    fonts.has_page(3, 936)
    assert fonts.decode("机密".encode("gbk"), None) == "机密"


def test_without_a_code_page_text_is_read_as_what_it_looks_like() -> None:
    assert Fonts().decode("机密★10年".encode("gbk"), None) == "机密★10年"


def test_a_star_may_be_typed_from_wingdings() -> None:
    fonts = Fonts()
    fonts.is_named(2, b"Wingdings;")
    assert fonts.decode(b"\xab", 2) == "★"
    assert fonts.units((0xF0AB).to_bytes(2, "little"), 2) == "★"
    assert fonts.units((0xF0AB).to_bytes(2, "little"), 1) != "★"
