"""Tests of the media register."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from policies.register import Medium, MediumState, Register
from policies.vocabulary import Level

EXACT = Medium(number="1", level=Level.MIMI, serial="AA11", vendor_id="0951", product_id="1666")
ANY_MODEL = Medium(number="2", level=Level.JIMI, serial="BB22")
WITHOUT_SERIAL = Medium(number="3", level=Level.NEIBU, serial="", vendor_id="0951", product_id="1666")
REGISTER = Register(version=1, issued_at=datetime(2026, 11, 21, tzinfo=UTC), media=(WITHOUT_SERIAL, EXACT, ANY_MODEL))


@pytest.mark.parametrize(
    ("vendor_id", "product_id", "serial", "number"),
    [
        ("0951", "1666", "AA11", "1"),
        ("0951", "1666", "aa11", "1"),
        ("0951", "1667", "AA11", None),
        ("0952", "1666", "AA11", None),
        ("0951", "1666", "AA1", None),
        ("0951", "1666", "", None),
        ("", "", "", None),
        ("abcd", "ef01", "BB22", "2"),
        ("", "", "bb22", "2"),
    ],
)
def test_a_device_is_found_by_its_identity(vendor_id: str, product_id: str, serial: str, number: str | None) -> None:
    found = REGISTER.find(vendor_id, product_id, serial)
    assert (found.number if found else None) == number


def test_the_ids_in_a_row_may_be_written_in_capitals() -> None:
    row = Medium(number="4", level=Level.MIMI, serial="CC33", vendor_id="0BDA", product_id="ABCD")
    assert row.is_device("0bda", "abcd", "CC33")


def test_leading_zeros_of_an_id_do_not_matter() -> None:
    card = Medium(number="5", level=Level.MIMI, serial="0x1234abcd", vendor_id="0003", product_id="5344")
    assert card.is_device("000003", "5344", "0x1234abcd")
    assert not card.is_device("000030", "5344", "0x1234abcd")


def test_of_two_rows_for_one_device_the_first_counts() -> None:
    twice = Register(version=2, issued_at=REGISTER.issued_at, media=(EXACT, Medium(number="9", level=Level.JUEMI, serial="AA11")))
    found = twice.find("0951", "1666", "AA11")
    assert found is EXACT


def test_a_register_is_as_new_as_its_last_confirmation() -> None:
    later = REGISTER.issued_at + timedelta(days=9)
    assert REGISTER.as_of == REGISTER.issued_at
    assert replace(REGISTER, confirmed_at=later).as_of == later
    assert replace(REGISTER, issued_at=later, confirmed_at=REGISTER.issued_at).as_of == later


@pytest.mark.parametrize(
    ("state", "withdrawn"),
    [
        (MediumState.IN_USE, False),
        (MediumState.LENT, False),
        (MediumState.LOST, True),
        (MediumState.RETIRED, True),
        (MediumState.DESTROYED, True),
    ],
)
def test_a_state_tells_whether_the_medium_may_turn_up(state: MediumState, withdrawn: bool) -> None:
    assert state.withdrawn is withdrawn


@pytest.mark.parametrize("state", MediumState)
def test_every_state_has_a_name_in_both_languages(state: MediumState) -> None:
    assert state.text.zh
    assert state.text.en


@pytest.mark.parametrize(
    ("version", "confirmed_after", "zh", "en"),
    [
        (3, None, "版本 3，", "version 3 of "),
        (3, timedelta(days=9), "确认为最新，介质 3 个", "known to be the newest on "),
        (0, None, "computer.yaml，", "computer.yaml of "),
    ],
)
def test_a_reader_is_told_which_register_it_is(version: int, confirmed_after: timedelta | None, zh: str, en: str) -> None:
    confirmed = REGISTER.issued_at + confirmed_after if confirmed_after else None
    issue = replace(REGISTER, version=version, confirmed_at=confirmed).issue
    assert (issue.version, issue.issued_at, issue.media) == (version, REGISTER.issued_at, 3)
    assert issue.as_of == (confirmed or REGISTER.issued_at)
    assert zh in issue.text.zh
    assert en in issue.text.en
    assert issue.text.en.endswith(", media: 3")
    assert ("newest" in issue.text.en) is (confirmed is not None)
