"""Table tests of network.multi-homed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.multi_homed import MultiHomed
from checks.subjects import Address, Link
from policies.computer import AllowedNetwork
from tests.checks.network.facts import CONNECTED, ETH0, ETH1, LO, NETWORKED, OFFICE, abouts, found

BRIDGE = Link(index=9, name="br0", kind="bridge", up=True, carrier=True)
BOND = replace(BRIDGE, name="bond0", kind="bond")
VLAN = Link(index=8, name="eth0.5", kind="vlan", up=True, carrier=True, lower=2)
LAB = Address(link=3, address="10.9.9.4", prefix=24)


@pytest.mark.parametrize(
    ("links", "names"),
    [
        ((LO, ETH0), []),
        ((LO, ETH0, ETH1), ["eth0 + eth1"]),
        ((ETH0, replace(ETH1, carrier=False)), []),
        ((ETH0, replace(ETH1, up=False)), []),
        ((replace(BOND), replace(ETH0, master=9), replace(ETH1, master=9)), []),
        ((BRIDGE, replace(ETH0, master=9), replace(ETH1, master=9)), []),
        ((BRIDGE, replace(ETH0, master=9), ETH1), ["br0 + eth1"]),
        ((ETH0, VLAN), ["eth0 + eth0.5"]),
        ((ETH0, replace(VLAN, kind="macvlan")), []),
        ((ETH0, replace(VLAN, kind="dummy", lower=None)), []),
        ((ETH0, replace(VLAN, name="wg0", kind="wireguard", lower=None)), ["eth0 + wg0"]),
        ((replace(ETH0, master=3), replace(ETH1, master=2)), ["eth0 + eth1"]),
    ],
)
def test_segments_are_counted_not_interfaces(links: tuple[Link, ...], names: list[str]) -> None:
    assert abouts(MultiHomed(), replace(CONNECTED, links=links)) == names


def test_the_kernel_s_ring_of_interfaces_ends() -> None:
    """The kernel refuses such a ring; a facts file need not."""
    ring = (replace(BRIDGE, master=10), replace(BRIDGE, index=10, name="br1", master=9))
    assert len(found(MultiHomed(), replace(CONNECTED, links=ring))) <= 1


def test_two_allowed_networks_are_allowed_together() -> None:
    network = replace(CONNECTED, links=(ETH0, ETH1), addresses=(OFFICE, LAB))
    both = replace(NETWORKED, networks=(*NETWORKED.networks, AllowedNetwork(subnet="10.9.9.0/24", interface="eth1")))
    assert found(MultiHomed(), network, both) == []
    assert abouts(MultiHomed(), network, NETWORKED) == ["eth0 + eth1"]


def test_it_is_one_finding_whatever_joins() -> None:
    two = found(MultiHomed(), replace(CONNECTED, links=(ETH0, ETH1)))
    three = found(MultiHomed(), replace(CONNECTED, links=(ETH0, ETH1, VLAN)))
    assert [violation.identity for violation in two] == [violation.identity for violation in three]


def test_a_policy_may_allow_a_kind() -> None:
    assert found(MultiHomed(allow_kinds=("vlan",)), replace(CONNECTED, links=(ETH0, VLAN))) == []
