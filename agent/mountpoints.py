"""Where file systems are mounted, and which of them are not to be entered: the kernel's own, and those that may hold up whoever
looks at them for ever.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

PSEUDO_FOLDERS = frozenset({"/proc", "/sys", "/dev", "/run"})
REMOTE = re.compile(
    "nfs4?|cifs|smb3|smbfs|9p|virtiofs|ceph|afs|coda|ncpfs|lustre|beegfs|glusterfs|orangefs|davfs|vboxsf|vmhgfs|prl_fs"
    r"|fuse\.(?:sshfs|ceph|ceph-fuse|glusterfs|mount\.glusterfs|rclone|davfs2?|s3fs|curlftpfs|gvfsd-fuse|vmhgfs-fuse|cifs|smbnetfs)"
)
"""Types of file systems whose files lie on another computer."""

_PSEUDO_TYPE = re.compile(
    "autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|efivarfs|fusectl|hugetlbfs|mqueue|nsfs|proc|pstore"
    "|rpc_pipefs|securityfs|sysfs|tracefs"
)
_BY_A_PROGRAM = re.compile(r"fuse(?:blk)?(?:\..*)?")
_USERS_OWN = re.compile(r"(?:.*,)?user_id=(?!0(?:,|$)).*")
_MOUNTS = Path("/proc/self/mountinfo")
_PATIENCE = 2.0
"""Seconds in which a server says how full its file system is."""


def pseudo_folders(mounts: Path = _MOUNTS) -> frozenset[str]:
    """Folders that hold no files of anybody: the kernel's own, wherever they are mounted."""
    return PSEUDO_FOLDERS | {point for point, kind, _ in _mounted(mounts) if _PSEUDO_TYPE.fullmatch(kind)}


def closed_mounts(mounts: Path = _MOUNTS) -> frozenset[str]:
    """Those that are not to be entered."""
    return users_mounts(mounts) | silent_mounts(mounts)


def users_mounts(mounts: Path = _MOUNTS) -> frozenset[str]:
    """Where a user's own program serves the files (FUSE): it may keep whoever reads there waiting for ever."""
    return frozenset(point for point, kind, how in _mounted(mounts) if _is_users_own(kind, how))


def silent_mounts(mounts: Path = _MOUNTS) -> frozenset[str]:
    """Where root's program or another computer serves the files, and answers nothing now."""
    served = (
        point
        for point, kind, how in _mounted(mounts)
        if (REMOTE.fullmatch(kind) or _BY_A_PROGRAM.fullmatch(kind)) and not _is_users_own(kind, how)
    )
    return frozenset(_silent(set(served)))


def mounts_below(folder: str, skip: Collection[str], mounts: Path = _MOUNTS) -> list[str]:
    """Where something is mounted within a folder; what lies in `skip` is left out."""
    inside = folder.rstrip("/") + "/"
    points = [point for point, _, _ in _mounted(mounts) if point.startswith(inside) and point != folder]
    return [point for point in points if not lies_in(point, skip)]


def lies_in(path: str, places: Collection[str]) -> bool:
    """Whether a path is one of the places or lies below one, as far as its text says."""
    return any(path == place or path.startswith(f"{place}/") for place in places)


def _is_users_own(kind: str, how: str) -> bool:
    return bool(_BY_A_PROGRAM.fullmatch(kind) and _USERS_OWN.fullmatch(how))


def _silent(points: Collection[str]) -> set[str]:
    """Those of which nothing is heard."""
    asked = {point: _Asked.now(point) for point in points}
    return {point for point, one in asked.items() if not one.answered()}


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question to a file system. Who waits for its answer cannot be called back, so that a thread of its own does."""

    waits: threading.Thread
    until: float

    _waiting: ClassVar[dict[str, _Asked]] = {}

    @classmethod
    def now(cls, point: str) -> _Asked:
        """A new question, or the last one where that has not been answered."""
        last = cls._waiting.get(point)
        if last is not None and last.waits.is_alive():
            return last
        thread = threading.Thread(target=_ask, args=(point,), name="mount", daemon=True)
        asked = cls._waiting[point] = cls(thread, time.monotonic() + _PATIENCE)
        thread.start()
        return asked

    def answered(self) -> bool:
        """Whether it is answered in time."""
        self.waits.join(max(0.0, self.until - time.monotonic()))
        return not self.waits.is_alive()


def _ask(point: str) -> None:
    with suppress(OSError):  # an error is an answer
        os.statvfs(point)


def _mounted(mounts: Path) -> Iterator[tuple[str, str, str]]:
    """Mount point, type and the file system's own options of every mount (proc_pid_mountinfo(5))."""
    lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines() if mounts.exists() else []
    for line in lines:
        fields, _, rest = line.partition(" - ")
        kind, _, how = rest.partition(" ")
        point = re.sub(r"\\([0-7]{3})", lambda escape: chr(int(escape[1], 8)), fields.split(" ")[4])
        yield point, kind, how.rpartition(" ")[2]
