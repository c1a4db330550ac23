from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.quarter import containing, parse

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("moment", "zone", "quarter"),
    [
        (datetime(2026, 9, 30, 15, 59, 59, 999999, tzinfo=UTC), SHANGHAI, "2026Q3"),
        (datetime(2026, 9, 30, 16, tzinfo=UTC), SHANGHAI, "2026Q4"),
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), SHANGHAI, "2026Q4"),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), SHANGHAI, "2027Q1"),
        (datetime(2026, 3, 31, 15, 59, tzinfo=UTC), SHANGHAI, "2026Q1"),
        (datetime(2026, 3, 31, 16, tzinfo=UTC), SHANGHAI, "2026Q2"),
        (datetime(2026, 6, 30, 16, tzinfo=UTC), SHANGHAI, "2026Q3"),
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), BERLIN, "2026Q2"),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), BERLIN, "2026Q3"),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), BERLIN, "2026Q4"),
    ],
)
def test_a_moment_belongs_to_the_offices_quarter(moment: datetime, zone: ZoneInfo, quarter: str) -> None:
    assert str(containing(moment, zone)) == quarter


def test_a_quarter_has_bounds_and_a_predecessor() -> None:
    quarter = parse("2026q1", SHANGHAI)
    assert quarter.start.astimezone(UTC) == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert quarter.end.astimezone(UTC) == datetime(2026, 3, 31, 16, tzinfo=UTC)
    assert str(quarter.previous) == "2025Q4"


@given(st.datetimes(datetime(2001, 1, 1), datetime(2098, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  as the strategy wants
def test_quarters_leave_no_moment_out(moment: datetime) -> None:
    quarter = containing(moment, SHANGHAI)
    assert quarter.start <= moment < quarter.end
    assert quarter.previous.end == quarter.start
    assert parse(str(quarter), SHANGHAI) == quarter


@pytest.mark.parametrize("name", ["", "2026", "2026Q0", "2026Q5", "Q4", "1999Q1", "2026Q44", "２０２６Q4", "2026Q4\nx"])
def test_what_is_no_quarter_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a quarter"):
        parse(name, SHANGHAI)
