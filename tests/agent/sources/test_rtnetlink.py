"""The reader of routing tables against ip(8) and pyroute2 on real kernels' tables, and against recorded messages."""

from __future__ import annotations

import errno
import ipaddress
import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from pyroute2 import IPRoute

from agent.sources import rtnetlink
from agent.sources.netlink import Message, Netlink, pack
from agent.sources.rtnetlink import Question
from checks.subjects import Link, Route
from tests.netns import Namespace, namespace, wire


class Recorded(Netlink):
    """A kernel that answers every dump with the same messages; for link kinds that this kernel may lack."""

    def __init__(self, *bodies: bytes) -> None:
        super().__init__()
        self._bodies = bodies

    def dump(self, kind: int, header: bytes, tries: int = 8) -> list[Message]:
        """The messages."""
        return [Message(kind, 0, 0, body) for body in self._bodies]


def link_message(index: int, arp_type: int, flags: int, values: dict[int, bytes]) -> bytes:
    return struct.pack("=BxHiII", 0, arp_type, index, flags, 0) + pack(values)


def route_message(bits: int, table: int, kind: int, values: dict[int, bytes], family: int = socket.AF_INET) -> bytes:
    return struct.pack("=BBBBBBBBI", family, bits, 0, 0, table, 4, 0, kind, 0) + pack(values)


def u32(value: int) -> bytes:
    return struct.pack("=I", value)


def recorded_link(body: bytes) -> Link:
    with Recorded(body) as kernel:
        (link,) = rtnetlink.links(kernel)
    return link


def recorded_routes(*bodies: bytes) -> tuple[Route, ...]:
    with Recorded(*bodies) as kernel:
        return rtnetlink.routes(kernel)


@pytest.mark.parametrize(
    ("kind", "arp_type", "flags"),
    [("wireguard", 65534, 0x10091), ("vlan", 1, 0x11043), ("bond", 1, 0x11443), ("sit", 776, 0x90), ("ppp", 512, 0x110D1)],
)
def test_link_kinds_are_named_as_the_kernel_names_them(kind: str, arp_type: int, flags: int) -> None:
    values = {3: b"x0\0", 5: u32(2), 18: pack({1: f"{kind}\0".encode()})}
    link = recorded_link(link_message(9, arp_type, flags, values))
    assert (link.name, link.kind, link.arp_type, link.lower) == ("x0", kind, arp_type, 2)
    assert link.up == bool(flags & 1)
    assert link.carrier == bool(flags & 0x10000)
    assert link.point_to_point == bool(flags & 0x10)


def test_a_usb_adapter_has_its_parents_bus() -> None:
    assert recorded_link(link_message(4, 1, 0x11043, {3: b"enx0\0", 1: bytes(range(6)), 57: b"usb\0"})).bus == "usb"


def test_unknown_attributes_are_passed_over() -> None:
    link = recorded_link(link_message(4, 1, 1, {9999: b"?" * 9, 3: b"eth0\0", 300: b""}))
    assert (link.name, link.index) == ("eth0", 4)


def test_a_gateway_of_the_other_family_is_a_gateway() -> None:
    via = struct.pack("=H", socket.AF_INET6) + socket.inet_pton(socket.AF_INET6, "fe80::1")
    (route,) = recorded_routes(route_message(0, 254, 1, {4: u32(3), 18: via}))
    assert (route.destination, route.gateway, route.link) == ("0.0.0.0/0", "fe80::1", 3)


def test_a_table_above_255_is_read_from_its_attribute() -> None:
    (route,) = recorded_routes(route_message(0, 252, 1, {15: u32(51820), 4: u32(3)}))
    assert route.table == 51820


def test_a_route_of_another_family_than_asked_for_is_not_counted_twice() -> None:
    found = recorded_routes(route_message(0, 254, 1, {}), route_message(0, 254, 1, {}, socket.AF_INET6))
    assert [route.destination for route in found] == ["0.0.0.0/0", "::/0"]


def test_an_unknown_route_type_keeps_its_number() -> None:
    (route,) = recorded_routes(route_message(0, 254, 200, {}))
    assert route.kind == "200"


@pytest.mark.parametrize("body", [route_message(0, 254, 1, {})[:7], route_message(77, 254, 1, {})])
def test_a_message_without_sense_spoils_the_table(body: bytes) -> None:
    with pytest.raises(OSError, match="understood") as refused:
        recorded_routes(body)
    assert refused.value.errno == errno.EBADMSG


@pytest.fixture
def computer() -> Iterator[Namespace]:
    """A namespace with every kind of route, address, neighbour and rule that this kernel offers."""
    with namespace() as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        inside.ip("addr", "add", "198.51.100.5/24", "dev", "eth0", "label", "eth0:1")
        inside.ip("addr", "add", "10.1.0.1", "peer", "10.1.0.2/32", "dev", "eth0")
        inside.ip("-6", "addr", "add", "2001:db8::5/64", "dev", "eth0", "nodad")
        hops = ("nexthop", "via", "198.51.100.1", "dev", "eth0", "nexthop", "via", "198.51.100.2", "dev", "eth0")
        inside.ip("route", "add", "default", "metric", "100", *hops)
        inside.ip("route", "add", "default", "via", "198.51.100.3", "table", "51820", "proto", "static")
        inside.ip("route", "add", "blackhole", "203.0.113.0/24", "metric", "9")
        inside.ip("route", "add", "192.0.2.0/24", "via", "inet6", "fe80::1", "dev", "eth0")
        inside.ip("-6", "route", "add", "default", "via", "2001:db8::1", "metric", "512")
        hops6 = ("nexthop", "via", "2001:db8::2", "dev", "eth0", "nexthop", "via", "2001:db8::3", "dev", "eth0")
        inside.ip("-6", "route", "add", "2400::/16", *hops6)
        inside.ip("-6", "route", "add", "unreachable", "2c00::/16", "table", "77")
        inside.ip("neigh", "add", "198.51.100.1", "lladdr", "02:00:00:00:00:01", "dev", "eth0")
        inside.ip("-6", "neigh", "add", "2001:db8::1", "lladdr", "02:00:00:00:00:02", "dev", "eth0")
        inside.ip("rule", "add", "fwmark", "0x64", "from", "198.51.100.0/24", "iif", "lo", "lookup", "51820", "pref", "99")
        inside.ip("-6", "rule", "add", "not", "to", "2400::/16", "uidrange", "5-9", "lookup", "77", "pref", "98")
        yield inside


