"""Which programs talk to public addresses. Asked only when something new does: psutil then looks at every process's descriptors,
which takes longer than all the rest of a look at the network.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from checks.addresses import is_public, parse
from checks.subjects import Connection

BELIEVED_SECONDS = 60.0
"""How long the names are believed while the same ends are talked to, or fewer."""

_End = tuple[str, int]


class Owners:
    """The names of programs by the public ends that they talk to. `ask` gives them all anew."""

    def __init__(self, ask: Callable[[], Mapping[_End, str]] | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask or _programs
        self._clock = clock
        self._asked_at = -math.inf
        self._ends: frozenset[_End] = frozenset()
        self._names: Mapping[_End, str] = {}

    def named(self, connections: Iterable[Connection]) -> tuple[Connection, ...]:
        """The connections, those to public addresses with the name of a program that holds them, as far as the system tells."""
        every = tuple(connections)
        ends = frozenset(_end(each) for each in every if is_public(each.remote))
        if not ends:
            return every
        if not ends <= self._ends or self._clock() - self._asked_at > BELIEVED_SECONDS:
            self._asked_at, self._ends, self._names = self._clock(), ends, self._ask()
        return tuple(replace(each, program=self._names.get(_end(each), "")) for each in every)


def _end(connection: Connection) -> _End:
    return str(parse(connection.remote)), connection.port


def _programs() -> Mapping[_End, str]:
    """By remote end. Without root only one's own processes can be looked at."""
    import psutil  # 1 MB that an isolated computer's daemon never needs

    found: dict[_End, str] = {}
    with suppress(psutil.Error, OSError):
        for each in psutil.net_connections(kind="inet"):
            if each.raddr and each.pid:
                with suppress(psutil.Error):
                    found.setdefault((str(parse(each.raddr.ip)), each.raddr.port), psutil.Process(each.pid).name())
    return found
