"""The media register in the state folder: believed only where the collector's key signed it, replaced only by a newer one.

The key comes with enrolment, or by hand to a computer that never enrols; the identity's record holds it in either case.

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

from agent.identity import RECORD, Identity, load
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


class NotNewerError(EnvelopeError):
    """The register `came`, but `known` is here already and as new or newer."""

    def __init__(self, came: Register, known: Register) -> None:
        super().__init__(f"register {came.version} is not newer than {known.version}, which is here already")
        self.came = came
        self.known = known

    @property
    def same(self) -> bool:
        """Whether it is the very one that is here."""
        return replace(self.came, confirmed_at=None) == replace(self.known, confirmed_at=None)


def load_register(identity: Identity) -> Register | None:
    """The register that is stored, None where there is none that can be believed."""
    try:
        register = open_register((identity.folder / REGISTER_FILE).read_bytes(), collectors_key(identity))
    except (OSError, ValueError):
        return None
    confirmed = _confirmation(identity)
    return replace(register, confirmed_at=confirmed.at if confirmed and confirmed.version == register.version else None)


def store_register(identity: Identity, data: bytes) -> Register:
    """Keep a signed register that came by wire or by hand. Raises EnvelopeError for one that is forged or not newer, OSError."""
    if not identity.knows_key:
        raise EnvelopeError("this computer has joined no collector, so it knows no key to believe a register by")
    register = open_register(data, collectors_key(identity))
    known = load_register(identity)
    if known is not None and register.version <= known.version:
        raise NotNewerError(register, known)
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


def collectors_key(identity: Identity) -> Ed25519PublicKey:
    """The key that registers are signed with. Raises ValueError where none is known."""
    return Ed25519PublicKey.from_public_bytes(identity.record.signing_key)


def trust_key(identity: Identity, key: Ed25519PublicKey) -> Identity:
    """Believe registers by this key from now on; enrolment puts the collector's own in its place. Raises OSError."""
    record = replace(identity.record, signing_key=key.public_bytes_raw())
    write_safely(identity.folder / RECORD, msgspec.json.encode(record))
    return replace(identity, record=record)


def main(arguments: Sequence[str]) -> None:
    """Argument: the state folder."""
    identity = load(Path(arguments[0]))
    sys.stdout.buffer.write(msgspec.json.encode(identity and load_register(identity)))


if __name__ == "__main__":
    main(sys.argv[1:])
