"""Judging: a subject and the policy's checks give findings and outcomes. Here alone a check's crash becomes an outcome."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from checks.base import Violation
from checks.catalog import BoundRule
from checks.subjects import Subject
from policies.computer import Computer
from policies.finding import EvidenceValue, Exemption, Finding, Outcome, fingerprint
from policies.vocabulary import Text, Verdict

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the checks said of one subject. `scopes`: those fully judged, so that a state finding absent from them has ended."""

    scopes: frozenset[str]
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]


class Engine:
    """The policy's checks, ready to judge. `key` makes fingerprints this computer's own."""

    def __init__(self, rules: Sequence[BoundRule], computer: Computer, key: bytes) -> None:
        self.rules = tuple(rules)
        self.computer = computer
        self._key = key

    def judge(self, subject: Subject, now: datetime, checks: Collection[str] | None = None) -> Judgement:
        """Judge a subject by every check that speaks of its kind, or by those named."""
        scopes: set[str] = set()
        findings: list[Finding] = []
        outcomes: list[Outcome] = []
        for rule in self.rules:
            if not isinstance(subject, rule.check.subject) or (checks is not None and rule.check.id not in checks):
                continue
            found, outcome = self._examine(rule, subject, now)
            findings += found
            outcomes.append(outcome)
            if not outcome.not_assessed:
                scopes.add(self.scope(rule.check.id, subject.key))
        return Judgement(frozenset(scopes), tuple(findings), tuple(outcomes))

    def met(self, subject: Subject, judgement: Judgement) -> set[str]:
        """The scopes of a subject that is there, also of checks that could not be judged: what is open in those stays open."""
        unjudged = (o.check for o in judgement.outcomes if o.verdict is Verdict.ERROR or o.not_assessed)
        return {*judgement.scopes, *(self.scope(check, subject.key) for check in unjudged)}

    def scope(self, check: str, subject_key: str) -> str:
        """The keyed name of "this check about this subject"."""
        return fingerprint(self._key, "scope", check, subject_key)

    def _examine(self, rule: BoundRule, subject: Subject, now: datetime) -> tuple[list[Finding], Outcome]:
        check = rule.check
        try:
            if not check.applies(subject, self.computer):
                return [], Outcome(check=check.id, verdict=Verdict.NOT_APPLICABLE, subjects=subject.alike)
            unseen = _unseen(check.needs, subject) or check.unassessable(subject, self.computer)
            findings = [self._finding(rule, subject, broken, now) for broken in check.examine(subject, self.computer)]
        except Exception as error:  # noqa: BLE001  a check's crash is a result, never a silence
            # The message of an unknown exception may hold facts about a classified file: only its type is told.
            log.error("check %s failed: %s", check.id, type(error).__name__)
            reason = Text(f"检查程序出错（{type(error).__name__}）", f"the check failed ({type(error).__name__})")
            return [], Outcome(
                check=check.id, verdict=Verdict.ERROR, reason=reason, subjects=subject.alike, not_assessed=subject.alike
            )
        return findings, _outcome(check.id, findings, unseen, subject.alike)

    def _finding(self, rule: BoundRule, subject: Subject, broken: Violation, now: datetime) -> Finding:
        check = rule.check
        return Finding(
            fingerprint=fingerprint(self._key, check.id, subject.key, broken.identity or broken.about),
            check=check.id,
            kind=broken.kind or check.kind,
            severity=rule.severity or broken.severity or check.severity,
            subject=_encodable(broken.about),
            message=Text(_encodable(broken.message.zh), _encodable(broken.message.en)),
            clauses=check.clauses,
            observed_at=subject.observed_at,
            scope=self.scope(check.id, subject.key),
            evidence={name: _encodable_value(value) for name, value in broken.evidence.items()},
            exemption=_exemption(rule.exemptions, broken, now),
        )


def unavailable(rules: Iterable[BoundRule], kind: type[Subject], reason: Text) -> list[Outcome]:
    """The outcomes where a source could not be read at all."""
    hit = [rule.check.id for rule in rules if rule.check.subject is kind]
    return [Outcome(check=check, verdict=Verdict.NOT_ASSESSED, reason=reason, not_assessed=1) for check in hit]


def _unseen(needs: Sequence[str], subject: Subject) -> Text | None:
    return next((subject.missing[aspect] for aspect in needs if aspect in subject.missing), None)


def _outcome(check: str, findings: Sequence[Finding], unseen: Text | None, alike: int) -> Outcome:
    counted = [f for f in findings if f.exemption is None]
    verdict = Verdict.VIOLATION if counted else Verdict.NOT_ASSESSED if unseen else Verdict.COMPLIANT
    return Outcome(
        check=check,
        verdict=verdict,
        reason=unseen,
        subjects=alike,
        findings=len(findings),
        exempted=len(findings) - len(counted),
        not_assessed=alike if unseen else 0,
    )


def _exemption(exemptions: Iterable[Exemption], broken: Violation, now: datetime) -> Exemption | None:
    """The exemption that excuses a violation: it names the subject, or the network interface that the evidence names."""
    today = now.astimezone().date()
    names = [name for name in (broken.about, broken.evidence.get("link")) if isinstance(name, str)]
    return next((e for e in exemptions if e.until >= today and any(_matches(name, e.subject) for name in names)), None)


def _matches(name: str, pattern: str) -> bool:
    """Only * and ? are special: a device's subject has its serial number in brackets."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))


def _encodable(text: str) -> str:
    """A text that JSON can carry: the bytes of a file's name that are not UTF-8 are written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _encodable_value(value: EvidenceValue) -> EvidenceValue:
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    return _encodable(value) if isinstance(value, str) else value
