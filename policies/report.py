"""What travels from an agent to the collector: the report, and the signed envelope that carries it.

A report holds what changed since the last one. An envelope is numbered without holes for each computer and signed; the same
bytes go by HTTPS and by hand. The receiver verifies before it unpacks.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import msgspec

from policies.finding import Finding
from policies.vocabulary import Level, Profile, Text, Verdict

REPORT_SCHEMA = "shoumi.report/1"
ENVELOPE_SCHEMA = "shoumi.envelope/1"
ED25519 = "ed25519"
MAX_BODY = 32 << 20
"""Bytes that a body may unpack to; an agent keeps a report to half of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A state that is no longer true."""

    fingerprint: str
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """From when to when a source was blind, and why."""

    source: str
    began_at: datetime
    ended_at: datetime
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check's joined outcome in a scan, with its title so that the collector can name it."""

    check: str
    title: Text
    verdict: Verdict
    reason: Text | None = None
    subjects: int = 0
    findings: int = 0
    exempted: int = 0
    not_assessed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A run over the computer. `whole`: every rule of the policy ran, over everything that the policy names."""

    started_at: datetime
    finished_at: datetime
    whole: bool
    checks: tuple[CheckResult, ...] = ()
    files_seen: int = 0
    files_read: int = 0
    files_not_assessed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A registered medium was plugged in between these times; `number` is its number in the register."""

    number: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Changes that were joined to stay within the spool's limit: how many of which check, first and last."""

    check: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the computer says it is."""

    hostname: str
    level: Level | None
    profile: Profile
    department: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyName:
    """Which policy judged."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What changed since the last report. `full`: `opened` is the whole open state and replaces what the collector has.

    `digest` is over the open state after this report, so that both ends know when they differ. `lost` are the sequence numbers
    that this computer no longer has and that the full state stands in for.
    """

    created_at: datetime
    agent: str
    claim: Claim
    policy: PolicyName
    opened: tuple[Finding, ...] = ()
    ended: tuple[Ended, ...] = ()
    scans: tuple[Scan, ...] = ()
    gaps: tuple[Gap, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    merged: tuple[Merged, ...] = ()
    full: bool = False
    lost: tuple[int, ...] = ()
    digest: str = ""
    schema: str = REPORT_SCHEMA


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A signed, numbered body. `time` is when it was sealed; `encoding` is always gzipped JSON of a report."""

    computer: str
    sequence: int
    time: datetime
    algorithm: str
    body: bytes
    signature: bytes
    schema: str = ENVELOPE_SCHEMA

    @property
    def body_digest(self) -> str:
        """SHA-256 of the body, hex: tells a repeated envelope from a forged twin."""
        return hashlib.sha256(self.body).hexdigest()


class EnvelopeError(ValueError):
    """An envelope is not what it claims: malformed, of an unknown version or algorithm, or wrongly signed."""


class SignatureError(EnvelopeError):
    """The signature does not fit the key: somebody else wrote the envelope."""


def state_digest(fingerprints: Iterable[str]) -> str:
    """The digest of an open state: SHA-256 over its sorted fingerprints, hex."""
    return hashlib.sha256("\n".join(sorted(fingerprints)).encode()).hexdigest()


class Signer(Protocol):
    """A private Ed25519 key."""

    def sign(self, data: bytes) -> bytes:
        """The signature over some bytes."""
        ...


def seal(
    key: Signer,
    *,
    computer: str,
    sequence: int,
    time: datetime,
    report: Report,
) -> Envelope:
    """Number and sign a report."""
    body = gzip.compress(msgspec.json.encode(report), mtime=0)
    signature = key.sign(signed_bytes(computer, sequence, time, body))
    return Envelope(
        computer=computer,
        sequence=sequence,
        time=time,
        algorithm=ED25519,
        body=body,
        signature=signature,
    )


def encode_envelope(envelope: Envelope) -> bytes:
    """The bytes that travel."""
    return msgspec.json.encode(envelope)


def decode_envelope(data: bytes) -> Envelope:
    """Read an envelope without believing it yet. Raises EnvelopeError."""
    try:
        envelope = msgspec.json.decode(data, type=Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EnvelopeError(f"not an envelope: {error}") from None
    if envelope.schema != ENVELOPE_SCHEMA:
        raise EnvelopeError(f"unknown envelope version {envelope.schema[:40]!r}, this program reads {ENVELOPE_SCHEMA!r}")
    return envelope


def unpack(envelope: Envelope) -> Report:
    """The report in an envelope that was verified (see `policies.signed`). Raises EnvelopeError."""
    return decode_report(_inflate(envelope.body))


def decode_report(data: bytes) -> Report:
    """Read a report of any version that this program knows. Raises EnvelopeError.

    Only an older one is held as what its JSON says: that may take thirty times its bytes.
    """
    try:
        schema = msgspec.json.decode(data, type=_Version).schema
        if schema == REPORT_SCHEMA:
            return msgspec.json.decode(data, type=Report)
        _refuse_unknown(schema)
        raw: Any = msgspec.json.decode(data)
        return msgspec.convert(upgrade(raw), type=Report)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError, TypeError) as error:
        raise EnvelopeError(f"not a report: {error}") from None


UPGRADES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From a schema's name to the step that lifts a report of it to the next version."""


def upgrade(raw: dict[str, Any]) -> dict[str, Any]:
    """Lift a report of an older version, one step at a time, to the one that this program speaks."""
    while (schema := raw["schema"]) != REPORT_SCHEMA:
        _refuse_unknown(schema)
        raw = UPGRADES[schema](raw)
    return raw


class _Version(msgspec.Struct):
    schema: str | int | None


def _refuse_unknown(schema: str | int | None) -> None:
    if schema not in UPGRADES:
        raise EnvelopeError(f"unknown report version {str(schema)[:40]!r}, this program reads up to {REPORT_SCHEMA!r}")


def _inflate(body: bytes) -> bytes:
    """Unpack a body within its limit. Raises EnvelopeError."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(body, MAX_BODY)
    except zlib.error as error:
        raise EnvelopeError(f"the body cannot be unpacked: {error}") from None
    if not unpacker.eof:
        raise EnvelopeError(f"the body is cut short or unpacks to more than {MAX_BODY} bytes")
    return data


def signed_bytes(computer: str, sequence: int, time: datetime, body: bytes) -> bytes:
    """What a signature covers: a tag for this use and each field with its length, so that no two envelopes share their bytes."""
    parts = (ENVELOPE_SCHEMA, computer, str(sequence), time.isoformat(), ED25519)
    head = b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)
    return head + hashlib.sha256(body).digest()
