"""A stick, its row in the register and a computer, to be varied by tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from checks.subjects import Device, Interface, Volume
from policies.computer import Computer
from policies.register import Medium, Register
from policies.vocabulary import Level

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

STICK = Device(
    observed_at=NOW,
    path="/sys/devices/usb1/1-1",
    session="boot-1 1-1 5",
    bus="usb",
    vendor_id="0951",
    product_id="1666",
    vendor="Kingston",
    product="DataTraveler",
    serial="60A44C413FDE",
    interfaces=(Interface(number=0, code=8, subclass=6, protocol=0x50, driver="usb-storage"),),
    volumes=(Volume(node="/dev/sdb", size=4096, sequence=7), Volume(node="/dev/sdb1", size=2048, sequence=7)),
)

KEYBOARD = replace(
    STICK, product="Keyboard", serial="", interfaces=(Interface(number=0, code=3, subclass=1, protocol=1),), volumes=()
)

ROW = Medium(
    number="JZ-2026-017",
    level=Level.JIMI,
    serial="60A44C413FDE",
    vendor_id="0951",
    product_id="1666",
    holder="Zhang San",
    department="Office A",
)


def interface(codes: str, **more: str) -> Interface:
    """An interface by its class, subclass and protocol in hex."""
    code, subclass, protocol = bytes.fromhex(codes)
    return Interface(number=0, code=code, subclass=subclass, protocol=protocol, **more)


def usb_device(*codes: str, built_in: bool = False) -> Device:
    """A device with these interfaces and no disk."""
    return replace(STICK, interfaces=tuple(map(interface, codes)), volumes=(), built_in=built_in)


def mounted(device: Device) -> Device:
    """The device with its last volume mounted."""
    return replace(device, volumes=(*device.volumes[:-1], replace(device.volumes[-1], mounted_at=("/media/stick",))))


def with_file_systems(*uuids: str) -> Device:
    """The stick with a disk and partitions of these UUIDs."""
    parts = (Volume(node=f"/dev/sdb{n}", size=1024, sequence=7, fs_type="vfat", fs_uuid=uuid) for n, uuid in enumerate(uuids, 1))
    return replace(STICK, volumes=(STICK.volumes[0], *parts))


def computer(*media: Medium, level: Level | None = Level.JIMI, department: str = "Office A") -> Computer:
    """A computer that has got a register with these rows."""
    register = Register(version=3, issued_at=NOW, media=media)
    return Computer(id="pc-1", hostname="pc-1", level=level, department=department, register=register)


WITHOUT_REGISTER = Computer(id="pc-1", hostname="pc-1", level=Level.JIMI, department="Office A")
