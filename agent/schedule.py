"""When is a check due? Pure: the last runs and the present time in, what is due and when to look again out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

JUMP = timedelta(seconds=5)
"""A clock that is off by more than this from one look to the next was set, or the computer slept."""


@dataclass(frozen=True, slots=True)
class Due:
    """What must run now; and how long until something else must, None where nothing is planned."""

    now: tuple[str, ...]
    wait: timedelta | None


def due(last: Mapping[str, datetime], every: Mapping[str, timedelta], now: datetime) -> Due:
    """What of `every` is due. What never ran is due at once.

    So is what ran in the future: the clock was set back, and how long ago it really ran is not known. So a clock that is set
    back makes a check run once too often, and never postpones it by more than its period.
    """
    left = {name: _left(last.get(name), period, now) for name, period in every.items()}
    ready = tuple(name for name, rest in left.items() if rest <= timedelta())
    rests = [rest for rest in left.values() if rest > timedelta()]
    return Due(ready, min(rests, default=None))


def _left(ran: datetime | None, period: timedelta, now: datetime) -> timedelta:
    if ran is None or ran > now:
        return timedelta()
    return ran + period - now


@dataclass(frozen=True, slots=True)
class Moment:
    """One look at three clocks: the wall's, the monotonic one, which stands still in suspend, and boot time, which goes on."""

    wall: datetime
    monotonic: float
    boottime: float


@dataclass(frozen=True, slots=True)
class Leap:
    """Between two looks the computer slept, or its clock was set by `moved` (negative: back)."""

    slept: timedelta
    moved: timedelta

    def __bool__(self) -> bool:
        return self.slept > JUMP or abs(self.moved) > JUMP


def leap(before: Moment, after: Moment) -> Leap:
    """What happened to the clocks between two looks; false where nothing did."""
    awake = after.monotonic - before.monotonic
    passed = after.boottime - before.boottime
    slept = timedelta(seconds=max(0.0, passed - awake))
    return Leap(slept, after.wall - before.wall - timedelta(seconds=passed))
