"""Redacts findings before they leave the computer: a path or an archive member's name may itself be classified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from policies.finding import Evidence, EvidenceValue, Exemption, Finding, fingerprint
from policies.vocabulary import Paths

Redactor = Callable[[Finding], Finding]

_NAMES = frozenset({"path", "member", "file", "folder"})
"""Evidence that holds a name, whatever it begins with."""


def redactor(style: Paths, key: bytes) -> Redactor:
    """A function that rewrites a finding's paths as the policy's `report.paths` asks.

    `masked` keeps the top folder and the suffix; `hashed` keeps nothing. The hash is keyed, so it can be matched on this computer
    (the same path always gives the same word) and not guessed elsewhere.
    """

    def word(path: str) -> str:
        digest = fingerprint(key, "path", path)
        return f"#{digest}" if style is Paths.HASHED else _masked(path, digest[:8])

    def redact(finding: Finding) -> Finding:
        if style is Paths.CLEAR:
            return finding
        evidence = _evidence(finding.evidence, word)
        if not finding.subject.startswith("/"):
            return replace(finding, evidence=evidence)
        return replace(finding, subject=word(finding.subject), evidence=evidence, exemption=_exemption(finding.exemption, word))

    return redact


def _exemption(exemption: Exemption | None, word: Callable[[str], str]) -> Exemption | None:
    """An exemption's subject is the path that it excuses, or a pattern of it."""
    return exemption and replace(exemption, subject=word(exemption.subject))


def _evidence(evidence: Evidence, word: Callable[[str], str]) -> Evidence:
    return {name: _value(name, value, word) for name, value in evidence.items()}


def _value(name: str, value: EvidenceValue, word: Callable[[str], str]) -> EvidenceValue:
    if isinstance(value, list):
        return [word(item) if name in _NAMES or item.startswith("/") else item for item in value]
    if isinstance(value, str) and value and (name in _NAMES or value.startswith("/")):
        return word(value)
    return value


def _masked(path: str, digest: str) -> str:
    pure = PurePosixPath(path)
    suffix = pure.suffix if pure.suffix[1:].isascii() and len(pure.suffix) <= 6 else ""
    top = f"/{pure.parts[1]}/…/" if path.startswith("/") and len(pure.parts) > 2 else ""
    return f"{top}#{digest}{suffix}"
