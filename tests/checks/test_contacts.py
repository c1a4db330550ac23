"""What counts as an exchange with somebody out there, and when two are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from checks.contacts import evidence, foreign_contacts, identity
from checks.subjects import Connection, Contact
from tests.checks.network.facts import CONNECTED, NETWORKED, NOW, STANDALONE

CONTACT = Contact(remote="203.0.113.10", protocol="tcp", port=443, answered=True)


def test_contacts_and_connections_are_joined_by_the_remote_end() -> None:
    here = Connection(protocol="tcp", local="10.1.2.30", remote="203.0.113.10", port=443, state="established")
    other = replace(here, remote="198.51.100.7", state="syn_sent")
    network = replace(CONNECTED, contacts=(CONTACT,), connections=(other, here))
    assert [(c.remote, c.answered) for c in foreign_contacts(network, STANDALONE)] == [
        ("203.0.113.10", True),
        ("198.51.100.7", False),
    ]


def test_two_exchanges_with_one_end_at_two_times_are_two() -> None:
    first = replace(CONTACT, began_at=NOW)
    second = replace(CONTACT, began_at=NOW + timedelta(hours=2))
    network = replace(CONNECTED, contacts=(first, second))
    assert list(foreign_contacts(network, STANDALONE)) == [first, second]
    assert identity(first) != identity(second)


def test_private_ends_and_those_of_allowed_networks_are_nobody_s_business() -> None:
    network = replace(CONNECTED, contacts=(replace(CONTACT, remote="10.1.2.9"), replace(CONTACT, remote="fe80::1%eth0")))
    assert list(foreign_contacts(network, NETWORKED)) == []


def test_one_end_in_two_notations_is_one() -> None:
    assert identity(replace(CONTACT, remote="::ffff:203.0.113.10")) == identity(CONTACT)


def test_times_that_are_not_known_are_none() -> None:
    assert (evidence(CONTACT)["began_at"], evidence(CONTACT)["ended_at"]) == (None, None)
