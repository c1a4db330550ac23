"""What the kernel's routing tables say (rtnetlink(7)): links, addresses, routes of every table, neighbours, rules, lookups.

A reader of its own because it must be small: the daemon is idle most of the time, and a whole netlink library costs more
memory than all of it. Nothing here sends a packet, and only `ask_route` makes the kernel choose a route.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from agent.sources.netlink import Message, Netlink, attributes, number, text
from checks.subjects import Address, Link, Neighbour, Route

T = TypeVar("T")

RTA_SRC, RTA_IIF, RTA_OIF, RTA_MARK, RTA_UID, RTA_IP_PROTO, RTA_SPORT, RTA_DPORT = 2, 3, 4, 16, 25, 27, 28, 29

_GETLINK, _GETADDR, _GETROUTE, _GETNEIGH, _GETRULE = 18, 22, 26, 30, 34
_NEWNEIGH, _DELNEIGH = 28, 29
_LINK = struct.Struct("=BxHiII")
_ADDRESS = struct.Struct("=BBBBi")
_ROUTE = struct.Struct("=BBBBBBBBI")
_NEXT_HOP = struct.Struct("=HBBi")
_NEIGHBOUR = struct.Struct("=BxxxiHBB")
_RULE = struct.Struct("=BBBBBBBBI")
_LOOKUP_TABLE = 0x1000
_IFLA_EXT_MASK, _SKIP_STATS = 29, 8
_LINK_NETNSID = 37
_UP, _LOOPBACK, _POINT_TO_POINT, _LOWER_UP = 0x1, 0x8, 0x10, 0x10000
_RULE_INVERTED = 0x2

_FAMILIES: Mapping[int, int] = {4: socket.AF_INET, 6: socket.AF_INET6}
_SCOPES = {0: "global", 200: "site", 253: "link", 254: "host"}
_KINDS = (
    "unspec",
    "unicast",
    "local",
    "broadcast",
    "anycast",
    "multicast",
    "blackhole",
    "unreachable",
    "prohibit",
    "throw",
    "nat",
    "xresolve",
)
_PROTOCOLS = {
    0: "unspec",
    1: "redirect",
    2: "kernel",
    3: "boot",
    4: "static",
    9: "ra",
    11: "zebra",
    12: "bird",
    16: "dhcp",
    18: "keepalived",
    186: "bgp",
    187: "isis",
    188: "ospf",
    189: "rip",
    192: "eigrp",
}
_STATES = {
    0x00: "none",
    0x01: "incomplete",
    0x02: "reachable",
    0x04: "stale",
    0x08: "delay",
    0x10: "probe",
    0x20: "failed",
    0x40: "noarp",
    0x80: "permanent",
}
VALID_STATES = frozenset({"reachable", "stale", "delay", "probe", "noarp", "permanent"})
"""Neighbour states in which the kernel knows the way and asks nobody for it (its NUD_VALID)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A routing rule (ip-rule(8)) that looks a table up: what traffic must be like to get there; 0 and "" stand for any."""

    family: int
    table: int
    priority: int
    source: str = ""
    destination: str = ""
    input: str = ""
    output: str = ""
    mark: int = 0
    uid: int | None = None
    protocol: int = 0
    source_port: int = 0
    port: int = 0
    tos: int = 0
    inverted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How traffic to `target` is to be routed; `hints` are RTA_* attributes, `selector` says them in words.

    `tables` and `link` say the same to who answers from the tables instead of asking the kernel.
    """

    target: str
    selector: str = ""
    hints: Mapping[int, bytes] = field(default_factory=dict)
    source: str = ""
    tos: int = 0
    tables: tuple[int, ...] = (255, 254, 253)
    link: int | None = None


def links(kernel: Netlink) -> tuple[Link, ...]:
    """Every interface of this network namespace."""
    header = _LINK.pack(0, 0, 0, 0, 0) + struct.pack("=HHI", 8, _IFLA_EXT_MASK, _SKIP_STATS)
    return tuple(_decoded(_link, kernel.dump(_GETLINK, header)))


