"""Wireless hardware that is in the computer or plugged into it, whether or not it is used: read from sysfs (NET-04).

One device has many views (a PCI or USB device, a phy, an interface, a switch): they are joined at the device on its bus.
A Wi-Fi stick without any driver shows itself by nothing but its vendor's ids and is not seen here; it cannot radiate either.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from agent.sources import nl80211, uevents
from agent.sources.announcements import follow_all
from agent.sources.base import Post, SourceUnavailable, utc_now
from agent.sources.udev import attribute, entries, target
from agent.sources.waker import Waker
from checks.subjects import Association, Radio, Subject
from policies.vocabulary import Text

RECEIVE_BUFFER = 1 << 20
WATCHED = frozenset({"net", "bluetooth", "rfkill", "wwan", "nfc", "usb", "pci", "sdio", "ieee80211"})

_KINDS = ("wifi", "bluetooth", "wwan", "nfc", "infrared", "other")
_BUSES = frozenset({"pci", "usb", "sdio", "platform", "pcmcia", "serial", "i2c", "spi"})
_SWITCHES: Mapping[str, str] = MappingProxyType(
    {"wlan": "wifi", "bluetooth": "bluetooth", "wwan": "wwan", "nfc": "nfc", "wimax": "wwan", "ultrawideband": "other"}
)
_CLASSES: Mapping[str, str] = MappingProxyType({"ieee80211": "wifi", "bluetooth": "bluetooth", "wwan": "wwan", "nfc": "nfc"})
# PCI code and ID assignment: 0280 is "network controller, other", which Wi-Fi cards use; 0d is the wireless class.
_PCI_CLASSES: Mapping[str, str] = MappingProxyType(
    {"0280": "wifi", "0d00": "infrared", "0d11": "bluetooth", "0d12": "wwan", "0d20": "wifi", "0d21": "wifi"}
    | {"0d40": "wwan", "0d41": "wwan"}
)
# USB-IF class codes, class/subclass/protocol: Bluetooth, RNDIS and ultra-wideband, mobile broadband (MBIM), IrDA bridge.
_USB_CLASSES: tuple[tuple[str, str], ...] = (("e00101", "bluetooth"), ("e0", "other"), ("020e", "wwan"), ("fe02", "infrared"))
_WWAN_DRIVERS = frozenset(
    {"qmi_wwan", "cdc_mbim", "sierra_net", "huawei_cdc_ncm", "iosm", "mhi-pci-generic", "mtk_t7xx", "option", "sierra", "hso"}
)
_HID = "03"
_CORDLESS = re.compile(r"wireless|cordless|2\.4\s*g|receiver|无线", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _View:
    """One look at a radio: the device on its bus, and what this view knows of it. `index`: of the network interface seen."""

    device: Path
    kind: str
    active: bool = False
    blocked: bool | None = None
    up: bool = False
    index: int = 0


class HardwareSource:
    """Gives one Radio for each wireless function of a device. `wifi` tells what Wi-Fi interfaces do, by their index."""

    def __init__(
        self,
        name: str = "hardware",
        sys: Path = Path("/sys"),
        *,
        receive_buffer: int = RECEIVE_BUFFER,
        wifi: Callable[[], Mapping[int, Association]] | None = None,
    ) -> None:
        self.name = name
        self._sys = sys
        self._receive_buffer = receive_buffer
        self._wifi = wifi or (lambda: nl80211.associations(sys))
        self._waker = Waker()

    def present(self) -> Iterable[Subject]:
        """All radios that are there now. Raises SourceUnavailable where there is no sysfs."""
        if not (self._sys / "class").is_dir():
            raise SourceUnavailable(Text("无法读取 /sys", "there is no /sys to read"))
        try:
            return list(_radios(self._sys, self._wifi()))
        except OSError:
            return [_unasked(radio) for radio in _radios(self._sys, {})]

    def read(self, key: str) -> Subject | None:
        """One radio again."""
        return next((radio for radio in self.present() if isinstance(radio, Radio) and radio.key == key), None)

    def watch(self, post: Post, ready: threading.Event) -> None:
        """Post a change whenever what may be a radio, or its switch, comes, goes or changes, or Wi-Fi joins or leaves."""
        try:
            listener = uevents.listen(self._receive_buffer)
        except OSError as error:
            raise SourceUnavailable(_UNHEARD) from error
        with listener:
            try:
                wifi = nl80211.Announcements(self._receive_buffer)
            except OSError as error:
                raise SourceUnavailable(_UNHEARD) from error
            with closing(wifi.listener):
                follow_all(self.name, {listener: _is_news, wifi.listener: wifi.is_news}, self._waker, post, ready)

    def close(self) -> None:
        """End `watch`."""
        self._waker.wake()


_UNHEARD = Text("无法接收内核设备通知", "the kernel's device announcements cannot be heard")
_UNASKED = Text("无法查询无线网卡的连接状态", "the Wi-Fi adapter could not be asked what it is joined to")


def _unasked(radio: Radio) -> Radio:
    return replace(radio, missing={"associations": _UNASKED}) if radio.kind == "wifi" else radio


def _is_news(listener: socket.socket) -> bool:
    return not WATCHED.isdisjoint(list(uevents.subsystems(listener)))


def _radios(sys: Path, wifi: Mapping[int, Association]) -> Iterator[Radio]:
    joined: dict[tuple[Path, str], list[_View]] = {}
    for view in sorted(_views(sys), key=lambda view: _KINDS.index(view.kind)):
        known = [kind for device, kind in joined if device == view.device]
        kind = known[0] if view.kind == "other" and known else view.kind
        joined.setdefault((view.device, kind), []).append(view)
    switches = list(_platform_switches(sys))
    for (device, kind), views in joined.items():
        first = next(other for place, other in joined if place == device)
        radio = _radio(device, kind, views, [view for view in switches if view.kind == kind], shared=kind != first)
        yield replace(radio, associations=tuple(wifi[view.index] for view in views if view.index in wifi))
    present = {kind for _device, kind in joined}
    for view in switches:
        if view.kind not in present:
            yield _radio(view.device, view.kind, [view], [], shared=False)


def _radio(device: Path, kind: str, views: list[_View], switches: list[_View], *, shared: bool) -> Radio:
    """One radio of its views. The second function of a device (Wi-Fi and Bluetooth in one) has its kind in its path."""
    blocks = [view.blocked for view in (*views, *switches) if view.blocked is not None]
    vendor, product = _ids(device)
    return Radio(
        observed_at=utc_now(),
        kind=kind,
        name=_name(device, kind),
        path=f"{device}#{kind}" if shared else str(device),
        bus=target(device / "subsystem"),
        ids=f"{vendor}:{product}" if vendor else "",
        driver=_driver(device),
        blocked=any(blocks) if blocks else None,
        active=any(view.active for view in views),
        up=any(view.up for view in views),
    )


def _views(sys: Path) -> Iterator[_View]:
    yield from _class_views(sys)
    yield from _interface_views(sys)
    yield from _switch_views(sys)
    yield from _pci_views(sys)
    yield from _usb_views(sys)


def _class_views(sys: Path) -> Iterator[_View]:
    """Devices that a driver has registered as a radio. A Bluetooth connection is listed beside its adapter as `hci0:42`."""
    for name, kind in _CLASSES.items():
        found = entries(sys / "class" / name)
        for entry in found:
            device = _on_bus(entry)
            if device is not None and ":" not in entry.name:
                connected = any(other.name.startswith(f"{entry.name}:") for other in found)
                yield _View(device, kind, active=connected)


def _interface_views(sys: Path) -> Iterator[_View]:
    for entry in entries(sys / "class/net"):
        kind = _interface_kind(entry)
        device = _on_bus(entry) if kind else None
        if kind and device is not None:
            yield _View(device, kind, attribute(entry, "carrier") == "1", up=_is_up(entry), index=_number(entry, "ifindex"))


def _is_up(interface: Path) -> bool:
    """Whether the interface is enabled (IFF_UP)."""
    return bool(_number(interface, "flags") & 1)


def _number(entry: Path, name: str) -> int:
    """An attribute that is a number, decimal or hex; 0 where there is none."""
    try:
        return int(attribute(entry, name), 0)
    except ValueError:
        return 0


def _interface_kind(entry: Path) -> str:
    if (entry / "phy80211").exists() or (entry / "wireless").exists():
        return "wifi"
    mobile = "DEVTYPE=wwan" in attribute(entry, "uevent") or target(entry / "device/driver") in _WWAN_DRIVERS
    return "wwan" if mobile else ""


def _switch_views(sys: Path) -> Iterator[_View]:
    """Kill switches that belong to a radio."""
    for entry, kind in _switches(sys):
        device = _on_bus(entry)
        if device is not None and not _is_platform(device):
            yield _View(device, kind, blocked=_is_blocked(entry))


def _platform_switches(sys: Path) -> Iterator[_View]:
    """Switches of the computer's firmware: they speak for all radios of their kind."""
    for entry, kind in _switches(sys):
        device = _on_bus(entry)
        if device is not None and _is_platform(device):
            yield _View(device, kind, blocked=_is_blocked(entry))


