"""Sends sealed reports to the collector, one at a time and in order; backs off while it cannot, sleeps while nothing waits.

Three kinds of no: the collector is away or busy (try later), it does not know this computer (try later and say so, since that
is for a person to mend), it will never take this one report (declare it lost, send the whole state instead).
"""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException

import msgspec

from agent.https import Answer, Link
from agent.identity import Identity
from agent.registers import load_register, store_register
from agent.sources.base import Change
from agent.spool import Header, Spool
from agent.store import Store

log = logging.getLogger(__name__)

HEALTH = "uplink"
"""The name under which the store remembers how the uplink fares."""
_NEVER = frozenset({400, 409, 413, 415, 422})
"""Answers that stay the same however often this report is sent."""


class Receipt(msgspec.Struct, frozen=True):
    """The collector's answer to a report that it has stored."""

    next: int
    missing: tuple[int, ...] = ()
    full: bool = False
    register: int = 0


class Health(msgspec.Struct, frozen=True):
    """How the uplink fares, for `agent status`. `refused`: reports that the collector will never take."""

    last_ok: datetime | None = None
    last_try: datetime | None = None
    failures: int = 0
    error: str = ""
    refused: int = 0
    refusal: str = ""


class UplinkError(Exception):
    """The collector did not take a report now; it may later."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential, with full jitter: computers that lost their collector at once do not come back at once. In seconds."""

    start: float = 5.0
    cap: float = 3600.0
    pick: Callable[[float, float], float] = random.uniform

    def after(self, failures: int) -> float:
        """How long to wait after so many failures in a row."""
        return self.pick(0.0, min(self.cap, self.start * 2.0 ** min(failures - 1, 30)))


class Uplink:
    """The thread that sends. `header` says what stands on a report sealed now; `post` is told when a new register is stored."""

    def __init__(
        self,
        store: Store,
        spool: Spool,
        identity: Identity,
        *,
        header: Callable[[], Header],
        post: Callable[[Change], None],
        now: Callable[[], datetime],
        backoff: Backoff | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._spool = spool
        self._identity = identity
        self._header = header
        self._post = post
        self._now = now
        self._backoff = backoff or Backoff()
        self._monotonic = monotonic
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
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def attempt(self) -> bool:
        """Send all that waits. False where it has to be tried again later; the failure is remembered, never raised."""
        try:
            self._exchange()
        except (OSError, HTTPException, sqlite3.Error, UplinkError, ValueError) as error:  # EnvelopeError is a ValueError
            self._failures += 1
            log.warning("the collector was not reached or did not take a report: %s", error)
            self._note(failures=self._failures, error=str(error) or type(error).__name__)
            return False
        self._failures = 0
        return True

    def _run(self) -> None:
        wait: float | None = 0.0
        while self._pause(wait):
            wait = None if self.attempt() else self._backoff.after(self._failures)

    def _pause(self, seconds: float | None) -> bool:
        """Sleep until it is time, or where `seconds` is None until woken. False where the end has come."""
        deadline = None if seconds is None else self._monotonic() + seconds
        with self._condition:
            if deadline is None:
                self._condition.wait_for(lambda: self._woken or self._stopped)
            else:
                self._condition.wait_for(lambda: self._stopped, max(0.0, deadline - self._monotonic()))
            self._woken = False
            return not self._stopped

    def _exchange(self) -> None:
        if not self._waits():
            return
        with self._identity.link() as link:
            while not self._stopped and (envelope := self._next()) is not None:
                sequence, data = envelope
                self._take(link, sequence, link.post("/api/v1/reports", data))

    def _waits(self) -> bool:
        return self._spool.waiting() or self._spool.next_envelope() is not None

    def _next(self) -> tuple[int, bytes] | None:
        return self._spool.next_envelope() or (
            self._spool.next_envelope() if self._spool.seal(self._header(), self._now()) else None
        )

    def _take(self, link: Link, sequence: int, answer: Answer) -> None:
        if answer.status in (200, 201):
            self._acknowledge(link, sequence, _receipt(answer))
        elif answer.status in _NEVER:
            self._refused(sequence, answer)
        else:
            raise UplinkError(_told(answer))

    def _acknowledge(self, link: Link, sequence: int, receipt: Receipt) -> None:
        was_full = self._spool.is_full(sequence)
        with self._store.transaction():
            self._spool.acknowledge(sequence)
            self._spool.skip_to(receipt.next)
            lost = self._spool.resend(receipt.missing)
            asked = receipt.full and self._spool.ask_full()
        self._note(failures=0, error="", last_ok=self._now())
        if receipt.register > self._register_version():
            self._fetch_register(link)
        if was_full and (asked or lost):
            raise UplinkError("the collector asks for the whole state again, right after it got it")

    def _refused(self, sequence: int, answer: Answer) -> None:
        """The whole state is sent instead; after a pause, lest a quarrel about every report fill the wire."""
        told = _told(answer)
        self._spool.refuse(sequence, told)
        refused = self._health().refused + 1
        self._note(refused=refused, refusal=f"report {sequence}: {told}")
        raise UplinkError(f"report {sequence} was refused for good: {told}")

    def _fetch_register(self, link: Link) -> None:
        answer = link.get("/api/v1/register")
        if answer.status != 200:
            raise UplinkError(f"the register could not be fetched: {_told(answer)}")
        register = store_register(self._identity, answer.body)
        log.info("media register %d is stored", register.version)
        self._post(Change(source="register", key="", at=self._now()))

    def _register_version(self) -> int:
        stored = load_register(self._identity)
        return stored.version if stored else 0

    def _health(self) -> Health:
        return msgspec.convert(self._store.recall(HEALTH) or {}, Health)

    def _note(self, **values: object) -> None:
        """Remember how it fares; where even that cannot be written, the state file's own trouble is told elsewhere."""
        try:
            with self._store.transaction():
                known = msgspec.to_builtins(self._health())
                self._store.remember(HEALTH, {**known, "last_try": self._now(), **values})
        except sqlite3.Error as error:
            log.warning("the uplink's health could not be noted: %s", error)


def _receipt(answer: Answer) -> Receipt:
    try:
        return msgspec.json.decode(answer.body, type=Receipt)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UplinkError(f"the collector's answer cannot be understood: {error}") from None


def _told(answer: Answer) -> str:
    """The collector's words, cut short and on one line: they go into a log."""
    words = " ".join(answer.body[:200].decode("utf-8", "replace").split())
    return f"HTTP {answer.status} {words}".strip()
