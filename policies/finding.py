"""Findings and outcomes: what a check said, ready to be shown, kept and sent. Never document text."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from policies.vocabulary import Kind, Severity, Text, Verdict

EvidenceValue = str | int | bool | list[str] | None
Evidence = Mapping[str, EvidenceValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A named person excuses a finding until a day. `subject` is the finding's subject, `*` and `?` allowed."""

    subject: str
    reason: str
    by: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A subject breaks a demand. `scope`, a keyed hash, groups the findings of one check about one subject (for the ledger)."""

    fingerprint: str
    check: str
    kind: Kind
    severity: Severity
    subject: str
    message: Text
    clauses: tuple[str, ...]
    observed_at: datetime
    scope: str
    evidence: Evidence = field(default_factory=dict)
    exemption: Exemption | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one check said of one subject, or (joined) of a whole scan."""

    check: str
    verdict: Verdict
    reason: Text | None = None
    subjects: int = 0
    findings: int = 0
    exempted: int = 0
    not_assessed: int = 0


def fingerprint(key: bytes, *parts: str) -> str:
    """A keyed name for a thing: paths and serial numbers are guessable, so a plain hash would give them away.

    A file's name need not be UTF-8; what Python makes of such a name is taken as it is.
    """
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    code = _keyed(key).copy()
    code.update(b"".join(len(part).to_bytes(4, "big") + part for part in encoded))
    return code.hexdigest()[:32]


@lru_cache(maxsize=1)
def _keyed(key: bytes) -> hmac.HMAC:
    """A program has one key, and begins with it for every check of every document."""
    return hmac.new(key, digestmod=hashlib.sha256)
