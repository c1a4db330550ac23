"""Findings, keys and open state files for the tests of the agent's memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.memory import Memory, open_memory
from agent.pending import Limits
from agent.spool import Author, Header
from policies.finding import Finding
from policies.report import Claim, PolicyName, Report, decode_envelope
from policies.signed import open_envelope
from policies.vocabulary import Kind, Level, Profile, Severity, Text

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AUTHOR = Author(computer="c1", key=KEY, agent="shoumi/test")
HEADER = Header(
    claim=Claim(hostname="host", level=Level.JIMI, profile=Profile.STANDALONE, department="办公室", person="张三"),
    policy=PolicyName(id="standalone", version="1", sha256="00"),
)


def after(**span: float) -> datetime:
    """A time that long after NOW."""
    return NOW + timedelta(**span)


def finding(name: str, **values: Any) -> Finding:
    """A state named by its fingerprint, alone in a scope of the same name."""
    plain = Finding(
        fingerprint=name,
        check="network.default-route",
        kind=Kind.STATE,
        severity=Severity.CRITICAL,
        subject="eth0",
        message=Text("有默认路由", "there is a default route"),
        clauses=("NET-01",),
        observed_at=NOW,
        scope=f"scope {name}",
    )
    return replace(plain, **values)


def incident(name: str, **values: Any) -> Finding:
    """An incident."""
    return finding(name, **{"kind": Kind.INCIDENT, "check": "media.unregistered", **values})


@contextmanager
def memory(folder: Path, limits: Limits | None = None, author: Author = AUTHOR) -> Iterator[Memory]:
    """An open state file that is closed at the end."""
    opened = open_memory(folder, author, lambda f: f, NOW, limits)
    with opened.store:
        yield opened


def observe(memory: Memory, *findings: Finding, now: datetime = NOW) -> None:
    """Take findings in, each scope judged."""
    memory.ledger.observe("network", {f.scope for f in findings}, findings, now)


def end(memory: Memory, *findings: Finding, now: datetime = NOW) -> None:
    """Judge the scopes of these findings again, and find nothing."""
    memory.ledger.observe("network", {f.scope for f in findings}, (), now)


def unseal(envelope: bytes) -> Report:
    """The report in an envelope whose signature holds."""
    return open_envelope(decode_envelope(envelope), KEY.public_key())


def reports(memory: Memory) -> dict[int, Report]:
    """The reports that wait to be acknowledged, by number."""
    return {sequence: unseal(envelope) for sequence, envelope in memory.spool.unacknowledged()}


def deliver(memory: Memory, now: datetime = NOW) -> list[Report]:
    """Seal and acknowledge all that is to be told, as a collector that takes everything."""
    taken = []
    while (envelope := memory.spool.next_envelope()) or memory.spool.seal(HEADER, now):
        if envelope is not None:
            taken.append(unseal(envelope[1]))
            memory.spool.acknowledge(envelope[0])
    return taken
