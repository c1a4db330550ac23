"""Joins the outcomes of a check on many subjects into one, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from checks.catalog import BoundRule
from policies.finding import Outcome
from policies.report import CheckResult
from policies.vocabulary import Text, Verdict

_WORST_FIRST = (Verdict.VIOLATION, Verdict.ERROR, Verdict.NOT_ASSESSED, Verdict.COMPLIANT, Verdict.NOT_APPLICABLE)


class Tally:
    """Outcomes of one scan, by check. A check whose source was read and held no subject is compliant: nothing broke it."""

    def __init__(self, rules: Sequence[BoundRule]) -> None:
        self._rules = tuple(rules)
        self._verdicts: dict[str, Counter[Verdict]] = {rule.check.id: Counter() for rule in rules}
        self._reasons: dict[str, Counter[Text]] = {rule.check.id: Counter() for rule in rules}
        self._sums: dict[str, Counter[str]] = {rule.check.id: Counter() for rule in rules}

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Count the outcomes of one subject, or of a source that could not be read."""
        for outcome in outcomes:
            self._verdicts[outcome.check][outcome.verdict] += 1
            for name in ("subjects", "findings", "exempted", "not_assessed"):
                self._sums[outcome.check][name] += getattr(outcome, name)
            if outcome.reason is not None:
                self._reasons[outcome.check][outcome.reason] += max(1, outcome.not_assessed)

    def results(self) -> tuple[CheckResult, ...]:
        """One result a rule, in the policy's order."""
        return tuple(self._result(rule) for rule in self._rules)

    def _result(self, rule: BoundRule) -> CheckResult:
        check = rule.check
        verdicts, sums = self._verdicts[check.id], self._sums[check.id]
        return CheckResult(
            check=check.id,
            title=check.title,
            verdict=next((verdict for verdict in _WORST_FIRST if verdicts[verdict]), Verdict.COMPLIANT),
            reason=self._reason(check.id),
            subjects=sums["subjects"],
            findings=sums["findings"],
            exempted=sums["exempted"],
            not_assessed=sums["not_assessed"],
        )

    def _reason(self, check: str) -> Text | None:
        reasons, sums = self._reasons[check], self._sums[check]
        parts = [text if n == 1 and sums["subjects"] <= 1 else _times(text, n) for text, n in reasons.most_common(3)]
        if sums["exempted"]:
            parts.append(Text(f"{sums['exempted']} 项已批准豁免", f"{sums['exempted']} exempted by approval"))
        return Text("；".join(p.zh for p in parts), "; ".join(p.en for p in parts)) if parts else None


def _times(text: Text, n: int) -> Text:
    return Text(f"{text.zh}：{n} 项", f"{text.en}: {n}")
