"""Tests of media.left-mounted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from checks.media.left_mounted import LeftMounted
from checks.subjects import Device
from policies.vocabulary import Level, Text
from tests.checks.media.samples import KEYBOARD, NOW, ROW, STICK, WITHOUT_REGISTER, computer, mounted

IN = mounted(STICK)
UNSEEN = Text("未知", "unknown")


@pytest.mark.parametrize(
    ("utc", "violates"),
    [
        (datetime(2026, 11, 20, 22, 59, tzinfo=UTC), True),  # 06:59 in China
        (datetime(2026, 11, 20, 23, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 21, 11, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 21, 12, 0, tzinfo=UTC), True),  # 20:00 in China
        (datetime(2026, 11, 21, 16, 30, tzinfo=UTC), True),
    ],
)
def test_outside_of_the_office_hours_nothing_is_mounted(utc: datetime, violates: bool) -> None:
    assert bool(list(LeftMounted().examine(replace(IN, observed_at=utc), computer(ROW)))) is violates


def test_an_office_that_never_closes_has_no_such_hours() -> None:
    night = replace(IN, observed_at=datetime(2026, 11, 21, 16, 30, tzinfo=UTC))
    assert list(LeftMounted(opens=0, closes=24).examine(night, computer(ROW))) == []


@pytest.mark.parametrize(("hours", "limit", "violates"), [(12, 12, False), (13, 12, True), (1000, 0, False)])
def test_a_medium_is_mounted_for_so_many_hours_at_most(hours: int, limit: int, violates: bool) -> None:
    device = replace(IN, mounted_since=NOW - timedelta(hours=hours))
    assert bool(list(LeftMounted(max_hours=limit).examine(device, computer(ROW)))) is violates


def test_one_whose_mounting_nobody_noted_has_just_been_mounted() -> None:
    assert list(LeftMounted(max_hours=1).examine(IN, computer(ROW))) == []


@pytest.mark.parametrize(
    ("device", "applies"),
    [
        (IN, True),
        (STICK, False),
        (KEYBOARD, False),
        (replace(STICK, missing={"volumes.mounted_at": UNSEEN}), True),
        (replace(KEYBOARD, missing={"volumes.mounted_at": UNSEEN}), False),
    ],
)
def test_it_speaks_of_what_is_mounted_or_may_be(device: Device, applies: bool) -> None:
    assert LeftMounted().applies(device, computer(ROW)) is applies


@pytest.mark.parametrize(("level", "applies"), [(Level.NEIBU, False), (Level.MIMI, True), (Level.JIMI, True)])
def test_a_medium_of_a_low_level_may_stay(level: Level, applies: bool) -> None:
    assert LeftMounted().applies(IN, computer(replace(ROW, level=level))) is applies
    assert LeftMounted(from_level=Level.GONGKAI).applies(IN, computer(replace(ROW, level=level)))


def test_a_medium_that_nobody_knows_may_not_stay() -> None:
    assert LeftMounted().applies(IN, WITHOUT_REGISTER)


def test_without_the_table_of_mounts_nothing_is_known() -> None:
    assert LeftMounted().unassessable(replace(STICK, missing={"volumes.mounted_at": UNSEEN}), computer(ROW)) == UNSEEN


@pytest.mark.parametrize("given", [{"opens": 25}, {"closes": -1}, {"max_hours": -1}, {"from_level": "秘"}])
def test_a_policy_cannot_ask_for_what_makes_no_sense(given: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(given, LeftMounted)
