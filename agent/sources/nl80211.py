"""What Wi-Fi interfaces do, as nl80211 tells it (linux/nl80211.h): their mode and what they are joined to.

Only what the driver knows already is asked for; nothing here starts a scan or sends a frame.
"""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from agent.sources import genetlink
from agent.sources.netlink import Netlink, attributes, heard, messages, number, pack, subscribe, text
from checks.subjects import Association

_FAMILY = "nl80211"
_GET_INTERFACE, _GET_STATION, _GET_SCAN = 5, 17, 32
_IFINDEX, _IFNAME, _IFTYPE, _MAC, _BSS, _SSID = 3, 4, 5, 6, 47, 52
_BSS_BSSID, _BSS_ELEMENTS, _BSS_STATUS = 1, 6, 9
_JOINED = frozenset({1, 2})  # NL80211_BSS_STATUS_ASSOCIATED, _IBSS_JOINED
_ELEMENT_SSID = 0
_MODES: Mapping[int, str] = MappingProxyType(
    {1: "ad-hoc", 2: "managed", 3: "ap", 4: "ap", 5: "wds", 6: "monitor", 7: "mesh", 8: "p2p-client", 9: "p2p-go"}
    | {10: "p2p-device", 11: "ocb"}
)
_OFFERS = frozenset({"ap", "p2p-go", "mesh"})
_GROUPS = ("config", "mlme")
_CONTROL_GROUP = 16
_SOL_NETLINK, _ADD_MEMBERSHIP = 270, 1
_NOTHING = frozenset({errno.EOPNOTSUPP, errno.ENODEV, errno.ENETDOWN, errno.EINVAL})


def associations(sys: Path = Path("/sys")) -> dict[int, Association]:
    """Every Wi-Fi interface by its index. Raises OSError where the kernel has Wi-Fi and cannot be asked about it."""
    if not (sys / "class/ieee80211").is_dir():
        return {}
    with Netlink(genetlink.NETLINK_GENERIC) as kernel:
        family = genetlink.family(kernel, _FAMILY)
        return {} if family is None else dict(interfaces(kernel, family.id))


class Announcements:
    """Hears Wi-Fi interfaces come, go, join and leave; also where Wi-Fi itself comes to the kernel only later."""

    def __init__(self, receive_buffer: int) -> None:
        """Raises OSError."""
        self.listener = subscribe(genetlink.NETLINK_GENERIC, 1 << (_CONTROL_GROUP - 1), receive_buffer)
        try:
            self._join()
        except OSError:
            self.listener.close()
            raise

    def is_news(self, listener: socket.socket) -> bool:
        """Read all that waits; whether anything of it is about Wi-Fi. Raises OSError ENOBUFS where some was lost."""
        types = [message.type for data in heard(listener) for message in messages(data)]
        if _CONTROL_GROUP in types:
            self._join()
        return any(kind != _CONTROL_GROUP for kind in types)

    def _join(self) -> None:
        with Netlink(genetlink.NETLINK_GENERIC) as kernel:
            family = genetlink.family(kernel, _FAMILY)
        for name in _GROUPS if family is not None else ():
            if family is not None and name in family.groups:
                self.listener.setsockopt(_SOL_NETLINK, _ADD_MEMBERSHIP, family.groups[name])


def interfaces(kernel: Netlink, family: int) -> Iterator[tuple[int, Association]]:
    """Every Wi-Fi interface with its index; `family`: nl80211's message type. Raises OSError."""
    for message in kernel.dump(family, genetlink.header(_GET_INTERFACE)):
        values = genetlink.fields(message)
        index = number(values.get(_IFINDEX))
        if index is None:
            continue  # a peer-to-peer device without a network interface
        mode = _MODES.get(number(values.get(_IFTYPE)) or 0, "other")
        own = values.get(_MAC, b"").hex(":")
        joined, ssid = (own, "") if mode in _OFFERS else _joined(kernel, family, index)
        peers = len(_about(kernel, family, _GET_STATION, index))
        yield (
            index,
            Association(
                interface=text(values.get(_IFNAME)),
                mode=mode,
                ssid=text(values.get(_SSID)) or ssid,
                bssid=joined,
                peers=peers,
            ),
        )


def _joined(kernel: Netlink, family: int, index: int) -> tuple[str, str]:
    """BSSID and SSID of the cell that the interface is joined to, both "" where it is joined to none."""
    for values in _about(kernel, family, _GET_SCAN, index):
        cell = attributes(values.get(_BSS, b""))
        if number(cell.get(_BSS_STATUS)) in _JOINED:
            return cell.get(_BSS_BSSID, b"").hex(":"), _ssid(cell.get(_BSS_ELEMENTS, b""))
    return "", ""


def _about(kernel: Netlink, family: int, command: int, index: int) -> list[dict[int, bytes]]:
    """What is known about an interface; nothing where its mode has nothing of the kind."""
    request = genetlink.header(command) + pack({_IFINDEX: struct.pack("=I", index)})
    try:
        return [genetlink.fields(message) for message in kernel.dump(family, request)]
    except OSError as error:
        if error.errno in _NOTHING:
            return []
        raise


def _ssid(elements: bytes) -> str:
    """The network's name among a beacon's information elements (IEEE 802.11, 9.4.2): an id, a length, the value."""
    while len(elements) >= 2:
        kind, length = elements[0], elements[1]
        if kind == _ELEMENT_SSID and len(elements) >= 2 + length:
            return text(elements[2 : 2 + length])
        elements = elements[2 + length :]
    return ""
