"""Table tests of network.internet-reachable."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checks.network.internet_reachable import InternetReachable
from checks.subjects import Address, Connection, Contact, Lookup, Probe
from policies.computer import AllowedNetwork
from policies.vocabulary import Kind
from tests.checks.network.facts import CONNECTED, ISOLATED, NETWORKED, NOW, abouts, found

CHECK = InternetReachable()
CARRIED = Lookup(target="8.8.8.8", carried=True, link=2, gateway="10.1.2.1", gateway_state="reachable", table=254)


def connection(remote: str, state: str = "established") -> Connection:
    return Connection(protocol="tcp", local="10.1.2.30", remote=remote, port=443, state=state)


def test_without_a_way_out_the_computer_is_in_order() -> None:
    network = replace(ISOLATED, lookups=(Lookup(target="8.8.8.8", carried=False),))
    assert found(CHECK, network) == []


def test_a_carried_lookup_is_a_state_of_grade_routed() -> None:
    other = replace(CARRIED, target="203.0.113.10")
    (violation,) = found(CHECK, replace(CONNECTED, lookups=(CARRIED, other)))
    assert (violation.about, violation.kind) == ("IPv4 via 10.1.2.1 dev eth0 table 254", None)
    assert violation.evidence["grade"] == "routed"
    assert violation.evidence["targets"] == ["8.8.8.8", "203.0.113.10"]


def test_every_way_out_is_told_by_itself() -> None:
    by_table = replace(CARRIED, table=200, selector="fwmark 0x64")
    by_6 = Lookup(target="2001:db8::1", carried=True, link=2, gateway="fe80::1", table=254)
    assert len(found(CHECK, replace(CONNECTED, lookups=(CARRIED, by_table, by_6)))) == 3


def test_an_allowed_gateway_is_no_way_out_until_somebody_answers() -> None:
    network = replace(CONNECTED, lookups=(CARRIED,))
    assert found(CHECK, network, NETWORKED) == []
    assert abouts(CHECK, replace(network, connections=(connection("203.0.113.10"),)), NETWORKED) == ["203.0.113.10"]


def test_a_lookup_inside_an_allowed_network_is_no_way_out() -> None:
    computer = replace(NETWORKED, networks=(AllowedNetwork(subnet="198.51.100.0/24"),))
    inside = Lookup(target="198.51.100.1", carried=True, link=2, table=254)
    assert found(CHECK, replace(CONNECTED, lookups=(inside,)), computer) == []


@pytest.mark.parametrize(
    ("remote", "state", "contacted"),
    [
        ("203.0.113.10", "established", True),
        ("203.0.113.10", "time_wait", True),
        ("203.0.113.10", "close_wait", True),
        ("2001:db8::10", "established", True),
        ("::ffff:203.0.113.10", "established", True),
        ("203.0.113.10", "syn_sent", False),
        ("203.0.113.10", "none", False),
        ("10.1.2.9", "established", False),
        ("127.0.0.1", "established", False),
    ],
)
def test_a_connection_to_a_public_address_is_an_incident(remote: str, state: str, contacted: bool) -> None:
    violations = found(CHECK, replace(CONNECTED, connections=(connection(remote, state),)))
    assert [(v.kind, v.evidence["grade"]) for v in violations] == ([(Kind.INCIDENT, "contacted")] if contacted else [])


def test_many_connections_to_one_end_are_one_incident() -> None:
    many = tuple(replace(connection("203.0.113.10"), port=port) for port in (80, 443, 8080))
    assert abouts(CHECK, replace(CONNECTED, connections=many)) == ["203.0.113.10"]


def test_talking_to_oneself_is_no_contact() -> None:
    own = Address(link=2, address="198.51.100.5", prefix=24)
    network = replace(CONNECTED, addresses=(own,), connections=(connection("198.51.100.5"),))
    assert found(CHECK, network) == []


@pytest.mark.parametrize(("sent", "answered"), [(True, True), (True, False), (False, False)])
def test_an_answered_probe_is_an_incident(sent: bool, answered: bool) -> None:
    result = Probe(target="[2001:db8::10]:443", protocol="tcp", sent=sent, answered=answered)
    violations = found(CHECK, replace(CONNECTED, probes=(result,)))
    assert [(v.about, v.kind) for v in violations] == ([("tcp [2001:db8::10]:443", Kind.INCIDENT)] if answered else [])


@pytest.mark.parametrize(("target", "outside"), [("10.1.2.9:53/example.org", False), ("203.0.113.10:80", True)])
def test_a_server_in_an_allowed_network_may_answer(target: str, outside: bool) -> None:
    result = Probe(target=target, protocol="dns", sent=True, answered=True)
    assert bool(found(CHECK, replace(CONNECTED, probes=(result,)), NETWORKED)) is outside


def test_a_portal_s_answer_is_contact_and_called_what_it_is() -> None:
    probe = Probe(target="203.0.113.10:80/", protocol="http", sent=True, answered=True, detail="http 302", portal=True)
    (violation,) = found(CHECK, replace(CONNECTED, probes=(probe,)))
    assert (violation.kind, violation.evidence["grade"], violation.evidence["portal"]) == (Kind.INCIDENT, "contacted", True)
    assert "门户" in violation.message.zh


def test_a_probe_by_an_interface_is_another_than_the_kernel_s_own_way() -> None:
    probe = Probe(target="203.0.113.10:80", protocol="tcp", sent=True, answered=True)
    probes = (probe, replace(probe, link="eth1"))
    assert abouts(CHECK, replace(CONNECTED, probes=probes)) == ["tcp 203.0.113.10:80", "tcp 203.0.113.10:80 dev eth1"]


def test_a_contact_tells_its_way_and_its_times() -> None:
    contact = Contact(
        remote="203.0.113.10",
        protocol="tcp",
        port=443,
        answered=True,
        began_at=NOW,
        ended_at=NOW + timedelta(seconds=3),
        link="eth0",
        gateway="10.1.2.1",
    )
    (violation,) = found(CHECK, replace(CONNECTED, contacts=(contact,)))
    assert (violation.about, violation.kind) == ("203.0.113.10", Kind.INCIDENT)
    told = {name: violation.evidence[name] for name in ("link", "gateway", "began_at", "ended_at")}
    assert told == {
        "link": "eth0",
        "gateway": "10.1.2.1",
        "began_at": "2026-11-21T08:00:00+00:00",
        "ended_at": "2026-11-21T08:00:03+00:00",
    }


def test_an_attempt_that_nothing_answers_reaches_nothing() -> None:
    contact = Contact(remote="203.0.113.10", protocol="tcp", port=443, answered=False)
    assert found(CHECK, replace(CONNECTED, contacts=(contact,))) == []
