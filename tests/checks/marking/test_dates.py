"""Days as people write them."""

from __future__ import annotations

import re
from datetime import date

import pytest

from checks.marking.dates import NUMERIC_DAY, WRITTEN_DAY, day_of


@pytest.mark.parametrize(
    "text",
    [
        "2015年3月1日",
        "2015年03月01日",
        "2 0 1 5 年 3 月 1 日",
        "二〇一五年三月一日",
        "二○一五年三月一日",
        "二O一五年三月一日",
        "二零一五年三月一日",
        "二0一五年三月一日",
        "2O15年3月1日",
    ],
)
def test_a_day_in_words_is_read(text: str) -> None:
    match = re.fullmatch(WRITTEN_DAY, text)
    assert match is not None
    assert day_of(match) == date(2015, 3, 1)


@pytest.mark.parametrize(("text", "day"), [("二〇一九年十二月三十一日", (2019, 12, 31)), ("二〇二四年二月廿九日", (2024, 2, 29))])
def test_tens_are_read(text: str, day: tuple[int, int, int]) -> None:
    match = re.fullmatch(WRITTEN_DAY, text)
    assert match is not None
    assert day_of(match) == date(*day)


@pytest.mark.parametrize("text", ["2015-3-1", "2015.03.01", "2015/3/01"])
def test_a_day_in_digits_is_read(text: str) -> None:
    match = re.fullmatch(NUMERIC_DAY, text)
    assert match is not None
    assert day_of(match) == date(2015, 3, 1)


@pytest.mark.parametrize("text", ["2015年2月29日", "2015年13月1日", "〇〇〇〇年一月一日", "2015年十百月1日"])
def test_a_day_that_no_calendar_has_is_none(text: str) -> None:
    match = re.fullmatch(WRITTEN_DAY, text)
    assert match is not None
    assert day_of(match) is None
