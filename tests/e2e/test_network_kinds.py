"""Every kind of interface that this kernel makes, in real namespaces: what the standalone pack says of it, and that looking at it
sends nothing. Kinds that this kernel lacks (bond, vlan, WireGuard, ...) are made in the virtual computer of tests/vm."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import pytest

from agent.sources.network import NetworkSource
from checks.catalog import bind, discover
from checks.subjects import Network
from policies.computer import Computer
from policies.policy import load_policy
from tests.netns import Namespace, capture, namespace, wire

STANDALONE = Computer(id="1", hostname="alone")
RULES = bind(load_policy(Path(str(resources.files("policies"))) / "packs/standalone.yaml"), discover())

pytestmark = [pytest.mark.needs_root, pytest.mark.needs_tool("ip")]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A computer without settings files, so that only the kernel speaks."""
    (tmp_path / "sys").mkdir()
    return tmp_path


def look(inside: Namespace, root: Path) -> Network:
    """What the source sees inside; nothing of it may be missing."""
    (network,) = inside.call(lambda: list(NetworkSource(root=root).present()))
    assert isinstance(network, Network)
    assert network.missing == {}
    return network


def told(network: Network) -> dict[str, list[str]]:
    """What each check of the pack finds, as far as it finds anything."""
    found = {
        rule.check.id.removeprefix("network."): sorted(broken.about for broken in rule.check.examine(network, STANDALONE))
        for rule in RULES
        if rule.check.subject is Network
    }
    return {check: abouts for check, abouts in found.items() if abouts}


KINDS: Mapping[str, tuple[tuple[str, ...], dict[str, list[str]]]] = {
    "bridge": (("link add x0 type bridge",), {"bridging": ["x0"]}),
    "bridge with a card": (
        ("link add x0 type bridge", "link set eth0 master x0", "link set x0 up"),
        {"bridging": ["x0"], "interface-not-allowed": ["eth0", "x0"]},
    ),
    "macvlan": (
        ("link add x0 link eth0 type macvlan", "link set x0 up"),
        {"bridging": ["x0"], "interface-not-allowed": ["eth0", "x0"]},
    ),
    "macvtap": (("link add x0 link eth0 type macvtap",), {"bridging": ["x0"], "interface-not-allowed": ["eth0"]}),
    "tun": (("tuntap add dev x0 mode tun",), {"tunnel": ["x0"], "interface-not-allowed": ["eth0"]}),
    "tap": (
        ("tuntap add dev x0 mode tap", "link set x0 up"),
        {"tunnel": ["x0"], "interface-not-allowed": ["eth0", "x0"]},
    ),
    "vxlan": (
        ("link add x0 type vxlan id 7 dev eth0 dstport 4789", "link set x0 up"),
        {"tunnel": ["x0"], "interface-not-allowed": ["eth0", "x0"], "multi-homed": ["eth0 + x0"]},
    ),
    "ifb": (("link add x0 type ifb", "link set x0 up"), {"interface-not-allowed": ["eth0"]}),
    "veth": (("link set eth0 down",), {}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_interfaces(kind: str, root: Path) -> None:
    commands, expected = KINDS[kind]
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        for command in commands:
            inside.ip(*command.split())
        with capture(inside) as frames:
            frames.sent(quiet=1.0)  # what the kernel says when a bridge comes up
            network = look(inside, root)
            assert frames.sent() == []
    if kind == "bridge":
        expected = {**expected, "interface-not-allowed": ["eth0"]}
    assert told(network) == expected


def test_an_isolated_computer_with_everything_to_look_at_sends_nothing(root: Path) -> None:
    """All that may be asked about is there: settings files, rules, a firewall, sockets."""
    (root / "etc").mkdir()
    (root / "etc/resolv.conf").write_text("nameserver 203.0.113.53\nnameserver 2001:db8::53\n")
    (root / "etc/environment").write_text("http_proxy=http://203.0.113.10:3128\n")
    with namespace() as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        inside.ip("addr", "add", "10.1.2.30/24", "dev", "eth0")
        inside.ip("-6", "addr", "add", "fd00::30/64", "dev", "eth0", "nodad")
        inside.ip("rule", "add", "fwmark", "0x64", "lookup", "200")
        with capture(inside) as frames:
            frames.sent(quiet=1.0)  # what the kernel says when IPv6 comes up
            network = look(inside, root)
            assert frames.sent() == []
    found = told(network)
    assert found["public-resolver"] == ["2001:db8::53", "203.0.113.53"]
    assert found["proxy"] == ["203.0.113.10:3128"]
    assert "ipv4 32765: fwmark 0x64 lookup 200" in network.rules


def test_two_cards_are_two_networks(root: Path) -> None:
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside, namespace(ipv6=False) as other:
        wire(inside, outside)
        wire(inside, other, "eth1")
        network = look(inside, root)
        other.ip("link", "set", "eth0", "down")
        pulled = look(inside, root)
    assert told(network)["multi-homed"] == ["eth0 + eth1"]
    assert "multi-homed" not in told(pulled)


def test_two_defaults_and_a_table_of_their_own(root: Path) -> None:
    with namespace(ipv6=False) as inside, namespace(ipv6=False) as outside, namespace(ipv6=False) as other:
        for there, name, subnet in ((outside, "eth0", "10.1.2"), (other, "eth1", "10.9.9")):
            wire(inside, there, name)
            inside.ip("addr", "add", f"{subnet}.30/24", "dev", name)
        inside.ip("route", "add", "default", "via", "10.1.2.1")
        inside.ip("route", "add", "default", "via", "10.9.9.1", "metric", "9")
        inside.ip("route", "add", "default", "via", "10.9.9.254", "table", "77")
        inside.ip("rule", "add", "uidrange", "1000-2000", "lookup", "77")
        with capture(inside) as frames:
            network = look(inside, root)
            assert frames.sent() == []
    assert len(told(network)["default-route"]) == 3
    assert {"IPv4 via 10.1.2.1 dev eth0 table 254", "IPv4 via 10.9.9.254 dev eth1 table 77"} <= set(
        told(network)["internet-reachable"]
    )


def test_ipv6_alone_is_a_way_too(root: Path) -> None:
    with namespace() as inside, namespace(ipv6=False) as outside:
        wire(inside, outside)
        inside.ip("-6", "addr", "add", "2001:db8::5/64", "dev", "eth0", "nodad")
        inside.ip("-6", "route", "add", "default", "via", "2001:db8::1")
        network = look(inside, root)
    assert told(network)["default-route"] == ["default via 2001:db8::1 dev eth0 metric 1024"]
    assert told(network)["public-address"] == ["2001:db8::5/64 eth0"]
    assert any(about.startswith("IPv6 via 2001:db8::1") for about in told(network)["internet-reachable"])
