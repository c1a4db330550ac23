"""Exchanges with public addresses that nothing excuses, and the words for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from checks.addresses import is_public, parse
from checks.allowed import is_allowed_destination
from checks.subjects import Contact, Network
from policies.computer import Computer
from policies.finding import EvidenceValue

_NO_CONTACT = frozenset({"syn_sent", "listen", "close", "none", ""})
"""Socket states in which nothing has come from the other end; `none` is UDP, where nobody can tell."""


def foreign_contacts(network: Network, computer: Computer) -> Iterator[Contact]:
    """Every exchange, answered or not, with a public address that is neither this computer's nor an allowed network's."""
    own = {parse(address.address) for address in network.addresses}
    told: set[str] = set()
    for contact in (*network.contacts, *_connections(network)):
        ip = parse(contact.remote)
        known = str(ip) in told and contact.began_at is None
        if not known and is_public(contact.remote) and ip not in own and not is_allowed_destination(computer, str(ip)):
            told.add(str(ip))
            yield contact


def identity(contact: Contact) -> str:
    """The same for one exchange at every look, another for the next one with the same end."""
    began = f" {contact.began_at.isoformat()}" if contact.began_at else ""
    return f"{parse(contact.remote)}{began}"


def evidence(contact: Contact) -> dict[str, EvidenceValue]:
    """Who was reached, how, and from when to when."""
    return {
        "protocol": contact.protocol,
        "port": contact.port,
        "link": contact.link,
        "gateway": contact.gateway,
        "program": contact.program,
        "began_at": _time(contact.began_at),
        "ended_at": _time(contact.ended_at),
    }


def _connections(network: Network) -> Iterator[Contact]:
    """Connections that there are, those that were answered first."""
    for connection in sorted(network.connections, key=lambda each: each.state in _NO_CONTACT):
        if connection.state != "listen":
            answered = connection.state not in _NO_CONTACT
            yield Contact(
                remote=connection.remote,
                protocol=connection.protocol,
                port=connection.port,
                answered=answered,
                program=connection.program,
            )


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