def _switches(sys: Path) -> Iterator[tuple[Path, str]]:
    for entry in entries(sys / "class/rfkill"):
        kind = _SWITCHES.get(attribute(entry, "type"))
        if kind:
            yield entry, kind


def _pci_views(sys: Path) -> Iterator[_View]:
    for entry in entries(sys / "bus/pci/devices"):
        code = attribute(entry, "class").removeprefix("0x")[:4]
        kind = _PCI_CLASSES.get(code, "other" if code.startswith("0d") else "")
        if kind:
            yield _View(entry.resolve(), "wwan" if _driver(entry) in _WWAN_DRIVERS else kind)


def _usb_views(sys: Path) -> Iterator[_View]:
    """USB devices by the class codes of their interfaces; cordless keyboards and mice by what their receiver calls itself."""
    for entry in entries(sys / "bus/usb/devices"):
        code = "".join(attribute(entry, f"bInterface{part}") for part in ("Class", "SubClass", "Protocol"))
        if not code:
            continue
        device = entry.resolve().parent
        kind = next((kind for prefix, kind in _USB_CLASSES if code.startswith(prefix)), "")
        if target(entry / "driver") in _WWAN_DRIVERS:
            kind = "wwan"
        if not kind and code.startswith(_HID) and _CORDLESS.search(attribute(device, "product")):
            kind = "other"
        if kind:
            yield _View(device, kind)


