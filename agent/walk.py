"""Every regular file below some folders, and how one is opened without harm: no link followed, no pipe or device touched.

Whoever owns a folder may exchange what is in it at any moment, so no path is believed twice: each step is opened from the one
before it and never through a link, and what is opened is looked at before it is read.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from pathlib import Path

from agent.mountpoints import lies_in

OPEN_FILES = Path("/proc/self/fd")
"""What this process has open; by this a file that was looked at is opened, and no other that came in its place."""
_BATCH = 1000
"""Entries of a folder that are held at once: a user may put millions into one."""
_LONGEST_PATH = 4095
_NAME = attrgetter("name")
_OPENAT2 = 437  # the same number on every architecture
_HERE = -100  # AT_FDCWD
_RESOLVE_NO_LINKS = 0x04 | 0x02  # nor such as /proc makes up
_HOW = struct.Struct("=3Q")
_STEP = os.O_PATH | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file, or a file or folder that may not be looked at (`status` None)."""

    path: str
    status: os.stat_result | None


def outermost(folders: Iterable[Path], closed: Collection[str] = ()) -> list[Path]:
    """The folders that lie in no other of them, in the order given, by their real paths: links on the way are resolved, but of
    those that lie in `closed`, which are not touched."""
    real = list(dict.fromkeys(_real(folder, closed) for folder in folders))
    return [folder for folder in real if not any(other in folder.parents for other in real)]


def _real(folder: Path, closed: Collection[str]) -> Path:
    if closed and lies_in(os.path.abspath(folder), closed):  # noqa: PTH100  Path has nothing that leaves links alone
        return Path(os.path.abspath(folder))  # noqa: PTH100
    return Path(os.path.realpath(folder))  # Path.resolve() raises at a loop of links


@dataclass(frozen=True, slots=True)
class Listing:
    """Some regular files of one folder, by name; `batch` counts from 0 in a large one. Those that went meanwhile are left out."""

    folder: str
    batch: int
    names: list[str]
    statuses: list[os.stat_result | None]

    def path(self, name: str) -> str:
        """The path of one of them."""
        return f"{self.folder.rstrip('/')}/{name}"


def walk(root: Path, skip: Collection[str], closed: Collection[str] = ()) -> Iterator[Found]:
    """All regular files below a folder, one by one; see `listings`."""
    for step in listings(root, skip, closed):
        if isinstance(step, Found):
            yield step
        else:
            yield from (Found(step.path(name), status) for name, status in zip(step.names, step.statuses, strict=True))


def listings(root: Path, skip: Collection[str], closed: Collection[str] = (), *, look: bool = True) -> Iterator[Listing | Found]:
    """All regular files below a folder (or the root itself where it is one). What lies in `skip` is left out, a folder in
    `closed` is told as one that may not be looked at. By name, as far as a batch of a large folder goes. Without `look` only the
    names are gathered.
    """
    status = _status(root)
    if status is None or not stat.S_ISDIR(status.st_mode):
        yield from [] if status is None else _lone(str(root), status)
        return
    open_folders = [_folder(str(root), look=look)]
    while open_folders:
        step = next(open_folders[-1], None)
        if step is None:
            open_folders.pop()
        elif not isinstance(step, str):
            yield step
        elif step in closed:
            yield Found(step, None)
        elif step not in skip:
            open_folders.append(_folder(step, look=look))


def _lone(path: str, status: os.stat_result) -> Iterator[Found]:
    """A root that is no folder. One that was a folder and is a link now hides what was there."""
    if stat.S_ISREG(status.st_mode):
        yield Found(path, status)
    elif stat.S_ISLNK(status.st_mode):
        yield Found(path, None)


def _folder(path: str, *, look: bool) -> Iterator[Listing | Found | str]:
    """A folder's files, then its folders (their paths), batch by batch. It is closed before the last batch is given, so that
    depth costs no descriptors.
    """
    try:
        folder = _opened(path, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError:
        yield Found(path, None)
        return
    number = 0
    try:
        with os.scandir(folder) as scan:
            while len(batch := list(islice(scan, _BATCH))) == _BATCH:
                yield from _sorted_out(path, number, batch, look=look)
                number += 1
            last: list[Listing | Found | str] = _sorted_out(path, number, batch, look=look)
    except OSError:
        last = [Found(path, None)]
    finally:
        os.close(folder)
    yield from last


def _sorted_out(path: str, number: int, batch: list[os.DirEntry[str]], *, look: bool) -> list[Listing | Found | str]:
    """Entries by kind. This runs once for every file of the computer, so nothing is made here that is not needed."""
    base = path.rstrip("/")
    batch.sort(key=_NAME)
    folders: list[Listing | Found | str] = []
    names: list[str] = []
    statuses: list[os.stat_result | None] = []
    for entry in batch:
        if entry.is_file(follow_symlinks=False):
            try:
                statuses.append(entry.stat(follow_symlinks=False) if look else None)
            except FileNotFoundError:
                continue
            except OSError:
                statuses.append(None)
            names.append(entry.name)
        elif entry.is_dir(follow_symlinks=False):
            folders.append(f"{base}/{entry.name}")
    return [Listing(path, number, names, statuses), *folders] if names else folders


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None


def open_regular(path: str) -> tuple[int, os.stat_result]:
    """Open a regular file for reading, its access time left alone where that is allowed. Raises OSError. Answers its status too,
    as it was just before.

    It is looked at before it is opened and cannot be exchanged in between: opening a pipe or a device may have effects.
    """
    place = _opened(path, os.O_PATH)
    try:
        status = os.fstat(place)
        if not stat.S_ISREG(status.st_mode):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return _reopened(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC), status
    finally:
        os.close(place)


def _reopened(place: int, flags: int) -> int:
    name = f"{OPEN_FILES}/{place}"
    try:
        return os.open(name, flags | os.O_NOATIME)
    except PermissionError:
        return os.open(name, flags)
    except FileNotFoundError:  # the file is there, so /proc is not: that must not be taken for a file that has gone
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP), str(OPEN_FILES)) from None


def _opened(path: str, flags: int) -> int:
    """Open a path through no link anywhere in it."""
    name = os.fsencode(path)
    if len(name) > _LONGEST_PATH:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), path)
    how = _HOW.pack(flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0, _RESOLVE_NO_LINKS)
    opened: int = _syscall(_OPENAT2, _HERE, name, how, _HOW.size)
    if opened >= 0:
        return opened
    code = ctypes.get_errno()
    if code == errno.ELOOP:  # a link: what was looked for is not there
        code = errno.ENOTDIR
    if code != errno.ENOSYS:
        raise OSError(code, os.strerror(code), path)
    return _opened_by_steps(path, flags)


def _opened_by_steps(path: str, flags: int) -> int:
    """The same on kernels before 5.6: each folder is opened from the one before it."""
    *folders, name = path.strip("/").split("/") if path.strip("/") else ["."]
    with _stepped(folders, "/" if path.startswith("/") else ".") as folder:
        return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)


@contextmanager
def _stepped(folders: Iterable[str], start: str) -> Iterator[int]:
    here = os.open(start, _STEP)
    try:
        for name in folders:
            there = os.open(name, _STEP, dir_fd=here)
            os.close(here)
            here = there
        yield here
    finally:
        os.close(here)


_syscall = ctypes.CDLL(None, use_errno=True).syscall
_syscall.argtypes = (ctypes.c_long, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t)
_syscall.restype = ctypes.c_long
