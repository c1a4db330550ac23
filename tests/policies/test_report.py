"""What travels: sealed, numbered, verified before it is unpacked; a changed byte is refused, an unknown key is not."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import gzip
import hashlib
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from policies.finding import Finding
from policies.report import (
    ENVELOPE_SCHEMA,
    MAX_BODY,
    REPORT_SCHEMA,
    UPGRADES,
    CheckResult,
    Claim,
    Ended,
    Envelope,
    EnvelopeError,
    Gap,
    Merged,
    PolicyName,
    Report,
    Scan,
    Sighting,
    SignatureError,
    decode_envelope,
    decode_report,
    encode_envelope,
    seal,
    state_digest,
)
from policies.signed import open_envelope
from policies.vocabulary import Kind, Level, Profile, Severity, Text, Verdict
from tests.policies.test_finding import findings

NOW = datetime(2026, 6, 1, 8, 30, 0, 123456, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
PUBLIC = KEY.public_key()

FINDING = Finding(
    fingerprint="f1",
    check="network.default-route",
    kind=Kind.STATE,
    severity=Severity.CRITICAL,
    subject="default via 192.0.2.1",
    message=Text("有默认路由", "there is a default route"),
    clauses=("NET-01",),
    observed_at=NOW,
    scope="s1",
    evidence={"table": 254, "gateway": "192.0.2.1", "up": True, "names": ["a", "b"], "none": None},
)
BARE = Report(
    created_at=NOW,
    agent="0.1.0",
    claim=Claim(hostname="pc", level=Level.JIMI, profile=Profile.STANDALONE, department="办公室", person="王五"),
    policy=PolicyName(id="standalone", version="1", sha256="00"),
)
REPORT = dataclasses.replace(
    BARE,
    opened=(FINDING,),
    ended=(Ended(fingerprint="f0", ended_at=NOW),),
    scans=(
        Scan(
            started_at=NOW,
            finished_at=NOW,
            whole=True,
            checks=(CheckResult(check="a", title=Text("甲", "a"), verdict=Verdict.NOT_ASSESSED, reason=Text("无", "none")),),
            files_seen=3,
        ),
    ),
    gaps=(Gap(source="media", began_at=NOW, ended_at=NOW, reason=Text("重启", "restart")),),
    sightings=(Sighting(number="U-1", first_at=NOW, last_at=NOW),),
    merged=(Merged(check="a", count=2, first_at=NOW, last_at=NOW),),
    full=True,
    lost=(3, 4),
    digest=state_digest(["f1"]),
)


def sealed(report: Report = BARE, **changes: Any) -> Envelope:
    envelope = seal(KEY, computer="pc-1", sequence=7, time=NOW, report=report)
    return dataclasses.replace(envelope, **changes)


def signed_body(body: bytes) -> Envelope:
    """An envelope around any bytes, rightly signed: what a broken or hostile agent could send."""
    parts = (ENVELOPE_SCHEMA, "pc-1", "7", NOW.isoformat(), "ed25519")
    head = b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)
    return sealed(body=body, signature=KEY.sign(head + hashlib.sha256(body).digest()))


def plain(report: Report = BARE, **extra: Any) -> bytes:
    return msgspec.json.encode({**msgspec.to_builtins(report), **extra})


def test_a_full_report_arrives_as_it_was_sent() -> None:
    assert open_envelope(decode_envelope(encode_envelope(sealed(REPORT))), PUBLIC) == REPORT


@given(st.lists(findings, max_size=3), st.integers(1, 2**53), st.text(alphabet=st.characters(codec="utf-8"), max_size=20))
def test_any_findings_arrive_as_they_were_sent(found: list[Finding], sequence: int, computer: str) -> None:
    report = dataclasses.replace(BARE, opened=tuple(found))
    data = encode_envelope(seal(KEY, computer=computer, sequence=sequence, time=NOW, report=report))
    envelope = decode_envelope(data)
    assert (envelope.computer, envelope.sequence, envelope.time) == (computer, sequence, NOW)
    assert open_envelope(envelope, PUBLIC) == report


def test_the_same_report_seals_to_the_same_bytes() -> None:
    assert encode_envelope(sealed(REPORT)) == encode_envelope(sealed(REPORT))
    assert sealed(REPORT).body_digest == hashlib.sha256(sealed(REPORT).body).hexdigest()


def test_a_time_of_another_zone_keeps_its_signature_on_the_wire() -> None:
    time = NOW.astimezone(timezone(timedelta(hours=8)))
    envelope = seal(KEY, computer="pc-1", sequence=7, time=time, report=BARE)
    assert open_envelope(decode_envelope(encode_envelope(envelope)), PUBLIC) == BARE


# --- forgery ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"computer": "pc-2"},
        {"computer": ""},
        {"sequence": 8},
        {"sequence": -7},
        {"time": NOW + timedelta(microseconds=1)},
        {"time": NOW.replace(tzinfo=None)},
        {"body": b""},
        {"body": gzip.compress(plain())},
        {"signature": b""},
        {"signature": bytes(64)},
        {"signature": sealed().signature[:-1]},
        {"signature": sealed().signature + b"\0"},
        {"signature": sealed(REPORT).signature},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_changed_field_breaks_the_signature(changes: dict[str, Any]) -> None:
    with pytest.raises(SignatureError):
        open_envelope(sealed(**changes), PUBLIC)


def test_fields_cannot_lend_each_other_their_ends() -> None:
    envelope = seal(KEY, computer="pc-1", sequence=12, time=NOW, report=BARE)
    with pytest.raises(SignatureError):
        open_envelope(dataclasses.replace(envelope, computer="pc-11", sequence=2), PUBLIC)


def test_another_computer_s_key_opens_nothing() -> None:
    with pytest.raises(SignatureError):
        open_envelope(sealed(), OTHER.public_key())


@pytest.mark.parametrize("place", range(len(sealed().body)))
def test_a_flipped_bit_of_the_body_is_refused(place: int) -> None:
    body = bytearray(sealed().body)
    body[place] ^= 1 << place % 8
    with pytest.raises(SignatureError):
        open_envelope(sealed(body=bytes(body)), PUBLIC)


@pytest.mark.parametrize("place", range(64))
def test_a_flipped_bit_of_the_signature_is_refused(place: int) -> None:
    signature = bytearray(sealed().signature)
    signature[place] ^= 1 << place % 8
    with pytest.raises(SignatureError):
        open_envelope(sealed(signature=bytes(signature)), PUBLIC)


@pytest.mark.parametrize("bit", [0, 3, 5])
def test_a_flipped_bit_on_the_wire_is_refused_or_changes_nothing(bit: int) -> None:
    data = encode_envelope(sealed())
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << bit
        try:
            report = open_envelope(decode_envelope(bytes(flipped)), PUBLIC)
        except EnvelopeError:
            continue
        assert report == BARE
        assert decode_envelope(bytes(flipped)) == sealed()  # the key of a field that has a default, or a bit that base64 ignores


def test_nothing_of_the_body_is_looked_at_before_the_signature_holds() -> None:
    with pytest.raises(SignatureError):
        open_envelope(sealed(body=b"no gzip at all"), PUBLIC)


# --- bodies that no honest agent sends --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"plain",
        zlib.compress(plain()),
        gzip.compress(plain())[:-9],
        gzip.compress(plain())[:-1],
        gzip.compress(plain())[:-8] + bytes(8),
        gzip.compress(b""),
        gzip.compress(b"[]"),
        gzip.compress(b"null"),
        gzip.compress(b"{}"),
        gzip.compress(b'"schema"'),
        gzip.compress(b'{"schema": ["shoumi.report/1"]}'),
        gzip.compress(b'{"schema": {}}'),
        gzip.compress(b'{"schema": "shoumi.report/1"}'),
        gzip.compress(b'{"schema": "\xff"}'),
        gzip.compress(b"[" * 200_000),
        gzip.compress(b'{"schema":' * 200_000),
        gzip.compress(plain(opened=[{"fingerprint": 3}])),
        gzip.compress(plain(created_at="yesterday")),
        gzip.compress(plain(claim={})),
    ],
    ids=range(20),
)
def test_a_body_that_is_no_report_is_refused_though_signed(body: bytes) -> None:
    with pytest.raises(EnvelopeError) as caught:
        open_envelope(signed_body(body), PUBLIC)
    assert not isinstance(caught.value, SignatureError)
    assert len(str(caught.value)) < 300


def test_a_bomb_is_refused_within_the_limit() -> None:
    unpacker = zlib.compressobj(wbits=31)
    block = bytes(1 << 20)
    body = b"".join(unpacker.compress(block) for _ in range((MAX_BODY >> 20) + 1)) + unpacker.flush()
    assert len(body) < 1 << 20
    with pytest.raises(EnvelopeError, match="unpacks to more than"):
        open_envelope(signed_body(body), PUBLIC)


# --- envelopes that are none ------------------------------------------------------------------------------------------------


def wire(**changes: Any) -> bytes:
    fields: dict[str, Any] = msgspec.json.decode(encode_envelope(sealed()))
    fields.update(changes)
    return msgspec.json.encode({name: value for name, value in fields.items() if value is not ...})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"computer": "\xff"}',
        b"[" * 200_000,
        b'{"x":' * 200_000,
        wire()[:-1],
        wire() + b"{}",
        wire(computer=...),
        wire(computer=None),
        wire(sequence="7"),
        wire(sequence=7.5),
        wire(sequence=True),
        wire(time="today"),
        wire(time=7),
        wire(body="***"),
        wire(signature=[1]),
        wire(schema=None),
        wire(schema="shoumi.envelope/2"),
        wire(schema="x" * 100_000),
    ],
    ids=range(22),
)
def test_what_is_no_envelope_is_refused(data: bytes) -> None:
    with pytest.raises(EnvelopeError) as caught:
        decode_envelope(data)
    assert len(str(caught.value)) < 300


def test_a_number_without_end_is_refused() -> None:
    data = wire(sequence="N").replace(b'"N"', b"9" * 5000)
    with pytest.raises(EnvelopeError):
        open_envelope(decode_envelope(data), PUBLIC)


@pytest.mark.parametrize("algorithm", ["", "none", "ED25519", "sm2", "rsa" * 1000])
def test_an_unknown_algorithm_is_refused_by_name(algorithm: str) -> None:
    with pytest.raises(EnvelopeError, match="unknown signature algorithm") as caught:
        open_envelope(sealed(algorithm=algorithm), PUBLIC)
    assert len(str(caught.value)) < 100


def test_an_envelope_with_a_key_of_a_later_version_is_read() -> None:
    assert open_envelope(decode_envelope(wire(relay="office", schema=ENVELOPE_SCHEMA)), PUBLIC) == BARE


def test_base64_is_the_only_thing_between_the_wire_and_the_body() -> None:
    fields: dict[str, str] = msgspec.json.decode(wire())
    assert base64.b64decode(fields["body"]) == sealed().body


# --- versions ---------------------------------------------------------------------------------------------------------------


def test_a_report_with_keys_of_a_later_version_is_read() -> None:
    raw = msgspec.to_builtins(REPORT)
    raw["weather"] = "rain"
    raw["opened"][0]["colour"] = {"deep": [1, 2]}
    raw["claim"]["room"] = "301"
    assert decode_report(msgspec.json.encode(raw)) == REPORT


@pytest.mark.parametrize("schema", ["shoumi.report/2", "", "x" * 10_000, None, 1])
def test_a_report_of_an_unknown_version_is_refused(schema: object) -> None:
    with pytest.raises(EnvelopeError, match="unknown report version") as caught:
        decode_report(plain(schema=schema))
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("schema", [REPORT_SCHEMA, "shoumi.report/2"])
def test_what_no_report_holds_takes_no_memory(schema: str) -> None:
    """Packed, a million empty lists are a thousand bytes."""
    data = plain(schema=schema)[:-1] + b',"x":[' + b",".join([b"[]"] * 1_000_000) + b"]}"
    tracemalloc.start()
    with contextlib.suppress(EnvelopeError):
        decode_report(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_an_old_report_is_lifted_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def from_old(raw: dict[str, Any]) -> dict[str, Any]:
        return {**raw, "schema": "test.report/middle", "created_at": raw["made_at"]}

    def from_middle(raw: dict[str, Any]) -> dict[str, Any]:
        return {**raw, "schema": REPORT_SCHEMA, "agent": raw["program"]}

    monkeypatch.setitem(UPGRADES, "test.report/old", from_old)
    monkeypatch.setitem(UPGRADES, "test.report/middle", from_middle)
    raw = msgspec.to_builtins(REPORT)
    old = {**raw, "schema": "test.report/old", "made_at": raw.pop("created_at"), "program": raw.pop("agent")}
    assert decode_report(msgspec.json.encode(old)) == REPORT


def test_an_old_report_that_lacks_what_the_step_needs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPGRADES, "test.report/old", lambda raw: {**raw, "schema": REPORT_SCHEMA, "agent": raw["program"]})
    with pytest.raises(EnvelopeError):
        decode_report(plain(schema="test.report/old"))


def test_the_digest_of_a_state_knows_no_order() -> None:
    assert state_digest(["b", "a"]) == state_digest(["a", "b"]) == hashlib.sha256(b"a\nb").hexdigest()
    assert state_digest([]) == hashlib.sha256(b"").hexdigest()
    assert state_digest(["a"]) != state_digest(["a", "b"])
