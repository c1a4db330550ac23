"""What a file lies on: from its mount down to the disks, whether it is encrypted, removable, or another computer's.

Only what the kernel tells; what it does not tell is None. Made anew for each scan: every mount is looked at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from agent.mountpoints import REMOTE
from agent.sources import mounts, statx
from agent.sources.disks import DEEPEST, Disk, Disks, across
from agent.sources.mounts import Mount
from checks.subjects import Storage

_ENCRYPTING = re.compile(r"ecryptfs|fuse\.(?:gocryptfs|cryfs|encfs|securefs|vault)")
"""File systems that keep a folder encrypted in another."""
_MEMORY = ("tmpfs", "ramfs", "rootfs")
_MOST_LAYERS = 32


class StorageFacts:
    """Tells of each file what it lies on. `root` and `look` (statx) are other ones in tests."""

    def __init__(self, root: Path = Path("/"), look: Callable[[str, int | None], statx.Look | None] = statx.look) -> None:
        self._root = root
        self._look = look
        self._disks = Disks(root / "sys", self._file)
        self._known: dict[int, Storage] = {}
        self._mounts: dict[int, Mount] = {}
        self._within: dict[int, list[Mount]] = {}
        self._unlisted: set[int] = set()
        self._read()

    def of(self, path: str, fd: int | None = None) -> Storage:
        """What a file or folder lies on, by its absolute path through no link; surer with the open file."""
        seen = self._look(path, fd)
        if seen and seen.mount is not None:
            self._learn(seen.mount)
        mount = self._mounts.get(seen.mount) if seen and seen.mount is not None else None
        storage = self._at(mount or self._mount_of(path))
        return replace(storage, encrypted=True) if seen and seen.encrypted else storage

    def _learn(self, mount: int) -> None:
        """Read the table again where something was mounted since: it must not be taken for what it hides."""
        if mount not in self._mounts and mount not in self._unlisted:
            self._read()
            self._unlisted |= {mount} - self._mounts.keys()

    def _read(self) -> None:
        """The mount table. Without one nothing is known."""
        self._known.clear()
        try:
            text = (self._root / "proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return
        self._mounts = {mount.id: mount for mount in mounts.entries(text.splitlines())}
        within: defaultdict[int, list[Mount]] = defaultdict(list)
        for mount in self._mounts.values():
            within[mount.parent if mount.parent in self._mounts else 0].append(mount)
        self._within = dict(within)

    def _mount_of(self, path: str) -> Mount | None:
        """The mount in which a path ends, found as the kernel walks: the first mount on the way hides what lay below it."""
        here, found = 0, None
        for _ in self._mounts:
            on_the_way = [mount for mount in self._within.get(here, ()) if _holds(mount.point, path)]
            if not on_the_way:
                break
            found = min(on_the_way, key=lambda mount: len(mount.point))
            here = found.id
        return found

    def _at(self, mount: Mount | None, depth: int = 0) -> Storage:
        if mount is None or depth > DEEPEST:
            return Storage(fs_type="")
        if mount.id not in self._known:
            self._known[mount.id] = Storage(fs_type=mount.fs_type)  # a mount that leads back to itself tells nothing more
            self._known[mount.id] = self._judged(mount, depth)
        return self._known[mount.id]

    def _judged(self, mount: Mount, depth: int) -> Storage:
        if REMOTE.fullmatch(mount.fs_type):
            return Storage(fs_type=mount.fs_type, device=mount.source, remote=True)
        if _ENCRYPTING.fullmatch(mount.fs_type):
            return self._encrypting(mount, depth)
        disk = self._disk(mount, depth)
        return Storage(
            fs_type=mount.fs_type, device=mount.source, encrypted=disk.encrypted, removable=disk.removable, medium=disk.medium
        )

    def _encrypting(self, mount: Mount, depth: int) -> Storage:
        """The folder below tells where the encrypted files lie; some name it as their source."""
        folder = mount.source.partition("@")[2] if mount.fs_type == "fuse.cryfs" else mount.source
        below = self._at(self._mount_of(folder), depth + 1) if folder.startswith("/") else Storage(fs_type="")
        return replace(below, fs_type=mount.fs_type, device=mount.source, encrypted=True)

    def _disk(self, mount: Mount, depth: int) -> Disk:
        if mount.fs_type in _MEMORY:
            return self._memory(depth)
        if mount.fs_type == "overlay":
            return self._overlay(mount, depth)
        if mount.fs_type == "btrfs":
            return self._disks.btrfs(mount.source)
        return self._disks.at(mount.device, depth)

    def _memory(self, depth: int) -> Disk:
        """Memory is on a disk only as far as it is swapped out."""
        try:
            lines = (self._root / "proc/swaps").read_text(encoding="utf-8", errors="surrogateescape").splitlines()[1:]
        except OSError:
            return Disk(None, removable=False)
        swaps = [line.split()[:2] for line in lines if len(line.split()) > 1]
        disks = [self._swap(mounts.unescape(name), kind, depth + 1) for name, kind in swaps]
        return Disk(across(disks).encrypted if disks else True, removable=False)

    def _swap(self, name: str, kind: str, depth: int) -> Disk:
        return self._file(name, depth) if kind == "file" else self._disks.named(name, depth)

    def _file(self, path: str, depth: int) -> Disk:
        """What a file on another file system lies on. A file on another computer is neither known nor here."""
        storage = self._at(self._mount_of(path), depth)
        return Disk(storage.encrypted, storage.removable, storage.medium)

    def _overlay(self, mount: Mount, depth: int) -> Disk:
        """A file may lie in any of the layers: only what holds of them all is known."""
        named = dict(option.split("=", 1) for option in mount.options.split(",") if "=" in option)
        folders = [*named.get("lowerdir", "").split(":"), named.get("upperdir", "")]
        layers = [self._file(folder, depth + 1) for folder in folders[:_MOST_LAYERS] if folder.startswith("/")]
        if not layers or len(folders) > _MOST_LAYERS:
            return Disk()
        first = layers[0]
        return Disk(
            first.encrypted if all(layer.encrypted is first.encrypted for layer in layers) else None,
            first.removable if all(layer.removable is first.removable for layer in layers) else None,
            first.medium if all(layer.medium == first.medium for layer in layers) else None,
        )


def _holds(point: str, path: str) -> bool:
    return point == "/" or path == point or path.startswith(f"{point}/")
