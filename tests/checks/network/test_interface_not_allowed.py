"""Table tests of network.interface-not-allowed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.interface_not_allowed import InterfaceNotAllowed
from checks.subjects import Address, Link
from policies.computer import AllowedNetwork
from policies.vocabulary import Severity
from tests.checks.network.facts import CONNECTED, ETH0, ETH1, ISOLATED, LO, NETWORKED, OFFICE, abouts, found

CHECK = InterfaceNotAllowed()


@pytest.mark.parametrize(
    ("link", "addresses", "severity"),
    [
        (ETH0, (), Severity.CRITICAL),
        (ETH0, (OFFICE,), Severity.CRITICAL),
        (replace(ETH0, carrier=False), (OFFICE,), Severity.MAJOR),
        (replace(ETH0, carrier=False), (), Severity.MINOR),
        (replace(ETH0, carrier=False), (Address(link=2, address="fe80::2", prefix=64, scope="link"),), Severity.MINOR),
        (replace(ETH0, up=False, carrier=False), (OFFICE,), None),
        (replace(ETH0, kind="ifb"), (), None),
        (Link(index=9, name="docker0", kind="bridge", up=True), (), Severity.MINOR),
        (LO, ISOLATED.addresses, None),
    ],
)
def test_an_interface_of_a_standalone_computer(link: Link, addresses: tuple[Address, ...], severity: Severity | None) -> None:
    violations = found(CHECK, replace(ISOLATED, links=(link,), addresses=addresses))
    assert [violation.severity for violation in violations] == ([severity] if severity else [])


def test_an_isolated_computer_is_in_order() -> None:
    assert found(CHECK, ISOLATED) == []


def test_an_interface_in_its_allowed_network_is_in_order() -> None:
    assert found(CHECK, CONNECTED, NETWORKED) == []


def test_a_second_interface_is_not() -> None:
    network = replace(CONNECTED, links=(LO, ETH0, ETH1))
    assert abouts(CHECK, network, NETWORKED) == ["eth1"]


def test_one_foreign_address_among_allowed_ones_is_enough() -> None:
    network = replace(CONNECTED, addresses=(OFFICE, Address(link=2, address="192.168.43.7", prefix=24)))
    assert abouts(CHECK, network, NETWORKED) == ["eth0"]


def test_a_named_interface_may_wait_for_its_address() -> None:
    assert found(CHECK, replace(CONNECTED, addresses=()), NETWORKED) == []
    anywhere = replace(NETWORKED, networks=(AllowedNetwork(subnet="10.1.2.0/24"),))
    assert abouts(CHECK, replace(CONNECTED, addresses=()), anywhere) == ["eth0"]


def test_the_parts_of_an_allowed_bond_are_in_order() -> None:
    bond = Link(index=9, name="eth0", kind="bond", up=True, carrier=True)
    parts = tuple(replace(ETH1, index=index, name=f"part{index}", master=9) for index in (10, 11))
    network = replace(CONNECTED, links=(LO, bond, *parts), addresses=(replace(OFFICE, link=9),))
    assert found(CHECK, network, NETWORKED) == []
    assert len(found(CHECK, network)) == 3


def test_a_policy_may_allow_a_kind() -> None:
    network = replace(ISOLATED, links=(LO, Link(index=9, name="docker0", kind="bridge", up=True)))
    assert found(InterfaceNotAllowed(allow_kinds=("bridge",)), network) == []
