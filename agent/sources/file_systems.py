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
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from agent.mountpoints import closed_mounts, lies_in, mounts_below, pseudo_folders
from agent.sources.base import EVERYTHING, Changed, Lost, utc_now
from agent.sources.fanotify import DELETE, MOVED_FROM, MOVED_TO, ON_FOLDER, OVERFLOW, Event, Fanotify, file_system, paths
from agent.sources.waker import Waker
from agent.walk import walk
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
        self._known: dict[str, _Mount | None] = {}
        """What lay on which mount when it was taken in, or was refused."""
        self._watched: dict[_Mount, list[str]] = {}
        self._group = Fanotify()
        self._cage = tempfile.TemporaryDirectory(prefix="shoumi-watch-")

    def __enter__(self) -> _Watch:
        try:
            self._group.watch_folder(self._cage.name)
            for path in map(str, self._existing(closed_mounts())):
                self._known[path] = _mount_of(path)
                self._attach(path)
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
        closed = closed_mounts()
        skip = (*pseudo_folders(), *closed)
        mounted = [point for folder in self._folders for point in mounts_below(str(folder), skip)]
        for path in [*map(str, self._existing(closed)), *mounted]:
            mount = _mount_of(path)
            if path in self._known and self._known[path] == mount:
                continue
            self._known[path] = mount
            try:
                self._attach(path)
            except OSError:
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
        for path in self._paths(event):
            if path == EVERYTHING:
                self._changed(EVERYTHING)
                continue
            if not any(path == str(folder) or path.startswith(_inside(folder)) for folder in self._folders):
                continue
            if not event.mask & ON_FOLDER:
                self._changed(path)
            elif event.mask & (MOVED_FROM | DELETE):
                self._changed(EVERYTHING)  # all that was below is gone from there, and nobody tells what it was
            elif event.mask & MOVED_TO:
                for found in walk(Path(path), pseudo_folders(), closed_mounts()):
                    self._changed(found.path)

    def _existing(self, closed: Collection[str]) -> Iterator[Path]:
        return (folder for folder in self._folders if not lies_in(str(folder), closed) and folder.exists())

    def _attach(self, path: str) -> None:
        """Watch the file system of a folder, or of the folder of a file. It is not kept open: who has a medium must be able to
        unmount it."""
        self._group.watch(path)
        with _opened(path) as folder:
            places = self._watched.setdefault(_Mount.of(folder), [])
        if path not in places:
            places.append(path)

    def _paths(self, event: Event) -> Iterator[str]:
        """The paths of what an event is about, one for each mount; EVERYTHING where none of its folders is there any more."""
        for mount, places in self._watched.items():
            if mount.file_system == event.file_system:
                place = next((place for place in places if _mount_of(place) == mount), None)
                yield from [EVERYTHING] if place is None else self._paths_below(event, place)

    def _paths_below(self, event: Event, place: str) -> list[str]:
        with suppress(OSError), _opened(place) as folder:
            return list(paths(self._group, event, folder))
        return [EVERYTHING]

    def _close(self) -> None:
        self._group.close()
        with suppress(OSError):
            self._cage.cleanup()


@dataclass(frozen=True, slots=True)
class _Mount:
    """Where something lies: the id of its file system, as events bear it, and the number of the mount (proc_pid_fdinfo(5))."""

    file_system: bytes
    number: str

    @classmethod
    def of(cls, folder: int) -> _Mount:
        lines = Path(f"/proc/self/fdinfo/{folder}").read_text(encoding="ascii").splitlines()
        return cls(file_system(folder), next(line for line in lines if line.startswith("mnt_id:")))


def _mount_of(path: str) -> _Mount | None:
    """Where a folder lies now, None where it is not there."""
    try:
        with _opened(path) as folder:
            return _Mount.of(folder)
    except OSError:
        return None


@contextmanager
def _opened(path: str) -> Iterator[int]:
    """A folder, or the folder of a file, for a moment. Raises OSError."""
    place = path if os.path.isdir(path) else os.path.dirname(path)  # noqa: PTH112, PTH120  plain text is enough here
    folder = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield folder
    finally:
        os.close(folder)


def _inside(folder: Path) -> str:
    return f"{folder}/".replace("//", "/")
