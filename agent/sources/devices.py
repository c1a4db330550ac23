"""From nodes of sysfs to devices: what somebody plugged in, with its identity, interfaces and volumes.

USB devices are read whatever they are, hubs excepted. Of other block devices only removable ones are read, and only while a
medium is in them: an empty drive that is built in is a part of the computer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from agent.sources import blocks, identity, mounts, usb
from agent.sources.base import utc_now
from agent.sources.udev import Context, Node, attribute, node_at, number
from checks.subjects import Device, Volume
from policies.vocabulary import Text

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SETTLE = timedelta(seconds=20)
"""How long after its plugging in a storage device may take to show its disk; a busy computer needs some seconds."""

NO_DISK_YET = Text("存储设备刚接入，磁盘尚未出现", "the storage device was just plugged in: its disk has not appeared yet")
NO_INTERFACES = Text("设备尚未完成配置，看不到它的接口", "the device is not configured yet: its interfaces are unknown")
NOT_BY_UDEV = Text("udev 未识别该卷，文件系统未知", "udev has not looked at the volume: its file system is unknown")
NO_MOUNTS = Text("无法读取挂载表", "the table of mounts cannot be read")
NO_SERIAL = Text("没有 udev，看不到该磁盘的序列号", "the serial number of this disk is unknown without udev")
GONE = Text("设备在读取之前已被拔出", "the device was unplugged before it could be read")

Missing = dict[str, Text]


def is_device(node: Node) -> bool:
    """Whether a node is a USB device and no hub."""
    is_usb = node.subsystem == "usb" and node.device_type == "usb_device"
    return is_usb and not usb.is_hub(node.sys_path, node.properties)


def root_of(node: Node) -> Node | None:
    """What somebody plugged in that a node is a part of; None for a hub and for a part of the computer itself."""
    is_usb = node.subsystem == "usb" and node.device_type == "usb_device"
    above = node if is_usb else node.find_parent("usb", "usb_device")
    if above is not None:
        return above if is_device(above) else None
    is_disk = node.subsystem == "block" and node.device_type == "disk"
    disk = node if is_disk else node.find_parent("block", "disk")
    return disk if disk is not None and blocks.is_removable(disk) else None


class Reader:
    """Reads devices from sysfs and udev's database."""

    def __init__(
        self,
        context: Context,
        *,
        mountinfo: Path = mounts.MOUNTINFO,
        boot_id: Path = BOOT_ID,
        settle: timedelta = SETTLE,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._context = context
        self._mountinfo = mountinfo
        self._boot = attribute(boot_id.parent, boot_id.name)
        self._settle = settle
        self._now = now

    def present(self) -> Iterator[Device]:
        """Every device that is plugged in."""
        for subsystem, device_type in (("usb", "usb_device"), ("block", "disk")):
            for node in self._context.list_devices(subsystem=subsystem, DEVTYPE=device_type):
                root = root_of(node)
                if root is not None and root.sys_path == node.sys_path and (device := self.at(node.sys_path)):
                    yield device

    def at(self, sys_path: str, without: str = "") -> Device | None:
        """The device at a path, or None where there is none; also where it went while it was read.

        `without` is a part of it that the kernel has announced to go, which it does before it takes it away.
        """
        node = node_at(self._context, sys_path)
        if node is None:
            return None
        device = self._usb(node, without) if node.subsystem == "usb" else self._disk(node, without)
        return device if Path(sys_path).exists() else None

    def announced(self, event: Node) -> Device:
        """A USB device that is gone already, from the event that told of its coming."""
        known = event.properties
        interfaces = usb.interfaces(event.sys_path, known)
        missing: Missing = {} if interfaces else {"interfaces": GONE}
        if "ID_SERIAL" not in known:  # udev gives one to every device, from its names where it has no serial number
            missing["serial"] = GONE
        session = self._session(event, known.get("BUSNUM", ""), known.get("DEVNUM", ""), f"event {known.get('SEQNUM', '')}")
        return Device(
            observed_at=self._now(),
            missing=missing,
            path=event.sys_path,
            session=session,
            interfaces=interfaces,
            **asdict(identity.of_usb_event(event)),
        )

    def _usb(self, node: Node, without: str) -> Device:
        path = node.sys_path
        interfaces = usb.interfaces(path, node.properties)
        volumes, missing = self._volumes(node, without)
        if not interfaces:
            missing["interfaces"] = NO_INTERFACES
        is_storage = any(i.code == usb.MASS_STORAGE for i in interfaces)
        if is_storage and not volumes and not self._is_settled(path):
            missing["volumes"] = NO_DISK_YET
        built_in = usb.is_built_in(node)
        return Device(
            observed_at=self._now(),
            missing=missing,
            path=path,
            # Nobody plugs a built-in camera in, so a start of the computer makes no new one of it. Cards do come into a reader.
            session=f"built-in {node.device_path}" if built_in and not is_storage else self._plug_in(node),
            built_in=built_in,
            interfaces=interfaces,
            volumes=volumes,
            **asdict(identity.of_usb(node)),
        )

    def _disk(self, disk: Node, without: str) -> Device | None:
        if not blocks.size(disk):
            return None
        who = identity.of_disk(disk)
        volumes, missing = self._volumes(disk, without)
        if not who.serial and who.bus != "optical" and not blocks.is_known_to_udev(disk):
            missing["serial"] = NO_SERIAL
        return Device(
            observed_at=self._now(),
            missing=missing,
            path=disk.sys_path,
            session=self._session(disk, str(blocks.sequence(Path(disk.sys_path))), _incarnation(disk.sys_path)),
            volumes=volumes,
            **asdict(who),
        )

    def _volumes(self, root: Node, without: str) -> tuple[tuple[Volume, ...], Missing]:
        missing: Missing = {}
        points: blocks.Mounts = {}
        try:
            points = mounts.read(self._mountinfo)
        except OSError:
            missing["volumes.mounted_at"] = NO_MOUNTS
        contents = blocks.contents(self._context, root, points, without)
        if not contents.known_to_udev:
            missing["volumes.fs"] = NOT_BY_UDEV
        return contents.volumes, missing

    def _is_settled(self, path: str) -> bool:
        """Whether a storage device without a disk has had its time: its driver is missing or forbidden, or it is defective."""
        connected = number(path, "power/connected_duration")  # milliseconds
        return connected is None or timedelta(milliseconds=connected) >= self._settle

    def _plug_in(self, device: Node) -> str:
        path = device.sys_path
        return self._session(device, attribute(path, "busnum"), attribute(path, "devnum"), _incarnation(path))

    def _session(self, node: Node, *parts: str) -> str:
        return " ".join((self._boot, node.device_path, *parts))


def _incarnation(path: str) -> str:
    """sysfs numbers every node that it makes, so a device that is plugged in again at the same place has another number."""
    try:
        return str(Path(path).stat().st_ino)
    except OSError:
        return ""
