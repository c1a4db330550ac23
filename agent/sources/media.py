"""Removable media and devices: what is plugged in now, and what comes and goes.

A device comes in several events: the USB device, its interfaces, seconds later its disk, then the partitions; a card comes into
its reader as a mere change. Each event leads to the device that it belongs to, the device is read anew, and is posted where it
differs from what was posted last. So no event counts twice, and none is lost.
"""

from __future__ import annotations

import dataclasses
import math
import select
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from agent.sources import devices, mounts, udev
from agent.sources.base import Blind, Change, Post, SourceUnavailable, utc_now
from agent.sources.waker import Waker
from checks.subjects import Device, Other, Subject
from policies.vocabulary import Text

SUBSYSTEMS = ("usb", "block")
GOING = timedelta(seconds=3)
"""A device that loses its disks is mostly being unplugged; only one that is still there after this has changed."""
DOCUMENTS = "documents"
"""The source of what lies on media: where something was mounted or unmounted, it looks again."""
LOST = Text("内核丢弃了设备事件，已重新清点", "the kernel threw device events away; everything was enumerated again")


class MediaSource:
    """Devices through udev, or through the kernel alone where no udevd runs (`netlink_source`).

    `complete` adds what is remembered of a device. `unwatched` gives those that came and went before `watch` was there.
    """

    def __init__(
        self,
        name: str = "media",
        *,
        mountinfo: Path = mounts.MOUNTINFO,
        control: Path = udev.CONTROL,
        sysfs: Path = Path("/sys/devices"),
        receive_buffer: int = udev.RECEIVE_BUFFER,
        settle: timedelta = devices.SETTLE,
        complete: Callable[[Device], Device] = lambda device: device,
        unwatched: Callable[[], Iterable[Device]] = tuple,
    ) -> None:
        self.name = name
        self._mountinfo = mountinfo
        self._control = control
        self._sysfs = sysfs
        self._receive_buffer = receive_buffer
        self._settle = settle
        self._complete = complete
        self._unwatched = unwatched
        self._waker = Waker()
        self._lock = threading.Lock()  # libudev's objects are not for two threads at once; `watch` has its own
        self._reader: devices.Reader | None = None

    @property
    def netlink_source(self) -> str:
        """Where events come from: `udev`, or `kernel` where no udevd runs."""
        return udev.netlink_source(self._control)

    def present(self) -> Iterable[Subject]:
        """Every device that is plugged in. Raises SourceUnavailable where libudev or sysfs is missing."""
        if not self._sysfs.is_dir():
            raise SourceUnavailable(Text("无法读取 /sys", "there is no /sys to read"))
        with self._lock:
            self._reader = self._reader or self._open_reader(udev.open_context())
            return [self._complete(device) for device in in_company(self._reader.present())]

    def read(self, key: str) -> Subject | None:
        """One device again, or None where it is unplugged. Raises SourceUnavailable where libudev is missing."""
        return next((device for device in self.present() if device.key == key), None)

    def watch(self, post: Post, ready: threading.Event) -> None:
        """Post what comes, changes and goes; sleeps in between. Raises SourceUnavailable where libudev is missing."""
        context = udev.open_context()
        blind_since: datetime | None = None
        with self._mountinfo.open("rb") as mountinfo:
            while (blind_since := self._follow(context, mountinfo, post, ready, blind_since)) is not None:
                continue

    def close(self) -> None:
        """End `watch`."""
        self._waker.wake()

    def _open_reader(self, context: udev.Context) -> devices.Reader:
        return devices.Reader(context, mountinfo=self._mountinfo, settle=self._settle)

    def _follow(
        self, context: udev.Context, mountinfo: IO[bytes], post: Post, ready: threading.Event, blind_since: datetime | None
    ) -> datetime | None:
        """Post changes until `close` (None) or until events are lost: since when it was blind."""
        events = udev.Events(context, self.netlink_source, SUBSYSTEMS, self._receive_buffer)
        plugged = Plugged(self._open_reader(context), self.name, post, self._settle, self._complete)
        if blind_since is not None:
            post(Blind(source=self.name, began_at=blind_since, reason=LOST))
        else:
            plugged.tell_past(self._unwatched())
        ready.set()
        poller = select.poll()
        poller.register(self._waker, select.POLLIN)
        poller.register(events, select.POLLIN)
        poller.register(mountinfo, select.POLLPRI)  # how the kernel says that the mounts changed (proc_pid_mounts(5))
        quiet_since = utc_now()
        while self._waker.fileno() not in (woken := {descriptor for descriptor, _ in poller.poll(plugged.patience())}):
            looked_at = utc_now()
            try:
                heard = list(events.drain())
            except OSError:
                return quiet_since
            quiet_since = looked_at
            for event in heard:
                plugged.notice(event)
            plugged.look_again(everywhere=mountinfo.fileno() in woken)
        return None