def _on_bus(entry: Path) -> Path | None:
    """The device on its bus that a class entry belongs to; for a simulated radio the outermost device; None for a dead link."""
    outermost = None
    for place in (real := entry.resolve(), *real.parents):
        subsystem = target(place / "subsystem")
        if subsystem in _BUSES and (subsystem != "usb" or (place / "idVendor").exists()):
            return place
        outermost = place if subsystem else outermost
    return outermost


def _name(device: Path, kind: str) -> str:
    words = " ".join(part for part in (attribute(device, "manufacturer"), attribute(device, "product")) if part)
    return words or f"{kind} {device.name}"


def _ids(device: Path) -> tuple[str, str]:
    if (device / "idVendor").exists():
        return attribute(device, "idVendor"), attribute(device, "idProduct")
    return attribute(device, "vendor").removeprefix("0x"), attribute(device, "device").removeprefix("0x")


def _driver(device: Path) -> str:
    """The driver of the device, or of the first interface of a USB device that has one besides the bus's own."""
    own = target(device / "driver")
    if own not in ("", "usb"):
        return own
    names = (target(entry / "driver") for entry in entries(device) if entry.name.startswith(f"{device.name}:"))
    return next((name for name in names if name), "")


def _is_platform(device: Path) -> bool:
    return target(device / "subsystem") == "platform"


def _is_blocked(switch: Path) -> bool:
    return "1" in (attribute(switch, "soft"), attribute(switch, "hard"))
