"""USB devices that came and went while nobody watched, as the kernel's log tells.

systemd's journal is asked first, since it remembers earlier starts of the computer; the kernel's own log stands in for it.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent.sources import journal, kmsg
from agent.sources.base import utc_now
from agent.sources.devices import BOOT_ID
from agent.sources.kernel_lines import Line
from agent.sources.udev import attribute
from checks.subjects import Device, Interface
from policies.vocabulary import Text

log = logging.getLogger(__name__)

_FOUND = re.compile(r"usb (\d+-[\d.]+): New USB device found, idVendor=([0-9a-f]{4}), idProduct=([0-9a-f]{4})")
_TOLD = re.compile(r"usb (\d+-[\d.]+): (Product|Manufacturer|SerialNumber): (.*)")
_LEFT = re.compile(r"usb (\d+-[\d.]+): USB disconnect\b")
_STORAGE = re.compile(r"usb-storage (\d+-[\d.]+):[\d.]+: USB Mass Storage device detected")
_UAS = re.compile(r"scsi host\d+: uas$")
_HUB = re.compile(r"hub (\d+-[\d.]+):[\d.]+: USB hub found")
_INPUT = re.compile(r"input: .* as /devices/\S*/(\d+-[\d.]+):[\d.]+/")
_SPEAKS_OF_USB = re.compile("usb|hub |input: |scsi host")
_HUB_CODE = 0x09

ONLY_LOGGED = Text(
    "设备在监控程序未运行时接入并已拔出，只留下内核日志，看不到它的接口",
    "the device came and went while the agent was not running: the kernel's log alone tells of it, and not of its interfaces",
)


@dataclass(slots=True)
class PlugIn:
    """One plug-in as logged. `codes`: the classes of its interfaces with their drivers, as far as a driver spoke."""

    at: datetime
    boot: str
    place: str
    vendor_id: str
    product_id: str
    texts: dict[str, str] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)

    def device(self) -> Device:
        """The facts that are left of it."""
        interfaces = [Interface(number=n, code=code, driver=driver) for n, (code, driver) in enumerate(self.codes.items())]
        return Device(
            observed_at=self.at,
            missing={} if interfaces else {"interfaces": ONLY_LOGGED},
            path=self.place,
            session=f"{self.boot} log {self.place} {self.at.timestamp():.6f}",
            bus="usb",
            vendor_id=self.vendor_id,
            product_id=self.product_id,
            vendor=self.texts.get("Manufacturer", ""),
            product=self.texts.get("Product", ""),
            serial=self.texts.get("SerialNumber", ""),
            interfaces=tuple(interfaces),
        )


def unwatched(since: datetime, lines: Callable[[datetime], Iterable[Line]] | None = None) -> Iterator[Device]:
    """Each device that came and went after a time (UTC), hubs excepted. None where no log may be read."""
    try:
        found = gone((lines or read)(since))
    except OSError as error:
        log.info("the kernel's log cannot be read: %s", error.strerror)
        return
    for plug_in in found:
        if plug_in.at > since and _HUB_CODE not in plug_in.codes:
            yield plug_in.device()


def read(since: datetime) -> Iterable[Line]:
    """The kernel's lines, those from before `since` perhaps among them. Raises OSError."""
    try:
        if found := [line for line in journal.read(since) if _SPEAKS_OF_USB.match(line.text)]:
            return found
    except OSError as error:
        log.info("there is no journal: %s", error.strerror)
    began = utc_now() - timedelta(seconds=time.clock_gettime(time.CLOCK_MONOTONIC))
    return kmsg.lines(kmsg.read(), attribute(BOOT_ID.parent, BOOT_ID.name), began)


def gone(lines: Iterable[Line]) -> list[PlugIn]:
    """The plug-ins that have ended, be it with the computer's own end: what is still there is seen without the log."""
    there: dict[str, PlugIn] = {}
    ended: list[PlugIn] = []
    last, boot = "", ""
    for line in lines:
        if line.boot != boot:
            ended += there.values()
            there, boot = {}, line.boot
        if match := _FOUND.match(line.text):
            last = match[1]
            there[last] = PlugIn(line.at, boot, last, match[2], match[3])
        elif (match := _LEFT.match(line.text)) and match[1] in there:
            ended.append(there.pop(match[1]))
        else:
            last = _learnt(line.text, there, last) or last
    return ended


def _learnt(text: str, there: dict[str, PlugIn], last: str) -> str:
    """Take in what a line tells of a device that is there; its place, or "" where it tells nothing."""
    if (match := _TOLD.match(text)) and match[1] in there:
        there[match[1]].texts[match[2]] = "".join(c for c in match[3] if c.isprintable()).strip()
        return match[1]
    for pattern, code, driver in ((_STORAGE, 0x08, "usb-storage"), (_HUB, _HUB_CODE, "hub"), (_INPUT, 0x03, "usbhid")):
        if (match := pattern.match(text)) and match[1] in there:
            there[match[1]].codes[code] = driver
            return match[1]
    if _UAS.match(text) and last in there:  # this driver does not name the device, but follows it at once
        there[last].codes[0x08] = "uas"
    return ""
