from __future__ import annotations

import pytest

from agent.extract.glyph import Glyph, Piece


def glyph(text: str, left: float, right: float, last: float | None = None) -> Glyph:
    return Glyph(text, left, 0, right, 10, last=last)


@pytest.mark.parametrize(
    ("glyphs", "text"),
    [
        ([glyph("机", 0, 10), glyph("密", 10, 20)], "机密"),
        ([glyph("机", 0, 10), glyph("密", 14, 24)], "机 密"),
        ([glyph("机密", 0, 20, 10), glyph("★10年", 20, 60, 50)], "机密★10年"),
        ([glyph("a ", 0, 10, 5), glyph("b", 20, 25)], "a b"),
        ([glyph("a", 0, 5), glyph(" b", 20, 30, 25)], "a b"),
        ([glyph(" 机 ", 0, 30, 20)], "机"),
    ],
)
def test_a_gap_is_a_space(glyphs: list[Glyph], text: str) -> None:
    assert Piece(glyphs).text == text


def test_a_piece_of_two_characters_is_short() -> None:
    assert Piece([glyph("10", 0, 10, 5)]).is_short
    assert Piece([glyph("1", 0, 5), glyph("0", 5, 10)]).is_short
    assert not Piece([glyph("10", 0, 10, 5), glyph("年", 10, 20)]).is_short
    assert not Piece([glyph("第一行", 0, 30, 20)]).is_short


def test_the_same_character_in_the_same_place_is_a_shadow() -> None:
    assert glyph("机", 0.4, 10.4).is_shadow_of(glyph("机", 0, 10))
    assert not glyph("机", 4, 14).is_shadow_of(glyph("机", 0, 10))
    assert not glyph("密", 0.4, 10.4).is_shadow_of(glyph("机", 0, 10))


def test_what_begins_after_the_last_of_several_is_past_them() -> None:
    several = glyph("机密", 0, 20, 10)
    assert glyph("年", 18, 28).is_past(several)
    assert not glyph("年", 10.5, 20.5).is_past(several)
    assert not glyph("年", 5, 15).is_past(several)


def test_a_glyph_without_height_has_one() -> None:
    assert Glyph("a", 0, 5, 5, 5).height > 0
