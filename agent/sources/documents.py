"""The documents on this computer: their marks and what could not be read of them, never their text."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from agent.coverage import Coverage
from agent.extract.reading import Reading, unread
from agent.index import Identity, Index
from agent.sandbox import Sandbox, SandboxUnavailable
from agent.sources.base import Blind, Change, Post, SourceUnavailable, utc_now
from agent.sources.file_events import FileEvents
from agent.walk import OPEN_FILES, Found, open_regular, outermost, pseudo_folders, users_mounts, walk
from checks.marking.reader import read_name
from checks.subjects import Document
from policies.vocabulary import Read, Text, Unread

_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
_TICK_NS = 20_000_000
"""Two writes so close together may leave the same times behind, so a file so fresh is not called unchanged later."""


class DocumentsSource:
    """All regular files below the folders. Fills `coverage` as it goes; `progress` is called after each file.

    `classified`: folders in which every document is classified; what of them is to be read is among `folders`. `full`: read
    unchanged files again. Files larger than `limit` bytes are not read.
    """

    name = "documents"

    def __init__(
        self,
        folders: Sequence[Path],
        classified: Sequence[Path],
        sandbox: Sandbox,
        index: Index,
        *,
        coverage: Coverage | None = None,
        full: bool = False,
        progress: Callable[[], None] = lambda: None,
        limit: int = 512 << 20,
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.coverage = Coverage() if coverage is None else coverage
        self._roots = outermost(folders)
        self._classified = tuple(f"{folder}/".replace("//", "/") for folder in outermost(classified))
        self._sandbox = sandbox
        self._index = index
        self._full = full
        self._progress = progress
        self._limit = limit
        self._clock_ns = clock_ns
        self._events = FileEvents(self._roots)

    def present(self) -> Iterator[Document]:
        """Every document. Raises SourceUnavailable where none of the folders is there to be read, or the kernel does not help."""
        if not OPEN_FILES.is_dir():
            raise SourceUnavailable(
                Text("未挂载 /proc，无法安全地打开文件", "/proc is not mounted: no file can be opened safely")
            )
        if not any(map(_is_to_be_told, self._roots)):
            raise SourceUnavailable(Text("要检查的文件夹都不存在或无权读取", "none of the folders exists and may be read"))
        skip, closed = pseudo_folders(), users_mounts()
        try:
            for root in self._roots:
                for found in walk(root, skip, closed) if os.path.lexists(root) else ():
                    document = self._document(found)
                    self._progress()
                    if document is not None:
                        yield document
        finally:
            self._index.flush()

    def read(self, key: str) -> Document | None:
        """One document again, by its key."""
        path = key if key.startswith("/") else os.fsdecode(bytes.fromhex(key))
        try:
            status = os.lstat(path)
        except OSError as error:
            if error.errno in _GONE:
                self._index.forget(path)
                return None
            return self._document(Found(path, None))
        return self._document(Found(path, status)) if stat.S_ISREG(status.st_mode) else None

    def watch(self, post: Post, ready: threading.Event) -> None:
        """Post a change for every file that was written, moved or removed; see `FileEvents` for what inotify may lose."""

        def changed(path: str) -> None:
            post(Change(source=self.name, key=(_bytes(path) or path) if path else "", at=utc_now()))

        self._events.run(changed, lambda since, why: post(Blind(source=self.name, began_at=since, reason=why)), ready)

    def close(self) -> None:
        """End `watch`."""
        self._events.close()

    def _document(self, found: Found) -> Document | None:
        """A document's facts, or None where the file has gone meanwhile."""
        if found.status is None:
            self.coverage.files_seen += 1
            return self._facts(found.path, unread(Unread.PERMISSION), 0)
        identity = Identity.of(found.status)
        known = None if self._full else self._index.lookup(found.path, identity)
        if known is not None:
            self.coverage.files_unchanged += 1
        reading = known or self._fresh(found.path, identity)
        if reading is None:
            return None
        self.coverage.files_seen += 1
        return self._facts(found.path, reading, identity.size)

    def _fresh(self, path: str, identity: Identity) -> Reading | None:
        """Read a file now."""
        if identity.size > self._limit:
            return unread(Unread.TOO_LARGE)
        try:
            file = open_regular(path)
        except OSError as error:
            if error.errno in _GONE:
                return None
            return unread(Unread.CORRUPT if error.errno == errno.EIO else Unread.PERMISSION)
        try:
            return self._parsed(path, file)
        except SandboxUnavailable as error:
            reason = Text(
                "解析文件的沙箱无法启动：程序安装不完整，或进程数、内存受到限制",
                "the sandbox that parses documents cannot be started: the installation is incomplete, or processes or memory are "
                "limited",
            )
            raise SourceUnavailable(reason) from error
        finally:
            os.close(file)

    def _parsed(self, path: str, file: int) -> Reading:
        identity = Identity.of(os.fstat(file))
        begun_ns = self._clock_ns()
        if not self._full and self._index.was_running(path, identity):
            reading = unread(Unread.CORRUPT)
        elif identity.size == 0:
            reading = Reading(format="txt", read=Read.FULL)
        else:
            reading = self._sandbox.read(file, before_retry=lambda: self._index.mark_running(path, identity))
        self.coverage.files_read += 1
        self.coverage.bytes_read += identity.size
        if identity == Identity.of(os.fstat(file)) and begun_ns - identity.ctime_ns > _TICK_NS:
            self._index.store(path, identity, reading)
        return reading

    def _facts(self, path: str, reading: Reading, size: int) -> Document:
        if reading.reason is not None:
            self.coverage.files_not_assessed[reading.reason] += 1
        raw = _bytes(path)
        shown = _readable(os.fsencode(path)) if raw else path
        return Document(
            observed_at=utc_now(),
            path=shown,
            raw=raw,
            format=reading.format,
            size=size,
            read=reading.read,
            reason=reading.reason,
            # Plain text: a `Path` keeps its parts interned, which a scan of many files never gives back.
            marks=(*reading.marks, *read_name(shown.rpartition("/")[2])),
            classified_folder=f"{path}/".startswith(self._classified),
        )


def _bytes(path: str) -> str:
    """The path's bytes in hex where they are no UTF-8, otherwise nothing."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).hex()
    return ""


def _is_to_be_told(root: Path) -> bool:
    """Whether something may be read here, or at least a file is there that may not, which is told by its name."""
    return os.access(root, os.R_OK) or (os.access(root, os.F_OK) and root.is_file())


def _readable(path: bytes) -> str:
    """A name that is not UTF-8 is shown as its bytes say in GB 18030, or else in Big5."""
    for encoding in ("gb18030", "cp950"):
        try:
            return b"/".join(_utf8(part, encoding) for part in path.split(b"/")).decode()
        except UnicodeDecodeError:
            continue
    return path.decode(errors="backslashreplace")


def _utf8(part: bytes, encoding: str) -> bytes:
    try:
        part.decode()
    except UnicodeDecodeError:
        return part.decode(encoding).encode()
    return part
