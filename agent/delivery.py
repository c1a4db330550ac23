"""Delivers sealed reports to the collector, one at a time and in order.

Three kinds of no: the collector is away or busy (try later), it does not know this computer (try later and say so, since that
is for a person to mend), it will never take this one report (declare it lost, send the whole state instead).
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from agent.https import Answer, Link
from agent.identity import Identity
from agent.registers import confirm_register, load_register, store_register
from agent.spool import Header, Spool
from agent.store import Store
from agent.uplink import HEALTH, Health

log = logging.getLogger(__name__)

_NEVER = frozenset({400, 409, 413, 415, 422})
"""Answers that stay the same however often this report is sent."""


NOTHING_NEWER, NO_REGISTER = 204, 404
"""Answers to whoever asks for a register newer than the one that it names."""
PROMISED = "promised_register"
"""Remembered in the store: the newest register that the collector told of."""


class Receipt(msgspec.Struct, frozen=True):
    """The collector's answer to a report that it has stored."""

    next: int
    missing: tuple[int, ...] = ()
    full: bool = False
    register: int = 0


class Refusal(msgspec.Struct, frozen=True):
    """The collector's answer to a report that it will never store. `next`: the number to go on with, 0 where it says none."""

    next: int = 0


class DeliveryError(Exception):
    """The collector did not take a report now; it may later."""


class Delivery:
    """Sends what waits. `header` is what stands on a report sealed now."""

    def __init__(self, store: Store, spool: Spool, identity: Identity, header: Header, *, now: Callable[[], datetime]) -> None:
        self.new_register = False
        """A register was stored, or is now known to be still the newest: what is configured is no longer what it was."""
        self._store = store
        self._spool = spool
        self._identity = identity
        self._header = header
        self._now = now

    def attempt(self, *, ask: bool = False) -> bool:
        """Send all that waits, and `ask` for a newer register. False where it has to be tried again later; the failure is
        remembered, never raised.
        """
        try:
            self._exchange(ask=ask)
            if self._health().failures:
                self._note(lambda known: replace(known, failures=0, error=""))
        except (OSError, HTTPException, sqlite3.Error, DeliveryError, ValueError) as error:  # EnvelopeError is a ValueError
            told = str(error) or type(error).__name__
            log.warning("the collector was not reached or did not take a report: %s", told)
            self._note(lambda known: replace(known, failures=known.failures + 1, error=told))
            return False
        return True

    def _exchange(self, *, ask: bool) -> None:
        if not ask and not self._waits():
            return
        with Link(self._identity.record.url, self._identity.ca_file) as link:
            while (envelope := self._next()) is not None:
                sequence, data = envelope
                self._take(sequence, link.post("/api/v1/reports", data))
            if ask or self._lacks_register():
                self._ask_register(link)

    def _waits(self) -> bool:
        return self._spool.waiting() or self._spool.next_envelope() is not None or self._lacks_register()

    def _lacks_register(self) -> bool:
        """Whether a register was promised and is not here: one that could not be fetched is asked for again."""
        return (self._store.recall(PROMISED) or 0) > self._register_version()

    def _next(self) -> tuple[int, bytes] | None:
        return self._spool.next_envelope() or (
            self._spool.next_envelope() if self._spool.seal(self._header, self._now()) else None
        )

    def _take(self, sequence: int, answer: Answer) -> None:
        if answer.status in (200, 201):
            self._acknowledge(sequence, _receipt(answer))
        elif answer.status in _NEVER:
            self._refused(sequence, answer)
        else:
            raise DeliveryError(_told(answer))

    def _acknowledge(self, sequence: int, receipt: Receipt) -> None:
        was_full = self._spool.is_full(sequence)
        with self._store.transaction():
            self._spool.acknowledge(sequence)
            self._spool.skip_to(receipt.next)
            lost = self._spool.resend(receipt.missing)
            asked = receipt.full and self._spool.ask_full()
            self._store.remember(PROMISED, receipt.register)
        self._note(lambda known: replace(_made_good(known) if was_full else known, failures=0, error="", last_ok=self._now()))
        if was_full and (asked or lost):
            raise DeliveryError("the collector asks for the whole state again, right after it got it")

    def _refused(self, sequence: int, answer: Answer) -> None:
        """The whole state is sent instead; after a pause, lest a quarrel about every report fill the wire."""
        told = _told(answer)
        with self._store.transaction():
            self._spool.refuse(sequence, told)
            self._spool.skip_to(_refusal(answer).next)  # this computer came back from an old copy: its number was given before
        self._note(lambda known: replace(known, refused=known.refused + 1, refusal=f"report {sequence}: {told}"))
        raise DeliveryError(f"report {sequence} was refused for good: {told}")

    def _ask_register(self, link: Link) -> None:
        """Fetch the register if there is a newer one than this computer has (its version is told, 0 for none)."""
        known = self._register_version()
        answer = link.get(f"/api/v1/register?computer={quote(self._identity.record.computer)}&known={known}")
        if answer.status == NOTHING_NEWER and not self._lacks_register():
            self.new_register = confirm_register(self._identity, known, self._now())
        elif answer.status == 200:
            register = store_register(self._identity, answer.body)
            confirm_register(self._identity, register.version, self._now())
            log.info("media register %d is stored", register.version)
            self.new_register = True
        elif answer.status != NO_REGISTER or self._lacks_register():
            raise DeliveryError(f"the register could not be fetched: {_told(answer)}")

    def _register_version(self) -> int:
        stored = load_register(self._identity)
        return stored.version if stored else 0

    def _health(self) -> Health:
        return msgspec.convert(self._store.recall(HEALTH) or {}, Health)

    def _note(self, change: Callable[[Health], Health]) -> None:
        """Remember how it fares; where even that cannot be written, the state file's own trouble is told elsewhere."""
        try:
            with self._store.transaction():
                self._store.remember(HEALTH, replace(change(self._health()), last_try=self._now()))
        except sqlite3.Error as error:
            log.warning("the uplink's health could not be noted: %s", error)


def _receipt(answer: Answer) -> Receipt:
    try:
        return msgspec.json.decode(answer.body, type=Receipt)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DeliveryError(f"the collector's answer cannot be understood: {error}") from None


def _made_good(known: Health) -> Health:
    """Once the whole state is there, no report that was refused is missed any more."""
    return replace(known, refused=0, refusal="")


def _refusal(answer: Answer) -> Refusal:
    try:
        return msgspec.json.decode(answer.body, type=Refusal)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Refusal()


def _told(answer: Answer) -> str:
    """The collector's words, cut short and on one line: they go into a log."""
    words = " ".join(answer.body[:200].decode("utf-8", "replace").split())
    return f"HTTP {answer.status} {words}".strip()
