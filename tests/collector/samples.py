"""What the tests of the collector are made of: a clock that is set, computers with keys, findings and reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select, update

from collector.ledgers import computers
from collector.store.store import Store
from collector.store.tables import computer
from policies.finding import Exemption, Finding
from policies.report import Claim, Ended, PolicyName, Report, encode_envelope, seal, state_digest
from policies.vocabulary import Kind, Level, Profile, Severity, Text

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
"""12:00 in Shanghai, in the middle of 2026Q4."""


class Clock:
    """Shows what it is set to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time."""
        return self.now


@dataclass(frozen=True)
class Sender:
    """A joined computer that seals reports."""

    id: str
    key: Ed25519PrivateKey

    def envelope(self, sequence: int, report: Report, key: Ed25519PrivateKey | None = None) -> bytes:
        """A report as it travels."""
        return encode_envelope(seal(key or self.key, computer=self.id, sequence=sequence, time=report.created_at, report=report))


def join(store: Store, name: str = "甲机", department: str = "办公室", at: datetime = NOON) -> Sender:
    """Register a computer and bind a fresh key to it."""
    key = Ed25519PrivateKey.generate()
    with store.write() as connection:
        computers.add(connection, [row(name, department)], at)
        connection.execute(update(computer).where(computer.c.name == name).values(public_key=public(key)))
        return Sender(connection.execute(select(computer.c.id).where(computer.c.name == name)).scalar_one(), key)


def row(name: str, department: str = "办公室") -> dict[str, Any]:
    """A row of the ledger of computers."""
    return {
        "name": name,
        "level": Level.JIMI,
        "profile": Profile.STANDALONE,
        "department": department,
        "person": "张三",
    }


def public(key: Ed25519PrivateKey) -> bytes:
    """A key's public half, raw."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def finding(name: str, at: datetime = NOON, **other: Any) -> Finding:
    """A finding whose fingerprint is `name`."""
    values: dict[str, Any] = {
        "fingerprint": name,
        "check": "network.default-route",
        "kind": Kind.STATE,
        "severity": Severity.CRITICAL,
        "subject": f"对象 {name}",
        "message": Text("存在默认路由", "there is a default route"),
        "clauses": ("NET-01",),
        "observed_at": at,
        "scope": f"scope {name}",
    }
    return Finding(**(values | other))


def incident(name: str, at: datetime = NOON, **other: Any) -> Finding:
    """An incident whose fingerprint is `name`."""
    return finding(name, at, **({"kind": Kind.INCIDENT, "check": "media.unregistered"} | other))


def ended(name: str, at: datetime = NOON) -> Ended:
    """The end of a state."""
    return Ended(fingerprint=name, ended_at=at)


EXEMPTION = Exemption(subject="*", reason="批准", by="李四", until=(NOON + timedelta(days=90)).date())


def report(opened: Iterable[Finding] = (), at: datetime = NOON, **other: Any) -> Report:
    """A report; without `digest` it says nothing about the open state."""
    return Report(
        created_at=at,
        agent="agent 0.1.0",
        claim=Claim(hostname="host-1", level=Level.JIMI, profile=Profile.STANDALONE, department="办公室", person="张三"),
        policy=PolicyName(id="standalone", version="2026.1", sha256="0" * 64),
        opened=tuple(opened),
        **other,
    )


def digest(*names: str) -> str:
    """The digest of an open state."""
    return state_digest(names)
