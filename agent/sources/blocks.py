"""Block devices: which of them are removable media, and what is on them.

An internal fixed disk is no medium. The flag `removable` alone does not tell: many sticks and all USB disks say 0. So whatever
hangs on USB is a medium, and so is a disk in a slot or at a port from which it can be pulled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from agent.sources.udev import Context, Node, attribute, entries, number
from checks.subjects import Volume

SECTOR = 512
"""Bytes; sysfs gives sizes in these whatever the disk's own sectors are."""
_NO_DISC = 0x1FFFFF
"""Sectors that the kernel names for an optical drive without a readable disc."""
_HOT_PLUG_BUSES = ("firewire", "memstick", "pcmcia")

Mounts = Mapping[str, tuple[str, ...]]
"""Mount points by device number and by source."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The volumes of a device, and whether udevd has looked at all of them."""

    volumes: tuple[Volume, ...]
    known_to_udev: bool


def is_removable(disk: Node) -> bool:
    """Whether a disk that is not on USB can be taken out of this computer without opening it.

    `removable`: floppies, optical discs, cartridges, and disks at a SATA port that the firmware calls external. SD cards by their
    slot. FireWire, Memory Stick and PC Card by their bus. Thunderbolt and ExpressCard by the PCI port that says `removable`.
    """
    if "/virtual/" in disk.sys_path:
        return False
    if attribute(disk.sys_path, "removable") == "1" or _is_card(disk):
        return True
    return any(_is_hot_plugged(above) for above in disk.ancestors)


def _is_card(disk: Node) -> bool:
    """SD is always a card. MMC is a soldered eMMC where it has a replay-protected block (eMMC 4.4), otherwise an old card."""
    card = disk.find_parent("mmc")
    if card is None:
        return False
    return attribute(card.sys_path, "type") == "SD" or not number(card.sys_path, "raw_rpmb_size_mult", 16)


def _is_hot_plugged(above: Node) -> bool:
    return above.subsystem in _HOT_PLUG_BUSES or (
        above.subsystem == "pci" and attribute(above.sys_path, "removable") == "removable"
    )


def contents(context: Context, root: Node, mounts: Mounts, without: str = "") -> Contents:
    """The volumes of a device, by name, except one that is known to be going.

    One that goes while it is read is left out too: half of its facts may be missing.
    """
    found = [node for node in context.list_devices(subsystem="block", parent=root) if node.sys_path != without]
    read = [(node.sys_path, _volume(node, mounts), is_known_to_udev(node)) for node in found]
    there = sorted((each for each in read if number(each[0], "size") is not None), key=itemgetter(0))
    return Contents(tuple(volume for _, volume, _ in there), all(known for *_, known in there))


def is_known_to_udev(node: Node) -> bool:
    """Whether udevd has looked at a block device; before that nobody knows its file system."""
    return any(name.startswith("ID_") for name in node.properties)


def sequence(disk: Path) -> int:
    """The kernel's number of the medium in a drive (since Linux 5.15, else 0)."""
    return number(disk, "diskseq") or 0


def size(node: Node) -> int:
    """Bytes; 0 where a drive has no medium in it."""
    sectors = number(node.sys_path, "size") or 0
    return 0 if is_optical(node) and not _has_disc(node, sectors) else sectors * SECTOR


def is_optical(disk: Node) -> bool:
    """Whether a block device is a CD, DVD or Blu-ray drive."""
    return disk.sys_name.startswith("sr")


def _has_disc(drive: Node, sectors: int) -> bool:
    return drive.properties.get("ID_CDROM_MEDIA") == "1" if is_known_to_udev(drive) else sectors != _NO_DISC


def _volume(node: Node, mounts: Mounts) -> Volume:
    path = Path(node.sys_path)
    properties = node.properties
    return Volume(
        node=node.device_node or f"/dev/{node.sys_name}",
        size=size(node),
        sequence=sequence(path.parent if node.device_type == "partition" else path),
        fs_type=properties.get("ID_FS_TYPE", ""),
        fs_uuid=properties.get("ID_FS_UUID", ""),
        fs_label=properties.get("ID_FS_LABEL", ""),
        mounted_at=tuple(sorted({point for name in _names(path) for point in mounts.get(name, ())})),
    )


def _names(path: Path) -> Iterator[str]:
    """What a mount may call a block device, and those that stand on it (an opened LUKS volume, a logical volume)."""
    yield attribute(path, "dev")
    yield f"/dev/{path.name}"
    for holder in entries(path / "holders"):
        yield from _names(holder)
