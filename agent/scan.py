"""One run of the policy's checks over this computer, or over recorded facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Protocol

from agent.coverage import Coverage
from agent.engine import Engine, Judgement, unavailable
from agent.facts import SUBJECTS
from agent.sources.base import Source, SourceUnavailable
from agent.tally import Tally
from checks.catalog import BoundRule
from checks.subjects import Subject
from policies.computer import Computer
from policies.finding import Finding
from policies.policy import Policy
from policies.report import CheckResult
from policies.vocabulary import Severity, Verdict

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that a scan found."""

    started_at: datetime
    finished_at: datetime
    computer: Computer
    policy: Policy
    checks: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    coverage: Coverage

    @property
    def totals(self) -> Mapping[Severity, int]:
        """Findings that no exemption excuses, by severity."""
        counted = [finding.severity for finding in self.findings if finding.exemption is None]
        return {severity: counted.count(severity) for severity in Severity}

    def exit_code(self, fail_on: Severity | None) -> int:
        """1 a violation at or above `fail_on` (None: never); else 3 where something was not assessed; else 0."""
        if fail_on and any(n and severity >= fail_on for severity, n in self.totals.items()):
            return 1
        blind = any(c.verdict in (Verdict.NOT_ASSESSED, Verdict.ERROR) or c.not_assessed for c in self.checks)
        return 3 if blind else 0


def select(rules: Sequence[BoundRule], only: Sequence[str]) -> tuple[BoundRule, ...]:
    """The rules whose check's id matches one of the patterns; all of them where there is no pattern."""
    return tuple(rule for rule in rules if not only or any(fnmatchcase(rule.check.id, pattern) for pattern in only))


class Listener(Protocol):
    """Hears of a scan as it goes."""

    def begin(self, source: str) -> None:
        """A source is about to be enumerated."""

    def take(self, source: str, subject: Subject, judgement: Judgement) -> None:
        """A subject was judged."""

    def end(self, source: str) -> None:
        """The source was enumerated to its end."""


def run(
    engine: Engine,
    policy: Policy,
    sources: Mapping[str, Source],
    coverage: Coverage,
    clock: Clock,
    listeners: Sequence[Listener] = (),
) -> Result:
    """Judge everything that the sources give by every rule of the engine. Sources that no rule needs are left alone."""
    started = clock()
    tally = Tally(engine.rules)
    findings: list[Finding] = []
    for name in needed(engine.rules):
        for listener in listeners:
            listener.begin(name)
        try:
            for subject in sources[name].present():
                judgement = engine.judge(subject, clock())
                tally.add(judgement.outcomes)
                findings += judgement.findings
                for listener in listeners:
                    listener.take(name, subject, judgement)
        except SourceUnavailable as error:
            tally.add(unavailable(engine.rules, SUBJECTS[name], error.reason))
            continue
        for listener in listeners:
            listener.end(name)
    return Result(
        started_at=started,
        finished_at=clock(),
        computer=engine.computer,
        policy=policy,
        checks=tally.results(),
        findings=tuple(sorted(findings, key=_order)),
        coverage=coverage,
    )


def needed(rules: Iterable[BoundRule]) -> list[str]:
    """The names of the sources that the rules' subjects come from."""
    kinds = {rule.check.subject for rule in rules}
    return [name for name, kind in SUBJECTS.items() if kind in kinds]


def _order(finding: Finding) -> tuple[int, str, str]:
    return (-finding.severity.rank, finding.check, finding.subject)
