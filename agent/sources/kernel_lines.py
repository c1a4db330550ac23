"""A line of the kernel's log, wherever it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MOST_LINES = 200_000
"""That are read at once: whoever writes to the log without end must not keep us reading."""


@dataclass(frozen=True, slots=True)
class Line:
    """`at` (UTC); `boot`: which start of the computer wrote it."""

    at: datetime
    boot: str
    text: str
