"""What a block device stands on, by sysfs: whether something encrypts it, and whether it can be unplugged.

A disk may be many layers deep (a logical volume on LUKS on RAID on partitions). What the kernel does not show, such as a drive
that encrypts itself, is not encrypted; a layer that it shows without saying what it does is unknown, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from agent.sources.udev import attribute, entries, number, target
from checks.subjects import MediumIds

DEEPEST = 16
"""Layers that are followed; a deeper stack is unknown."""

_CRYPT = re.compile("CRYPT-(?:LUKS[0-9]?|PLAIN|LOOPAES|TCRYPT|BITLK|FVAULT2)-")
_PASSES_ON = re.compile("(?:LVM|mpath|part[0-9]+|DMRAID|CRYPT-(?:VERITY|INTEGRITY|SUBDEV))-")
"""Kinds of device-mapper volumes (the beginning of their uuid) that give on what lies below as it is."""
_PLUGGED = frozenset(("usb", "firewire", "memstick", "pcmcia"))
_NETWORK_DISK = re.compile("/session[0-9]+/|/(?:nbd|rbd|drbd|aoe)[0-9]+|/rport-[0-9]")


@dataclass(frozen=True, slots=True)
class Disk:
    """None: the kernel does not tell. `medium`: what names the one disk that can be unplugged."""

    encrypted: bool | None = None
    removable: bool | None = None
    medium: MediumIds | None = None


def across(parts: Iterable[Disk]) -> Disk:
    """What holds of a volume that is spread over several: one part in clear is a part in clear, one that can go can go."""
    found = list(parts)
    media = {part.medium for part in found}
    return Disk(
        _all(part.encrypted for part in found),
        _any(part.removable for part in found),
        media.pop() if len(media) == 1 else None,
    )


def _all(answers: Iterable[bool | None]) -> bool | None:
    known = list(answers)
    return False if False in known else None if None in known or not known else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    known = list(answers)
    return True if True in known else None if None in known or not known else False


class Disks:
    """The block devices of one /sys. `file`: what is known of what a file lies on, for a loop device."""

    def __init__(self, sys: Path, file: Callable[[str, int], Disk]) -> None:
        self._sys = sys
        self._file = file

    def at(self, device: str, depth: int = 0) -> Disk:
        """A device by its number ("8:17")."""
        return self._of(self._sys / "dev/block" / device, depth)

    def named(self, source: str, depth: int = 0) -> Disk:
        """A device by its name in /dev, that of a device-mapper volume included."""
        place = self._place(source)
        return self._of(place, depth) if place else Disk()

    def btrfs(self, source: str) -> Disk:
        """A btrfs file system by one of its devices; it may be spread over several."""
        place = self._place(source)
        if place is None:
            return Disk()
        name = place.resolve().name
        members = [volume / "devices" for volume in entries(self._sys / "fs/btrfs") if (volume / "devices" / name).exists()]
        if not members:
            return across((self._of(place, 0), Disk()))
        return across(self._of(member, 1) for member in entries(members[0]))

    def _place(self, source: str) -> Path | None:
        """The sysfs folder of a device in /dev."""
        name = source.removeprefix("/dev/").removeprefix("mapper/")
        folder = self._sys / "class/block"
        if "/" not in name and (folder / name).exists():
            return folder / name
        mapped = (entry for entry in entries(folder) if entry.name.startswith("dm-"))
        return next((entry for entry in mapped if attribute(entry, "dm/name") == name), None)

    def _of(self, place: Path, depth: int) -> Disk:
        if depth > DEEPEST or not place.exists():
            return Disk()
        disk = place.resolve()
        if (disk / "partition").exists():
            return self._of(disk.parent, depth + 1)
        if (disk / "loop").is_dir():
            return self._loop(disk, depth)
        if disk.name.startswith("zram"):
            return self._memory(disk, depth)
        lower = entries(disk / "slaves")
        if lower or (disk / "dm").is_dir():
            return self._layer(disk, across(self._of(each, depth + 1) for each in lower))
        return self._hardware(disk)

    def _loop(self, loop: Path, depth: int) -> Disk:
        """A file as a disk. One that was deleted meanwhile lay where its folder is."""
        backing = attribute(loop, "loop/backing_file").removesuffix(" (deleted)")
        return self._file(backing, depth + 1) if backing else Disk()

    def _memory(self, zram: Path, depth: int) -> Disk:
        """Compressed memory: nothing of it is on a disk, unless it may write what it holds to one."""
        backing = attribute(zram, "backing_dev")
        return self.named(backing, depth + 1) if backing not in ("", "none") else Disk(encrypted=True, removable=False)

    def _layer(self, disk: Path, below: Disk) -> Disk:
        """A volume of the device mapper or a RAID."""
        kind = attribute(disk, "dm/uuid")
        if _CRYPT.match(kind):
            return replace(below, encrypted=True)
        if _PASSES_ON.match(kind) or not (disk / "dm").is_dir():
            return below
        return replace(below, encrypted=below.encrypted or None)

    def _hardware(self, disk: Path) -> Disk:
        """A disk that stands on no other."""
        if _NETWORK_DISK.search(str(disk)):
            return Disk()
        if "/nvme-subsystem/" in str(disk):
            return across(map(_controller, _controllers(disk)))
        if "/virtual/" in str(disk):
            return Disk()
        if not _can_be_pulled(disk):
            return Disk(encrypted=False, removable=False)
        return Disk(encrypted=False, removable=True, medium=_usb_ids(disk) or _card_ids(disk) or self._drive_ids(disk))

    def _drive_ids(self, disk: Path) -> MediumIds | None:
        """By udev's database, or what the bus tells. An optical drive has a serial number, the disc in it has none."""
        if disk.name.startswith("sr"):
            return None
        serial = self._by_udev(disk, "ID_SERIAL_SHORT") or attribute(disk, "device/serial")
        return MediumIds(serial=serial) if serial else None

    def _by_udev(self, disk: Path, name: str) -> str:
        """A property in udev's database, "" where it has none; a line of it is "E:NAME=value"."""
        file = self._sys.parent / "run/udev/data" / f"b{attribute(disk, 'dev')}"
        try:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return next((line.partition("=")[2] for line in lines if line.startswith(f"E:{name}=")), "")


