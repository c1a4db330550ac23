"""The result as one JSON document, schema `shoumi.scan/1`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from agent.scan import Result
from policies.finding import Finding
from policies.report import CheckResult
from policies.vocabulary import Language

SCHEMA = "shoumi.scan/1"

# What msgspec leaves as it is: DEL and the C1 controls, invisible and bidirectional controls, separators of lines.
_CONTROLS = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def render(result: Result, language: Language) -> str:
    """The whole result; both languages are in it, whichever is asked for."""
    computer, policy = result.computer, result.policy
    plain = {
        "schema": SCHEMA,
        "started_at": result.started_at,
        "finished_at": result.finished_at,
        "computer": {
            "id": computer.id,
            "hostname": computer.hostname,
            "level": computer.level,
            "profile": computer.profile,
        },
        "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
        "checks": [check_fields(check) for check in result.checks],
        "findings": [finding_fields(finding) for finding in result.findings],
        "coverage": result.coverage.fields(),
        "unread": result.coverage.unread,
        "totals": {severity.value: count for severity, count in result.totals.items()},
    }
    return document(plain)


def document(plain: Mapping[str, Any]) -> str:
    """A JSON document to read."""
    return _visible(msgspec.json.format(msgspec.json.encode(plain), indent=2).decode()) + "\n"


def line(plain: Mapping[str, Any]) -> str:
    """A JSON document in one line."""
    return _visible(msgspec.json.encode(plain).decode()) + "\n"


def _visible(text: str) -> str:
    """JSON with every control character escaped: it may go to a terminal, and a file's name must neither drive it nor deceive."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def check_fields(check: CheckResult) -> dict[str, Any]:
    """A check's outcome as the contract names its keys."""
    return {
        "id": check.check,
        "title": check.title,
        "outcome": check.verdict,
        "reason": check.reason,
        "subjects": check.subjects,
        "findings": check.findings,
        "exempted": check.exempted,
        "not_assessed": check.not_assessed,
    }


def finding_fields(finding: Finding) -> dict[str, Any]:
    """A finding as the contract names its keys."""
    return {
        "fingerprint": finding.fingerprint,
        "check": finding.check,
        "kind": finding.kind,
        "severity": finding.severity,
        "subject": finding.subject,
        "message": finding.message,
        "clauses": finding.clauses,
        "evidence": finding.evidence,
        "observed_at": finding.observed_at,
        "exemption": finding.exemption,
    }