def pyroute2_routes(inside: Namespace) -> set[tuple[Any, ...]]:
    """What pyroute2 says, one entry for each next hop."""
    found = set()
    for message in inside.call(lambda: dumped("get_routes")):
        values = dict(message["attrs"])
        hops = values.get("RTA_MULTIPATH") or [{"attrs": message["attrs"], "oif": values.get("RTA_OIF")}]
        default = "0.0.0.0/0" if message["family"] == socket.AF_INET else "::/0"
        destination = f"{values['RTA_DST']}/{message['dst_len']}" if "RTA_DST" in values else default
        for hop in hops:
            own = dict(hop["attrs"])
            gateway = own.get("RTA_GATEWAY") or (own.get("RTA_VIA") or {}).get("addr")
            found.add((destination, values["RTA_TABLE"], message["type"], gateway, hop["oif"], values.get("RTA_PRIORITY", 0)))
    return found


def dumped(what: str) -> list[Any]:
    with IPRoute() as kernel:
        return list(getattr(kernel, what)())


@pytest.mark.needs_root
@pytest.mark.needs_tool("ip")
def test_routes_are_the_same_as_pyroute2s(computer: Namespace) -> None:
    kinds = {"unicast": 1, "local": 2, "broadcast": 3, "anycast": 4, "multicast": 5, "blackhole": 6, "unreachable": 7}
    ours = asked(computer, rtnetlink.routes)
    assert len(ours) > 15
    assert {(r.destination, r.table, kinds[r.kind], r.gateway, r.link, r.metric) for r in ours} == pyroute2_routes(computer)


def asked(inside: Namespace, read: Any) -> Any:
    """What our own reader says inside."""

    def ask() -> Any:
        with Netlink() as kernel:
            return read(kernel)

    return inside.call(ask)


@pytest.mark.needs_root
@pytest.mark.needs_tool("ip")
def test_links_and_addresses_are_the_same_as_pyroute2s(computer: Namespace) -> None:
    computer.ip("link", "add", "br0", "type", "bridge")
    computer.ip("tuntap", "add", "dev", "tun0", "mode", "tun")
    theirs = set()
    for message in computer.call(lambda: dumped("get_links")):
        values = dict(message["attrs"])
        kind = dict((values.get("IFLA_LINKINFO") or {"attrs": []})["attrs"]).get("IFLA_INFO_KIND", "")
        theirs.add((message["index"], values["IFLA_IFNAME"], kind, values.get("IFLA_ADDRESS", ""), bool(message["flags"] & 1)))
    assert {(link.index, link.name, link.kind, link.mac, link.up) for link in asked(computer, rtnetlink.links)} == theirs
    addresses = set()
    for message in computer.call(lambda: dumped("get_addr")):
        values = dict(message["attrs"])
        addresses.add((message["index"], values.get("IFA_LOCAL", values["IFA_ADDRESS"]), message["prefixlen"]))
    assert {(a.link, a.address, a.prefix) for a in asked(computer, rtnetlink.addresses)} == addresses


@pytest.mark.needs_root
@pytest.mark.needs_tool("ip")
def test_neighbours_are_the_same_as_ips(computer: Namespace) -> None:
    theirs = {(n["dst"], n["lladdr"], n["state"][0].lower()) for n in computer.facts("neigh")}
    assert {(n.address, n.mac, n.state) for n in asked(computer, rtnetlink.neighbours) if n.state != "noarp"} == theirs


@pytest.mark.needs_root
@pytest.mark.needs_tool("ip")
def test_rules_are_read_with_what_they_ask_for(computer: Namespace) -> None:
    rules = {rule.priority: rule for rule in asked(computer, rtnetlink.rules) if rule.priority in (98, 99)}
    assert (rules[99].table, rules[99].mark, rules[99].source, rules[99].input) == (51820, 0x64, "198.51.100.0/24", "lo")
    assert (rules[98].family, rules[98].destination, rules[98].uid, rules[98].inverted) == (6, "2400::/16", 5, True)


@pytest.mark.needs_root
@pytest.mark.needs_tool("ip")
@pytest.mark.parametrize(
    ("target", "gateway", "kind"),
    [("192.0.2.7", "fe80::1", "unicast"), ("198.51.100.5", None, "local"), ("203.0.113.1", None, None)],
)
def test_the_kernel_is_asked_for_a_route(computer: Namespace, target: str, gateway: str | None, kind: str | None) -> None:
    route = asked(computer, lambda kernel: rtnetlink.ask_route(kernel, Question(target=target)))
    assert (route and route.kind, route and route.gateway) == (kind, gateway)
    assert route is None or ipaddress.ip_address(target) in ipaddress.ip_network(route.destination)
