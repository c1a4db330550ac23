"""The network source against real kernels' namespaces."""

from __future__ import annotations

import queue
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from agent.sources.base import Blind, Change, Source
from agent.sources.network import NetworkSource, forwarding
from agent.sources.pace import Pace
from agent.sources.probe import Target
from agent.sources.sockets import connected
from checks.catalog import discover
from checks.subjects import Network
from policies.computer import Computer
from tests.netns import Namespace, capture, internet, namespace, wire

PATIENCE = 30.0
COMPUTER = Computer(id="1", hostname="test")

pytestmark = [pytest.mark.needs_root, pytest.mark.needs_tool("ip")]

LOOK = """
import sys, msgspec
from agent.sources.network import NetworkSource
(network,) = NetworkSource().present()
sys.stdout.write(msgspec.json.encode(network).decode())
"""


def look(inside: Namespace, source: NetworkSource | None = None) -> Network:
    """What a source sees inside."""
    (network,) = inside.call(lambda: list((source or NetworkSource(connections=list)).present()))
    assert isinstance(network, Network)
    return network


def findings(check: str, network: Network) -> list[str]:
    """What a check says is wrong."""
    return [violation.about for violation in discover()[check]().examine(network, COMPUTER)]


@contextmanager
def watching(
    source: Source, inside: Namespace, go_on: Callable[[], object] = lambda: None
) -> Iterator[Callable[[], Change | Blind]]:
    """A source that watches inside; gives the next thing it posts. After each post the source waits for `go_on`."""
    posted: queue.SimpleQueue[Change | Blind] = queue.SimpleQueue()
    ready = threading.Event()

    def post(news: Change | Blind) -> None:
        posted.put(news)
        go_on()

    watch = inside.start(lambda: source.watch(post, ready))
    assert ready.wait(PATIENCE)
    try:
        yield lambda: posted.get(timeout=PATIENCE)
    finally:
        source.close()
        watch.result(PATIENCE)


def with_four_defaults(inside: Namespace, outside: Namespace) -> None:
    """Two IPv4 defaults in the main table, one in table 200 and one of IPv6."""
    wire(inside, outside)
    inside.ip("addr", "add", "198.51.100.5/24", "dev", "eth0")
    inside.ip("-6", "addr", "add", "2001:db8::5/64", "dev", "eth0", "nodad")
    inside.ip("route", "add", "default", "via", "198.51.100.1", "metric", "100")
    inside.ip("route", "add", "default", "via", "198.51.100.2", "metric", "200")
    inside.ip("route", "add", "default", "via", "198.51.100.3", "table", "200")
    inside.ip("-6", "route", "add", "default", "via", "2001:db8::1")


def test_every_default_route_of_every_table_and_family_is_seen() -> None:
    with namespace() as inside, namespace(ipv6=False) as outside:
        with_four_defaults(inside, outside)
        network = look(inside)
    defaults = {(r.gateway, r.table, r.metric) for r in network.routes if r.is_default and r.kind == "unicast"}
    assert defaults == {
        ("198.51.100.1", 254, 100),
        ("198.51.100.2", 254, 200),
        ("198.51.100.3", 200, 0),
        ("2001:db8::1", 254, 1024),
    }
    assert len(findings("network.default-route", network)) == 4
    assert network.missing == {}


def test_a_multipath_route_is_given_once_for_each_next_hop() -> None:
    with namespace(ipv6=False) as inside, internet(inside):
        inside.ip("route", "add", "default", "nexthop", "via", "198.51.100.1", "nexthop", "via", "198.51.100.2")
        network = look(inside)
    assert sorted(str(r.gateway) for r in network.routes if r.is_default) == ["198.51.100.1", "198.51.100.2"]


def test_loopback_alone_breaks_no_rule_and_looking_sends_nothing() -> None:
    with namespace() as inside, capture(inside) as frames:
        network = look(inside)
        assert frames.sent() == []
    for check in ("default-route", "interface-not-allowed", "internet-reachable", "public-address", "tunnel", "forwarding"):
        assert findings(f"network.{check}", network) == []
    assert not any(lookup.carried for lookup in network.lookups)


def test_a_way_to_the_internet_is_seen_without_sending_a_packet() -> None:
    with namespace(ipv6=False) as inside, internet(inside), capture(inside) as frames:
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        network = look(inside)
        assert frames.sent() == []
    carried = {lookup.target: lookup for lookup in network.lookups if lookup.carried and not lookup.selector}
    assert carried["203.0.113.10"].gateway == "198.51.100.1"
    assert network.link_name(carried["8.8.8.8"].link) == "eth0"
    assert findings("network.internet-reachable", network)


