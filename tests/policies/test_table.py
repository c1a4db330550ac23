"""Columns line up with Chinese in them, and nothing that is printed drives the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.table import printable, table, width


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("机密", 4),
        ("机密★10年", 9),
        ("ＡＢ：", 6),
        ("e\u0301", 1),  # e with a combining accent
        ("\u0e01\u0e31", 1),  # a Thai vowel above: combines, though of class 0
        ("★\ufe0f", 1),  # a variation selector
        ("1\u20dd", 1),  # an enclosing circle
        ("한글", 4),
    ],
)
def test_columns_on_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x07",
        "\x1b",
        "\n",
        "\r",
        "\t",
        "\x7f",
        "\x9b",
        "\u061c",
        "\u200e",
        "\u202e",
        "\u2066",
        "\u2028",
        "\u2029",
        "\ufeff",
    ],
)
def test_a_control_character_is_shown_as_a_replacement(character: str) -> None:
    assert printable(f"a{character}b") == "a\ufffdb"


def test_a_name_that_is_not_utf8_can_be_printed() -> None:
    assert printable(b"\xbb\xfa\xc3\xdc.doc".decode("utf-8", "surrogateescape")).encode().endswith(b".doc")


@given(st.text())
def test_what_is_printable_is_one_line_and_stays_as_it_is(text: str) -> None:
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in shown)
    assert printable(shown) == shown
    assert len(shown) == len(text)


def test_columns_line_up_with_chinese_in_them() -> None:
    lines = table(["name", "级别", "note"], [("报告", "机密", "x"), ("a.docx", "secret", "y")]).splitlines()
    assert lines == [
        "name    级别    note",
        "报告    机密    x",
        "a.docx  secret  y",
    ]


def test_the_last_column_leaves_no_blanks_behind() -> None:
    assert all(line == line.rstrip() for line in table(["a", "b"], [("1", "long cell"), ("2", "")]).splitlines())


def test_a_row_cannot_break_out_of_its_line() -> None:
    text = table(["a", "b"], [("x\ny", "\x1b[2J"), ("1", "2")])
    assert len(text.splitlines()) == 3
    assert "\x1b" not in text


def test_a_table_without_rows_is_its_heads() -> None:
    assert table(["a", "b"], []) == "a  b"


def test_a_row_of_the_wrong_length_is_an_error() -> None:
    with pytest.raises((ValueError, IndexError)):
        table(["a", "b"], [("1",)])


@given(st.lists(st.tuples(st.text(), st.text(min_size=1)), max_size=5))
def test_the_second_column_always_begins_at_the_same_place(rows: list[tuple[str, str]]) -> None:
    marked = [(first, f"|{second}") for first, second in rows]
    places = {width(line.partition("|")[0]) for line in table(["", "|"], [r for r in marked if "|" not in r[0]]).splitlines()}
    assert len(places) == 1
