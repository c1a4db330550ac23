"""Folding brings the many spellings of a mark to one, and finds the way back to the raw characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.marking.normalise import HANT, Folded, fold


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("机密★１０年", "机密★10年"),
        ("秘密★5⽉", "秘密★5月"),
        ("絕密★長期", "绝密★长期"),
        ("⻓期", "长期"),
        ("祕\u200b密\ufeff★\u00ad5年", "秘密★5年"),
        ("机\u3000密\u00a0★\t10年", "机 密 ★|10年"),
        ("机密＊３個月", "机密*3个月"),
        ("⭐️", "⭐"),
        ("密級：（一）", "密级:(一)"),
        ("机 密 ★ 1 0 年", "机密★10年"),
    ],
)
def test_a_spelling_is_folded(raw: str, text: str) -> None:
    assert Folded(raw).text == text


def test_words_that_stand_apart_keep_their_spaces() -> None:
    assert Folded("机 密 ★ 10年 特急").text == "机 密 ★ 10年 特急"


@pytest.mark.parametrize(
    ("raw", "part", "original"),
    [
        ("甲机\u3000密★１０年乙", "机 密★10年", "机\u3000密★１０年"),
        ("（機\u200b密★三年）", "机密★三年", "機\u200b密★三年"),
        ("机 密 ★ 1 0 年", "密★1", "密 ★ 1"),
        ("㏠机密", "机密", "机密"),
    ],
)
def test_the_raw_characters_of_a_part_are_found_again(raw: str, part: str, original: str) -> None:
    folded = Folded(raw)
    start = folded.text.index(part)
    assert folded.original(start, start + len(part)) == original


def test_an_empty_part_has_no_raw_characters() -> None:
    assert Folded("").original(0, 0) == ""


@given(st.text())
def test_the_whole_text_comes_from_the_raw_text_and_folding_ends(raw: str) -> None:
    folded = Folded(raw)
    assert folded.original(0, len(folded.text)) in raw
    assert "".join(map(fold, folded.text)) == folded.text or " " in folded.text


def test_every_traditional_character_has_one_simplified_form_that_is_not_folded_again() -> None:
    assert all(len(k) == len(v) == 1 and k != v and v not in HANT for k, v in HANT.items())
