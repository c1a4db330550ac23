"""Has what waits delivered to the collector; backs off while that fails, sleeps while nothing waits.

About once an hour it has the collector asked for a newer media register: where nothing happens, a report goes once a day only.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

ASK_SECONDS = 3600.0
HEALTH = "uplink"
"""The name under which the store remembers how the uplink fares."""


class Health(msgspec.Struct, frozen=True):
    """How the uplink fares, for `agent status`. `refused`: reports that the collector will never take, until the whole state has
    taken their place.
    """

    last_ok: datetime | None = None
    last_try: datetime | None = None
    failures: int = 0
    error: str = ""
    refused: int = 0
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential, with full jitter: computers that lost their collector at once do not come back at once. In seconds."""

    start: float = 5.0
    cap: float = 3600.0
    pick: Callable[[float, float], float] = random.uniform

    def after(self, failures: int) -> float:
        """How long to wait after so many failures in a row."""
        return self.pick(0.0, min(self.cap, self.start * 2.0 ** min(failures - 1, 30)))


class Courier(Protocol):
    """Delivers (see `agent.courier`)."""

    def deliver(self, *, ask: bool = False) -> bool:
        """Deliver all that waits, and `ask` whether there is a newer register; False where it has to be tried again later."""
        ...

    def stop(self) -> None:
        """Give up a delivery that is under way; from any thread."""
        ...


class Uplink:
    """The thread that sends the courier: at once, but not again before `rest` seconds, since every errand is a process."""

    def __init__(
        self,
        courier: Courier,
        *,
        backoff: Backoff | None = None,
        rest: float = 5.0,
        ask_every: float = ASK_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._courier = courier
        self._backoff = backoff or Backoff()
        self._rest = rest
        self._ask_every = ask_every
        self._monotonic = monotonic
        self._ask_at = monotonic() + random.uniform(0.0, ask_every)  # noqa: S311  computers that start at once spread out
        self._condition = threading.Condition()
        self._woken = False
        self._stopped = False
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name="uplink", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def wake(self) -> None:
        """There is something to tell. While it backs off this changes nothing."""
        with self._condition:
            self._woken = True
            self._condition.notify()

    def stop(self, timeout: float) -> bool:
        """End soon. False where a request is still under way: its report is sent again at the next start."""
        with self._condition:
            self._stopped = True
            self._condition.notify()
        self._courier.stop()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        wait, needed = 0.0, True
        while self._pause(wait, needed):
            ask = self._monotonic() >= self._ask_at
            needed = not self._courier.deliver(ask=ask)
            if ask and not needed:
                self._ask_at = self._monotonic() + self._ask_every * random.uniform(0.75, 1.25)  # noqa: S311  the same
            self._failures = self._failures + 1 if needed else 0
            wait = self._backoff.after(self._failures) if needed else self._rest

    def _pause(self, seconds: float, needed: bool) -> bool:
        """Sleep so long, and where it is not needed until woken or time to ask, too. False where the end has come."""
        deadline = self._monotonic() + seconds
        with self._condition:
            self._condition.wait_for(lambda: self._stopped, max(0.0, deadline - self._monotonic()))
            rest = max(0.0, self._ask_at - self._monotonic())
            self._condition.wait_for(lambda: needed or self._woken or self._stopped, rest)
            self._woken = False
            return not self._stopped
