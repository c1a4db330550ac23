"""How long after the kernel's word a finding is on disk: a default route comes and goes before an idle daemon in a namespace.

The clock starts when a bare listener has heard of the route, and stops when the state file shows it.

Needs root and ip(8).
"""

from __future__ import annotations

import math
import select
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from agent.sources.netlink import NETLINK_ROUTE, heard, subscribe
from agent.store import DATABASE, Store
from tests.bench.idle import Rows
from tests.e2e.world import Endpoint
from tests.netns import Namespace, internet, namespace

_TIMES = 60
_IPV4_ROUTE = 1 << 6
_PATIENCE = 60.0
_REST = 0.2
"""Seconds between two changes: the daemon sleeps again."""
_GOAL = "goal 50 ms"


def measure() -> Rows:
    """The median, and how long 95 and 99 of 100 take at most, for the opening and the end of a finding."""
    with (
        tempfile.TemporaryDirectory() as folder,
        namespace(ipv6=False) as inside,
        internet(inside),
        _daemon(Path(folder), inside) as endpoint,
        Store.look(endpoint.state / DATABASE) as store,
        inside.call(lambda: subscribe(NETLINK_ROUTE, _IPV4_ROUTE, 1 << 20)) as listener,
    ):
        opened, ended = _measured(inside, listener, lambda: _is_open(store))
    return [*_rows("a route comes: found on disk", opened), *_rows("a route goes: ended on disk", ended)]


def _measured(inside: Namespace, listener: socket.socket, is_open: Callable[[], bool]) -> tuple[list[float], list[float]]:
    opened: list[float] = []
    ended: list[float] = []
    for _ in range(_TIMES):
        for verb, took, wanted in (("add", opened, True), ("del", ended, False)):
            select.select([], [], [], _REST)
            list(heard(listener))
            with ThreadPoolExecutor(1) as pool:  # beside it, lest the end of ip(8) be waited for before the clock starts
                changed = pool.submit(inside.ip, "route", verb, "default", "via", "198.51.100.1")
                heard_at = _wait_for_word(listener)
                took.append(_wait_for(is_open, wanted) - heard_at)
                changed.result()
    return opened, ended


def _wait_for_word(listener: socket.socket) -> float:
    """When the kernel has announced the change."""
    if not select.select([listener], [], [], _PATIENCE)[0]:
        raise TimeoutError("the kernel never announced the route")
    return time.monotonic()


def _wait_for(is_open: Callable[[], bool], wanted: bool) -> float:
    deadline = time.monotonic() + _PATIENCE
    while is_open() is not wanted:
        if time.monotonic() > deadline:
            raise TimeoutError("the finding never came or never ended")
        select.select([], [], [], 0.001)
    return time.monotonic()


def _is_open(store: Store) -> bool:
    return bool(store.value("SELECT COUNT(*) FROM open_findings WHERE check_id = 'network.default-route'"))


@contextmanager
def _daemon(folder: Path, inside: Namespace) -> Iterator[Endpoint]:
    """A daemon with all checks of the pack, which has scanned and sleeps."""
    with Endpoint(folder, ["ip", "netns", "exec", inside.name]) as endpoint:
        endpoint.write_policy(folder / "docs")
        endpoint.start_daemon()
        endpoint.wait_for_whole_scan()
        yield endpoint


def _rows(what: str, seconds: list[float]) -> Rows:
    ordered = sorted(seconds)
    figures = {"median": statistics.median(ordered), "p95": _share(ordered, 0.95), "p99": _share(ordered, 0.99)}
    return [
        {"what": f"{what}, {name}", "value": f"{1000 * value:.0f} ms", "against": _GOAL if name == "p95" else f"n={len(ordered)}"}
        for name, value in figures.items()
    ]


def _share(ordered: list[float], share: float) -> float:
    """The value that this share of all does not pass."""
    return ordered[math.ceil(share * len(ordered)) - 1]
