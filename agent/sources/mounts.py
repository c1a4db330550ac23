"""What is mounted where, from /proc/self/mountinfo; the kernel says there too when that changes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

MOUNTINFO = Path("/proc/self/mountinfo")


@dataclass(frozen=True, slots=True)
class Mount:
    """One mount (proc_pid_mountinfo(5)). `device`: "8:17"; `source`: "/dev/sdb1", or what else the file system calls its own;
    `options` are the file system's own.
    """

    id: int
    parent: int
    device: str
    point: str
    fs_type: str
    source: str
    options: str


def read(path: Path = MOUNTINFO) -> Mapping[str, tuple[str, ...]]:
    """Mount points by device number ("8:17") and by source ("/dev/sdb1"). Raises OSError."""
    return parse(path.read_text(encoding="utf-8", errors="replace").splitlines())


def parse(lines: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The same from the file's lines.

    btrfs and others give their mounts a device number of no disk, so the source is a second name for the device.
    """
    points: defaultdict[str, list[str]] = defaultdict(list)
    for mount in entries(lines):
        for name in (mount.device, mount.source):
            points[name].append(mount.point)
    return {name: tuple(found) for name, found in points.items()}


def entries(lines: Iterable[str]) -> Iterator[Mount]:
    """Every mount, in the file's order, which is not the order of mounting."""
    for line in lines:
        fields, _, rest = line.partition(" - ")
        number, parent, device, _root, point = fields.split(" ")[:5]
        fs_type, source, options = rest.split(" ")[:3]
        yield Mount(int(number), int(parent), device, unescape(point), fs_type, unescape(source), unescape(options))


def unescape(text: str) -> str:
    """A field as it was before the kernel wrote its spaces and the like as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda escape: chr(int(escape[1], 8)), text)
