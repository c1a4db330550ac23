"""Generic netlink: many small protocols ("families") behind one, found by name (linux/genetlink.h)."""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from agent.sources.netlink import Message, Netlink, attributes, nested, text

NETLINK_GENERIC = 16

_CONTROL = 16
_GETFAMILY = 3
_FAMILY_ID, _FAMILY_NAME, _MCAST_GROUPS = 1, 2, 7
_GROUP_NAME, _GROUP_ID = 1, 2
_HEADER = struct.Struct("=BBxx")


@dataclass(frozen=True, slots=True)
class Family:
    """A family: its message type, and its announcement groups by name."""

    id: int
    groups: Mapping[str, int]


def family(kernel: Netlink, name: str) -> Family | None:
    """The family of a name, or None where the kernel has none such. Raises OSError where it cannot be asked.

    All are listed instead of asking for the one: being asked by name, the kernel loads a module that it has not got yet.
    """
    for message in kernel.dump(_CONTROL, _HEADER.pack(_GETFAMILY, 1)):
        values = fields(message)
        if text(values.get(_FAMILY_NAME)) == name:
            return Family(int.from_bytes(values[_FAMILY_ID], sys.byteorder), _groups(values.get(_MCAST_GROUPS, b"")))
    return None


def header(command: int) -> bytes:
    """The header of a request."""
    return _HEADER.pack(command, 0)


def fields(message: Message) -> dict[int, bytes]:
    """The attributes of an answer."""
    return attributes(message.body[_HEADER.size :])


def _groups(data: bytes) -> dict[str, int]:
    groups = (attributes(value) for value in nested(data))
    return {text(group.get(_GROUP_NAME)): int.from_bytes(group.get(_GROUP_ID, b"\0"), sys.byteorder) for group in groups}
