"""A signed register: only what the pinned key signed, and signed as a register, is believed."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from policies.register import Medium, MediumState, Register
from policies.report import EnvelopeError, SignatureError, seal
from policies.signed import (
    REGISTER_SCHEMA,
    is_register,
    key_fingerprint,
    open_register,
    read_key,
    sign_register,
    write_key,
)
from policies.vocabulary import Level
from tests.policies.test_report import BARE

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
PUBLIC = KEY.public_key()
MEDIA = (
    Medium(number="U-1", level=Level.MIMI, serial="0012", computers=("pc-1",), valid_until=date(2026, 12, 31)),
    Medium(number="U-2", level=Level.JIMI, serial="é机", state=MediumState.LOST),
)
REGISTER = Register(version=3, issued_at=NOW, media=MEDIA)


def wire(**changes: Any) -> bytes:
    fields: dict[str, Any] = msgspec.json.decode(sign_register(KEY, REGISTER))
    return msgspec.json.encode({**fields, **changes})


def signed(body: bytes, tag: bytes = REGISTER_SCHEMA.encode() + b"\0") -> bytes:
    """Any bytes as a register's body, signed under a tag."""
    fields = {"body": body, "signature": KEY.sign(tag + body), "algorithm": "ed25519", "schema": REGISTER_SCHEMA}
    return msgspec.json.encode(fields)


def test_a_register_arrives_as_it_was_issued() -> None:
    assert open_register(sign_register(KEY, REGISTER), PUBLIC) == REGISTER


def test_an_empty_register_is_one() -> None:
    empty = Register(version=0, issued_at=NOW)
    assert open_register(sign_register(KEY, empty), PUBLIC) == empty


def test_another_key_s_register_is_refused() -> None:
    with pytest.raises(SignatureError, match="does not fit the collector's key"):
        open_register(sign_register(OTHER, REGISTER), PUBLIC)


def test_every_changed_byte_is_refused_or_changes_nothing() -> None:
    data = sign_register(KEY, REGISTER)
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1
        try:
            register = open_register(bytes(flipped), PUBLIC)
        except EnvelopeError:
            continue
        assert register == REGISTER


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"schema": "shoumi.media-register/2"}, "unknown register version"),
        ({"schema": "shoumi.envelope/1"}, "unknown register version"),
        ({"algorithm": "sm2"}, "unknown register version"),
        ({"algorithm": "x" * 100_000}, "unknown register version"),
        ({"signature": ""}, "does not fit"),
        ({"signature": "AAAA"}, "does not fit"),
        ({"body": ""}, "does not fit"),
        ({"body": None}, "not a signed register"),
    ],
)
def test_a_register_that_is_not_what_it_claims_is_refused(changes: dict[str, Any], what: str) -> None:
    with pytest.raises(EnvelopeError, match=what) as caught:
        open_register(wire(**changes), PUBLIC)
    assert len(str(caught.value)) < 300


def test_a_report_s_signature_is_not_a_register_s() -> None:
    envelope = seal(KEY, computer="pc-1", sequence=1, time=NOW, report=BARE)
    fields = {"body": envelope.body, "signature": envelope.signature, "algorithm": "ed25519", "schema": REGISTER_SCHEMA}
    with pytest.raises(EnvelopeError, match="does not fit"):
        open_register(msgspec.json.encode(fields), PUBLIC)


@pytest.mark.parametrize("tag", [b"", b"shoumi.media-register/1", b"shoumi.envelope/1\0", b"shoumi.policy/1\0"])
def test_a_signature_for_another_use_is_refused(tag: bytes) -> None:
    body = msgspec.json.encode(REGISTER)
    assert open_register(signed(body), PUBLIC) == REGISTER
    with pytest.raises(EnvelopeError, match="does not fit"):
        open_register(signed(body, tag), PUBLIC)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b'{"version": 1}', b"[" * 200_000, b'{"x":' * 200_000], ids=lambda body: body[:12]
)
def test_a_signed_body_that_is_no_register_is_refused(body: bytes) -> None:
    with pytest.raises(EnvelopeError, match="not a signed register"):
        open_register(signed(body), PUBLIC)


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 200_000, b'{"x":' * 200_000], ids=lambda data: data[:12]
)
def test_what_is_no_signed_register_is_refused(data: bytes) -> None:
    with pytest.raises(EnvelopeError, match="not a signed register"):
        open_register(data, PUBLIC)


def test_keys_of_a_later_version_are_passed_over() -> None:
    raw = {**msgspec.to_builtins(REGISTER), "issuer": "office"}
    assert open_register(signed(msgspec.json.encode(raw)), PUBLIC) == REGISTER
    assert open_register(wire(relay="office"), PUBLIC) == REGISTER


# --- what it claims to be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "claims"),
    [
        (sign_register(OTHER, REGISTER), True),
        (b'{"schema": "shoumi.media-register/2", "body": 7}', True),
        (b'{"schema": "shoumi.envelope/1"}', False),
        (b'{"schema": 1}', False),
        (b"{}", False),
        (b"[]", False),
        (b"", False),
        (b"\xff", False),
        (b'{"x":' * 200_000, False),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_register_is_known_by_its_content_of_whatever_version_and_key(data: bytes, claims: bool) -> None:
    assert is_register(data) is claims


# --- the key by hand --------------------------------------------------------------------------------------------------------


def test_a_key_is_read_back_as_it_was_written() -> None:
    assert read_key(write_key(PUBLIC)).public_bytes_raw() == PUBLIC.public_bytes_raw()


EC = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        write_key(PUBLIC)[:60],
        KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        EC.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ],
    ids=["nothing", "nonsense", "cut", "private", "another kind"],
)
def test_what_is_no_ed25519_public_key_is_refused(pem: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_key(pem)


def test_the_fingerprint_is_one_that_other_programs_tell_too() -> None:
    der = bytes.fromhex("302a300506032b6570032100") + PUBLIC.public_bytes_raw()  # RFC 8410, section 4
    assert key_fingerprint(PUBLIC) == hashlib.sha256(der).hexdigest()
    assert key_fingerprint(PUBLIC) != key_fingerprint(OTHER.public_key())


@pytest.mark.needs_tool("openssl")
def test_openssl_tells_the_same_fingerprint() -> None:
    command = ["openssl", "pkey", "-pubin", "-outform", "DER"]
    der = subprocess.run(command, input=write_key(PUBLIC), capture_output=True, check=True).stdout
    assert hashlib.sha256(der).hexdigest() == key_fingerprint(PUBLIC)
