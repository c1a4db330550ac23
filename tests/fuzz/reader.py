"""The process that reads what was damaged, as the product's worker does, but one that tells its time, its memory and its mishaps.

`Reader` starts it. It loads every extractor and then only forks: a fork reads a batch of files, so that a death costs a batch and
memory that is never given back is seen. A fork is confined in memory only; the whole confinement is tried by `agent.sandbox`.
"""

from __future__ import annotations

import faulthandler
import io
import os
import re
import resource
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO

import msgspec

from agent.extract.base import Budget, Extractor
from agent.extract.charset import prepare
from agent.extract.reading import Reading
from agent.extract.registry import extractors
from agent.worker import read
from tests.fuzz.watched import watched, where

SECONDS = 5.0
"""Of a file's budget."""
MOST_CPU = SECONDS + 1
"""Seconds after which a file counts as one that hangs the reader: the kernel then ends it with SIGPROF."""
MEMORY = 512 << 20
BATCH = 100
"""Files that one fork reads."""

_STUCK = 120.0  # seconds of wall time: only a reader that waits for ever needs them
_FORK = b"f"
_REQUEST = struct.Struct("<I?")  # bytes of the file that follows, whether to read it a second time
_LENGTH = struct.Struct("<I")
_NO_MORE = 0xFFFFFFFF
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one file. `status`: with what the fork ended, None while it lives, and `where` in the program; `cpu` in
    seconds; `peak`: bytes that the fork had at most since its beginning; `escaped`: an exception that nobody caught; `caught`:
    those that the registry did.
    """

    status: int | None = None
    where: str = ""
    reading: Reading | None = None
    again: Reading | None = None
    cpu: float = 0.0
    peak: int = 0
    escaped: str = ""
    caught: tuple[str, ...] = ()


class Reader:
    """Reads files one after the other in a process of its own. What the process says goes to a file. `program`: its module."""

    def __init__(self, errors: IO[bytes], program: str = "tests.fuzz.reader") -> None:
        self._errors = errors
        self._program = program
        self._served = 0
        self._process = self._start()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def read(self, data: bytes, *, twice: bool = False) -> Answer:
        """What comes of a file; `twice`: read it again, with all decisions explained, to see whether the answer is the same."""
        if not self._served:
            self._say(_FORK)
        self._say(_REQUEST.pack(len(data), twice) + data)
        answer = self._heard()
        self._served = 0 if answer.status is not None else self._served + 1
        if self._served >= BATCH:
            self.refresh()
        return answer if answer.status is None else replace(answer, where=self._last_words())

    def read_alone(self, data: bytes) -> Answer:
        """What comes of a file in a fork that reads no other."""
        self.refresh()
        answer = self.read(data)
        self.refresh()
        return answer

    def refresh(self) -> None:
        """Let the next file be read by a fresh fork."""
        if self._served:
            self._say(_REQUEST.pack(_NO_MORE, False))
            self._heard()
        self._served = 0

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", self._program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=_ROOT,
            start_new_session=True,
            bufsize=0,
        )

    def _end(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()

    def _last_words(self) -> str:
        """Where in the program the fork ended."""
        told = Path(self._errors.name).read_text(errors="replace").rpartition("most recent call first")[2]
        found = re.search(r'File "[^"]*/(?:agent|checks)/[^"]*?(\w+\.py)", line (\d+)', told)
        return f"{found[1]}:{found[2]}" if found else ""

    def _say(self, data: bytes) -> None:
        assert self._process.stdin
        rest = memoryview(data)
        while rest:
            rest = rest[self._process.stdin.write(rest) :]

    def _heard(self) -> Answer:
        assert self._process.stdout
        answers = self._process.stdout.fileno()
        if not select.select([answers], [], [], _STUCK)[0]:
            self._end()
            self._process = self._start()
            return Answer(status=-signal.SIGKILL)
        return _answered(answers)


def _answered(descriptor: int) -> Answer:
    (size,) = _LENGTH.unpack(_exactly(descriptor, _LENGTH.size))
    return msgspec.json.decode(_exactly(descriptor, size), type=Answer)


def _exactly(descriptor: int, size: int) -> bytes:
    """So many bytes. Raises EOFError where the other end has closed."""
    data = bytearray()
    while len(data) < size:
        part = os.read(descriptor, min(size - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


def _tell(answers: int, answer: Answer) -> None:
    body = msgspec.json.encode(answer)
    rest = memoryview(_LENGTH.pack(len(body)) + body)
    while rest:
        rest = rest[os.write(answers, rest) :]


def _serve(answers: int, every: Sequence[Extractor], caught: list[str]) -> None:
    """Read files until no more come."""
    faulthandler.enable()
    faulthandler.register(signal.SIGPROF, chain=True)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while (header := _REQUEST.unpack(_exactly(0, _REQUEST.size)))[0] != _NO_MORE:
        caught.clear()
        _tell(answers, _answer(every, _exactly(0, header[0]), caught, twice=header[1]))


def _answer(every: Sequence[Extractor], data: bytes, caught: list[str], *, twice: bool) -> Answer:
    started = time.process_time()
    reading = again = None
    escaped = ""
    try:
        reading = _timed(every, data)
        cpu = time.process_time() - started
        notes = tuple(caught)
        again = _timed(every, data, mentions=True) if twice else None
    except Exception as error:  # noqa: BLE001  that nothing gets this far is what is tried here
        cpu, notes, escaped = time.process_time() - started, tuple(caught), where(error)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return Answer(reading=reading, again=again, cpu=cpu, peak=peak, escaped=escaped, caught=notes)


def _timed(every: Sequence[Extractor], data: bytes, *, mentions: bool = False) -> Reading:
    """A file as the worker reads it. The kernel ends a fork that takes too long."""
    signal.setitimer(signal.ITIMER_PROF, MOST_CPU)
    try:
        return read(every, io.BytesIO(data), Budget(seconds=SECONDS, mentions=mentions))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main(extractors: Sequence[Extractor]) -> None:
    """Fork whenever it is asked for, and tell how each fork ended. What parsers say on standard output goes to the errors."""
    answers = os.dup(1)
    os.dup2(2, 1)
    caught: list[str] = []
    every = tuple(watched(extractor, caught) for extractor in extractors)
    prepare()
    while os.read(0, 1) == _FORK:
        child = os.fork()
        if not child:
            try:
                _serve(answers, every, caught)
                os._exit(0)
            finally:
                os._exit(1)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        _tell(answers, Answer(status=status))


if __name__ == "__main__":
    main(extractors())