def addresses(kernel: Netlink) -> tuple[Address, ...]:
    """Every address of every interface."""
    return tuple(_decoded(_address, kernel.dump(_GETADDR, _ADDRESS.pack(0, 0, 0, 0, 0))))


def routes(kernel: Netlink) -> tuple[Route, ...]:
    """Every route of every table, IPv4 and IPv6."""
    found: list[Route] = []
    for family in _FAMILIES.values():
        for routes_of_message in _decoded(_routes, _dump(kernel, _GETROUTE, _ROUTE, family)):
            found += routes_of_message
    return tuple(found)


def neighbours(kernel: Netlink) -> tuple[Neighbour, ...]:
    """Every neighbour entry (ARP, ND) but those of multicast groups, which stand for nobody."""
    found: list[Neighbour] = []
    for family in _FAMILIES.values():
        found += _decoded(_neighbour, _dump(kernel, _GETNEIGH, _NEIGHBOUR, family))
    return tuple(n for n in found if n.address and _is_somebody(n.address))


def rules(kernel: Netlink) -> tuple[Rule, ...]:
    """Every routing rule that leads to a table, IPv4 and IPv6."""
    found: list[Rule] = []
    for family in _FAMILIES.values():
        found += _decoded(_rule, _dump(kernel, _GETRULE, _RULE, family))
    return tuple(rule for rule in found if rule.table)


def ask_route(kernel: Netlink, question: Question) -> Route | None:
    """The route that the kernel would take, or None where it has none. Raises OSError where it cannot be asked at all."""
    target = ipaddress.ip_address(question.target)
    source_bits = target.max_prefixlen if question.source else 0
    header = _ROUTE.pack(_FAMILIES[target.version], target.max_prefixlen, source_bits, question.tos, 0, 0, 0, 0, _LOOKUP_TABLE)
    values = {1: target.packed, **question.hints}
    if question.source:
        values[RTA_SRC] = ipaddress.ip_address(question.source).packed
    try:
        answer = kernel.ask(_GETROUTE, header, values)
    except (ConnectionError, TimeoutError):
        raise
    except OSError:
        return None  # every refusal is an answer: unreachable, prohibited, blackholed, no such family
    return next(iter(_routes(answer.body)), None)


def _dump(kernel: Netlink, kind: int, header: struct.Struct, family: int) -> list[Message]:
    """Entries of one family. A kernel without IPv6 answers for all families instead, so the others are left out."""
    size = header.size
    request = bytes([family]) + bytes(size - 1)
    return [message for message in kernel.dump(kind, request) if message.body[:1] == bytes([family])]


def _decoded(decode: Callable[[bytes], T], found: list[Message]) -> Iterator[T]:
    """What the messages say. One that makes no sense spoils the table: leaving it out would hide an entry."""
    for message in found:
        try:
            yield decode(message.body)
        except (ValueError, IndexError, struct.error) as error:
            raise OSError(errno.EBADMSG, "the kernel's message cannot be understood") from error


def _link(body: bytes) -> Link:
    _family, arp_type, index, flags, _change = _LINK.unpack_from(body)
    values = attributes(body[_LINK.size :])
    lower = None if _LINK_NETNSID in values else number(values.get(5))
    return Link(
        index=index,
        name=text(values.get(3)),
        kind=text(attributes(values.get(18, b"")).get(1)),
        mac=values.get(1, b"").hex(":"),
        up=bool(flags & _UP),
        carrier=bool(flags & _LOWER_UP),
        loopback=bool(flags & _LOOPBACK),
        point_to_point=bool(flags & _POINT_TO_POINT),
        arp_type=arp_type,
        master=number(values.get(10)),
        lower=None if lower in (0, index) else lower,
        bus=text(values.get(57)),
    )


def announced_neighbour(message: Message) -> Neighbour | None:
    """The neighbour entry that an announcement tells of; None where it tells of something else, or of nobody."""
    if message.type not in (_NEWNEIGH, _DELNEIGH):
        return None
    (neighbour,) = _decoded(_neighbour, [message])
    return neighbour if neighbour.address and _is_somebody(neighbour.address) else None


