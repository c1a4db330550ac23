"""What is due when, also with a clock that was set; and how suspend and set clocks are told apart."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from agent.schedule import Moment, due, leap
from tests.agent.making import NOW, after

TEN, DAY = timedelta(minutes=10), timedelta(days=1)
EVERY = {"fast": TEN, "slow": DAY}


@pytest.mark.parametrize(
    ("last", "ready", "wait"),
    [
        ({}, ("fast", "slow"), None),
        ({"fast": NOW, "slow": NOW}, (), TEN),
        ({"fast": after(minutes=-10), "slow": NOW}, ("fast",), DAY),
        ({"fast": after(minutes=-9), "slow": NOW}, (), timedelta(minutes=1)),
        ({"fast": after(minutes=-25), "slow": after(hours=-25)}, ("fast", "slow"), None),
        ({"slow": NOW}, ("fast",), DAY),
        # the clock was set back since: they run now, not when their last run comes round again
        ({"fast": after(days=365), "slow": NOW}, ("fast",), DAY),
        ({"fast": after(seconds=1), "slow": after(seconds=1)}, ("fast", "slow"), None),
        # the clock was set forward: everything is due, once
        ({"fast": after(days=-3650), "slow": after(days=-3650)}, ("fast", "slow"), None),
        ({"gone": NOW, "fast": NOW, "slow": NOW}, (), TEN),
    ],
)
def test_what_is_due(last: dict[str, datetime], ready: tuple[str, ...], wait: timedelta | None) -> None:
    found = due(last, EVERY, NOW)
    assert (found.now, found.wait) == (ready, wait)


def test_nothing_planned_is_never_due() -> None:
    assert due({}, {}, NOW) == due({"a": NOW}, {}, NOW)
    assert due({}, {}, NOW).wait is None


def test_a_clock_that_is_set_back_again_and_again_postpones_nothing() -> None:
    """Over a day in which the clock is set back by an hour ten times, the fast check runs no later than its period."""
    now, elapsed, since = NOW, timedelta(), timedelta()
    last: dict[str, datetime] = {}
    while elapsed < DAY:
        if "fast" in due(last, {"fast": TEN}, now).now:
            last["fast"], since = now, timedelta()
        assert since <= TEN
        step = timedelta(minutes=1)
        now, elapsed, since = now + step, elapsed + step, since + step
        if elapsed.total_seconds() % 8_640 < 60:
            now -= timedelta(hours=1)


def moment(wall: float, monotonic: float, boottime: float) -> Moment:
    return Moment(after(seconds=wall), 1000.0 + monotonic, 5000.0 + boottime)


@pytest.mark.parametrize(
    ("now", "slept", "moved", "told"),
    [
        (moment(60, 60, 60), 0, 0, False),
        (moment(62, 60, 60), 0, 2, False),
        (moment(3660, 60, 3660), 3600, 0, True),
        (moment(60 + 86_400, 60, 60), 0, 86_400, True),
        (moment(60 - 86_400, 60, 60), 0, -86_400, True),
        (moment(60, 60, 3660), 3600, -3600, True),
        (moment(63, 60, 63), 3, 0, False),
    ],
)
def test_what_happened_to_the_clocks(now: Moment, slept: float, moved: float, told: bool) -> None:
    found = leap(moment(0, 0, 0), now)
    assert (found.slept.total_seconds(), found.moved.total_seconds(), bool(found)) == (slept, moved, told)
