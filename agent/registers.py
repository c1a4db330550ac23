"""The media register in the state folder: believed only where the collector's key signed it, replaced only by a newer one."""

from __future__ import annotations

from agent.identity import Identity
from agent.store import write_safely
from policies.register import Register
from policies.report import EnvelopeError
from policies.signed import open_register

REGISTER_FILE = "register.json"


def load_register(identity: Identity) -> Register | None:
    """The register that is stored, None where there is none that can be believed."""
    try:
        return open_register((identity.folder / REGISTER_FILE).read_bytes(), identity.signing_key)
    except (OSError, ValueError):
        return None


def store_register(identity: Identity, data: bytes) -> Register:
    """Keep a signed register that came by wire or by hand. Raises EnvelopeError for one that is forged or not newer."""
    if not identity.enrolled:
        raise EnvelopeError("this computer has joined no collector, so it knows no key to believe a register by")
    register = open_register(data, identity.signing_key)
    known = load_register(identity)
    if known is not None and register.version <= known.version:
        raise EnvelopeError(f"register {register.version} is not newer than {known.version}, which is here already")
    write_safely(identity.folder / REGISTER_FILE, data)
    return register
