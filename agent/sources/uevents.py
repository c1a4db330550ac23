"""The kernel's announcements of devices (NETLINK_KOBJECT_UEVENT), as the kernel sends them, without udev."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from agent.sources.netlink import NETLINK_KOBJECT_UEVENT, heard, subscribe

_KERNEL_GROUP = 1


def listen(receive_buffer: int) -> socket.socket:
    """A socket that hears every device come, go and change. Raises OSError."""
    return subscribe(NETLINK_KOBJECT_UEVENT, _KERNEL_GROUP, receive_buffer)


def subsystems(listener: socket.socket) -> Iterator[str]:
    """The subsystems of the devices that changed. Raises OSError ENOBUFS where announcements were lost."""
    for announcement in heard(listener):
        yield subsystem(announcement)


def subsystem(announcement: bytes) -> str:
    """The subsystem that an announcement names: `ACTION@PATH`, then `KEY=VALUE`, each ended by NUL; "" where it names none."""
    found = (field for field in announcement.split(b"\0") if field.startswith(b"SUBSYSTEM="))
    return next(found, b"=").partition(b"=")[2].decode("ascii", "replace")
