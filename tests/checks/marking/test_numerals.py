"""Numbers in Arabic digits and Chinese numerals."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.marking.numerals import NUMBER, is_chinese, value


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("10", 10), ("1 0", 10), ("0", 0), ("007", 7), ("一", 1), ("两", 2), ("十", 10), ("十五", 15), ("二十", 20),
        ("三十", 30), ("廿五", 25), ("卅", 30), ("一百二十", 120), ("一百零五", 105), ("拾", 10), ("贰拾", 20), ("壹", 1),
        ("二〇三〇", 2030), ("〇", 0), ("十百", None), ("五二十", None), ("十十", None), ("", None),
    ],
)  # fmt: skip
def test_a_number_has_its_value(number: str, expected: int | None) -> None:
    assert value(number) == expected


def test_chinese_numerals_are_told_from_digits() -> None:
    assert is_chinese("十")
    assert is_chinese("壹")
    assert not is_chinese("10")
    assert not is_chinese("")


@given(st.integers(min_value=0, max_value=99_999_999))
def test_digits_are_read_as_they_stand(number: int) -> None:
    match = re.fullmatch(NUMBER, str(number))
    assert match
    assert value(match[0]) == number


@given(st.text(alphabet="零〇一二两三四五六七八九十百廿卅壹贰叁拾佰", min_size=1, max_size=8))
def test_any_row_of_numerals_is_a_number_or_none(numerals: str) -> None:
    assert re.fullmatch(NUMBER, numerals)
    number = value(numerals)
    assert number is None or number >= 0
