"""Files that change below some folders, as fanotify tells of whole file systems: for root, on kernels from 5.9 on.

A canary proves that events flow: a file of our own is opened and closed from time to time, and where its event does not come, the
time since the last event was blind and all is begun anew.
"""

from __future__ import annotations

import os
import select
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from agent.sources.base import utc_now
from agent.sources.fanotify import DELETE, MOVED_FROM, MOVED_TO, ON_FOLDER, OVERFLOW, Event, Fanotify, file_system, paths
from agent.sources.file_events import EVERYTHING, Changed, Lost
from agent.sources.waker import Waker
from agent.walk import mounts_below, pseudo_folders, users_mounts, walk
from policies.vocabulary import Text

_MOUNTS = Path("/proc/self/mountinfo")
_CANARY = "canary"
_OVERFLOW = Text("文件事件队列溢出，部分变化未被通知", "the queue of file events overflowed: some changes were not announced")
_SILENT = Text("文件监视没有响应，已重新建立", "the watch of files did not answer and was begun anew")
_UNWATCHED = Text(
    "有文件系统不支持实时监视，其变化只在定期检查时发现",
    "a file system cannot be watched: its changes are seen at the regular scans",
)


class FileSystemEvents:
    """Watches folders until it is closed. `look_seconds`: how often the canary sings and folders that appeared are taken in;
    `answer_seconds`: how long its event may take.
    """

    def __init__(self, folders: Sequence[Path], *, look_seconds: float = 60.0, answer_seconds: float = 10.0) -> None:
        self._folders = tuple(folders)
        self._look = look_seconds
        self._answer = answer_seconds
        self._waker = Waker()

    def run(self, changed: Changed, lost: Lost, ready: threading.Event) -> None:
        """Call `changed` with each path (EVERYTHING: all of them) and `lost` with the time since when events are missing.

        Sets `ready` once no change to the folders that exist can be missed. Ends after `close`. Raises OSError before that where
        the kernel, the rights or a folder's file system do not allow it.
        """
        while True:
            with _Watch(self._folders, changed, lost) as watch:
                if ready.is_set():
                    changed(EVERYTHING)
                ready.set()
                if not self._follow(watch):
                    return
            lost(watch.last_at, _SILENT)

    def close(self) -> None:
        """End `run`; from any thread, more than once."""
        self._waker.wake()

    def _follow(self, watch: _Watch) -> bool:
        """Until closed (False), or until the canary was not heard (True)."""
        with _MOUNTS.open("rb") as mounts:
            poll = select.poll()
            for file, kind in ((watch, select.POLLIN), (self._waker, select.POLLIN), (mounts, select.POLLPRI)):
                poll.register(file.fileno(), kind)
            singing, due = False, time.monotonic()
            while True:
                ready = {number for number, _ in poll.poll(max(0.0, 1000 * (due - time.monotonic())))}
                if self._waker.fileno() in ready:
                    return False
                if mounts.fileno() in ready:
                    watch.look()
                if watch.tell():
                    singing, due = False, time.monotonic() + self._look
                elif time.monotonic() >= due and singing:
                    return True
                elif time.monotonic() >= due:
                    watch.look()
                    watch.sing()
                    singing, due = True, time.monotonic() + self._answer


class _Watch:
    """The marks that are set now. Leave it as a context."""

    def __init__(self, folders: Sequence[Path], changed: Changed, lost: Lost) -> None:
        self.last_at = utc_now()
        self._folders = folders
        self._changed = changed
        self._lost = lost
        self._mounts: dict[str, int] = {}
        self._kinds: dict[int, bytes] = {}
        self._refused: set[str] = set()
        self._group = Fanotify()
        self._cage = tempfile.TemporaryDirectory(prefix="shoumi-watch-")

    def __enter__(self) -> _Watch:
        try:
            self._group.watch_folder(self._cage.name)
            for folder in self._existing():
                self._attach(str(folder))
            self.look(first=True)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def fileno(self) -> int:
        """For poll."""
        return self._group.fileno()

    def look(self, *, first: bool = False) -> None:
        """Take in folders and mounts that are new; what lies in them has not been seen yet."""
        skip = (*pseudo_folders(), *users_mounts())
        mounted = [point for folder in self._folders for point in mounts_below(str(folder), skip)]
        for path in [*map(str, self._existing()), *mounted]:
            if path in self._mounts or path in self._refused:
                continue
            try:
                self._attach(path)
            except OSError:
                self._refused.add(path)
                self._lost(utc_now(), _UNWATCHED)
            if not first:
                self._changed(EVERYTHING)

    def sing(self) -> None:
        """Close a file that was open for writing, which is told though nothing was written."""
        os.close(os.open(f"{self._cage.name}/{_CANARY}", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))

    def tell(self) -> bool:
        """Tell what has happened; answers whether the canary was heard."""
        heard = False
        for event in self._group.events():
            self.last_at = utc_now()
            if event.mask & OVERFLOW:
                self._lost(self.last_at, _OVERFLOW)
                self._changed(EVERYTHING)
            elif event.name == _CANARY.encode() and event.process == os.getpid():
                heard = True
            else:
                self._happened(event)
        return heard

    def _happened(self, event: Event) -> None:
        for path in paths(self._group, event, self._kinds):
            if not any(path == str(folder) or path.startswith(_inside(folder)) for folder in self._folders):
                continue
            if not event.mask & ON_FOLDER:
                self._changed(path)
            elif event.mask & (MOVED_FROM | DELETE):
                self._changed(EVERYTHING)  # all that was below is gone from there, and nobody tells what it was
            elif event.mask & MOVED_TO:
                for found in walk(Path(path), pseudo_folders(), users_mounts()):
                    self._changed(found.path)

    def _existing(self) -> Iterator[Path]:
        return (folder for folder in self._folders if folder.exists())

    def _attach(self, path: str) -> None:
        """Watch the file system of a folder, or of the folder of a file."""
        self._group.watch(path)
        place = path if os.path.isdir(path) else os.path.dirname(path)  # noqa: PTH112, PTH120  plain text is enough here
        folder = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._mounts[path] = folder
        if file_system(folder) not in self._kinds.values() or not self._sees(folder):
            self._kinds[folder] = file_system(folder)

    def _sees(self, folder: int) -> bool:
        """Whether a folder that is open already lies on the same mount, so that one of the two will do."""
        mount = _mount(folder)
        return any(_mount(other) == mount for other in self._kinds)

    def _close(self) -> None:
        self._group.close()
        for folder in self._mounts.values():
            os.close(folder)
        self._mounts.clear()
        self._kinds.clear()
        with suppress(OSError):
            self._cage.cleanup()


def _inside(folder: Path) -> str:
    return f"{folder}/".replace("//", "/")


def _mount(folder: int) -> str:
    """The number of the mount that an open folder lies on (proc_pid_fdinfo(5))."""
    lines = Path(f"/proc/self/fdinfo/{folder}").read_text(encoding="ascii").splitlines()
    return next(line for line in lines if line.startswith("mnt_id:"))
