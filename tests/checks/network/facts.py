"""Hand-written network facts: an isolated computer to begin with, and what makes it otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from checks.base import Check, Violation
from checks.subjects import Address, Link, Network, Route
from policies.computer import AllowedNetwork, Computer
from policies.vocabulary import Profile

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LO = Link(index=1, name="lo", up=True, carrier=True, loopback=True, arp_type=772)
ETH0 = Link(index=2, name="eth0", mac="02:00:00:00:00:02", up=True, carrier=True, driver="e1000e", bus="pci")
ETH1 = Link(index=3, name="eth1", mac="02:00:00:00:00:03", up=True, carrier=True, driver="r8152", bus="usb")
OFFICE = Address(link=2, address="10.1.2.30", prefix=24)
OFFICE_DEFAULT = Route(destination="0.0.0.0/0", table=254, gateway="10.1.2.1", link=2)

ISOLATED = Network(
    observed_at=NOW,
    links=(LO, replace(ETH0, up=False, carrier=False)),
    addresses=(
        Address(link=1, address="127.0.0.1", prefix=8, scope="host"),
        Address(link=1, address="::1", prefix=128, scope="host"),
    ),
    forwarding={"ipv4": False, "ipv6": False},
)
CONNECTED = replace(ISOLATED, links=(LO, ETH0), addresses=(*ISOLATED.addresses, OFFICE))

STANDALONE = Computer(id="1", hostname="alone")
NETWORKED = Computer(
    id="2",
    hostname="office",
    profile=Profile.NETWORKED,
    networks=(AllowedNetwork(subnet="10.1.2.0/24", gateway="10.1.2.1", gateway_mac="02:00:00:00:00:01", interface="eth0"),),
)


def found(check: Check[Any], subject: Any, computer: Computer = STANDALONE) -> list[Violation]:
    """What the check says; every violation is fit to be shown in both languages."""
    violations = list(check.examine(subject, computer))
    assert all(violation.about and violation.message.zh and violation.message.en for violation in violations)
    assert len({violation.identity or violation.about for violation in violations}) == len(violations)
    return violations


def abouts(check: Check[Any], subject: Any, computer: Computer = STANDALONE) -> list[str]:
    """What the violations are about."""
    return [violation.about for violation in found(check, subject, computer)]
