"""Table tests of network.forwarding."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.forwarding import Forwarding
from checks.subjects import Link, Translation
from policies.vocabulary import Severity
from tests.checks.network.facts import CONNECTED, ETH0, ETH1, ISOLATED, LO, abouts, found

CHECK = Forwarding()


@pytest.mark.parametrize(
    ("forwarding", "told"),
    [
        ({"ipv4": False, "ipv6": False}, []),
        ({"ipv4": True, "ipv6": False}, ["ipv4"]),
        ({"ipv4": True, "ipv4 eth0": True, "ipv6": True}, ["ipv4", "ipv6"]),
        ({"ipv4": False, "ipv4 eth0": True, "ipv4 eth1": False}, ["ipv4 eth0"]),
        ({}, []),
    ],
)
def test_forwarding_is_told_for_each_family_or_interface(forwarding: dict[str, bool], told: list[str]) -> None:
    assert abouts(CHECK, replace(ISOLATED, forwarding=forwarding)) == told


def test_it_is_graver_between_two_networks() -> None:
    one = replace(CONNECTED, forwarding={"ipv4": True})
    two = replace(one, links=(LO, ETH0, ETH1))
    assert [v.severity for v in (*found(CHECK, one), *found(CHECK, two))] == [Severity.MAJOR, Severity.CRITICAL]
    assert found(CHECK, two)[0].evidence["connected"] == ["eth0", "eth1"]


def test_the_message_says_which_setting_to_change() -> None:
    (violation,) = found(CHECK, replace(ISOLATED, forwarding={"ipv6 eth0": True}))
    assert "net.ipv6.conf.eth0.forwarding" in violation.message.zh
    assert "net.ipv6.conf.eth0.forwarding" in violation.message.en


MASQUERADE = Translation(family="ip", table="nat", chain="postrouting", action="masquerade")


@pytest.mark.parametrize(
    ("forwarding", "links", "severity"),
    [
        ({"ipv4": False}, (LO, ETH0, ETH1), Severity.MAJOR),
        ({"ipv4": True}, (LO, ETH0), Severity.MAJOR),
        ({"ipv4": True}, (LO, ETH0, ETH1), Severity.CRITICAL),
    ],
)
def test_address_translation_is_told_by_itself(forwarding: dict[str, bool], links: tuple[Link, ...], severity: Severity) -> None:
    other = replace(MASQUERADE, chain="second")
    violations = found(CHECK, replace(CONNECTED, forwarding=forwarding, links=links, nat=(MASQUERADE, other, other)))
    (nat,) = [violation for violation in violations if violation.about.startswith("nat ")]
    assert (nat.about, nat.severity) == ("nat ip masquerade", severity)
    assert nat.evidence["chains"] == ["nat postrouting", "nat second"]


def test_every_kind_of_translation_is_one() -> None:
    rules = tuple(replace(MASQUERADE, action=action) for action in ("masquerade", "dnat", "redirect"))
    assert abouts(CHECK, replace(ISOLATED, nat=rules)) == ["nat ip dnat", "nat ip masquerade", "nat ip redirect"]
