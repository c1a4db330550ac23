"""The parent's side of the worker that parses untrusted files: starts it, hands it open files, outlives its deaths.

The worker has no network, no file system and no rights (see `agent.confinement`), and what it says is not trusted either: only a
well-formed reading is taken from it.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import msgspec

from agent.channel import answered, ask
from agent.extract.reading import Reading, unread
from policies.vocabulary import Unread

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parent.parent
_WORKERS_SHARE = 0.8  # of the time limit is the worker's own: a slow file then still gives the marks that were found
_START_SECONDS = 60.0
_END_SECONDS = 5.0
_ONLY_ROOT_HAS = frozenset({"network_namespace", "nobody"})


class SandboxUnavailable(Exception):
    """The worker cannot be started; nothing is parsed outside it."""


class Sandbox:
    """Reads files in a worker that is started when the first one comes. Safe to use from several threads, one file at a time.

    `seconds`: wall time for one file; `memory`: bytes for the worker; `files`: how many it reads before a fresh one takes over;
    `idle`: seconds without a file after which it ends, since its parsers take more memory than all the rest; `program`: the
    module that the worker runs.
    """

    def __init__(
        self,
        *,
        seconds: float = 30.0,
        memory: int = 512 << 20,
        files: int = 2000,
        idle: float = 30.0,
        program: str = "agent.worker",
    ) -> None:
        self._seconds = seconds
        self._memory = memory
        self._files = files
        self._idle = idle
        self._program = program
        self._changed = threading.Condition()
        self._worker: _Worker | None = None
        self._used_at = 0.0
        self._minder: threading.Thread | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def read(self, fd: int, *, before_retry: Callable[[], None] = lambda: None) -> Reading:
        """Read a regular file that is open for reading; its position moves. Raises SandboxUnavailable.

        A file that kills the worker is tried once more, after `before_retry`; at the second death it counts as corrupt.
        """
        with self._changed:
            reading = self._try(fd)
            if reading is None:
                before_retry()
                reading = self._try(fd)
            return reading or unread(Unread.CORRUPT)

    def protections(self) -> Mapping[str, bool]:
        """Which protections are in force in the worker, by name. Raises SandboxUnavailable."""
        with self._changed:
            return self._ready().protections

    def rest(self) -> None:
        """End the worker until a file comes again."""
        with self._changed:
            self._end()

    def close(self) -> None:
        """End the worker."""
        self.rest()

    def _try(self, fd: int) -> Reading | None:
        """A reading, or None where the worker died of it or answered nonsense."""
        try:
            return self._ready().read(fd, self._seconds)
        except TimeoutError:
            self._end()
            return unread(Unread.TIMEOUT)
        except (OSError, EOFError, ValueError):
            self._end()
            return None
        finally:
            self._used_at = time.monotonic()

    def _ready(self) -> _Worker:
        if self._worker is not None and not self._worker.fit(self._files):
            self._end()
        if self._worker is None:
            self._worker = _Worker(self._program, self._memory)
            self._used_at = time.monotonic()
        if self._minder is None:
            self._minder = threading.Thread(target=self._mind, name="sandbox", daemon=True)
            self._minder.start()
        return self._worker

    def _mind(self) -> None:
        """End the worker once no file has come for so long. This thread lives only while there is a worker: it costs an idle
        daemon nothing, and under a scan a wakeup each time that the idle seconds have passed."""
        with self._changed:
            while self._worker is not None and (rest := self._used_at + self._idle - time.monotonic()) > 0:
                self._changed.wait(rest)
            self._end()
            self._minder = None

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None
            self._changed.notify_all()


class _Worker:
    """One worker process and the socket to it."""

    def __init__(self, program: str, memory: int) -> None:
        self._channel, far_end = socket.socketpair()
        with far_end:
            try:
                self._process = _start(program, far_end.fileno(), memory)
            except OSError as error:
                self._channel.close()
                raise SandboxUnavailable(os.strerror(error.errno or 0)) from error
        self._served = 0
        try:
            self.protections = msgspec.json.decode(answered(self._channel, _START_SECONDS), type=dict[str, bool])
        except (OSError, EOFError, ValueError, RecursionError) as error:
            self.end()
            raise SandboxUnavailable(f"the worker did not start (status {self._process.returncode})") from error
        self._judge_protections()

    def _judge_protections(self) -> None:
        """What this kernel does not offer is told; where nothing keeps a parser from files and programs, there is no parsing."""
        missing = {name for name, on in self.protections.items() if not on} - (set() if os.geteuid() == 0 else _ONLY_ROOT_HAS)
        if missing:
            log.warning("the parser runs without these protections: %s", ", ".join(sorted(missing)))
        if not (self.protections.get("seccomp") or self.protections.get("landlock")):
            self.end()
            raise SandboxUnavailable("this kernel offers neither seccomp nor Landlock")

    def fit(self, most: int) -> bool:
        """Whether it lives and has not served its time."""
        return self._process.poll() is None and self._served < most

    def read(self, file: int, seconds: float) -> Reading:
        """Raises TimeoutError, OSError and EOFError where it died, ValueError for nonsense."""
        self._served += 1
        ask(self._channel, file, seconds * _WORKERS_SHARE)
        return Reading.decode(answered(self._channel, seconds))

    def end(self) -> None:
        """Kill it and wait until it is gone; not for ever, since the kernel keeps one that reads from a dead file system."""
        self._channel.close()
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)


def _start(program: str, descriptor: int, memory: int) -> subprocess.Popen[bytes]:
    """A fresh interpreter in a session of its own, with the caller's modules and nothing else of its environment."""
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-m", program, str(descriptor), str(memory)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[descriptor],
        cwd="/",
        env={"PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(os.path.isabs, sys.path)]), "LANG": "C.UTF-8"},
        start_new_session=True,
    )
