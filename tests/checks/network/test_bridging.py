"""Table tests of network.bridging."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.network.bridging import Bridging
from checks.subjects import Link
from policies.vocabulary import Severity
from tests.checks.network.facts import ETH0, ETH1, ISOLATED, LO, found

BRIDGE = Link(index=9, name="br0", kind="bridge", up=True, carrier=True)
PORT0, PORT1 = (replace(link, master=9) for link in (ETH0, ETH1))


@pytest.mark.parametrize(
    ("links", "severity"),
    [
        ((BRIDGE, PORT0, PORT1), Severity.CRITICAL),
        ((BRIDGE, PORT0, replace(PORT1, carrier=False)), Severity.MAJOR),
        ((BRIDGE, PORT0), Severity.MAJOR),
        ((replace(BRIDGE, up=False), PORT0, PORT1), Severity.MAJOR),
        ((BRIDGE,), Severity.MINOR),
        ((replace(BRIDGE, kind="openvswitch"), PORT0, PORT1), Severity.CRITICAL),
        ((replace(BRIDGE, kind="bond"), PORT0, PORT1), None),
        ((Link(index=9, name="mv0", kind="macvtap", up=True, lower=2), ETH0), Severity.CRITICAL),
        ((Link(index=9, name="mv0", kind="macvlan", lower=2), ETH0), Severity.MAJOR),
        ((ETH0, ETH1), None),
        ((LO,), None),
    ],
)
def test_bridges_and_shared_cards(links: tuple[Link, ...], severity: Severity | None) -> None:
    violations = found(Bridging(), replace(ISOLATED, links=links))
    assert [violation.severity for violation in violations] == ([severity] if severity else [])


def test_the_ports_are_named() -> None:
    (violation,) = found(Bridging(), replace(ISOLATED, links=(BRIDGE, PORT0, replace(PORT1, up=False))))
    assert violation.evidence == {"kind": "bridge", "up": True, "ports": ["eth0", "eth1"], "connected": ["eth0"]}


def test_a_policy_may_allow_a_bridge_by_name() -> None:
    assert found(Bridging(allow=("br0",)), replace(ISOLATED, links=(BRIDGE, PORT0, PORT1))) == []
