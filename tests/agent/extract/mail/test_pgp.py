from __future__ import annotations

import pytest

from agent.extract.mail.pgp import Pgp
from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.nested import found

MARK = "机密★10年"
SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n\niQGzBAEBCgAdFiEE\n-----END PGP SIGNATURE-----\n"


@pytest.mark.parametrize(
    "data",
    [
        b"-----BEGIN PGP MESSAGE-----\n\njA0ECQMC\n-----END PGP MESSAGE-----\n",
        b"\n -----BEGIN PGP MESSAGE-----\n",
        bytes.fromhex("8c0d04090302702cce2cebc79fd1ffd24b01a150"),  # for a password, by GnuPG 2.2.40
        bytes.fromhex("85018c03136de3a7a76b0bde010bff73"),  # for a key, by GnuPG 2.2.40
        bytes.fromhex("c1c0cc03136de3a7a76b0bde010bff73"),  # the same with a header of the new kind
    ],
)
def test_what_is_sealed_is_told(data: bytes) -> None:
    seen = found(data)
    assert (seen.format, seen.read, seen.reason) == ("pgp", Read.NONE, Unread.ENCRYPTED)


def test_what_is_only_signed_is_read() -> None:
    seen = found(f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{MARK}\n正文\n{SIGNATURE}".encode())
    assert (seen.format, seen.whole, seen.told) == ("pgp", True, [(MARK, Place.COVER, None)])


@pytest.mark.parametrize("kind", ["SIGNATURE", "PUBLIC KEY BLOCK"])
def test_signatures_and_keys_hold_no_text(kind: str) -> None:
    seen = found(f"-----BEGIN PGP {kind}-----\n\nabc\n".encode())
    assert (seen.whole, seen.texts()) == (True, [])


@pytest.mark.parametrize("data", [b"", b"text\n-----BEGIN PGP MESSAGE-----\n", b"-----BEGIN CERTIFICATE-----\n", b"\x85\x01"])
def test_other_files_are_none(data: bytes) -> None:
    assert Pgp().rank(data) < 0
