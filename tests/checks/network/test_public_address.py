"""Table tests of network.public-address."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.public_address import PublicAddress
from checks.subjects import Address
from policies.computer import AllowedNetwork
from tests.checks.network.facts import CONNECTED, NETWORKED, abouts, found

CHECK = PublicAddress()


@pytest.mark.parametrize(
    ("address", "prefix", "public"),
    [
        ("198.51.100.5", 24, True),
        ("2001:db8::5", 64, True),
        ("10.1.2.30", 24, False),
        ("100.64.3.2", 10, False),
        ("fd00::5", 64, False),
        ("fe80::5", 64, False),
    ],
)
def test_public_addresses(address: str, prefix: int, public: bool) -> None:
    network = replace(CONNECTED, addresses=(Address(link=2, address=address, prefix=prefix),))
    assert abouts(CHECK, network) == ([f"{address}/{prefix} eth0"] if public else [])


def test_privacy_addresses_of_one_subnet_are_one_finding_with_one_identity() -> None:
    one, other = (Address(link=2, address=f"2001:db8::{n}", prefix=64) for n in (5, 6))
    both = found(CHECK, replace(CONNECTED, addresses=(one, other)))
    assert [v.identity for v in both] == [v.identity for v in found(CHECK, replace(CONNECTED, addresses=(other,)))]


def test_an_allowed_network_may_be_numbered_publicly() -> None:
    computer = replace(NETWORKED, networks=(AllowedNetwork(subnet="198.51.100.0/24"),))
    network = replace(CONNECTED, addresses=(Address(link=2, address="198.51.100.5", prefix=24),))
    assert found(CHECK, network, computer) == []