def is_of_neighbours(message: Message) -> bool:
    """Whether an announcement is about the ARP or ND table."""
    return message.type in (_NEWNEIGH, _DELNEIGH)


def _address(body: bytes) -> Address:
    _family, prefix, _flags, scope, index = _ADDRESS.unpack_from(body)
    values = attributes(body[_ADDRESS.size :])
    return Address(
        link=index,
        address=_ip(values.get(2) or values.get(1)) or "",
        prefix=prefix,
        scope=_SCOPES.get(scope, str(scope)),
    )


def _routes(body: bytes) -> tuple[Route, ...]:
    """The routes of one message: one, or one for each next hop."""
    family, bits, _source_bits, _tos, table, protocol, _scope, kind, _flags = _ROUTE.unpack_from(body)
    values = attributes(body[_ROUTE.size :])
    hops = list(_next_hops(values[9])) if 9 in values else [(_gateway(values), number(values.get(4)))]
    return tuple(
        Route(
            destination=_destination(values.get(1), bits, family),
            table=number(values.get(15)) or table,
            kind=_KINDS[kind] if kind < len(_KINDS) else str(kind),
            gateway=gateway,
            link=link,
            metric=number(values.get(6)) or 0,
            protocol=_PROTOCOLS.get(protocol, str(protocol)),
        )
        for gateway, link in hops
    )


def _next_hops(data: bytes) -> Iterator[tuple[str | None, int | None]]:
    while len(data) >= _NEXT_HOP.size:
        length, _flags, _weight, link = _NEXT_HOP.unpack_from(data)
        if length < _NEXT_HOP.size or length > len(data):
            return
        yield _gateway(attributes(data[_NEXT_HOP.size : length])), link or None
        data = data[(length + 3) & ~3 :]


def _gateway(values: Mapping[int, bytes]) -> str | None:
    """The gateway, also where its family is another than the route's (RTA_VIA: a family of two bytes, the address)."""
    return _ip(values.get(5)) or _ip(values.get(18, b"")[2:])


def _neighbour(body: bytes) -> Neighbour:
    _family, link, state, _flags, _kind = _NEIGHBOUR.unpack_from(body)
    values = attributes(body[_NEIGHBOUR.size :])
    return Neighbour(
        link=link,
        address=_ip(values.get(1)) or "",
        mac=values.get(2, b"").hex(":"),
        state=_STATES.get(state, str(state)),
    )


def _is_somebody(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return not ip.is_multicast and not ip.is_unspecified


def _rule(body: bytes) -> Rule:
    family, bits, source_bits, tos, table, _r1, _r2, action, flags = _RULE.unpack_from(body)
    values = attributes(body[_RULE.size :])
    return Rule(
        family=4 if family == socket.AF_INET else 6,
        table=(number(values.get(15)) or table) if action == 1 else 0,
        priority=number(values.get(6)) or 0,
        source=_destination(values.get(2), source_bits, family) if source_bits else "",
        destination=_destination(values.get(1), bits, family) if bits else "",
        input=text(values.get(3)),
        output=text(values.get(17)),
        mark=number(values.get(10)) or 0,
        uid=number(values.get(20, b"")[:4]),
        protocol=values.get(22, b"\0")[0],
        source_port=_port(values.get(23)),
        port=_port(values.get(24)),
        tos=tos,
        inverted=bool(flags & _RULE_INVERTED),
    )


def _destination(value: bytes | None, bits: int, family: int) -> str:
    packed = value or bytes(16 if family == socket.AF_INET6 else 4)
    return str(ipaddress.ip_network((packed, bits), strict=False))


def _ip(value: bytes | None) -> str | None:
    return str(ipaddress.ip_address(value)) if value and len(value) in (4, 16) else None


def _port(value: bytes | None) -> int:
    """The first port of a range."""
    return int.from_bytes(value[:2], sys.byteorder) if value and len(value) >= 4 else 0
