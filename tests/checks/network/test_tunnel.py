"""Table tests of network.tunnel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.tunnel import Tunnel
from checks.subjects import Link
from policies.vocabulary import Severity
from tests.checks.network.facts import ETH0, ISOLATED, LO, found


@pytest.mark.parametrize(
    ("link", "severity"),
    [
        (Link(index=9, name="corp", kind="wireguard", up=True, arp_type=65534), Severity.CRITICAL),
        (Link(index=9, name="corp", kind="wireguard", arp_type=65534), Severity.MAJOR),
        (Link(index=9, name="quiet0", kind="tun", up=True), Severity.CRITICAL),
        (Link(index=9, name="vx0", kind="vxlan", up=True), Severity.CRITICAL),
        (Link(index=9, name="ppp0", arp_type=512, up=True), Severity.CRITICAL),
        (Link(index=9, name="sit1", kind="sit", arp_type=776), Severity.MAJOR),
        (Link(index=9, name="sit0", kind="sit", arp_type=776), None),
        (Link(index=9, name="sit0", kind="sit", arp_type=776, up=True), Severity.CRITICAL),
        (Link(index=9, name="tunl0", kind="ipip", arp_type=768), None),
        (Link(index=9, name="wg0", up=True), Severity.CRITICAL),
        (Link(index=9, name="tap3", up=True), Severity.CRITICAL),
        (Link(index=9, name="wg0", kind="bridge", up=True), None),
        (Link(index=9, name="wgether", up=True), None),
        (replace(ETH0, name="tun0"), None),
        (Link(index=9, name="br0", kind="bridge", up=True), None),
        (LO, None),
    ],
)
def test_tunnels_are_known_by_kind_link_layer_or_name(link: Link, severity: Severity | None) -> None:
    violations = found(Tunnel(), replace(ISOLATED, links=(link,)))
    assert [violation.severity for violation in violations] == ([severity] if severity else [])


def test_a_policy_may_allow_a_kind() -> None:
    link = Link(index=9, name="tap0", kind="tun", up=True)
    assert found(Tunnel(allow_kinds=("tun",)), replace(ISOLATED, links=(link,))) == []