def _controllers(disk: Path) -> list[Path]:
    """The controllers by which a disk of the NVMe subsystem is reached."""
    return [entry.resolve() for entry in entries(disk.parent) if re.fullmatch("nvme[0-9]+", entry.name)]


def _controller(controller: Path) -> Disk:
    return Disk(False, _can_be_pulled(controller)) if attribute(controller, "transport") == "pcie" else Disk()


def _can_be_pulled(disk: Path) -> bool:
    """The rule of `blocks.is_removable`, which tells media among udev's nodes, and whatever hangs on USB.

    An SD card can be pulled, an eMMC (which has a replay-protected block) is soldered.
    """
    above = [disk, *disk.parents]
    if attribute(disk, "removable") == "1":
        return True
    return any(_is_plug(place, target(place / "subsystem")) for place in above)


def _usb_ids(disk: Path) -> MediumIds | None:
    """As `agent.sources.identity` names it among the devices."""
    place = next((above for above in disk.parents if (above / "idVendor").exists()), None)
    if place is None:
        return None
    return MediumIds(
        vendor_id=attribute(place, "idVendor"), product_id=attribute(place, "idProduct"), serial=attribute(place, "serial")
    )


def _card_ids(disk: Path) -> MediumIds | None:
    place = next((above for above in disk.parents if target(above / "subsystem") == "mmc"), None)
    if place is None:
        return None
    maker, application = (attribute(place, name).removeprefix("0x") for name in ("manfid", "oemid"))
    return MediumIds(vendor_id=maker, product_id=application, serial=attribute(place, "serial"))


def _is_plug(place: Path, bus: str) -> bool:
    if bus == "mmc":
        return attribute(place, "type") == "SD" or not number(place, "raw_rpmb_size_mult", 16)
    return bus in _PLUGGED or (bus == "pci" and attribute(place, "removable") == "removable")
