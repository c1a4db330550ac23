"""What a network interface is made of: its driver, the bus it hangs on, its hardware, and whether it is wireless.

Asked of the interface itself (ioctl), which is right in every network namespace; sysfs may show another namespace's.
"""

from __future__ import annotations

import array
import fcntl
import re
import socket
import struct
from pathlib import Path

from agent.sources.udev import attribute, number

_SIOCETHTOOL = 0x8946
_SIOCGIWNAME = 0x8B01
_ETHTOOL_GDRVINFO = 3
_IFREQ = 40
_DRIVER_INFO = struct.Struct("=I32s32s32s32s32s12s5I")
_PCI_ADDRESS = re.compile(r"[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")


def driver_and_bus(name: str) -> tuple[str, str]:
    """The driver, and the bus as far as the driver tells it ("pci", "usb"); "" for what is not told."""
    info = array.array("B", _DRIVER_INFO.pack(_ETHTOOL_GDRVINFO, *([b""] * 6), *([0] * 5)))
    request = struct.pack("16sP", name.encode(), info.buffer_info()[0])
    if not _asked(_SIOCETHTOOL, request):
        return "", ""
    _command, driver, _version, _firmware, bus, *_rest = _DRIVER_INFO.unpack(info.tobytes())
    return _text(driver), bus_of(_text(bus))


def bus_of(place: str) -> str:
    """The bus that a place on it, as ethtool prints it, belongs to."""
    if place.startswith("usb-"):
        return "usb"
    return "pci" if _PCI_ADDRESS.fullmatch(place) else ""


def is_wireless(name: str, index: int, sys: Path = Path("/sys")) -> bool:
    """Whether the interface is a Wi-Fi one: it knows the wireless ioctl, or sysfs, if it shows this very interface, says so."""
    if _asked(_SIOCGIWNAME, struct.pack("16s", name.encode())):
        return True
    folder = sys / "class/net" / name
    return _is_same(folder, index) and any((folder / mark).exists() for mark in ("wireless", "phy80211"))


def ids_and_code(name: str, index: int, sys: Path = Path("/sys")) -> tuple[str, str]:
    """Vendor and product, and the class code (PCI: of the device; USB: of the interface), in hex; "" for what is not told."""
    device = sys / "class/net" / name / "device"
    if not _is_same(device.parent, index):
        return "", ""
    if code := "".join(attribute(device, f"bInterface{part}") for part in ("Class", "SubClass", "Protocol")):
        parent = device.resolve().parent
        return f"{attribute(parent, 'idVendor')}:{attribute(parent, 'idProduct')}", code
    vendor, product, code = (attribute(device, part).removeprefix("0x") for part in ("vendor", "device", "class"))
    return (f"{vendor}:{product}" if vendor else ""), code


def _is_same(folder: Path, index: int) -> bool:
    """Whether sysfs shows this very interface, and not another namespace's of the same name."""
    return number(folder, "ifindex") == index


def _asked(request: int, argument: bytes) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        try:
            fcntl.ioctl(asker, request, argument.ljust(_IFREQ, b"\0"))
        except OSError:
            return False
    return True


def _text(value: bytes) -> str:
    return value.partition(b"\0")[0].decode("ascii", "replace")
