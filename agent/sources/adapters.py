"""Hardware that joins networks in other ways than a network card: adapters and telephones on USB, modems (NET-02).

Read from sysfs, whether or not it is used. Class codes are those of the USB-IF and of the PCI code and ID assignment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from agent.sources.udev import attribute, entries, target
from checks.subjects import Adapter

NETWORK, MODEM = "usb-network", "modem"

# Class, subclass and protocol of a USB interface: Ethernet (ECM, EEM, NCM), RNDIS of telephones in three kinds, Apple's tether.
_NETWORK_CODES = ("0206", "020c", "020d", "e00103", "ef0401", "ef0501", "fffd01")
# ACM that speaks AT commands; telephones over USB (Direct Line, Telephone, ISDN): what a modem says that it is.
_MODEM_CODES = ("020201", "020202", "020203", "020204", "020205", "020206", "0201", "0203", "0204", "0205")
_MODEM_DRIVERS = frozenset({"option", "sierra", "qcserial", "hso", "ipw", "ueagle-atm", "cxacru", "speedtch", "slamr"})
_PCI_MODEM = "0703"
_ANNOUNCED = re.compile(rb"\0MODALIAS=(?:usb:[^\0]*ic(?:02|0A|E0|EF|FF)|pci:[^\0]*bc07sc03)", re.IGNORECASE)


def adapters(sys: Path = Path("/sys")) -> tuple[Adapter, ...]:
    """Every such adapter, a device with several functions once for each kind."""
    found = {(adapter.path, adapter.kind): adapter for adapter in (*_on_usb(sys), *_on_pci(sys))}
    return tuple(found[place] for place in sorted(found))


def may_be_one(announcement: bytes) -> bool:
    """Whether an announcement of the kernel is about what could be such an adapter, by the class that it bears."""
    return _ANNOUNCED.search(announcement) is not None


def _on_usb(sys: Path) -> Iterator[Adapter]:
    for entry in entries(sys / "bus/usb/devices"):
        code = "".join(attribute(entry, f"bInterface{part}") for part in ("Class", "SubClass", "Protocol"))
        if not code:
            continue
        interface = entry.resolve()
        names = tuple(sorted(net.name for net in entries(interface / "net")))
        driver = target(entry / "driver")
        if names or code.startswith(_NETWORK_CODES):
            yield _usb(interface, NETWORK, driver, names)
        elif code.startswith(_MODEM_CODES) or driver in _MODEM_DRIVERS:
            yield _usb(interface, MODEM, driver, ())


def _usb(interface: Path, kind: str, driver: str, names: tuple[str, ...]) -> Adapter:
    device = interface.parent
    words = " ".join(part for part in (attribute(device, "manufacturer"), attribute(device, "product")) if part)
    return Adapter(
        kind=kind,
        name=words or f"USB {device.name}",
        path=str(device),
        bus="usb",
        ids=f"{attribute(device, 'idVendor')}:{attribute(device, 'idProduct')}",
        driver=driver,
        interfaces=names,
    )


def _on_pci(sys: Path) -> Iterator[Adapter]:
    for entry in entries(sys / "bus/pci/devices"):
        if attribute(entry, "class").removeprefix("0x").startswith(_PCI_MODEM):
            vendor, product = (attribute(entry, name).removeprefix("0x") for name in ("vendor", "device"))
            yield Adapter(
                kind=MODEM,
                name=f"PCI {entry.name}",
                path=str(entry.resolve()),
                bus="pci",
                ids=f"{vendor}:{product}",
                driver=target(entry / "driver"),
            )