def test_an_unknown_ipv6_gateway_is_not_solicited() -> None:
    with namespace() as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        inside.set("net/ipv6/conf/eth0/router_probe_interval", "1")
        inside.ip("-6", "addr", "add", "2001:db8::5/64", "dev", "eth0", "nodad")
        inside.ip("-6", "route", "add", "default", "via", "2001:db8::1")
        with capture(inside) as frames:
            frames.sent(quiet=2.5)  # the interval has passed: from now on every lookup in the kernel would solicit
            network = look(inside)
            assert [frame for frame in frames.sent() if is_neighbour_solicitation(frame)] == []
            inside.ip("-6", "route", "get", "2600::1")
            assert [frame for frame in frames.sent() if is_neighbour_solicitation(frame)] != []
    lookups = {lookup.target: lookup for lookup in network.lookups if not lookup.selector}
    assert lookups["2606:4700::1111"].carried
    assert lookups["2606:4700::1111"].gateway == "2001:db8::1"


def is_neighbour_solicitation(frame: bytes) -> bool:
    return frame[12:14] == b"\x86\xdd" and frame[20] == 58 and frame[54] == 135


def test_a_known_ipv6_gateway_is_asked_of_the_kernel() -> None:
    with namespace() as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        inside.ip("-6", "addr", "add", "2001:db8::5/64", "dev", "eth0", "nodad")
        inside.ip("-6", "route", "add", "default", "via", "2001:db8::1")
        inside.ip("-6", "neigh", "add", "2001:db8::1", "lladdr", "02:00:00:00:00:01", "dev", "eth0")
        network = look(inside)
    (lookup,) = [each for each in network.lookups if each.target == "2400:3200::1" and not each.selector]
    assert (lookup.carried, lookup.gateway_state) == (True, "permanent")


def test_a_link_without_carrier_carries_nothing() -> None:
    with namespace(ipv6=False) as inside, internet(inside) as outside:
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        outside.ip("link", "set", "eth0", "down")
        network = look(inside)
    assert not any(lookup.carried for lookup in network.lookups)
    assert findings("network.default-route", network) != []


@pytest.mark.parametrize("kind", ["blackhole", "unreachable", "prohibit", "throw"])
def test_a_route_that_refuses_carries_nothing(kind: str) -> None:
    with namespace() as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        inside.ip("addr", "add", "10.0.0.5/24", "dev", "eth0")
        inside.ip("route", "add", kind, "default")
        inside.ip("-6", "route", "add", kind, "default")
        network = look(inside)
    assert {r.kind for r in network.routes if r.is_default and r.table == 254 and r.family == 4} == {kind}
    assert not any(lookup.carried for lookup in network.lookups)
    assert findings("network.default-route", network) == []


@pytest.mark.parametrize(
    ("rule", "selector"),
    [
        (("fwmark", "0x64"), "fwmark 0x64"),
        (("oif", "eth0"), "oif eth0"),
        (("from", "10.0.0.5"), "from 10.0.0.5/32"),
        (("uidrange", "1000-1999"), "uid 1000"),
        (("ipproto", "udp", "dport", "53"), "ipproto 17 dport 53"),
        (("to", "203.0.113.0/24"), "to 203.0.113.0/24"),
    ],
)
def test_a_table_behind_a_rule_is_reached(rule: tuple[str, ...], selector: str) -> None:
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        inside.ip("addr", "add", "10.0.0.5/24", "dev", "eth0")
        inside.ip("route", "add", "default", "via", "10.0.0.1", "table", "200")
        assert not any(lookup.carried for lookup in look(inside).lookups)
        inside.ip("rule", "add", *rule, "lookup", "200")
        carried = {lookup.selector: lookup for lookup in look(inside).lookups if lookup.carried}
    assert carried[selector].table == 200


def test_traffic_that_comes_in_is_followed_too() -> None:
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside, namespace(ipv6=False) as other:
        wire(inside, outside)
        wire(inside, other, "eth1")
        inside.ip("addr", "add", "10.0.0.5/24", "dev", "eth0")
        inside.ip("addr", "add", "10.0.1.5/24", "dev", "eth1")
        inside.ip("route", "add", "default", "via", "10.0.0.1", "table", "200")
        inside.ip("rule", "add", "iif", "eth1", "lookup", "200")
        assert not any(lookup.carried for lookup in look(inside).lookups)
        inside.set("net/ipv4/ip_forward", "1")
        network = look(inside)
    assert {lookup.selector for lookup in network.lookups if lookup.carried} == {"iif eth1"}
    assert network.forwarding["ipv4"] is True
    assert findings("network.forwarding", network) == ["ipv4"]


def test_being_bound_to_an_interface_is_no_route() -> None:
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        inside.ip("addr", "add", "10.0.0.5/24", "dev", "eth0")
        inside.ip("rule", "add", "oif", "eth0", "lookup", "200")
        network = look(inside)
    assert not any(lookup.carried for lookup in network.lookups)


