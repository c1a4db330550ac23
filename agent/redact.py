"""Redacts findings before they leave the computer: a path or an archive member's name may itself be classified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from policies.finding import Evidence, Finding, fingerprint
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
        subject = word(finding.subject) if finding.subject.startswith("/") else finding.subject
        return replace(finding, subject=subject, evidence=_evidence(finding.evidence, word))

    return redact


def _evidence(evidence: Evidence, word: Callable[[str], str]) -> Evidence:
    return {name: _value(name, value, word) for name, value in evidence.items()}


def _value(
    name: str, value: str | int | bool | list[str] | None, word: Callable[[str], str]
) -> str | int | bool | list[str] | None:
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
