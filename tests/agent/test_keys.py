"""The signing key in the state folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from agent.identity import PRIVATE_KEY
from agent.keys import load_key, make_key


def test_a_key_is_read_back_and_signs(tmp_path: Path) -> None:
    make_key(tmp_path)
    signature = load_key(tmp_path).sign(b"data")
    load_key(tmp_path).public_key().verify(signature, b"data")
    assert (tmp_path / PRIVATE_KEY).stat().st_mode & 0o777 == 0o600


def test_every_key_is_another(tmp_path: Path) -> None:
    make_key(tmp_path)
    first = load_key(tmp_path).private_bytes_raw()
    make_key(tmp_path)
    assert load_key(tmp_path).private_bytes_raw() != first


def test_what_is_no_key_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_key(tmp_path)
    (tmp_path / PRIVATE_KEY).write_bytes(b"no key")
    with pytest.raises(ValueError):  # noqa: PT011  the library says it in its own words
        load_key(tmp_path)


def test_a_key_of_another_kind_is_an_error(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / PRIVATE_KEY).write_bytes(other)
    with pytest.raises(ValueError, match="not an Ed25519 key"):
        load_key(tmp_path)
