"""The media register in the state folder: believed only where the collector's key signed it, replaced only by a newer one.

Beside it lies when the collector last said that it has no newer one. The daemon asks for both by
`python -m agent.registers FOLDER`, which answers its JSON, or null.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from agent.identity import Identity, load
from agent.store import write_safely
from policies.register import Register
from policies.report import EnvelopeError
from policies.signed import open_register

REGISTER_FILE = "register.json"
CONFIRMED_FILE = "register-confirmed.json"
CONFIRMED_ANEW = timedelta(days=7)
"""A confirmation counts for so long before another one is written: the daemon reads its configuration anew each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The collector has no newer register than this version."""

    version: int
    at: datetime


def load_register(identity: Identity) -> Register | None:
    """The register that is stored, None where there is none that can be believed."""
    try:
        register = open_register((identity.folder / REGISTER_FILE).read_bytes(), _collectors_key(identity))
    except (OSError, ValueError):
        return None
    confirmed = _confirmation(identity)
    return replace(register, confirmed_at=confirmed.at if confirmed and confirmed.version == register.version else None)


def store_register(identity: Identity, data: bytes) -> Register:
    """Keep a signed register that came by wire or by hand. Raises EnvelopeError for one that is forged or not newer."""
    if not identity.enrolled:
        raise EnvelopeError("this computer has joined no collector, so it knows no key to believe a register by")
    register = open_register(data, _collectors_key(identity))
    known = load_register(identity)
    if known is not None and register.version <= known.version:
        raise EnvelopeError(f"register {register.version} is not newer than {known.version}, which is here already")
    write_safely(identity.folder / REGISTER_FILE, data)
    return register


def confirm_register(identity: Identity, version: int, now: datetime) -> bool:
    """The collector says that it has no newer one. Answers whether that was news. Raises OSError."""
    known = _confirmation(identity)
    if version == 0 or (known and known.version == version and abs(now - known.at) < CONFIRMED_ANEW):
        return False
    write_safely(identity.folder / CONFIRMED_FILE, msgspec.json.encode(Confirmation(version=version, at=now)))
    return True


def _confirmation(identity: Identity) -> Confirmation | None:
    try:
        return msgspec.json.decode((identity.folder / CONFIRMED_FILE).read_bytes(), type=Confirmation)
    except (OSError, ValueError):
        return None


def _collectors_key(identity: Identity) -> Ed25519PublicKey:
    """The key that registers are signed with. Raises ValueError before enrolment."""
    return Ed25519PublicKey.from_public_bytes(identity.record.signing_key)


def main(arguments: Sequence[str]) -> None:
    """Argument: the state folder."""
    identity = load(Path(arguments[0]))
    sys.stdout.buffer.write(msgspec.json.encode(identity and load_register(identity)))


if __name__ == "__main__":
    main(sys.argv[1:])
