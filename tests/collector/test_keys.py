from __future__ import annotations

import ipaddress
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store

from collector import keys
from tests.collector.samples import NOON

NAMES = ["collector.example", "localhost", "127.0.0.1", "::1"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.create(tmp_path, NAMES, NOON)
    return tmp_path


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_the_server_is_vouched_for_under_every_name(folder: Path, name: str) -> None:
    ca, server = certificate(folder / keys.CA_CERTIFICATE), certificate(folder / keys.SERVER_CERTIFICATE)
    try:
        subject: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        subject = x509.DNSName(name)
    assert isinstance(subject, x509.IPAddress | x509.DNSName)
    verifier = PolicyBuilder().store(Store([ca])).time(NOON).build_server_verifier(subject)
    assert verifier.verify(server, []) == [server, ca]


def test_the_ca_lasts_ten_years(folder: Path) -> None:
    ca = certificate(folder / keys.CA_CERTIFICATE)
    assert ca.not_valid_before_utc < NOON < NOON + timedelta(days=3650) < ca.not_valid_after_utc
    key = ca.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"


def test_nobody_else_can_read_a_key(folder: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*.key")}
    assert modes == {"ca.key": 0o600, "server.key": 0o600, "signing.key": 0o600}


def test_the_signing_key_is_read_back(folder: Path) -> None:
    assert keys.signing_key(folder).private_bytes_raw() == keys.signing_key(folder).private_bytes_raw()


def test_another_kind_of_key_does_not_sign(folder: Path) -> None:
    (folder / "signing.key").write_bytes((folder / "server.key").read_bytes())
    with pytest.raises(ValueError, match="Ed25519"):
        keys.signing_key(folder)


def test_a_key_is_never_overwritten(folder: Path) -> None:
    with pytest.raises(FileExistsError):
        keys.create(folder, NAMES, NOON)
