"""How often something may be done at most, whoever does it: a program that ends and begins anew keeps to it too."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path


class Pace:
    """Lets one through in `every`. The time of the last is the time stamp of the file `path`, shared by all who know it."""

    def __init__(self, path: Path, every: timedelta, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._every = every.total_seconds()
        self._clock = clock

    def take(self) -> bool:
        """Whether it is time again; then that is noted first. What cannot be noted is not done.

        A stamp of the future (the clock was set back) counts as long as it is near.
        """
        now = self._clock()
        try:
            if abs(now - self._path.stat().st_mtime) < self._every:
                return False
        except FileNotFoundError:
            pass
        except OSError:
            return False
        return self._note(now)

    def _note(self, now: float) -> bool:
        try:
            self._path.touch(mode=0o600)
            os.utime(self._path, (now, now))
        except OSError:
            return False
        return True
