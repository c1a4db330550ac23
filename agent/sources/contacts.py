"""Exchanges with public addresses, also those that last seconds: the kernel tells of every socket that ends (sock_diag(7)).

It tells by the groups "destroyed" of NETLINK_SOCK_DIAG, with CAP_NET_ADMIN; where inet_diag is a module, the kernel loads it.
Hearing costs no packet. Sockets that lead nowhere but to this computer are filtered out in the kernel.
"""

from __future__ import annotations

import array
import ipaddress
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.sources.netlink import attributes, heard, messages, subscribe
from checks.addresses import is_public, parse
from checks.subjects import Connection, Contact

NETLINK_SOCK_DIAG = 4
QUIET = timedelta(minutes=5)
"""Exchanges with one end that are no further apart are one."""
KEPT = timedelta(days=1)
"""How long a contact that is over is still told: a scan that looks at the checks one by one must not miss it."""
MOST = 256
"""Contacts that are over and kept."""

NO_ANSWER = frozenset({"syn_sent", "listen", "close", "none", ""})
"""Socket states in which nothing has come from the other end; `none` is UDP, where nobody can tell."""

_OVER = frozenset({"time_wait", "fin_wait1", "fin_wait2", "closing", "last_ack"})
"""States of sockets that nobody will send by any more: the kernel only keeps them for stragglers."""

Way = Callable[[str], tuple[str, str]]
"""The interface and the gateway by which an address is reached, "" where that is not known."""

_DESTROYED = 0b1111  # SKNLGRP_INET_TCP_DESTROY, _UDP_, INET6_TCP_, INET6_UDP_
_SOCKET = struct.Struct("!BBBBHH16s16s")  # inet_diag_msg: family, state, timer, retransmissions, ports, addresses
_SOCKET_SIZE = 72
_INFO, _PROTOCOL = 2, 10
_SEGMENTS_IN = 140  # tcp_info.tcpi_segs_in
_SO_ATTACH_FILTER = 26

# A classic BPF program (linux/filter.h) over a message: code, jump if true, jump if false, value. The remote address begins at
# byte 40. Nothing is heard of loopback (127/8, ::1, and the first inside IPv6) nor of sockets without a remote end.
_BYTE, _WORD, _IS, _RETURN = 0x30, 0x20, 0x15, 0x06
_ABROAD = (
    (_BYTE, 0, 0, 16),
    (_IS, 1, 0, socket.AF_INET),
    (_IS, 3, 13, socket.AF_INET6),
    (_BYTE, 0, 0, 40),
    (_IS, 11, 0, 127),
    (_IS, 10, 9, 0),
    (_WORD, 0, 0, 40),
    (_IS, 0, 7, 0),
    (_WORD, 0, 0, 44),
    (_IS, 0, 5, 0),
    (_WORD, 0, 0, 48),
    (_IS, 4, 0, 0),
    (_IS, 0, 2, 0xFFFF),
    (_BYTE, 0, 0, 52),
    (_IS, 1, 0, 127),
    (_RETURN, 0, 0, 0x40000),
    (_RETURN, 0, 0, 0),
)


@dataclass(frozen=True, slots=True)
class Closed:
    """A socket that ended. `answered`: something had come back; of UDP nobody can tell."""

    protocol: str
    remote: str
    port: int
    answered: bool


