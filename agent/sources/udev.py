"""libudev through pyudev: loads it, chooses where events come from, and reads them without a thread of its own.

pyudev's own observer is not used: its thread dies at the first error of the socket, and nobody hears of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from agent.sources.base import SourceUnavailable
from policies.vocabulary import Text

CONTROL = Path("/run/udev/control")
"""udevd's own socket: where it exists, udevd runs."""
RECEIVE_BUFFER = 16 << 20
"""Bytes of events that the kernel keeps for us; a dock with its hubs and disks is some hundred kilobytes."""

_NO_LIBUDEV = Text(
    "缺少 libudev（libudev.so.1），无法查看接入的设备和介质",
    "libudev (libudev.so.1) is missing: devices and media cannot be seen",
)

Context = Any
"""A pyudev.Context; pyudev has no types."""


class Node(Protocol):
    """A node of sysfs as pyudev gives it; only what is used of it."""

    sys_path: str
    sys_name: str
    device_path: str
    device_node: str | None
    subsystem: str | None
    device_type: str | None
    action: str | None
    properties: Mapping[str, str]
    ancestors: Iterable[Node]

    def find_parent(self, subsystem: str, device_type: str | None = None) -> Node | None:
        """The nearest node above of this subsystem."""
        ...


def open_context() -> Context:
    """The device database. Raises SourceUnavailable where libudev is missing."""
    try:
        import pyudev

        return pyudev.Context()
    except ImportError:
        raise SourceUnavailable(_NO_LIBUDEV) from None


def netlink_source(control: Path = CONTROL) -> str:
    """Where events come from: `udev` where udevd runs, otherwise `kernel`; without udevd the `udev` source is silent for ever."""
    return "udev" if control.exists() else "kernel"


def node_at(context: Context, sys_path: str) -> Node | None:
    """The node at a path, or None where it is gone."""
    import pyudev

    try:
        node: Node = pyudev.Devices.from_sys_path(context, sys_path)
    except pyudev.DeviceNotFoundError:
        return None
    return node


def attribute(sys_path: str | Path, name: str) -> str:
    """A sysfs attribute as text, or "" where there is none. A device writes some of these itself: only printable text is kept."""
    try:
        raw = Path(sys_path, name).read_bytes()
    except OSError:
        return ""
    return "".join(c for c in raw.decode("utf-8", "replace") if c.isprintable()).strip()


def number(sys_path: str | Path, name: str, base: int = 10) -> int | None:
    """A sysfs attribute as a number, or None where there is none."""
    try:
        return int(attribute(sys_path, name), base)
    except ValueError:
        return None


def target(link: Path) -> str:
    """The name of what a sysfs link leads to, or "" where there is none."""
    try:
        return link.readlink().name
    except OSError:
        return ""


def entries(folder: Path) -> list[Path]:
    """What lies in a sysfs folder, by name; nothing where the folder is gone."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


class Events:
    """The hot-plug events of some subsystems, from the moment of creation on."""

    def __init__(self, context: Context, source: str, subsystems: Iterable[str], receive_buffer: int = RECEIVE_BUFFER) -> None:
        import pyudev

        self._monitor = pyudev.Monitor.from_netlink(context, source)
        for subsystem in subsystems:
            self._monitor.filter_by(subsystem)
        self._enlarge(receive_buffer)
        self._monitor.start()

    def _enlarge(self, receive_buffer: int) -> None:
        try:
            self._monitor.set_receive_buffer_size(receive_buffer)
        except PermissionError:
            return  # a plain user keeps the system's size; an overflow is noticed all the same

    def fileno(self) -> int:
        """For poll: readable where events wait."""
        descriptor: int = self._monitor.fileno()
        return descriptor

    def drain(self) -> Iterator[Node]:
        """The events that wait. Raises OSError where the kernel threw events away."""
        while (node := self._monitor.poll(0)) is not None:
            yield node
