"""Periods: how they are written, how long they may be, when they end."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.marking.term import expiry, is_canonical, over_maximum, read_term
from policies.vocabulary import Level


@pytest.mark.parametrize(
    ("text", "words", "notes"),
    [
        ("10年", "10年", ""),
        ("6个月", "6个月", ""),
        ("6 个 月", "6个月", ""),
        ("长期", "长期", "long-term-basis"),
        ("2030年12月31日", "2030-12-31", ""),
        ("至2030年1月5日解密", "2030-01-05", ""),
        ("二〇三〇年十二月三十一日", "2030-12-31", "chinese-numeral"),
        ("2030-12-31", "2030-12-31", "date-form"),
        ("2030.2.1", "2030-02-01", "date-form"),
        ("启用前", "启用前", ""),
        ("会议开始前", "会议开始前", ""),
        ("2026年高考结束前", "2026年高考结束前", ""),
        ("正式公布", "正式公布", ""),
        ("十年", "10年", "chinese-numeral"),
        ("两年", "2年", "chinese-numeral"),
        ("6月", "6个月", "month-word"),
        ("12个月", "12个月", "write-years"),
        ("1年6个月", "18个月", "mixed-units"),
        ("1年半", "18个月", "mixed-units"),
        ("一年半", "18个月", "chinese-numeral mixed-units"),
        ("90天", "90天", "days"),
        ("90日", "90天", "days"),
        ("半年", "6个月", "half-year"),
        ("10", None, "unit"),
        ("年", None, "number"),
        ("个月", None, "number"),
        ("0年", None, "number"),
        ("0年0个月", None, "mixed-units number"),
        ("××年", None, "template"),
        ("X年", None, "template"),
        ("__个月", None, "template"),
        ("永久", None, "term"),
        ("2030年", None, "term"),
        ("2030年13月1日", None, "term"),
    ],
)
def test_a_term_is_read_to_its_end(text: str, words: str | None, notes: str) -> None:
    term = read_term(text, 0)
    assert term is not None
    assert (term.words, term.end, " ".join(term.notes)) == (words, len(text), notes)
    assert words is None or is_canonical(words)


@pytest.mark.parametrize(
    "words",
    ["", "前", "10", "10年\n", "1000年", "某部队定于某日调动至某地", "某部队，启用前", "2030年12月31日", "一" * 20 + "前"],
)
def test_other_words_are_not_canonical(words: str) -> None:
    assert not is_canonical(words)


@pytest.mark.parametrize("text", ["", " ", "试题", "第1页", "★", "关于印发会议纪要的通知", "前"])
def test_other_words_are_no_term(text: str) -> None:
    assert read_term(text, 0) is None


@pytest.mark.parametrize(
    ("text", "rest"), [("10年 特急", " 特急"), ("启用前　试卷", "　试卷"), ("10年关于", "关于"), ("长期)", ")")]
)
def test_a_term_ends_where_it_ends(text: str, rest: str) -> None:
    term = read_term(text.replace("　", " "), 0)
    assert term is not None
    assert text[term.end :] == rest


@pytest.mark.parametrize(
    ("level", "term", "issued", "end"),
    [
        (Level.JIMI, "5年", date(2015, 3, 1), date(2020, 3, 1)),
        (Level.MIMI, "6个月", date(2023, 8, 31), date(2024, 2, 29)),
        (Level.MIMI, "1年", date(2024, 2, 29), date(2025, 2, 28)),
        (Level.MIMI, "90天", date(2024, 1, 1), date(2024, 3, 31)),
        (Level.JIMI, "2030-12-31", date(2024, 1, 1), date(2030, 12, 31)),
        (Level.JUEMI, None, date(2000, 1, 1), date(2030, 1, 1)),
        (Level.JIMI, None, date(2000, 1, 1), date(2020, 1, 1)),
        (Level.MIMI, None, date(2000, 1, 1), date(2010, 1, 1)),
        (Level.JUEMI, "长期", date(2000, 1, 1), None),
        (Level.JUEMI, "启用前", date(2000, 1, 1), None),
        (Level.NEIBU, None, date(2000, 1, 1), None),
        (Level.JIMI, "10年", date(9995, 1, 1), None),
        (Level.JIMI, "90天", date(9999, 12, 31), None),
    ],
)
def test_a_term_ends_on_its_day(level: Level, term: str | None, issued: date, end: date | None) -> None:
    assert expiry(level, term, issued) == end


@pytest.mark.parametrize(
    ("level", "term", "issued", "over"),
    [
        (Level.JUEMI, "30年", None, False),
        (Level.JUEMI, "31年", None, True),
        (Level.JIMI, "20年", None, False),
        (Level.JIMI, "21年", None, True),
        (Level.MIMI, "10年", None, False),
        (Level.MIMI, "121个月", None, True),
        (Level.MIMI, "长期", None, False),
        (Level.MIMI, None, None, False),
        (Level.NEIBU, "99年", None, False),
        (Level.MIMI, "2040-01-01", None, False),
        (Level.MIMI, "2040-01-01", date(2030, 1, 1), False),
        (Level.MIMI, "2040-01-02", date(2030, 1, 1), True),
    ],
)
def test_a_term_is_measured_against_the_maximum_of_its_level(
    level: Level, term: str | None, issued: date | None, over: bool
) -> None:
    assert over_maximum(level, term, issued) is over


@given(st.text(alphabet="0123456789一二十年个月日天半长期前后至-./×X 启用", max_size=30))
def test_any_text_is_a_term_within_its_bounds_or_none(text: str) -> None:
    term = read_term(text, 0)
    assert term is None or 0 < term.end <= len(text)


@given(st.text(max_size=20), st.dates())
def test_any_words_have_an_end_or_none(words: str, issued: date) -> None:
    assert expiry(Level.JIMI, words, issued) is None or words
