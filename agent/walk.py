"""Every regular file below some folders, and how one is opened without harm: no link followed, no pipe or device touched."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PSEUDO_FOLDERS = frozenset({"/proc", "/sys", "/dev", "/run"})
_PSEUDO_TYPE = re.compile(
    "autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|efivarfs|fusectl|hugetlbfs|mqueue|nsfs|proc|pstore"
    "|rpc_pipefs|securityfs|sysfs|tracefs"
)
_MOUNTS = Path("/proc/self/mountinfo")


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file, or a file or folder that may not be looked at (`status` None)."""

    path: str
    status: os.stat_result | None


def pseudo_folders(mounts: Path = _MOUNTS) -> frozenset[str]:
    """Folders that hold no files of anybody: the kernel's own, wherever they are mounted."""
    lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines() if mounts.exists() else []
    found = set(PSEUDO_FOLDERS)
    for line in lines:
        fields, _, rest = line.partition(" - ")
        if _PSEUDO_TYPE.fullmatch(rest.partition(" ")[0]):
            found.add(re.sub(r"\\([0-7]{3})", lambda escape: chr(int(escape[1], 8)), fields.split(" ")[4]))
    return frozenset(found)


def outermost(folders: Iterable[Path]) -> list[Path]:
    """The folders that lie in no other of them, in the order given, by their real paths: links on the way are resolved."""
    real = list(dict.fromkeys(folder.resolve() for folder in folders))
    return [folder for folder in real if not any(other in folder.parents for other in real)]


def walk(root: Path, skip: Collection[str]) -> Iterator[Found]:
    """All regular files below a folder (or the root itself where it is one), by name; what lies in `skip` is left out."""
    status = _status(root)
    if status is not None and stat.S_ISREG(status.st_mode):
        yield Found(str(root), status)
        return
    folders = [str(root)]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            yield Found(folder, None)
            continue
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                yield from _file(entry)
        folders += [e.path for e in reversed(entries) if e.is_dir(follow_symlinks=False) and e.path not in skip]


def _file(entry: os.DirEntry[str]) -> Iterator[Found]:
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError:
        yield Found(entry.path, None)
        return
    if stat.S_ISREG(status.st_mode):
        yield Found(entry.path, status)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None


def open_regular(path: str) -> int:
    """Open a regular file for reading, its access time left alone where that is allowed. Raises OSError.

    It is looked at before it is opened and cannot be exchanged in between: opening a pipe or a device may have effects.
    """
    place = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(place).st_mode):
            raise FileNotFoundError(path)
        name, flags = f"/proc/self/fd/{place}", os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        try:
            return os.open(name, flags | os.O_NOATIME)
        except PermissionError:
            return os.open(name, flags)
    finally:
        os.close(place)
