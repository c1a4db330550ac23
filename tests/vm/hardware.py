"""What can be plugged into the machine: each call is somebody's hand at a socket. Devices are named by the scenario."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.vm.machine import Machine

BUS = "usb.0"
MAKER = "46f4"
"""QEMU's own vendor id, which its devices bear."""


def disk_image(folder: Path, name: str, *, files: Path | None = None, label: str = "", megabytes: int = 16) -> Path:
    """A file that stands for what a medium holds: an ext4 file system, with copies of these files in it."""
    path = folder / f"{name}.img"
    with path.open("wb") as file:
        file.truncate(megabytes << 20)
    filled = ["-d", str(files)] if files else []
    subprocess.run(["mkfs.ext4", "-q", "-F", "-L", label or name, *filled, str(path)], check=True)
    return path


class Sockets:
    """The machine's USB sockets, card reader and slots for network cards."""

    def __init__(self, machine: Machine) -> None:
        self._qmp = machine.qmp

    def stick(self, name: str, image: Path, serial: str) -> None:
        """A USB memory stick (bulk-only transport)."""
        self.medium(name, image)
        self._qmp.ask("device_add", driver="usb-storage", id=name, bus=BUS, drive=name, removable=True, serial=serial)

    def uas_disk(self, name: str, image: Path, serial: str) -> None:
        """An external disk (USB Attached SCSI). It may only be told of once its disk is in it, hence the last step."""
        self.medium(name, image)
        self._qmp.ask("device_add", driver="usb-uas", id=name, bus=BUS, serial=serial)
        disk = {"id": f"{name}-disk", "bus": f"{name}.0", "drive": name, "scsi-id": 0, "lun": 0, "serial": serial}
        self._qmp.ask("device_add", driver="scsi-hd", **disk)
        self._qmp.ask("qom-set", path=f"/machine/peripheral/{name}", property="attached", value=True)

    def reader(self, name: str, serial: str) -> None:
        """A card reader without a card: QEMU makes it with one, which is out again before the computer can see it."""
        self._qmp.ask("device_add", driver="usb-bot", id=name, bus=BUS, serial=serial)
        self._qmp.ask("blockdev-add", driver="null-co", node__name=f"{name}-none")
        slot = {"id": f"{name}-slot", "bus": f"{name}.0", "scsi-id": 0, "lun": 0, "removable": True, "drive": f"{name}-none"}
        self._qmp.ask("device_add", driver="scsi-hd", **slot)
        self.remove(name)
        self._qmp.ask("qom-set", path=f"/machine/peripheral/{name}", property="attached", value=True)

    def insert(self, reader: str, card: str, image: Path) -> None:
        """Put a card into a reader."""
        self.medium(card, image)
        self._qmp.ask("blockdev-insert-medium", id=f"{reader}-slot", node__name=card)
        self._qmp.ask("blockdev-close-tray", id=f"{reader}-slot")

    def remove(self, reader: str) -> None:
        """Take the card out: QEMU takes every drive for one with a tray."""
        self._qmp.ask("blockdev-open-tray", id=f"{reader}-slot", force=True)
        self._qmp.ask("blockdev-remove-medium", id=f"{reader}-slot")

    def phone(self, name: str, folder: Path) -> None:
        """A phone that offers a folder by MTP."""
        self._qmp.ask("device_add", driver="usb-mtp", id=name, bus=BUS, rootdir=str(folder), desc="Phone")

    def usb(self, name: str, driver: str) -> None:
        """Any other USB device of QEMU's, by its driver's name."""
        self._qmp.ask("device_add", driver=driver, id=name, bus=BUS)

    def network_card(self, name: str, slot: str, tap: str = "", mac: str = "52:54:00:aa:00:02") -> None:
        """A network card in a slot of the machine, its cable in a tap of this host or in nothing."""
        self._cable(name, tap)
        self._qmp.ask("device_add", driver="virtio-net-pci", id=name, bus=slot, netdev=name, mac=mac, romfile="")

    def usb_network(self, name: str, tap: str = "", mac: str = "52:54:00:aa:00:03") -> None:
        """A network adapter on USB."""
        self._cable(name, tap)
        self._qmp.ask("device_add", driver="usb-net", id=name, bus=BUS, netdev=name, mac=mac)

    def cable(self, name: str, *, plugged: bool) -> None:
        """Pull a network card's cable, or plug it in again."""
        self._qmp.ask("set_link", name=name, up=plugged)

    def unplug(self, name: str) -> None:
        """Pull a device out; answers once it is out."""
        self._qmp.ask("device_del", id=name)
        self._qmp.wait_for("DEVICE_DELETED", device=name)

    def medium(self, name: str, image: Path) -> None:
        """Make a file known as something that can be put into a device."""
        file = {"driver": "file", "filename": str(image), "locking": "off"}
        self._qmp.ask("blockdev-add", driver="raw", node__name=name, file=file)

    def forget(self, name: str) -> None:
        """Close a medium's file, so that the name can be used again."""
        self._qmp.ask("blockdev-del", node__name=name)

    def _cable(self, name: str, tap: str) -> None:
        if tap:
            self._qmp.ask("netdev_add", type="tap", id=name, ifname=tap, script="no", downscript="no")
        else:
            self._qmp.ask("netdev_add", type="user", id=name, restrict=True, ipv6=False)
