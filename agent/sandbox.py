"""The parent's side of the workers that parse untrusted files: starts them, hands them open files, outlives their deaths.

A worker has no network, no file system and no rights (see `agent.confinement`), and what it says is not trusted either: only a
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
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from types import TracebackType

import msgspec

from agent.channel import MOST_FILES, Answers, ask
from agent.extract.reading import Reading, unread
from agent.zygote import Zygote
from policies.vocabulary import Unread

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parent.parent
_WORKERS_SHARE = 0.8  # of the time limit is the worker's own: a slow file then still gives the marks that were found
_TOGETHER = MOST_FILES // 2
"""Files that go to the worker in one message while it still has others; once it is waited for, as many as there are."""
_ASIDE_SECONDS = 0.01
"""How long an answer is waited for before whoever waits may look at other things."""
_START_SECONDS = 60.0
_END_SECONDS = 5.0
_ONLY_ROOT_HAS = frozenset({"network_namespace", "nobody"})


class SandboxUnavailable(Exception):
    """The worker cannot be started; nothing is parsed outside it."""


@dataclass(slots=True, eq=False)
class Ticket:
    """A file that was handed over; its `reading` comes later."""

    file: int
    explain: bool
    before_retry: Callable[[], None]
    tried: bool = False
    since: float | None = None
    """When its turn came to be waited for."""
    reading: Reading | None = None


class Sandbox:
    """Reads files in a worker that is started when the first one comes. Safe to use from several threads.

    `seconds`: wall time for one file; `memory`: bytes for the worker; `files`: how many it reads before a fresh one takes over;
    `idle`: seconds without a file after which all ends, since the parsers take more memory than all the rest; `program`: the
    module that is run; `told` hears once which protections are in force, by name.
    """

    def __init__(
        self,
        *,
        seconds: float = 30.0,
        memory: int = 512 << 20,
        files: int = 500,
        idle: float = 30.0,
        program: str = "agent.worker",
        told: Callable[[Mapping[str, bool]], None] = lambda force: None,
    ) -> None:
        self._seconds = seconds
        self._files = files
        self._idle = idle
        self._nursery = _Nursery(program, memory, told)
        self._changed = threading.Condition(threading.RLock())
        self._worker: _Worker | None = None
        self._waiting: deque[Ticket] = deque()
        self._unasked: list[Ticket] = []
        """Those that wait and are not with the worker yet: the last ones."""
        self._used_at = 0.0
        self._minder: threading.Thread | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def submit(self, file: int, *, explain: bool = False, before_retry: Callable[[], None] = lambda: None) -> Ticket:
        """Hand over a regular file that is open for reading and stays so until its `result` is known; its position moves.

        A file that kills the worker is tried once more, after `before_retry`; at the second death it counts as corrupt.
        Raises SandboxUnavailable.
        """
        ticket = Ticket(file, explain, before_retry)
        with self._changed:
            worker = self._ready()
            self._waiting.append(ticket)
            self._unasked.append(ticket)
            if len(self._unasked) >= _TOGETHER and not worker.served(self._files):  # else it answers what it has, and ends
                self._hand_over(worker)
        return ticket

    def result(self, ticket: Ticket, *, meanwhile: Callable[[], None] | None = None) -> Reading:
        """Wait for the reading of a file; `meanwhile` is called again and again as long as that takes.

        Raises SandboxUnavailable.
        """
        with self._changed:
            while ticket.reading is None:
                if not self._step(None if meanwhile is None else _ASIDE_SECONDS) and meanwhile is not None:
                    meanwhile()
            return ticket.reading

    def read(self, file: int, *, explain: bool = False, before_retry: Callable[[], None] = lambda: None) -> Reading:
        """Hand over a file and wait for its reading; see `submit`."""
        return self.result(self.submit(file, explain=explain, before_retry=before_retry))

    def discard(self, tickets: Iterable[Ticket]) -> None:
        """Some files that were handed over are of no interest any more, and may be closed."""
        with self._changed:
            gone = [ticket for ticket in tickets if ticket in self._waiting]
            for ticket in gone:
                self._waiting.remove(ticket)
            if gone:
                self._lose()

    def protections(self) -> Mapping[str, bool]:
        """Which protections are in force in the worker, by name. Raises SandboxUnavailable."""
        with self._changed:
            return self._ready().protections

    def rest(self) -> None:
        """End all processes until a file comes again, or one that was handed over is asked for."""
        with self._changed:
            self._lose()
            self._nursery.end()
            self._changed.notify_all()

    def close(self) -> None:
        """End all processes."""
        self.rest()

    def _step(self, patience: float | None) -> bool:
        """Take the next answer, which is about the file that waits longest, or learn why there is none. False where nothing was
        learnt within `patience` seconds."""
        first = self._waiting[0]
        first.since = first.since or time.monotonic()
        try:
            worker = self._ready()
            if len(self._unasked) == len(self._waiting):
                self._hand_over(worker)
            if patience is not None and not worker.answers(patience):
                if time.monotonic() - first.since < self._seconds:
                    return False
                raise TimeoutError
            first.reading = worker.reading(self._seconds)
        except TimeoutError:
            first.reading = unread(Unread.TIMEOUT)
            self._lose()
        except (OSError, EOFError, ValueError):
            self._lose()
            if first.tried:
                first.reading = unread(Unread.CORRUPT)
            else:
                first.before_retry()
                first.tried, first.since = True, None
        if first.reading is not None:
            self._waiting.popleft()
        self._used_at = time.monotonic()
        return True

    def _hand_over(self, worker: _Worker) -> None:
        """Give the worker all that it has not got yet."""
        for at in range(0, len(self._unasked), MOST_FILES):
            worker.ask(self._unasked[at : at + MOST_FILES], self._seconds)
        self._unasked.clear()

    def _lose(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None
            self._nursery.end_worker()

    def _ready(self) -> _Worker:
        """A worker that lives. One that has served its time is left when it has answered all; another must be given all files
        that wait."""
        has_answered_all = len(self._unasked) == len(self._waiting)
        if self._worker is not None and has_answered_all and not self._worker.fit(self._files):
            self._lose()
        if self._worker is None:
            self._worker = self._nursery.worker()
            self._unasked = list(self._waiting)
            self._used_at = time.monotonic()
        if self._minder is None:
            self._minder = threading.Thread(target=self._mind, name="sandbox", daemon=True)
            self._minder.start()
        return self._worker

    def _mind(self) -> None:
        """End the worker once no file has come for so long. This thread lives only while there is a worker: it costs an idle
        daemon nothing, and under a scan a wakeup each time that the idle seconds have passed."""
        with self._changed:
            while self._nursery.lives and (rest := self._used_at + self._idle - time.monotonic()) > 0:
                self._changed.wait(rest)
            self.rest()
            self._minder = None


class _Worker:
    """The channel to one worker."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._answers = Answers(channel)
        self._served = 0
        self._broken = False
        self.protections: Mapping[str, bool] = msgspec.json.decode(self._answers.next(_START_SECONDS), type=dict[str, bool])

    def fit(self, most: int) -> bool:
        """Whether it lives, has not served its time and said nothing unasked; only where it has answered all."""
        try:
            self._answers.expect_none()
        except (OSError, EOFError, ValueError):
            return False
        return not self._broken and not self.served(most)

    def served(self, most: int) -> bool:
        """Whether it was given as many files as one worker gets."""
        return self._served >= most

    def ask(self, tickets: Sequence[Ticket], seconds: float) -> None:
        """Hand over some files. That the worker is gone is learnt when its answer is asked for."""
        self._served += len(tickets)
        try:
            for explain, alike in groupby(tickets, key=attrgetter("explain")):
                ask(self._channel, [ticket.file for ticket in alike], seconds * _WORKERS_SHARE, explain=explain)
        except OSError:
            self._broken = True

    def answers(self, seconds: float) -> bool:
        """Whether `reading` can tell within so many seconds. Raises what it does but TimeoutError."""
        if self._broken:
            raise EOFError
        return self._answers.come(seconds)

    def reading(self, seconds: float) -> Reading:
        """The next answer. Raises TimeoutError, OSError and EOFError where it died, ValueError for nonsense."""
        if self._broken:
            raise EOFError
        return Reading.decode(self._answers.next(seconds))

    def close(self) -> None:
        self._channel.close()


