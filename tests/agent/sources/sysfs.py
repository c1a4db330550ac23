"""Lays out block devices, mounts and swaps as the kernel shows them, from what real machines showed."""

from __future__ import annotations

import os
from pathlib import Path

PCI = "pci0000:00/0000:00:17.0"
USB = "pci0000:00/0000:00:14.0/usb1/1-2"


class Machine:
    """A root folder with a /sys and a /proc of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._mounts: list[str] = []
        for folder in ("sys/dev/block", "sys/class/block", "proc/self"):
            (root / folder).mkdir(parents=True)
        self.swaps()
        self.mount("/", "8:2", "ext4", "/dev/sda2")

    def bus(self, path: str, name: str, **attributes: str) -> None:
        """A device above a disk: on which bus it is."""
        folder = self._folder(f"sys/devices/{path}", attributes)
        bus = self.root / "sys/bus" / name
        bus.mkdir(parents=True, exist_ok=True)
        (folder / "subsystem").symlink_to(bus)

    def disk(self, path: str, device: str, on: tuple[str, ...] = (), **attributes: str) -> None:
        """A block device at its place in /sys/devices, with its number and the names of those it stands on.

        Attributes in a folder are written with two underscores: `dm__uuid`, `loop__backing_file`.
        """
        name = path.rpartition("/")[2]
        folder = self._folder(f"sys/devices/{path}", {"dev": device, **attributes})
        (self.root / "sys/dev/block" / device).symlink_to(folder)
        (self.root / "sys/class/block" / name).symlink_to(folder)
        (folder / "slaves").mkdir()
        for lower in on:
            (folder / "slaves" / lower).symlink_to((self.root / "sys/class/block" / lower).resolve())

    def sata(self, name: str = "sda", device: str = "8:0", **attributes: str) -> None:
        """A SATA disk in the computer, with two partitions (8:1 and 8:2 of 8:0)."""
        place = f"{PCI}/ata1/host0/target0:0:0/0:0:0:0/block/{name}"
        major, minor = device.split(":")
        self.disk(place, device, (), **{"removable": "0", **attributes})
        for number in (1, 2):
            self.disk(f"{place}/{name}{number}", f"{major}:{int(minor) + number}", partition=str(number))

    def mapper(self, number: int, uuid: str, on: tuple[str, ...], name: str = "") -> str:
        """A device-mapper volume; its number."""
        self.disk(f"virtual/block/dm-{number}", f"253:{number}", on, dm__uuid=uuid, dm__name=name or f"volume{number}")
        return f"253:{number}"

    def mount(self, point: str, device: str, fs_type: str, source: str, options: str = "rw", parent: int = 0) -> int:
        """A mount, below the root unless told otherwise; its number."""
        number = 100 + len(self._mounts)
        above = parent or (100 if self._mounts else 1)
        names = [name.replace(" ", r"\040") for name in (point, source, options)]
        self._mounts.append(f"{number} {above} {device} / {names[0]} rw,relatime shared:1 - {fs_type} {names[1]} {names[2]}\n")
        # The order of the table is not that of mounting: the root may stand after what is mounted on it.
        (self.root / "proc/self/mountinfo").write_text("".join([*self._mounts[1:], self._mounts[0]]), encoding="utf-8")
        return number

    def swaps(self, *lines: str) -> None:
        """What the memory is swapped to."""
        head = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
        (self.root / "proc/swaps").write_text(head + "".join(f"{line}\t8388604\t\t0\t\t-2\n" for line in lines))

    def link(self, path: str, target: str) -> None:
        """A link in /sys to a place of /sys."""
        place = self.root / "sys" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(os.path.realpath(self.root / "sys" / target))

    def _folder(self, path: str, attributes: dict[str, str]) -> Path:
        folder = self.root / path
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in attributes.items():
            file = folder / name.replace("__", "/")
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"{value}\n")
        return folder