class Plugged:
    """What was last posted of each device, by its sysfs path; starts with what is there, unposted."""

    def __init__(
        self,
        reader: devices.Reader,
        source: str,
        post: Post,
        settle: timedelta,
        complete: Callable[[Device], Device] = lambda device: device,
    ) -> None:
        self._reader = reader
        self._source = source
        self._post = post
        self._settle = settle
        self._complete = complete
        self._known: dict[str, Device] = {}
        self._others: dict[str, tuple[Other, ...]] = {}
        self._due: dict[str, float] = {}
        for device in reader.present():
            self._remember(device)
        for device in in_company(self.devices):
            self._others[device.path] = device.others

    @property
    def devices(self) -> list[Device]:
        """What is plugged in."""
        return list(self._known.values())

    def tell_past(self, gone: Iterable[Device]) -> None:
        """Post devices that came and went unseen."""
        for device in gone:
            self._tell(device.key, device)
            self._tell(device.key, None)

    def notice(self, event: udev.Node) -> None:
        """Post what an event changed."""
        going = event.sys_path if event.action == "remove" else ""
        self._forget(going)
        for path in self._touched_by(event) - {going}:
            self._update(path, going, patient=True)
        if event.action == "add" and event.sys_path not in self._known and devices.is_device(event):
            self.tell_past([self._reader.announced(event)])
        self._tell_company()

    def look_again(self, *, everywhere: bool) -> None:
        """Read those devices anew whose disk should have come by now, or all that are known."""
        now = time.monotonic()
        overdue = {path for path, due in self._due.items() if due <= now}
        for path in list(self._known) if everywhere else overdue:
            self._update(path, patient=path not in overdue)
        self._tell_company()

    def patience(self) -> int | None:
        """Milliseconds until `look_again` has something to do; None for as long as nothing happens."""
        if not self._due:
            return None
        return max(0, math.ceil((min(self._due.values()) - time.monotonic()) * 1000))

    def _touched_by(self, event: udev.Node) -> set[str]:
        root = devices.root_of(event)
        above = {path for path in self._known if f"{event.sys_path}/".startswith(f"{path}/")}
        return above | {root.sys_path} if root is not None else above

    def _update(self, path: str, going: str = "", *, patient: bool) -> None:
        before, now = self._known.get(path), self._reader.at(path, going)
        if before is not None and (now is None or now.key != before.key):
            self._forget(path)
            before = None
        if now is None:
            return
        if patient and before is not None and before.volumes and not now.volumes:
            self._due[path] = time.monotonic() + GOING.total_seconds()
            return
        self._remember(now)
        if before is None or dataclasses.replace(before, observed_at=now.observed_at) != now:
            self._others[path] = others_of(now, self.devices)
            self._tell(now.key, now)
        if mounts_of(before) != mounts_of(now):
            self._post(Change(source=DOCUMENTS, key="", at=utc_now()))

    def _remember(self, device: Device) -> None:
        self._known[device.path] = device
        self._due.pop(device.path, None)
        if "volumes" in device.missing:
            self._due[device.path] = time.monotonic() + self._settle.total_seconds()

    def _forget(self, path: str) -> None:
        self._due.pop(path, None)
        self._others.pop(path, None)
        if device := self._known.pop(path, None):
            self._tell(device.key, None)
            if mounts_of(device):
                self._post(Change(source=DOCUMENTS, key="", at=utc_now()))

    def _tell_company(self) -> None:
        """Whoever lies beside a medium is a fact about it too."""
        for path, device in list(self._known.items()):
            others = others_of(device, self.devices)
            if others != self._others.get(path, ()):
                self._others[path] = others
                self._tell(device.key, dataclasses.replace(device, observed_at=utc_now()))

    def _tell(self, key: str, device: Device | None) -> None:
        if device is not None:
            device = self._complete(dataclasses.replace(device, others=self._others.get(device.path, ())))
        self._post(Change(source=self._source, key=key, at=utc_now(), subject=device))


def in_company(present: Iterable[Device]) -> list[Device]:
    """Devices with what lies beside each."""
    everything = list(present)
    return [dataclasses.replace(device, others=others_of(device, everything)) for device in everything]


def others_of(device: Device, present: Iterable[Device]) -> tuple[Other, ...]:
    """The storage devices beside a storage device, in the order of their paths."""
    if not device.is_storage:
        return ()
    beside = sorted((one for one in present if one.is_storage and one.path != device.path), key=lambda one: one.path)
    return tuple(Other(ids=one.ids, mounted=one.is_mounted) for one in beside)


def mounts_of(device: Device | None) -> tuple[str, ...]:
    """Where the file systems of a device are mounted."""
    return tuple(point for volume in device.volumes for point in volume.mounted_at) if device else ()