class _Nursery:
    """The process that forks the workers, while there is one."""

    def __init__(self, program: str, memory: int, told: Callable[[Mapping[str, bool]], None]) -> None:
        self._program = program
        self._memory = memory
        self._tell = told
        self._process: subprocess.Popen[bytes] | None = None
        self._zygote: Zygote | None = None
        self._told = False

    @property
    def lives(self) -> bool:
        return self._process is not None

    def worker(self) -> _Worker:
        """A fresh worker in place of the former. Raises SandboxUnavailable."""
        for last in (False, True):  # the process may have died or got stuck since the last time
            ours, far_end = socket.socketpair()
            try:
                with far_end:
                    self._started().fork(far_end.fileno())
                worker = _Worker(ours)
            except SandboxUnavailable:
                ours.close()
                raise
            except (OSError, EOFError, ValueError, RecursionError) as error:
                ours.close()
                status = self.end()
                if last:
                    raise SandboxUnavailable(f"the worker did not start (status {status})") from error
                continue
            self._judge(worker)
            return worker
        raise AssertionError("unreachable")

    def end_worker(self) -> None:
        """End the worker, which may be busy with a file for ever."""
        if self._zygote is not None:
            try:
                self._zygote.end()
            except (OSError, EOFError):
                self.end()

    def end(self) -> int | None:
        """Kill the process, and with it its worker; not waiting for ever, since the kernel keeps one that reads from a dead file
        system. Answers the status with which it ended."""
        process, self._process = self._process, None
        if process is None:
            return None
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None
        process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
        return process.returncode

    def _started(self) -> Zygote:
        if self._zygote is None or self._process is None or self._process.poll() is not None:
            self.end()
            control, far_end = socket.socketpair()
            with far_end:
                try:
                    self._process = _start(self._program, far_end.fileno(), self._memory)
                except OSError as error:
                    control.close()
                    raise SandboxUnavailable(os.strerror(error.errno or 0)) from error
            self._zygote = Zygote(control, _START_SECONDS)
        return self._zygote

    def _judge(self, worker: _Worker) -> None:
        """Tell once what this kernel does not offer. Nothing is parsed where nothing keeps a parser from files and programs."""
        missing = {name for name, on in worker.protections.items() if not on} - (set() if os.geteuid() == 0 else _ONLY_ROOT_HAS)
        if not self._told:
            self._tell({name: on for name, on in worker.protections.items() if on or name in missing})
            if missing:
                log.warning("the parser runs without these protections: %s", ", ".join(sorted(missing)))
        self._told = True
        if not (worker.protections.get("seccomp") or worker.protections.get("landlock")):
            worker.close()
            self.end()
            raise SandboxUnavailable("this kernel offers neither seccomp nor Landlock")


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
