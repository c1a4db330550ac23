"""Delivers in a process of its own (`agent.sending`): keys, TLS and HTTP are there only as long as there is something to send."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from agent.apart import Apart
from agent.sources.base import Change
from agent.spool import Header
from policies.vocabulary import Paths

log = logging.getLogger(__name__)

SENDING = "agent.sending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What the process is told: what stands on a report sealed now, and how paths leave this computer; `ask` for a newer register
    though none was promised.
    """

    header: Header
    paths: Paths
    ask: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What it answers: whether all was delivered; `new_register`: one was stored, or the one here is known to be the newest."""

    delivered: bool
    new_register: bool = False


class Courier:
    """Sends the process. `header` says what stands on a report sealed now; `post` is told when a new register is stored."""

    def __init__(
        self,
        folder: Path,
        *,
        header: Callable[[], Header],
        paths: Paths,
        post: Callable[[Change], None],
        now: Callable[[], datetime],
        program: str = SENDING,
    ) -> None:
        self._apart = Apart(program, folder)
        self._header = header
        self._paths = paths
        self._post = post
        self._now = now

    def deliver(self, *, ask: bool = False) -> bool:
        """Deliver all that waits, and `ask` for a newer register. False where it has to be tried again later."""
        errand = msgspec.json.encode(Errand(header=self._header(), paths=self._paths, ask=ask))
        try:
            outcome = msgspec.json.decode(self._apart.ask(errand), type=Outcome)
        except (OSError, ValueError) as error:
            log.warning("nothing could be sent: %s", error)
            return False
        if outcome.new_register:
            self._post(Change(source="register", key="", at=self._now()))
        return outcome.delivered

    def stop(self) -> None:
        """Give up a delivery that is under way: its report is sent again at the next start."""
        self._apart.stop()
