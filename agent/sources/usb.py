"""What a USB device says of itself: its interfaces, and whether it is a hub.

The interfaces come from sysfs where the kernel has configured the device. A device that is blocked (`authorized` 0) or not yet
configured has none there: then its descriptors tell, and for one that is gone already what udev read of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

from agent.sources.udev import Node, attribute, entries, number, target
from checks.subjects import Interface

HUB = 0x09
MASS_STORAGE = 0x08
VENDOR_SPECIFIC = 0xFF
MTP = "MTP"
_INTERFACE_DESCRIPTOR = 0x04  # USB 2.0, table 9-5


def interfaces(sys_path: str, properties: Mapping[str, str]) -> tuple[Interface, ...]:
    """Every interface that a device has or says that it will have."""
    found = (
        tuple(sorted(_configured(Path(sys_path)), key=lambda interface: interface.number))
        or described(_descriptors(Path(sys_path)))
        or announced(properties.get("ID_USB_INTERFACES", ""))
    )
    # Many phones hide their MTP behind the vendor's own class; udev has asked the device.
    return tuple(_named_mtp(i) for i in found) if properties.get("ID_MTP_DEVICE") == "1" else found


def is_hub(sys_path: str, properties: Mapping[str, str]) -> bool:
    """Whether a USB device is a hub, a root hub included. `TYPE` is the kernel's word in the event of a device that is gone."""
    return number(sys_path, "bDeviceClass", 16) == HUB or properties.get("TYPE", "").startswith("9/")


def is_built_in(device: Node) -> bool:
    """Whether nobody can unplug a device: it says so, and so does every hub between it and the computer.

    An outside hub may call what hangs on it fixed; that alone means nothing, since the hub itself can be pulled.
    """
    above = [n for n in device.ancestors if n.device_type == "usb_device" and not n.sys_name.startswith("usb")]
    return all(attribute(node.sys_path, "removable") == "fixed" for node in (device, *above))


def described(descriptors: bytes) -> tuple[Interface, ...]:
    """The interfaces in a device's descriptors (USB 2.0, 9.6.5), those of all its configurations."""
    found: dict[Interface, None] = {}
    while len(descriptors) >= 2 and descriptors[0] >= 2:
        one, descriptors = descriptors[: descriptors[0]], descriptors[descriptors[0] :]
        if one[1] == _INTERFACE_DESCRIPTOR and len(one) >= 9:
            found[Interface(number=one[2], code=one[5], subclass=one[6], protocol=one[7])] = None
    return tuple(found)


def announced(codes: str) -> tuple[Interface, ...]:
    """The interfaces in udev's ID_USB_INTERFACES, such as ":080650:030101:"; their numbers are their order."""
    parts = [bytes.fromhex(code) for code in codes.split(":") if len(code) == 6]
    return tuple(Interface(number=i, code=p[0], subclass=p[1], protocol=p[2]) for i, p in enumerate(parts))


def _configured(device: Path) -> Iterator[Interface]:
    for path in entries(device):
        code = number(path, "bInterfaceClass", 16) if ":" in path.name else None
        if code is not None:
            yield Interface(
                number=number(path, "bInterfaceNumber", 16) or 0,
                code=code,
                subclass=number(path, "bInterfaceSubClass", 16) or 0,
                protocol=number(path, "bInterfaceProtocol", 16) or 0,
                driver=target(path / "driver"),
                name=attribute(path, "interface"),
            )


def _descriptors(device: Path) -> bytes:
    try:
        return (device / "descriptors").read_bytes()
    except OSError:
        return b""


def _named_mtp(interface: Interface) -> Interface:
    hidden = interface.code == VENDOR_SPECIFIC and not interface.name
    return dataclasses.replace(interface, name=MTP) if hidden else interface
