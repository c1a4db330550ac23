"""Files that change below some folders, as inotify tells through watchdog, and every way in which it may not tell.

inotify loses events when its queue overflows, when the kernel grants no more watches, and while a new folder is not yet watched.
The first two are told to `lost`. For the third, a new folder is looked through at once and again when it has settled: whoever was
faster than the watch is found then. A file that is still being written after that, and whose closing was missed, is left to the
next scan of everything, which stays the truth.
"""

from __future__ import annotations

import ctypes
import logging
import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.inotify import InotifyObserver

from agent.mountpoints import closed_mounts, lies_in, pseudo_folders
from agent.sources.base import EVERYTHING, Changed, Lost, utc_now
from agent.walk import walk
from policies.vocabulary import Text

_WANTED: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
]
_INOTIFY_LOG = "watchdog.observers.inotify_c"  # the only place where watchdog tells that the queue overflowed
_OVERFLOW = Text("文件事件队列溢出，部分变化未被通知", "the queue of file events overflowed: some changes were not announced")
_NO_WATCHES = Text(
    "inotify 监视数已达上限（fs.inotify.max_user_watches），部分文件夹无法实时监视",
    "the limit of inotify watches is reached (fs.inotify.max_user_watches): some folders are not watched",
)
_STOPPED = Text("文件监视中断后已重新建立", "watching files had stopped and was begun again")


class FileEvents:
    """Watches folders until it is closed. Folders that appear later are watched when `look_seconds` have passed at most.

    `settle_seconds`: how long after it was made a new folder is looked through again.
    """

    def __init__(self, folders: Sequence[Path], *, settle_seconds: float = 2.0, look_seconds: float = 60.0) -> None:
        self._folders = tuple(folders)
        self._settle = settle_seconds
        self._look = look_seconds
        self._closed = False
        self._wake = threading.Condition()
        self._due: dict[str, float] = {}

    def run(self, changed: Changed, lost: Lost, ready: threading.Event) -> None:
        """Call `changed` with each path (EVERYTHING: all of them) and `lost` with the time since when events are missing.

        Sets `ready` once no change to the folders that exist can be missed. Ends after `close`.
        """
        handler = _Handler(changed, self._new_folder)
        with _overflow_told(lambda: lost(handler.last_at, _OVERFLOW)):
            watching, observer = self._begin(handler, lost)
            ready.set()
            try:
                while self._wait(changed):
                    if watching == self._existing() and _is_whole(observer, watching):
                        continue
                    stopped = watching == self._existing()
                    _stop(observer)
                    watching, observer = self._begin(handler, lost)
                    if stopped:
                        lost(handler.last_at, _STOPPED)
                    changed(EVERYTHING)
            finally:
                _stop(observer)

    def close(self) -> None:
        """End `run`; from any thread, more than once."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()

    def _existing(self) -> list[Path]:
        closed = closed_mounts()
        return [folder for folder in self._folders if not lies_in(str(folder), closed) and folder.exists()]

    def _begin(self, handler: _Handler, lost: Lost) -> tuple[list[Path], InotifyObserver]:
        folders, observer = self._existing(), InotifyObserver()
        for folder, recursive in _watches(folders):
            observer.schedule(handler, str(folder), recursive=recursive, event_filter=_WANTED)
        try:
            observer.start()
        except OSError:
            lost(utc_now(), _NO_WATCHES)
        else:
            if not _one_more_watch():
                lost(utc_now(), _NO_WATCHES)
        return folders, observer

    def _new_folder(self, path: str) -> None:
        with self._wake:
            self._due[path] = time.monotonic() + self._settle
            self._wake.notify_all()

    def _wait(self, changed: Changed) -> bool:
        """Until it is time to look after the folders; settled ones are looked through meanwhile. False when closed."""
        ends = time.monotonic() + self._look
        while True:
            with self._wake:
                now = time.monotonic()
                settled = [path for path, due in self._due.items() if due <= now]
                for path in settled:
                    del self._due[path]
                if not settled:
                    if self._closed or now >= ends:
                        return not self._closed
                    self._wake.wait(min([ends, *self._due.values()]) - now)
            for path in settled:
                _tell_all_below(path, changed)


class _Handler(FileSystemEventHandler):
    """Turns watchdog's events into paths that must be read again."""

    def __init__(self, changed: Changed, new_folder: Callable[[str], None]) -> None:
        self.last_at = utc_now()
        self._changed = changed
        self._new_folder = new_folder

    def on_any_event(self, event: FileSystemEvent) -> None:
        """One event."""
        self.last_at = utc_now()
        source, target = os.fsdecode(event.src_path), os.fsdecode(event.dest_path)
        if isinstance(event, (DirDeletedEvent, DirMovedEvent)):
            self._changed(EVERYTHING)  # all that was below is gone from there, and nobody tells what it was
        if isinstance(event, (DirCreatedEvent, DirMovedEvent)):
            _tell_all_below(target or source, self._changed)
            self._new_folder(target or source)
        elif not event.is_directory:
            for path in filter(None, (source, target)):
                self._changed(path)


class _OverflowHandler(logging.Handler):
    def __init__(self, told: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.getMessage():
            self._told()


@contextmanager
def _overflow_told(told: Callable[[], None]) -> Iterator[None]:
    """Listen to watchdog's log for what it tells nowhere else. Its warnings list every watched path and go nowhere."""
    logger, handler = logging.getLogger(_INOTIFY_LOG), _OverflowHandler(told)
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


def _watches(folders: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """What to watch: watchdog knows no exceptions, so of / its folders are watched one by one."""
    skip = pseudo_folders()
    for folder in folders:
        if str(folder) != "/":
            yield folder, True
            continue
        yield folder, False
        yield from ((f, True) for f in sorted(folder.iterdir()) if f.is_dir() and not f.is_symlink() and str(f) not in skip)


def _tell_all_below(path: str, changed: Changed) -> None:
    for found in walk(Path(path), pseudo_folders(), closed_mounts()):
        changed(found.path)


def _is_whole(observer: InotifyObserver, watching: Sequence[Path]) -> bool:
    """Whether all of watchdog's threads live: one that died of an error tells nobody."""
    return not watching or (observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters))


def _stop(observer: InotifyObserver) -> None:
    if observer.is_alive():
        observer.stop()
        observer.join()


def _one_more_watch() -> bool:
    """Whether the kernel would still grant this user a watch: watchdog does not tell of folders that it could not watch."""
    libc = ctypes.CDLL(None, use_errno=True)
    queue = libc.inotify_init1(os.O_CLOEXEC)
    if queue < 0:
        return False
    granted: bool = libc.inotify_add_watch(queue, b"/", 0x00000400) >= 0  # IN_DELETE_SELF
    os.close(queue)
    return granted
