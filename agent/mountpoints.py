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
from pathlib import Path

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
_asking: dict[str, threading.Thread] = {}


def pseudo_folders(mounts: Path = _MOUNTS) -> frozenset[str]:
    """Folders that hold no files of anybody: the kernel's own, wherever they are mounted."""
    return PSEUDO_FOLDERS | {point for point, kind, _ in _mounted(mounts) if _PSEUDO_TYPE.fullmatch(kind)}


def closed_mounts(mounts: Path = _MOUNTS) -> frozenset[str]:
    """Where a user's own program serves the files (FUSE), which may keep whoever reads there waiting for ever; and where root's
    or another computer does and answers nothing just now."""
    served = {
        point: bool(_USERS_OWN.fullmatch(how))
        for point, kind, how in _mounted(mounts)
        if REMOTE.fullmatch(kind) or _BY_A_PROGRAM.fullmatch(kind)
    }
    users = {point for point, users_own in served.items() if users_own}
    return frozenset(users | _silent(served.keys() - users))


def mounts_below(folder: str, skip: Collection[str], mounts: Path = _MOUNTS) -> list[str]:
    """Where something is mounted within a folder; what lies in `skip` is left out."""
    inside = folder.rstrip("/") + "/"
    points = [point for point, _, _ in _mounted(mounts) if point.startswith(inside) and point != folder]
    return [point for point in points if not lies_in(point, skip)]


def lies_in(path: str, places: Collection[str]) -> bool:
    """Whether a path is one of the places or lies below one, as far as its text says."""
    return any(path == place or path.startswith(f"{place}/") for place in places)


def _silent(points: Collection[str]) -> set[str]:
    """Those of which nothing is heard. Who asks one cannot be called back while it waits, so each is asked by one thread only."""
    for point in points:
        if point not in _asking or not _asking[point].is_alive():
            _asking[point] = threading.Thread(target=_ask, args=(point,), name="mount", daemon=True)
            _asking[point].start()
    ends = time.monotonic() + _PATIENCE
    for point in points:
        _asking[point].join(max(0.0, ends - time.monotonic()))
    return {point for point in points if _asking[point].is_alive()}


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
