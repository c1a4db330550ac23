"""Who this computer is to its collector: its number and whom it trusts.

The daemon keeps this module for ever, so it knows no cryptography and no network: see `agent.keys` and `agent.enrolment`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from policies.vocabulary import Level, Profile

RECORD = "identity.json"
PRIVATE_KEY = "identity.key"
FINGERPRINT_KEY = "fingerprint.key"
CA_FILE = "collector-ca.pem"
SCHEMA = "shoumi.identity/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is kept in identity.json. `computer` is a local number until the collector gives one; `url` "" until then.

    `signing_key`: by which media registers are believed, the collector's or one that was given by hand; b"" where none is known.
    `next`: the number of its first report; a computer that is set up anew goes on counting.
    """

    computer: str
    url: str = ""
    signing_key: bytes = b""
    next: int = 1
    level: Level | None = None
    profile: Profile = Profile.STANDALONE
    department: str = ""
    person: str = ""
    schema: str = SCHEMA


@dataclass(frozen=True, slots=True)
class Identity:
    """What this computer knows of itself and its collector. Its signing key stays in the folder."""

    folder: Path
    record: Record
    fingerprint_key: bytes

    @property
    def enrolled(self) -> bool:
        """Whether a collector knows this computer."""
        return bool(self.record.url)

    @property
    def knows_key(self) -> bool:
        """Whether there is a key to believe registers by: enrolment brings it, or a person (`agent import --key`)."""
        return bool(self.record.signing_key)

    @property
    def ca_file(self) -> Path:
        """The only CA that the collector's certificate may come from."""
        return self.folder / CA_FILE


def load(folder: Path) -> Identity | None:
    """The identity in a state folder, None before its first use. Raises ValueError and OSError for wrong or missing files."""
    file = folder / RECORD
    if not file.exists():
        return None
    try:
        record = msgspec.json.decode(file.read_bytes(), type=Record)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}") from None
    if record.schema != SCHEMA:
        raise ValueError(f"{file} is of version {record.schema[:40]!r}, this program reads {SCHEMA!r}")
    return Identity(folder, record, (folder / FINGERPRINT_KEY).read_bytes())
