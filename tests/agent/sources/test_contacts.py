"""Exchanges with public addresses: when one begins, ends, and is another; and the kernel's word of sockets that end."""

from __future__ import annotations

import select
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from agent.sources.contacts import KEPT, MOST, QUIET, Closed, Contacts, ended, listen
from checks.subjects import Connection, Contact
from tests.netns import internet, namespace

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
REMOTE = "203.0.113.10"
TCP = Closed("tcp", REMOTE, 443, answered=True)


def connection(remote: str = REMOTE, state: str = "established") -> Connection:
    return Connection(protocol="tcp", local="10.1.2.30", remote=remote, port=443, state=state)


def look(contacts: Contacts, *connections: Connection, at: datetime = NOW) -> Sequence[Contact]:
    return contacts.seen(connections, at, lambda remote: ("eth0", "10.1.2.1"))


def test_what_is_there_at_the_first_look_began_nobody_knows_when() -> None:
    (contact,) = look(Contacts(), connection())
    assert contact == Contact(remote=REMOTE, protocol="tcp", port=443, answered=True, link="eth0", gateway="10.1.2.1")


def test_what_comes_later_begins_when_it_is_seen_and_ends_when_it_is_not() -> None:
    contacts = Contacts()
    assert look(contacts) == ()
    (begun,) = look(contacts, connection(), at=NOW + SECOND)
    (over,) = look(contacts, at=NOW + 9 * SECOND)
    assert (begun.began_at, begun.ended_at) == (NOW + SECOND, None)
    assert (over.began_at, over.ended_at) == (NOW + SECOND, NOW + 9 * SECOND)


def test_a_socket_that_ended_between_two_looks_is_a_contact() -> None:
    contacts = Contacts()
    look(contacts)
    assert contacts.closed([TCP], NOW + SECOND)
    (contact,) = look(contacts, at=NOW + 60 * SECOND)
    assert (contact.began_at, contact.ended_at, contact.link) == (NOW + SECOND, NOW + SECOND, "eth0")


@pytest.mark.parametrize("state", ["time_wait", "fin_wait1", "fin_wait2", "closing", "last_ack"])
def test_a_socket_that_only_lingers_is_over(state: str) -> None:
    contacts = Contacts()
    look(contacts)
    contacts.closed([TCP], NOW + SECOND)
    (contact,) = look(contacts, connection(state=state), at=NOW + 9 * SECOND)
    assert contact.ended_at == NOW + SECOND
    (unheard,) = look(Contacts(), connection(state=state), at=NOW)
    assert (unheard.began_at, unheard.ended_at, unheard.answered) == (None, NOW, True)


def test_the_end_of_what_goes_on_is_news() -> None:
    contacts = Contacts()
    look(contacts, connection())
    assert contacts.closed([TCP], NOW + SECOND)
    assert not contacts.closed([TCP], NOW + 2 * SECOND)


def test_a_connection_that_goes_on_beside_one_that_is_over_counts() -> None:
    contacts = Contacts()
    (contact,) = look(contacts, connection(state="time_wait"), connection())
    assert contact.ended_at is None


def test_private_ends_are_no_news() -> None:
    contacts = Contacts()
    assert not contacts.closed([Closed("tcp", "10.1.2.9", 80, answered=True), Closed("udp", "fe80::1", 53, answered=False)], NOW)
    assert look(contacts, connection("10.1.2.9")) == ()


def test_exchanges_that_follow_each_other_are_one() -> None:
    contacts = Contacts()
    look(contacts)
    assert contacts.closed([TCP], NOW)
    assert not contacts.closed([TCP], NOW + QUIET / 2)
    (contact,) = look(contacts, at=NOW + QUIET)
    assert (contact.began_at, contact.ended_at) == (NOW, NOW + QUIET / 2)


def test_the_next_after_a_pause_is_another() -> None:
    contacts = Contacts()
    look(contacts)
    contacts.closed([TCP], NOW)
    assert contacts.closed([TCP], NOW + QUIET)
    (contact,) = look(contacts, at=NOW + QUIET)
    assert contact.began_at == NOW + QUIET


def test_an_answer_after_an_attempt_is_news() -> None:
    contacts = Contacts()
    assert contacts.closed([Closed("tcp", REMOTE, 443, answered=False)], NOW)
    assert contacts.closed([TCP], NOW + SECOND)
    (contact,) = look(contacts, at=NOW + 2 * SECOND)
    assert contact.answered


def test_one_answered_connection_of_several_counts() -> None:
    (contact,) = look(Contacts(), connection(state="syn_sent"), connection(), connection(state="syn_sent"))
    assert contact.answered


def test_what_listens_has_met_nobody() -> None:
    assert look(Contacts(), connection(state="listen")) == ()


def test_what_is_over_is_told_for_a_day_and_not_for_ever() -> None:
    contacts = Contacts()
    look(contacts)
    contacts.closed([TCP], NOW)
    assert len(look(contacts, at=NOW + KEPT)) == 1
    assert look(contacts, at=NOW + KEPT + SECOND) == ()


def test_not_more_are_kept_than_there_is_room_for() -> None:
    contacts = Contacts()
    for number in range(MOST + 9):
        contacts.closed([Closed("tcp", f"203.0.{113 + number // 250}.{number % 250}", 443, answered=True)], NOW + number * SECOND)
    kept = look(contacts, at=NOW + QUIET)
    assert len(kept) == MOST
    assert "203.0.113.8" not in {contact.remote for contact in kept}


def test_two_notations_of_one_end_are_one() -> None:
    (contact,) = look(Contacts(), connection(f"::ffff:{REMOTE}"), connection())
    assert contact.remote == REMOTE


@pytest.mark.needs_root
@pytest.mark.needs_tool("ip")
def test_the_kernel_tells_of_a_connection_of_a_moment() -> None:
    with (
        namespace(ipv6=False) as inside,
        internet(inside) as outside,
        outside.socket(socket.AF_INET, socket.SOCK_STREAM) as server,
    ):
        inside.ip("route", "add", "default", "via", "198.51.100.1")
        server.bind((REMOTE, 0))
        server.listen()
        with inside.call(lambda: listen(1 << 20)) as listener:
            with inside.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
                client.connect(server.getsockname())
                taken, _ = server.accept()
                with taken:
                    taken.send(b"x")
                    assert client.recv(1) == b"x"
            assert select.select([listener], [], [], 30)[0]
            port = server.getsockname()[1]
            assert list(ended(listener)) == [Closed("tcp", REMOTE, port, answered=True)]


@pytest.mark.needs_root
def test_nothing_is_heard_of_sockets_that_lead_nowhere() -> None:
    with listen(1 << 20) as listener:
        for family, remote in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"), (socket.AF_INET6, "::ffff:127.0.0.1")):
            with socket.socket(family, socket.SOCK_DGRAM) as asker:
                asker.connect((remote, 9))
            socket.socket(family, socket.SOCK_DGRAM).close()
        with namespace(ipv6=False) as inside, inside.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
            inside.ip("route", "add", "default", "dev", "lo")
            elsewhere.connect((REMOTE, 9))
        assert list(ended(listener)) == []
