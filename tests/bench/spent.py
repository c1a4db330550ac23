"""What a command costs with all that it starts: CPU seconds and the most memory that one of its processes held."""

from __future__ import annotations

import ctypes
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_BECOME_SUBREAPER = 36
_LOOK_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class Spent:
    """`cpu`: user and system seconds of the command and of all that it started; `wall`: seconds; `peak`: bytes of the largest
    process, `below`: of the largest that the command started, both as seen twenty times a second; `code`: how it ended.
    """

    cpu: float
    wall: float
    peak: int
    below: int
    code: int


def spent(
    command: Sequence[str | Path],
    environ: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
    folder: Path | None = None,
) -> Spent:
    """Run a command in a folder to its end. Must not be called while this process has other children."""
    _adopt_orphans()
    began = time.monotonic()
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(command, env=environ, cwd=folder, stdin=nothing, stdout=output or nothing, stderr=nothing)
    with _Watch(process.pid) as watch:
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall, cpu = time.monotonic() - began, usage.ru_utime + usage.ru_stime
    cpu += sum(other.ru_utime + other.ru_stime for other in _orphans())
    return Spent(cpu, wall, max(watch.own, watch.below), watch.below, process.returncode)


def _adopt_orphans() -> None:
    """What outlives its parent below this process becomes this one's child, so that its CPU time is not lost."""
    if ctypes.CDLL(None, use_errno=True).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def _orphans() -> Iterator[os.struct_rusage]:  # type: ignore[name-defined]  # typeshed keeps it in `resource`
    while True:
        try:
            yield os.wait4(-1, 0)[2]
        except ChildProcessError:
            return


class _Watch:
    """Looks at the memory of a process and of its descendants while it runs.

    What the system tells of a process that has ended counts what its parent held when it was started, and so does not serve.
    """

    def __init__(self, pid: int) -> None:
        self.own = 0
        self.below = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            self.own = max(self.own, _high_water(self._pid))
            self.below = max([self.below, *map(_high_water, _descendants(self._pid))])
            if self._over.wait(_LOOK_EVERY):
                return


def _descendants(pid: int) -> Iterator[int]:
    for child in _read(f"/proc/{pid}/task/{pid}/children", str.split):
        yield int(child)
        yield from _descendants(int(child))


def _high_water(pid: int) -> int:
    lines = _read(f"/proc/{pid}/status", str.splitlines)
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:")), 0)


def _read(path: str, apart: Callable[[str], list[str]]) -> list[str]:
    """A file of a process, nothing where that has ended meanwhile."""
    try:
        return apart(Path(path).read_text(encoding="utf-8", errors="replace"))
    except (FileNotFoundError, ProcessLookupError):
        return []
