"""Which programs talk to public addresses. Asked only when something does: psutil then looks at every process's descriptors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from checks.addresses import is_public, parse
from checks.subjects import Connection

_End = tuple[str, int]


def named(connections: Iterable[Connection]) -> tuple[Connection, ...]:
    """The connections, those to public addresses with the name of a program that holds them, as far as the system tells."""
    every = tuple(connections)
    if not any(is_public(each.remote) for each in every):
        return every
    programs = _programs()
    return tuple(replace(each, program=programs.get((str(parse(each.remote)), each.port), "")) for each in every)


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
