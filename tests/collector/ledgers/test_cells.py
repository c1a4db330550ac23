from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.ledgers.cells import CellError, choice, day, names, needed, shown, usb_id, words
from policies.register import MediumState
from policies.vocabulary import Level, Profile


@pytest.mark.parametrize(
    ("cell", "level"), [("机密", Level.JIMI), ("top secret", Level.JUEMI), ("Highly Secret", Level.JIMI), ("公开", Level.GONGKAI)]
)
def test_a_level_is_read_in_both_languages(cell: str, level: Level) -> None:
    assert choice(Level)(cell) is level


@pytest.mark.parametrize("cell", ["在用", "in use", "in_use", "IN USE"])
def test_a_state_is_read_by_any_of_its_names(cell: str) -> None:
    assert choice(MediumState)(cell) is MediumState.IN_USE


def test_an_unknown_choice_is_told_with_those_there_are() -> None:
    with pytest.raises(CellError) as caught:
        choice(Level)("高密")
    assert "绝密" in caught.value.text.zh
    assert "top secret" in caught.value.text.en


@pytest.mark.parametrize(
    ("cell", "value"), [("0951", "0951"), ("951", "0951"), ("0x951", "0951"), ("ABCD", "abcd"), ("", ""), ("1", "0001")]
)
def test_a_usb_id_gets_its_zeros_back(cell: str, value: str) -> None:
    assert usb_id(cell) == value


@pytest.mark.parametrize("cell", ["12345", "xyz", "-1", "0x", "1.5", "1E+05"])
def test_what_is_no_usb_id_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        usb_id(cell)


@pytest.mark.parametrize("cell", ["2026-12-31", "2026/12/31", "2026.12.31", "2026年12月31日"])
def test_a_day_is_read_as_people_write_it(cell: str) -> None:
    assert day(cell) == date(2026, 12, 31)


def test_no_day_is_none() -> None:
    assert day("") is None


@pytest.mark.parametrize("cell", ["2026-02-30", "31.12.2026", "2026", "soon", "2026-12-31 12:00", "46387"])
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        day(cell)


@pytest.mark.parametrize(
    "cell", ["甲机;乙机", "甲机；乙机", "甲机、乙机", "甲机，乙机", " 甲机 , 乙机 ;", "甲机\n乙机", "甲机;乙机;甲机"]
)
def test_names_stand_with_any_separator(cell: str) -> None:
    assert names(cell) == ("甲机", "乙机")


@pytest.mark.parametrize("cell", ["x" * 201, "a\0b", "a\nb"])
def test_a_text_that_cannot_be_kept_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        words(cell)


def test_a_needed_cell_must_not_be_empty() -> None:
    assert needed("甲") == "甲"
    with pytest.raises(CellError):
        needed("")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (Level.JIMI, "机密"),
        (Profile.STANDALONE, "涉密单机"),
        (MediumState.LOST, "丢失"),
        (("甲", "乙"), "甲;乙"),
        (None, ""),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "2026-01-02T03:04:05+00:00"),
    ],
)
def test_values_are_shown(value: Any, cell: str) -> None:
    assert shown(value) == cell


@given(st.dates(), st.sampled_from(MediumState))
def test_what_is_shown_is_read_back(moment: date, state: MediumState) -> None:
    assert day(shown(moment)) == moment
    assert choice(MediumState)(shown(state)) is state
