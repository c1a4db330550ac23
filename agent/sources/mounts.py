"""What is mounted where, from /proc/self/mountinfo; the kernel says there too when that changes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

MOUNTINFO = Path("/proc/self/mountinfo")


def read(path: Path = MOUNTINFO) -> Mapping[str, tuple[str, ...]]:
    """Mount points by device number ("8:17") and by source ("/dev/sdb1"). Raises OSError."""
    return parse(path.read_text(encoding="utf-8", errors="replace").splitlines())


def parse(lines: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The same from the file's lines (proc_pid_mountinfo(5)).

    btrfs and others give their mounts a device number of no disk, so the source is a second name for the device.
    """
    points: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        fields, _, rest = line.partition(" - ")
        device, point = fields.split(" ")[2], _unescape(fields.split(" ")[4])
        for name in (device, _unescape(rest.split(" ")[1])):
            points[name].append(point)
    return {name: tuple(found) for name, found in points.items()}


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda escape: chr(int(escape[1], 8)), text)
