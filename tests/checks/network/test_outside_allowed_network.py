"""Table tests of network.outside-allowed-network."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.outside_allowed_network import OutsideAllowedNetwork
from checks.subjects import Address, Neighbour, Network, Route
from policies.computer import AllowedNetwork, Computer
from tests.checks.network.facts import CONNECTED, ETH0, ETH1, NETWORKED, OFFICE, OFFICE_DEFAULT, STANDALONE, abouts, found

CHECK = OutsideAllowedNetwork()
AT_WORK = replace(CONNECTED, routes=(OFFICE_DEFAULT,))


def gateway(mac: str, address: str = "10.1.2.1", link: int = 2) -> Neighbour:
    return Neighbour(link=link, address=address, mac=mac, state="reachable")


def test_it_speaks_only_of_computers_that_may_be_on_a_network() -> None:
    assert not CHECK.applies(AT_WORK, STANDALONE)
    assert CHECK.applies(AT_WORK, NETWORKED)


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (AT_WORK, []),
        (replace(AT_WORK, neighbours=(gateway("02:00:00:00:00:01"),)), []),
        (replace(AT_WORK, neighbours=(gateway("02:00:00:00:00:01".upper()),)), []),
        (replace(AT_WORK, neighbours=(gateway("06:66:66:66:66:66"),)), ["10.1.2.1 eth0 [06:66:66:66:66:66]"]),
        (replace(AT_WORK, neighbours=(gateway("06:66:66:66:66:66", "10.1.2.77"),)), []),
        (replace(AT_WORK, neighbours=(gateway("06:66:66:66:66:66", link=3),)), []),
        (
            replace(AT_WORK, routes=(Route(destination="10.8.0.0/16", table=254, gateway="10.1.2.254", link=2),)),
            ["10.1.2.254 eth0"],
        ),
        (
            replace(AT_WORK, addresses=(OFFICE, Address(link=2, address="192.168.1.9", prefix=24))),
            ["192.168.1.9/24 eth0"],
        ),
        (replace(AT_WORK, links=(replace(ETH0, carrier=False),), addresses=(replace(OFFICE, address="172.16.0.2"),)), []),
        (replace(AT_WORK, addresses=(Address(link=2, address="fe80::1", prefix=64, scope="link"),)), []),
    ],
)
def test_the_office_s_network_and_others(network: Network, expected: list[str]) -> None:
    assert abouts(CHECK, network, NETWORKED) == expected


def test_the_same_addresses_on_another_interface_are_another_network() -> None:
    network = replace(CONNECTED, links=(replace(ETH1, index=3),), addresses=(replace(OFFICE, link=3),))
    assert abouts(CHECK, network, NETWORKED) == ["10.1.2.30/24 eth1"]


def test_without_a_named_gateway_its_hardware_address_still_counts() -> None:
    computer = Computer(id="3", hostname="o", networks=(AllowedNetwork(subnet="10.1.2.0/24", gateway_mac="02:00:00:00:00:01"),))
    foreign = replace(AT_WORK, neighbours=(gateway("06:66:66:66:66:66"),))
    assert abouts(CHECK, foreign, computer) == ["10.1.2.1 eth0 [06:66:66:66:66:66]"]
    assert abouts(CHECK, AT_WORK, computer) == []


def test_the_approved_address_stands_beside_the_strange_one() -> None:
    (violation,) = found(CHECK, replace(AT_WORK, neighbours=(gateway("06:66:66:66:66:66"),)), NETWORKED)
    assert violation.evidence == {
        "link": "eth0",
        "gateway": "10.1.2.1",
        "mac": "06:66:66:66:66:66",
        "approved": "02:00:00:00:00:01",
    }