def test_links_have_the_kernels_kinds() -> None:
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        wire(inside, outside, "eth1", "eth1")
        inside.ip("link", "add", "br0", "type", "bridge")
        inside.ip("link", "set", "eth0", "master", "br0")
        inside.ip("link", "add", "vx0", "type", "vxlan", "id", "7", "dev", "eth0", "dstport", "4789")
        inside.ip("link", "add", "mac0", "link", "eth1", "type", "macvlan")
        inside.ip("tuntap", "add", "dev", "quiet0", "mode", "tun")
        network = look(inside)
    links = {link.name: link for link in network.links}
    assert {name: link.kind for name, link in links.items() if link.kind} == {
        "eth0": "veth",
        "eth1": "veth",
        "br0": "bridge",
        "vx0": "vxlan",
        "mac0": "macvlan",
        "quiet0": "tun",
    }
    assert links["eth0"].master == links["br0"].index
    assert links["mac0"].lower == links["eth1"].index
    assert links["eth0"].lower is None  # its peer is another computer's
    assert links["eth0"].driver == "veth"
    assert links["quiet0"].point_to_point
    assert set(findings("network.tunnel", network)) == {"quiet0", "vx0"}


def test_a_program_inside_sees_its_own_namespace_only() -> None:
    with namespace(ipv6=False) as inside, internet(inside):
        network = msgspec.json.decode(inside.python(LOOK), type=Network)
    assert {link.name for link in network.links if not link.kind} <= {"lo"}
    assert "eth0" in {link.name for link in network.links}
    assert network.connections == ()


def test_a_new_route_is_announced() -> None:
    source = NetworkSource(connections=list)
    with namespace(ipv6=False) as inside, internet(inside), watching(source, inside) as posted:
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        change = posted()
    assert isinstance(change, Change)
    assert (change.source, change.key, change.subject) == ("network", "", None)


def test_a_switch_of_forwarding_is_announced() -> None:
    source = NetworkSource(connections=list)
    with namespace(ipv6=False) as inside, watching(source, inside) as posted:
        inside.set("net/ipv4/ip_forward", "1")
        assert isinstance(posted(), Change)


def test_lost_announcements_make_the_source_blind() -> None:
    source = NetworkSource(receive_buffer=1, connections=list)
    flooded = threading.Event()
    with (
        namespace(ipv6=False) as inside,
        internet(inside),
        watching(source, inside, lambda: flooded.wait(PATIENCE)) as posted,
    ):
        inside.ip("route", "add", "203.0.113.0/32", "via", "198.51.100.1")
        assert isinstance(posted(), Change)
        for number in range(1, 9):  # while the source is busy, more comes than its small buffer holds
            inside.ip("route", "add", f"203.0.113.{number}/32", "via", "198.51.100.1")
        flooded.set()
        blind = posted()
    assert isinstance(blind, Blind)
    assert blind.source == "network"
    assert blind.reason.zh


def test_watching_ends_when_closed_before_it_began() -> None:
    source = NetworkSource()
    source.close()
    source.close()
    with namespace(ipv6=False) as inside:
        inside.call(lambda: source.watch(lambda posted: None, threading.Event()))


@contextmanager
def tcp_server(outside: Namespace) -> Iterator[Target]:
    """A port that takes connections in the fake internet."""
    with outside.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind(("203.0.113.10", 0))
        server.listen()
        yield Target("203.0.113.10", server.getsockname()[1])


@contextmanager
def dns_server(outside: Namespace) -> Iterator[Target]:
    """A server in the fake internet that answers one query, that there is no such name."""
    with outside.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, ThreadPoolExecutor(1) as pool:
        server.bind(("203.0.113.10", 0))
        server.settimeout(PATIENCE)
        answered = pool.submit(answer_once, server)
        yield Target("203.0.113.10", server.getsockname()[1], "dns", "example.org")
        answered.result()


def answer_once(server: socket.socket) -> None:
    query, client = server.recvfrom(512)
    server.sendto(query[:2] + struct.pack("!H", 0x8183) + query[4:], client)


def test_named_targets_are_probed_where_the_kernel_would_carry_it() -> None:
    with namespace(ipv6=False) as inside, internet(inside) as outside, tcp_server(outside) as tcp_target:
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        with dns_server(outside) as dns_target:
            targets = (tcp_target, dns_target)
            network = look(inside, NetworkSource(targets=targets, probe_seconds=PATIENCE, connections=list))
    tcp, dns = network.probes
    assert (tcp.sent, tcp.answered) == (True, True)
    assert (dns.sent, dns.answered, dns.detail) == (True, True, "rcode 3")


