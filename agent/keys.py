"""The key that this computer signs its reports with. Apart from `agent.identity`, since the library behind it takes 8 MB."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from agent.identity import PRIVATE_KEY
from agent.store import write_safely


def load_key(folder: Path) -> Ed25519PrivateKey:
    """The key in a state folder. Raises ValueError and OSError for a wrong or missing file."""
    key = load_pem_private_key((folder / PRIVATE_KEY).read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{folder / PRIVATE_KEY} is not an Ed25519 key")
    return key


def make_key(folder: Path) -> None:
    """Make a key, on disk before anybody hears of it."""
    fresh = Ed25519PrivateKey.generate()
    write_safely(folder / PRIVATE_KEY, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
