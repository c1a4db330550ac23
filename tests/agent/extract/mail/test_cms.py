from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7

from agent.extract.mail.cms import Cms
from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.nested import DOCUMENTS, found

MARK = "机密★10年"
CONTENT = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{MARK}\r\n正文\r\n".encode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name, now = x509.Name([]), datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


def signed(key: rsa.RSAPrivateKey, certificate: x509.Certificate, *options: pkcs7.PKCS7Options) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(CONTENT).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary, *options])


def test_a_signed_content_is_the_document(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
    seen = found(signed(key, certificate))
    assert (seen.format, seen.whole, seen.told) == ("cms", True, [(MARK, Place.COVER, None)])


def test_a_signature_beside_its_content_holds_no_text(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
    seen = found(signed(key, certificate, pkcs7.PKCS7Options.DetachedSignature))
    assert (seen.whole, seen.texts()) == (True, [])


def test_a_sealed_content_is_told(certificate: x509.Certificate) -> None:
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(CONTENT).add_recipient(certificate)
    seen = found(builder.encrypt(serialization.Encoding.DER, []))
    assert (seen.format, seen.read, seen.reason) == ("cms", Read.NONE, Unread.ENCRYPTED)


def test_a_content_in_pieces_is_put_together() -> None:
    data = base64.b64decode((DOCUMENTS / "openssl-streamed.eml").read_bytes().split(b"\n\n")[1])
    assert found(data).told == [(MARK, Place.COVER, None)]


def test_damage_is_told(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
    data = signed(key, certificate)
    seen = found(data[:60])
    assert (seen.read, seen.reason) == (Read.NONE, Unread.CORRUPT)


def test_no_byte_of_the_structure_brings_it_down(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
    data = signed(key, certificate)
    for at in range(30, 90):
        for value in (0, 0x80, 0x84, 0xFF):
            seen = found(data[:at] + bytes([value]) + data[at + 1 :])
            assert seen.format in ("cms", "")


@pytest.mark.parametrize("data", [b"", b"\x30\x80", b"\x30\x82\x01\x00\x06\x03\x55\x04\x03"])
def test_other_structures_are_none(data: bytes) -> None:
    assert Cms().rank(data) < 0
