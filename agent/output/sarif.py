"""The result as SARIF 2.1.0 (OASIS), for tools that show findings beside files."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from agent import __version__
from agent.output.json import document
from agent.scan import Result
from policies.finding import Finding
from policies.report import CheckResult
from policies.vocabulary import Language, Severity, Verdict

_LEVELS = {Severity.CRITICAL: "error", Severity.MAJOR: "error", Severity.MINOR: "warning", Severity.NOTICE: "note"}


def render(result: Result, language: Language) -> str:
    """One run. What could not be assessed is told as tool notifications, so that silence never looks like compliance."""
    ids = [check.check for check in result.checks]
    run = {
        "tool": {
            "driver": {"name": "Shoumi", "version": __version__, "rules": [_rule(check, language) for check in result.checks]}
        },
        "results": [_result(finding, ids, language) for finding in result.findings],
        "invocations": [
            {
                "executionSuccessful": True,
                "startTimeUtc": result.started_at,
                "endTimeUtc": result.finished_at,
                "toolExecutionNotifications": [_notice(check, language) for check in result.checks if _blind(check)],
            }
        ],
    }
    sarif = {"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [run]}
    return document(sarif)


def _rule(check: CheckResult, language: Language) -> dict[str, Any]:
    return {"id": check.check, "shortDescription": {"text": check.title.say(language)}}


def _result(finding: Finding, ids: list[str], language: Language) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": ids.index(finding.check),
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message.say(language)},
        "locations": [_location(finding.subject)],
        "partialFingerprints": {"shoumi/v1": finding.fingerprint},
        "properties": {"severity": finding.severity, "clauses": finding.clauses, "evidence": finding.evidence},
    }
    if finding.exemption:
        fields["suppressions"] = [{"kind": "external", "justification": finding.exemption.reason}]
    return fields


def _location(subject: str) -> dict[str, Any]:
    if subject.startswith("/"):
        return {"physicalLocation": {"artifactLocation": {"uri": PurePosixPath(subject).as_uri()}}}
    return {"logicalLocations": [{"fullyQualifiedName": subject}]}


def _blind(check: CheckResult) -> bool:
    return check.verdict in (Verdict.NOT_ASSESSED, Verdict.ERROR) or check.not_assessed > 0


def _notice(check: CheckResult, language: Language) -> dict[str, Any]:
    reason = check.reason.say(language) if check.reason else check.verdict.text.say(language)
    return {"level": "warning", "message": {"text": reason}, "associatedRule": {"id": check.check}}
