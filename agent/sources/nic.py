"""What a network interface is made of: its driver, the bus it hangs on, and whether it is wireless.

Asked of the interface itself (ioctl), which is right in every network namespace; sysfs may show another namespace's.
"""

from __future__ import annotations

import array
import fcntl
import re
import socket
import struct
from pathlib import Path

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
    try:
        same = int((folder / "ifindex").read_text()) == index
    except (OSError, ValueError):
        return False
    return same and any((folder / mark).exists() for mark in ("wireless", "phy80211"))


def _asked(request: int, argument: bytes) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        try:
            fcntl.ioctl(asker, request, argument.ljust(_IFREQ, b"\0"))
        except OSError:
            return False
    return True


def _text(value: bytes) -> str:
    return value.partition(b"\0")[0].decode("ascii", "replace")
