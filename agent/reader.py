"""Opens files and has them read in the sandbox, several ahead of their answers; keeps account of those that kill the parser."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agent.coverage import Coverage
from agent.extract.reading import Reading, unread
from agent.index import UNSETTLED, Index, identity
from agent.sandbox import Sandbox, SandboxUnavailable, Ticket
from agent.sources.base import SourceUnavailable
from agent.walk import open_regular
from policies.vocabulary import Read, Text, Unread

GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""What the system says of a file that is not there any more, or has been exchanged for a link."""

_TICK_NS = 20_000_000
"""Two writes so close together may leave the same times behind, so a file so fresh is not called unchanged later."""

_EMPTY = Reading(format="txt", read=Read.FULL)
_NO_SANDBOX = Text(
    "解析文件的沙箱无法启动：程序安装不完整，或进程数、内存受到限制",
    "the sandbox that parses documents cannot be started: the installation is incomplete, or processes or memory are limited",
)


@dataclass(slots=True)
class Opened:
    """A file on its way: with a reading at once, or a ticket for one; with neither it has gone.

    `same`: its identity, where that may be relied on later.
    """

    path: str
    reading: Reading | None = None
    ticket: Ticket | None = None
    file: int = -1
    size: int = 0
    same: bytes = UNSETTLED
    begun_ns: int = 0
    retried: bool = False


class Reader:
    """Reads files now. Files larger than `limit` bytes are not read; `retry`: also those that killed the parser before;
    `meanwhile` is called again and again while a file takes long."""

    def __init__(
        self,
        sandbox: Sandbox,
        index: Index,
        coverage: Coverage,
        *,
        limit: int = 512 << 20,
        retry: bool = False,
        meanwhile: Callable[[], None] | None = None,
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._sandbox = sandbox
        self._index = index
        self._coverage = coverage
        self._limit = limit
        self._again = retry
        self._meanwhile = meanwhile
        self._clock_ns = clock_ns

    def begin(self, path: str) -> Opened:
        """Open a file and hand it over. Raises SourceUnavailable where nothing can be parsed."""
        try:
            file, status = open_regular(path)
        except OSError as error:
            if error.errno in GONE:
                return Opened(path)
            return Opened(path, unread(Unread.CORRUPT if error.errno == errno.EIO else Unread.PERMISSION))
        try:
            return self._handed_over(path, file, status)
        except SandboxUnavailable as error:
            os.close(file)
            raise SourceUnavailable(_NO_SANDBOX) from error
        except BaseException:
            os.close(file)
            raise

    def finish(self, opened: Opened) -> Reading | None:
        """The file's reading, None where it has gone. Raises SourceUnavailable."""
        if opened.ticket is None:
            return opened.reading
        try:
            reading = self._sandbox.result(opened.ticket, meanwhile=self._meanwhile)
        except SandboxUnavailable as error:
            raise SourceUnavailable(_NO_SANDBOX) from error
        self._read(opened, reading)
        return reading

    def abandon(self, opened: Iterable[Opened]) -> None:
        """Files whose readings nobody waits for any more."""
        left = [one for one in opened if one.ticket is not None and one.reading is None]
        self._sandbox.discard(one.ticket for one in left if one.ticket is not None)
        for one in left:
            os.close(one.file)

    def _handed_over(self, path: str, file: int, status: os.stat_result) -> Opened:
        opened = Opened(path, file=file, size=status.st_size, same=identity(status), begun_ns=self._clock_ns())
        known = self._without_reading(opened)
        if known is not None:
            opened.same = opened.same if known.reason is not Unread.TOO_LARGE else UNSETTLED
            self._read(opened, known)
        else:
            opened.ticket = self._sandbox.submit(file, before_retry=lambda: self._retry(opened))
        return opened

    def _retry(self, opened: Opened) -> None:
        opened.retried = True
        self._index.begin_retry(opened.path, opened.same)

    def _without_reading(self, opened: Opened) -> Reading | None:
        if opened.size > self._limit:
            return unread(Unread.TOO_LARGE)
        if not self._again and self._index.was_retried(opened.path, opened.same):
            opened.retried = True
            return unread(Unread.CORRUPT)
        return _EMPTY if opened.size == 0 else None

    def _read(self, opened: Opened, reading: Reading) -> None:
        status = os.fstat(opened.file)
        os.close(opened.file)
        if opened.same != identity(status) or opened.begun_ns - status.st_ctime_ns <= _TICK_NS:
            opened.same = UNSETTLED
        opened.reading = reading
        if opened.retried:
            self._index.end_retry(opened.path)
        if reading.reason is not Unread.TOO_LARGE or opened.size <= self._limit:
            self._coverage.files_read += 1
            self._coverage.bytes_read += opened.size