class Contacts:
    """Who this computer has exchanged packets with out there. Safe to use from two threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Contact] = {}
        self._looked = False

    def closed(self, sockets: Iterable[Closed], at: datetime) -> bool:
        """Sockets have ended. Answers whether that is news: of an end that is known, the next look tells more."""
        news = False
        with self._lock:
            for each in sockets:
                if is_public(each.remote):
                    news = self._close(each, at) or news
        return news

    def seen(self, connections: Iterable[Connection], at: datetime, way: Way) -> tuple[Contact, ...]:
        """All contacts, now that these connections are there: those that go on, and those that ended lately."""
        there = _by_remote(connections)
        with self._lock:
            for remote, connection in there.items():
                self._meet(remote, connection, at)
            for remote, contact in self._known.items():
                if contact.ended_at is None and (remote not in there or there[remote].state in _OVER):
                    self._known[remote] = replace(contact, ended_at=at)
            self._looked = True
            self._forget(at)
            self._known = {remote: _placed(contact, way) for remote, contact in self._known.items()}
            return tuple(self._known.values())

    def _close(self, each: Closed, at: datetime) -> bool:
        known = self._current(str(parse(each.remote)), at)
        if known is not None:
            self._known[known.remote] = replace(known, answered=known.answered or each.answered, ended_at=at)
            return known.ended_at is None or (each.answered and not known.answered)
        remote = str(parse(each.remote))
        self._known[remote] = Contact(
            remote=remote, protocol=each.protocol, port=each.port, answered=each.answered, began_at=at, ended_at=at
        )
        return True

    def _meet(self, remote: str, connection: Connection, at: datetime) -> None:
        """A connection is there: an exchange goes on, or begins; one that is over changes nothing that is known."""
        answered = connection.state not in NO_ANSWER
        known = self._current(remote, at)
        if known is not None:
            ended_at = known.ended_at if connection.state in _OVER else None
            program = known.program or connection.program
            self._known[remote] = replace(known, answered=known.answered or answered, ended_at=ended_at, program=program)
            return
        began = at if self._looked else None
        self._known[remote] = Contact(
            remote=remote,
            protocol=connection.protocol,
            port=connection.port,
            answered=answered,
            began_at=began,
            program=connection.program,
        )

    def _current(self, remote: str, at: datetime) -> Contact | None:
        """What is known of an exchange that still counts as the same."""
        known = self._known.get(remote)
        return known if known is not None and (known.ended_at is None or at - known.ended_at < QUIET) else None

    def _forget(self, at: datetime) -> None:
        over = sorted((c.ended_at, remote) for remote, c in self._known.items() if c.ended_at is not None)
        for place, (ended_at, remote) in enumerate(over):
            if at - ended_at > KEPT or len(over) - place > MOST:
                del self._known[remote]


def listen(receive_buffer: int) -> socket.socket:
    """A socket that hears of every connected socket that ends. Raises OSError."""
    listener = subscribe(NETLINK_SOCK_DIAG, _DESTROYED, receive_buffer)
    try:
        _attach(listener, _ABROAD)
    except OSError:
        listener.close()
        raise
    return listener


def ended(listener: socket.socket) -> Iterator[Closed]:
    """The sockets with a remote end that have ended. Raises OSError ENOBUFS where some were lost."""
    for data in heard(listener):
        for message in messages(data):
            closed = _closed(message.body)
            if closed is not None:
                yield closed


def _attach(listener: socket.socket, program: Iterable[tuple[int, int, int, int]]) -> None:
    """Let through only what the program (SO_ATTACH_FILTER) accepts."""
    code = array.array("B", b"".join(struct.pack("=HBBI", *step) for step in program))
    address, size = code.buffer_info()
    listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", size // 8, address))


def _closed(body: bytes) -> Closed | None:
    if len(body) < _SOCKET_SIZE:
        return None
    family, _state, _timer, _tries, _own_port, port, _own, remote = _SOCKET.unpack_from(body)
    address = ipaddress.ip_address(remote if family == socket.AF_INET6 else remote[:4])
    if address.is_unspecified:
        return None
    values = attributes(body[_SOCKET_SIZE:])
    protocol = values.get(_PROTOCOL, b"\0")[:1]
    info = values.get(_INFO, b"")
    came = int.from_bytes(info[_SEGMENTS_IN : _SEGMENTS_IN + 4], sys.byteorder)
    return Closed("udp" if protocol == b"\x11" else "tcp", str(address), port, came > 0)


def _by_remote(connections: Iterable[Connection]) -> dict[str, Connection]:
    """One connection for each public end: one that was answered and is not over before one that is, and that before the rest."""
    found: dict[str, Connection] = {}
    for connection in sorted(connections, key=lambda each: (each.state in NO_ANSWER, each.state in _OVER)):
        if connection.state != "listen" and is_public(connection.remote):
            found.setdefault(str(parse(connection.remote)), connection)
    return found


def _placed(contact: Contact, way: Way) -> Contact:
    """The contact with the way that it takes, once that is known."""
    if contact.link:
        return contact
    link, gateway = way(contact.remote)
    return replace(contact, link=link, gateway=gateway)
