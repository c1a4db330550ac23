"""Calendar quarters in the office's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

_NAME = re.compile(r"(20\d\d)[Qq]([1-4])\Z")


@dataclass(frozen=True, slots=True)
class Quarter:
    """From `start` until before `end`."""

    year: int
    number: int
    zone: ZoneInfo

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self._moved(1).start

    @property
    def previous(self) -> Quarter:
        """The quarter before it."""
        return self._moved(-1)

    def _moved(self, quarters: int) -> Quarter:
        years, number = divmod(self.number - 1 + quarters, 4)
        return Quarter(self.year + years, number + 1, self.zone)


def parse(name: str, zone: ZoneInfo) -> Quarter:
    """A quarter by its name such as 2026Q4, from 2000 to 2099. Raises ValueError."""
    found = _NAME.match(name.strip())
    if found is None:
        raise ValueError(f"not a quarter: {name[:20]!r}")
    return Quarter(int(found[1]), int(found[2]), zone)


def containing(moment: datetime, zone: ZoneInfo) -> Quarter:
    """The quarter of a moment."""
    local = moment.astimezone(zone)
    return Quarter(local.year, (local.month + 2) // 3, zone)
