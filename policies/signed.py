"""What is believed only by its signature: an agent's envelope, and the media register that the collector issues.

Apart from `policies.report`, since the library behind it takes 8 MB, which the agent's daemon does without.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from policies.register import Register
from policies.report import ED25519, Envelope, EnvelopeError, Report, SignatureError, signed_bytes, unpack

REGISTER_SCHEMA = "shoumi.media-register/1"


def open_envelope(envelope: Envelope, key: Ed25519PublicKey) -> Report:
    """Verify, then unpack. Raises EnvelopeError; nothing of the body is looked at before the signature holds."""
    if envelope.algorithm != ED25519:
        raise EnvelopeError(f"unknown signature algorithm {envelope.algorithm[:40]!r}")
    try:
        key.verify(envelope.signature, signed_bytes(envelope.computer, envelope.sequence, envelope.time, envelope.body))
    except InvalidSignature:
        raise SignatureError("the signature does not fit the computer's key") from None
    return unpack(envelope)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRegister:
    """The register's JSON as signed."""

    body: bytes
    signature: bytes
    algorithm: str = ED25519
    schema: str = REGISTER_SCHEMA


def sign_register(key: Ed25519PrivateKey, register: Register) -> bytes:
    """The bytes of a signed register."""
    body = msgspec.json.encode(register)
    return msgspec.json.encode(SignedRegister(body=body, signature=key.sign(REGISTER_SCHEMA.encode() + b"\0" + body)))


def is_register(data: bytes) -> bool:
    """Whether these bytes claim to be a signed register, of whatever version. Nothing of them is believed yet."""
    try:
        claimed = msgspec.json.decode(data, type=_Claim).schema
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return claimed.rpartition("/")[0] == REGISTER_SCHEMA.rpartition("/")[0]


class _Claim(msgspec.Struct):
    schema: str


def open_register(data: bytes, key: Ed25519PublicKey) -> Register:
    """Verify and read a signed register. Raises EnvelopeError, SignatureError among them."""
    try:
        signed = msgspec.json.decode(data, type=SignedRegister)
        if (signed.schema, signed.algorithm) != (REGISTER_SCHEMA, ED25519):
            raise EnvelopeError(f"unknown register version {signed.schema[:40]!r} or algorithm {signed.algorithm[:40]!r}")
        key.verify(signed.signature, REGISTER_SCHEMA.encode() + b"\0" + signed.body)
        return msgspec.json.decode(signed.body, type=Register)
    except InvalidSignature:
        raise SignatureError("the register's signature does not fit the collector's key") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EnvelopeError(f"not a signed register: {error}") from None


def write_key(key: Ed25519PublicKey) -> bytes:
    """A public key as it is carried by hand: PEM (RFC 8410)."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_key(pem: bytes) -> Ed25519PublicKey:
    """The same read back. Raises ValueError."""
    try:
        key = load_pem_public_key(pem)
    except UnsupportedAlgorithm as error:
        raise ValueError(f"not an Ed25519 public key: {error}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")
    return key


def key_fingerprint(key: Ed25519PublicKey) -> str:
    """By what people compare a key: `openssl pkey -pubin -outform DER -in FILE | sha256sum` says the same."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
