"""What an allowed network excuses, and what not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.allowed import addresses_of, gateways_of, is_allowed_address, is_allowed_destination, is_allowed_way, macs_of
from checks.subjects import Address, Neighbour, Route
from policies.computer import AllowedNetwork
from tests.checks.network.facts import CONNECTED, ETH0, ISOLATED, NETWORKED, STANDALONE


@pytest.mark.parametrize(
    ("link", "address", "allowed"),
    [("eth0", "10.1.2.30", True), ("eth1", "10.1.2.30", False), ("eth0", "10.1.3.30", False), ("eth0", "2001:db8::1", False)],
)
def test_an_address_is_allowed_on_its_interface(link: str, address: str, allowed: bool) -> None:
    assert is_allowed_address(NETWORKED, link, address) is allowed


def test_without_networks_nothing_is_allowed() -> None:
    assert not is_allowed_address(STANDALONE, "eth0", "10.1.2.30")
    assert not is_allowed_destination(STANDALONE, "10.1.2.30")
    assert not is_allowed_way(STANDALONE, CONNECTED, 4, "10.1.2.1", 2)


@pytest.mark.parametrize(
    ("family", "gateway", "link", "allowed"),
    [
        (4, "10.1.2.1", 2, True),
        (4, "10.1.2.2", 2, False),
        (4, None, 2, False),
        (4, "10.1.2.1", 3, False),
        (6, "10.1.2.1", 2, False),
    ],
)
def test_a_way_is_allowed_by_its_gateway_and_interface(family: int, gateway: str | None, link: int, allowed: bool) -> None:
    assert is_allowed_way(NETWORKED, CONNECTED, family, gateway, link) is allowed


@pytest.mark.parametrize(("mac", "allowed"), [("02:00:00:00:00:01", True), ("02:00:00:00:00:99", False), ("", True)])
def test_a_gateway_with_another_mac_is_another_gateway(mac: str, allowed: bool) -> None:
    network = replace(CONNECTED, neighbours=(Neighbour(link=2, address="10.1.2.1", mac=mac, state="reachable"),))
    assert is_allowed_way(NETWORKED, network, 4, "10.1.2.1", 2) is allowed


def test_the_right_gateway_behind_a_wrong_address_is_not_allowed() -> None:
    network = replace(CONNECTED, addresses=(*ISOLATED.addresses, Address(link=2, address="172.16.0.9", prefix=24)))
    assert not is_allowed_way(NETWORKED, network, 4, "10.1.2.1", 2)


def test_an_empty_gateway_allows_any_of_its_family() -> None:
    computer = replace(NETWORKED, networks=(AllowedNetwork(subnet="10.1.2.0/24"),))
    assert is_allowed_way(computer, CONNECTED, 4, "10.1.2.77", 2)
    assert not is_allowed_way(computer, CONNECTED, 6, "fe80::1", 2)


def test_addresses_of_the_segment_alone_do_not_count() -> None:
    local = Address(link=2, address="fe80::2", prefix=64, scope="link")
    assert local not in addresses_of(replace(CONNECTED, addresses=(*CONNECTED.addresses, local)), ETH0)


def test_gateways_and_what_is_known_of_them() -> None:
    routes = tuple(
        Route(destination=to, table=254, gateway=by, link=2)
        for to, by in (("10.0.0.0/8", "10.1.2.1"), ("10.9.0.0/16", "10.1.2.1"))
    )
    neighbours = (
        Neighbour(link=2, address="10.1.2.1", mac="02:00:00:00:00:AA", state="stale"),
        Neighbour(link=2, address="10.1.2.1", mac="", state="failed"),
        Neighbour(link=3, address="10.1.2.1", mac="02:00:00:00:00:bb", state="stale"),
    )
    network = replace(CONNECTED, routes=routes, neighbours=neighbours)
    assert gateways_of(network, ETH0) == ("10.1.2.1",)
    assert macs_of(network, ETH0, "10.1.2.1") == ("02:00:00:00:00:aa",)
    assert macs_of(network, ETH0, "10.1.2.2") == ()
