"""Table tests of network.public-connection."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checks.network.public_connection import PublicConnection
from checks.subjects import Address, Connection, Contact
from policies.computer import AllowedNetwork
from policies.vocabulary import Kind, Severity
from tests.checks.network.facts import CONNECTED, NETWORKED, NOW, STANDALONE, abouts, found

CONTACT = Contact(remote="203.0.113.10", protocol="tcp", port=443, answered=True, link="eth0", gateway="10.1.2.1")


def connection(remote: str, state: str = "established", protocol: str = "tcp") -> Connection:
    return Connection(protocol=protocol, local="10.1.2.30", remote=remote, port=443, state=state)


@pytest.mark.parametrize(
    ("remote", "state", "severity"),
    [
        ("203.0.113.10", "established", Severity.CRITICAL),
        ("203.0.113.10", "time_wait", Severity.CRITICAL),
        ("203.0.113.10", "syn_sent", Severity.MAJOR),
        ("203.0.113.10", "none", Severity.MAJOR),
        ("2001:db8::10", "established", Severity.CRITICAL),
        ("::ffff:203.0.113.10", "established", Severity.CRITICAL),
        ("203.0.113.10", "listen", None),
        ("10.1.2.5", "established", None),
        ("127.0.0.1", "established", None),
        ("fe80::1%eth0", "established", None),
    ],
)
def test_a_connection_to_a_public_address(remote: str, state: str, severity: Severity | None) -> None:
    violations = found(PublicConnection(), replace(CONNECTED, connections=(connection(remote, state),)))
    assert [violation.severity for violation in violations] == ([severity] if severity else [])


def test_it_is_an_incident_with_its_start_its_end_and_its_way() -> None:
    over = replace(CONTACT, began_at=NOW, ended_at=NOW + timedelta(seconds=2))
    (violation,) = found(PublicConnection(), replace(CONNECTED, contacts=(over,)))
    assert PublicConnection.kind is Kind.INCIDENT
    assert violation.about == "tcp 203.0.113.10"
    assert violation.evidence == {
        "remote": "203.0.113.10",
        "answered": True,
        "protocol": "tcp",
        "port": 443,
        "link": "eth0",
        "gateway": "10.1.2.1",
        "program": "",
        "began_at": "2026-11-21T08:00:00+00:00",
        "ended_at": "2026-11-21T08:00:02+00:00",
    }


def test_the_next_exchange_with_the_same_end_is_another_incident() -> None:
    earlier, later = (replace(CONTACT, began_at=NOW + timedelta(hours=hour)) for hour in (0, 1))
    identities = {found(PublicConnection(), replace(CONNECTED, contacts=(each,)))[0].identity for each in (earlier, later)}
    assert len(identities) == 2


def test_its_end_does_not_make_it_another() -> None:
    going_on = replace(CONTACT, began_at=NOW)
    over = replace(going_on, ended_at=NOW + timedelta(seconds=9))
    identities = {found(PublicConnection(), replace(CONNECTED, contacts=(each,)))[0].identity for each in (going_on, over)}
    assert len(identities) == 1


def test_a_contact_and_its_connection_are_one() -> None:
    network = replace(CONNECTED, contacts=(CONTACT,), connections=(connection("203.0.113.10"), connection("203.0.113.10")))
    assert abouts(PublicConnection(), network) == ["tcp 203.0.113.10"]


def test_what_was_answered_counts_of_two_connections_to_one_end() -> None:
    network = replace(CONNECTED, connections=(connection("203.0.113.10", "syn_sent"), connection("203.0.113.10")))
    assert [violation.severity for violation in found(PublicConnection(), network)] == [Severity.CRITICAL]


def test_this_computers_own_public_address_is_nobody_else() -> None:
    own = Address(link=2, address="203.0.113.10", prefix=24)
    network = replace(CONNECTED, addresses=(own,), connections=(connection("203.0.113.10"),))
    assert found(PublicConnection(), network) == []


def test_an_allowed_network_or_address_is_excused() -> None:
    network = replace(CONNECTED, connections=(connection("203.0.113.10"),))
    office = replace(NETWORKED, networks=(AllowedNetwork(subnet="203.0.113.0/24"),))
    assert found(PublicConnection(), network, office) == []
    assert found(PublicConnection(allow=("203.0.113.10",)), network, STANDALONE) == []
