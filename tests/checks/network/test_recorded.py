"""The network checks on facts that were recorded in real network namespaces."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.facts import load
from checks.catalog import discover
from policies.computer import AllowedNetwork, Computer
from tests.checks.network.facts import STANDALONE, found

FACTS = Path(__file__).parents[2] / "data/facts"
CHECKS = (
    "bridging",
    "default-route",
    "forwarding",
    "interface-not-allowed",
    "internet-reachable",
    "modem",
    "multi-homed",
    "proxy",
    "public-address",
    "public-connection",
    "public-resolver",
    "tunnel",
    "usb-network",
)
OFFICE = Computer(
    id="2", hostname="office", networks=(AllowedNetwork(subnet="10.1.2.0/24", gateway="10.1.2.1", interface="eth0"),)
)


def said(name: str, computer: Computer) -> dict[str, list[str]]:
    """What every network check says of recorded facts, as far as it says anything."""
    (network,) = load(FACTS / f"{name}.json").facts["network"]
    known = discover()
    told = {name: [v.about for v in found(known[f"network.{name}"](), network, computer)] for name in CHECKS}
    return {check: sorted(abouts) for check, abouts in told.items() if abouts}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("isolated", {}),
        (
            "four-default-routes",
            {
                "default-route": [
                    "default via 198.51.100.1 dev eth0 metric 100",
                    "default via 198.51.100.2 dev eth0 metric 200",
                    "default via 198.51.100.3 dev eth0 table 200",
                    "default via 2001:db8::1 dev eth0 metric 1024",
                ],
                "interface-not-allowed": ["eth0"],
                "internet-reachable": [
                    "IPv4 dev eth0 table 254",
                    "IPv4 via 198.51.100.1 dev eth0 table 254",
                    "IPv6 dev eth0 table 254",
                    "IPv6 via 2001:db8::1 dev eth0 table 254",
                ],
                "public-address": ["198.51.100.5/24 eth0", "2001:db8::5/64 eth0"],
            },
        ),
        (
            "internet-contacted",
            {
                "default-route": ["default via 198.51.100.1 dev eth0"],
                "interface-not-allowed": ["eth0"],
                "internet-reachable": [
                    "203.0.113.10",
                    "IPv4 dev eth0 table 254",
                    "IPv4 via 198.51.100.1 dev eth0 table 254",
                    "tcp 203.0.113.10:59555",
                ],
                "public-address": ["198.51.100.5/24 eth0"],
                "public-connection": ["tcp 203.0.113.10"],
            },
        ),
        (
            "two-networks-and-tunnels",
            {
                "bridging": ["br0"],
                "default-route": ["default via 10.1.2.1 dev eth0 table 200"],
                "forwarding": ["ipv4"],
                "interface-not-allowed": ["eth0", "eth1", "tun0"],
                "internet-reachable": ["IPv4 via 10.1.2.1 dev eth0 table 200"],
                "multi-homed": ["eth0 + eth1"],
                "tunnel": ["tun0", "vx0"],
            },
        ),
        (
            "office-network",
            {
                "default-route": ["default via 10.1.2.1 dev eth0"],
                "interface-not-allowed": ["eth0"],
                "internet-reachable": ["IPv4 via 10.1.2.1 dev eth0 table 254"],
            },
        ),
    ],
)
def test_a_standalone_computer(name: str, expected: dict[str, list[str]]) -> None:
    assert said(name, STANDALONE) == expected


def test_a_computer_in_its_allowed_network() -> None:
    assert said("office-network", OFFICE) == {}
