"""How long after it happened a finding is on disk, and how long until it has ended: for the network, files and media.

Once before a daemon that sleeps, and once before one that reads tens of thousands of small files for the first time. The clock
stops when the state file shows it. Needs root, ip(8), setpriv(1) and umockdev.
"""

from __future__ import annotations

import math
import os
import select
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.notes import WHOLE_SCAN
from agent.store import DATABASE, Store
from tests.bench.trials import PATIENCE, MakePlace, Place, Trial, files, files_by_inotify, routes, sticks
from tests.e2e.world import Endpoint, wait_until

TIMES = 60
"""How often everything is done before a daemon that sleeps; before one that is busy, as often as there is time for."""
STARTS = 10
"""How often a parser is started that had ended, as it does after half a minute without a file."""
MANY = 150_000
"""Files in one folder that a busy daemon reads."""
_REST = 0.2
"""Seconds between two changes: the daemon sleeps again."""

Rows = list[dict[str, str]]


def measure() -> Rows:
    """The median, and how long 95 and 99 of 100 take at most, for the opening and the end of a finding."""
    load = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    rows = [{"what": "load of this machine when it began", "value": load, "against": ""}]
    for make in (routes, files, files_by_inotify, sticks):
        rows += _idle(make)
    rows += _rested(files)
    for make in (routes, files, sticks):
        rows += _busy(make)
    return rows


def _idle(make: MakePlace) -> Rows:
    """What comes first is not counted: the parser starts for it."""
    with tempfile.TemporaryDirectory() as folder, make(Path(folder)) as place:
        place.endpoint.write_policy(place.documents)
        with _daemon(place) as store:
            place.endpoint.wait_for_whole_scan()
            for trial in place.trials:
                _once(trial, store)
            return [row for trial in place.trials for row in _tried(trial, store, "", lambda: True)]


def _rested(make: MakePlace) -> Rows:
    """The first file after a daemon has found an empty folder."""
    took: list[float] = []
    with tempfile.TemporaryDirectory() as folder, make(Path(folder)) as place:
        place.endpoint.write_policy(place.documents)
        trial = place.trials[0]
        for _ in range(STARTS):
            _forget(place)
            with _daemon(place) as store:
                place.endpoint.wait_for_whole_scan()
                took.append(_once(trial, store)[0])
    return _rows(f"{trial.come_name}, its parser had ended and starts: found", took, trial.goal)


def _busy(make: MakePlace) -> Rows:
    """Each trial before a first scan of its own, and only what happens before its end."""
    rows: Rows = []
    with tempfile.TemporaryDirectory() as folder, make(Path(folder)) as place:
        _policy_with(place, _many_files(Path(folder) / "many"))
        for trial in place.trials:
            rows += _tried_while_it_reads(place, trial)
    return rows


def _tried_while_it_reads(place: Place, trial: Trial) -> Rows:
    _forget(place)
    with _daemon(place) as store:
        wait_until(lambda: _is_reading(place.endpoint), "the daemon reads files")
        return _tried(trial, store, ", during a scan", lambda: store.recall(WHOLE_SCAN) is None)


def _forget(place: Place) -> None:
    for file in place.endpoint.state.glob("*.db*"):
        file.unlink()


def _policy_with(place: Place, folder: Path) -> None:
    place.endpoint.write_policy(place.documents)
    policy = place.endpoint.config / "policy.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("scan: []", f"scan: [{folder}]"), encoding="utf-8")


def _many_files(folder: Path) -> Path:
    folder.mkdir()
    for number in range(MANY):
        (folder / f"文件{number:05d}.txt").write_text(f"第{number}号资料\n请各单位落实。\n", encoding="utf-8")
    return folder


@contextmanager
def _daemon(place: Place) -> Iterator[Store]:
    """A daemon that has begun to write its state, to be looked at."""
    place.endpoint.start_daemon()
    try:
        file = place.endpoint.state / DATABASE
        wait_until(file.exists, "the daemon has begun")
        with Store.look(file) as store:
            yield store
    finally:
        place.endpoint.end_daemon()


def _is_reading(endpoint: Endpoint) -> bool:
    """Whether its parser lives."""
    return bool(Path(f"/proc/{endpoint.pid}/task/{endpoint.pid}/children").read_text(encoding="ascii").split())


def _tried(trial: Trial, store: Store, when: str, go_on: Callable[[], bool]) -> Rows:
    came: list[float] = []
    went: list[float] = []
    for _ in range(TIMES):
        come, go = _once(trial, store)
        if not go_on():
            break
        came.append(come)
        went.append(go)
    found = _rows(f"{trial.come_name}{when}: found", came, trial.goal)
    return found + (_rows(f"{trial.go_name}{when}: ended", went, trial.goal) if trial.go_name else [])


def _once(trial: Trial, store: Store) -> tuple[float, float]:
    """How long it took to be found and to have ended, in seconds."""
    select.select([], [], [], _REST)
    before = _count(store, trial.check)
    began = trial.come()
    found = _wait_for(store, trial.check, before + 1) - began
    select.select([], [], [], _REST)
    began = trial.go()
    return found, _wait_for(store, trial.check, before if trial.go_name else before + 1) - began


def _count(store: Store, check: str) -> int:
    count: int = store.value("SELECT COUNT(*) FROM open_findings WHERE check_id = ?", (check,))
    return count


def _wait_for(store: Store, check: str, wanted: int) -> float:
    deadline = time.monotonic() + PATIENCE
    while (count := _count(store, check)) != wanted:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{check}: {count} are open, never {wanted}")
        select.select([], [], [], 0.001)
    return time.monotonic()


def _rows(what: str, seconds: list[float], goal: str) -> Rows:
    if not seconds:
        return [{"what": what, "value": "not before the end of the scan", "against": goal}]
    ordered = sorted(seconds)
    figures = {"median": statistics.median(ordered), "p95": _share(ordered, 0.95), "p99": _share(ordered, 0.99)}
    return [
        {"what": f"{what}, {name}", "value": f"{1000 * value:.0f} ms", "against": goal if name == "p95" else f"n={len(ordered)}"}
        for name, value in figures.items()
    ]


def _share(ordered: list[float], share: float) -> float:
    """The value that this share of all does not pass."""
    return ordered[math.ceil(share * len(ordered)) - 1]
