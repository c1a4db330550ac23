"""Tests of media.expired."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec
import pytest

from checks.media.expired import Expired
from tests.checks.media.samples import ROW, STICK, computer

LAST_DAY = computer(replace(ROW, valid_until=date(2026, 11, 21)))


@pytest.mark.parametrize(
    ("utc_hours", "seen", "violates"),
    [
        (8, datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC), False),  # 23:59:59 in China
        (8, datetime(2026, 11, 21, 16, 0, tzinfo=UTC), True),  # midnight in China
        (8, datetime(2026, 11, 22, 16, 0, tzinfo=UTC), True),
        (0, datetime(2026, 11, 21, 16, 0, tzinfo=UTC), False),
        (-5, datetime(2026, 11, 22, 4, 59, tzinfo=UTC), False),
        (-5, datetime(2026, 11, 22, 5, 0, tzinfo=UTC), True),
    ],
)
def test_the_registration_ends_with_its_last_day_in_the_office_s_time(utc_hours: int, seen: datetime, violates: bool) -> None:
    stick = replace(STICK, observed_at=seen)
    assert bool(list(Expired(utc_offset_hours=utc_hours).examine(stick, LAST_DAY))) is violates


def test_a_registration_without_an_end_does_not_end() -> None:
    assert list(Expired().examine(STICK, computer(ROW))) == []


def test_the_message_names_the_day() -> None:
    (violation,) = Expired().examine(STICK, computer(replace(ROW, valid_until=date(2026, 6, 30))))
    assert "2026-06-30" in violation.message.zh
    assert "2026-06-30" in violation.message.en


@pytest.mark.parametrize("hours", [-13, 15, "8"])
def test_a_policy_cannot_set_an_offset_that_no_place_has(hours: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"utc_offset_hours": hours}, Expired)