def test_no_probe_is_sent_without_a_route() -> None:
    targets = (Target("203.0.113.10", 80), Target("203.0.113.10", 53, "dns", "example.org"), Target("2001:db8::10", 443))
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        inside.ip("addr", "add", "10.0.0.5/24", "dev", "eth0")
        with capture(inside) as frames:
            network = look(inside, NetworkSource(targets=targets, connections=list))
            assert frames.sent() == []
    assert [(probe.sent, probe.answered) for probe in network.probes] == [(False, False)] * 3


def test_a_connection_to_the_internet_is_a_contact() -> None:
    client = "import socket,sys; s = socket.create_connection(('203.0.113.10', int(sys.argv[1])))\n"
    with namespace(ipv6=False) as inside, internet(inside) as outside, tcp_server(outside) as tcp:
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        network = msgspec.json.decode(inside.python(client + LOOK, str(tcp.port)), type=Network)
    (connection,) = network.connections
    assert (connection.protocol, connection.remote, connection.port) == ("tcp", "203.0.113.10", tcp.port)
    assert connection.state == "established"
    assert "203.0.113.10" in findings("network.internet-reachable", network)


def test_what_cannot_be_read_is_missing(tmp_path: Path) -> None:
    def refuse() -> list[object]:
        raise PermissionError(13, "no")

    with namespace(ipv6=False) as inside:
        network = look(inside, NetworkSource(proc=tmp_path, connections=refuse))  # type: ignore[arg-type]
    assert set(network.missing) == {"connections", "forwarding"}
    assert network.links


def test_forwarding_names_families_and_interfaces(tmp_path: Path) -> None:
    for setting, value in {"all": "0", "default": "1", "lo": "1", "eth0": "1"}.items():
        folder = tmp_path / "sys/net/ipv4/conf" / setting
        folder.mkdir(parents=True)
        (folder / "forwarding").write_text(f"{value}\n")
    assert forwarding(tmp_path) == {"ipv4": False, "ipv4 eth0": True}


def test_sockets_of_this_computer_are_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        port = server.getsockname()[1]
        assert ("127.0.0.1", port, "established") in {(c.remote, c.port, c.state) for c in connected()}
        assert client.getpeername()[1] == port


def test_the_policy_s_targets_are_probed_at_their_pace_and_not_at_every_change(tmp_path: Path) -> None:
    pace = Pace(tmp_path / "probed", timedelta(hours=1))
    with namespace(ipv6=False) as inside, internet(inside) as outside, tcp_server(outside) as target:
        source = NetworkSource(paced=(target,), pace=pace, probe_seconds=PATIENCE, connections=list)
        isolated = look(inside, source)
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        first, again = look(inside, source), look(inside, source)
        begun_anew = look(inside, NetworkSource(paced=(target,), pace=pace, connections=list))
    assert [(probe.sent, probe.answered) for probe in isolated.probes] == [(False, False)]
    assert [(probe.sent, probe.answered) for probe in first.probes] == [(True, True)]
    assert (again.probes, begun_anew.probes) == ((), ())


def test_settings_are_read_below_the_root_that_is_given(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/resolv.conf").write_text("nameserver 203.0.113.53\n")
    (tmp_path / "etc/environment").write_text("http_proxy=http://10.1.2.9:3128\n")
    with namespace(ipv6=False) as inside:
        network = look(inside, NetworkSource(root=tmp_path))
    assert [resolver.address for resolver in network.resolvers] == ["203.0.113.53"]
    assert [proxy.host for proxy in network.proxies] == ["10.1.2.9:3128"]
    assert {lookup.target for lookup in network.lookups} >= {"203.0.113.53"}


def test_a_settings_file_that_cannot_be_read_is_missing(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    for name in ("resolv.conf", "environment"):
        (tmp_path / "etc" / name).symlink_to(name)
    with namespace(ipv6=False) as inside:
        source = NetworkSource(root=tmp_path)
        assert set(look(inside, source).missing) == {"resolvers", "proxies"}
        assert set(look(inside, source).missing) == {"resolvers", "proxies"}


def test_a_new_neighbour_is_announced() -> None:
    source = NetworkSource(connections=list)
    with namespace(ipv6=False) as inside, internet(inside), watching(source, inside) as posted:
        inside.ip("neigh", "add", "198.51.100.1", "lladdr", "02:00:00:00:00:01", "dev", "eth0")
        assert isinstance(posted(), Change)


def test_a_connection_that_is_over_is_announced_and_told_with_its_way() -> None:
    source = NetworkSource()
    with namespace(ipv6=False) as inside, internet(inside) as outside, tcp_server(outside) as target:
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        assert look(inside, source).contacts == ()
        with watching(source, inside) as posted:
            with inside.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
                client.connect((target.host, target.port))
            assert isinstance(posted(), Change)
            (contact,) = look(inside, source).contacts
    assert (contact.remote, contact.port, contact.answered) == (target.host, target.port, True)
    assert (contact.link, contact.gateway) == ("eth0", "198.51.100.1")
    assert contact.ended_at is not None
