"""Joining outcomes: the worst verdict counts, every subject is counted, and reasons are told with their number."""

from __future__ import annotations

from typing import Any

import pytest

from agent.tally import Tally
from policies.finding import Outcome
from policies.report import CheckResult
from policies.vocabulary import Text, Verdict
from tests.agent.judging import Idle, Marked, Serial, rule

RULES = (rule(Serial()), rule(Marked()))
ENCRYPTED = Text("已加密", "encrypted")
V = Verdict


def outcome(verdict: Verdict, **values: Any) -> Outcome:
    return Outcome(check="test.serial", verdict=verdict, **{"subjects": 1, **values})


def joined(*outcomes: Outcome) -> CheckResult:
    tally = Tally(RULES)
    tally.add(outcomes)
    return tally.results()[0]


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ([], V.COMPLIANT),
        ([V.COMPLIANT], V.COMPLIANT),
        ([V.NOT_APPLICABLE], V.NOT_APPLICABLE),
        ([V.NOT_APPLICABLE, V.COMPLIANT], V.COMPLIANT),
        ([V.COMPLIANT, V.NOT_ASSESSED], V.NOT_ASSESSED),
        ([V.NOT_APPLICABLE, V.NOT_ASSESSED], V.NOT_ASSESSED),
        ([V.NOT_ASSESSED, V.ERROR, V.COMPLIANT], V.ERROR),
        ([V.COMPLIANT, V.VIOLATION, V.ERROR, V.NOT_ASSESSED], V.VIOLATION),
    ],
)
def test_the_worst_verdict_counts(verdicts: list[Verdict], whole: Verdict) -> None:
    assert joined(*map(outcome, verdicts)).verdict is whole


def test_every_number_is_summed() -> None:
    one = outcome(V.VIOLATION, findings=3, exempted=1)
    whole = joined(one, one, outcome(V.NOT_ASSESSED, not_assessed=1), outcome(V.NOT_ASSESSED, subjects=0, not_assessed=1))
    assert (whole.subjects, whole.findings, whole.exempted, whole.not_assessed) == (3, 6, 2, 2)


def test_a_result_for_each_rule_in_the_policy_s_order() -> None:
    results = Tally((rule(Marked()), rule(Idle()), rule(Serial()))).results()
    assert [result.check for result in results] == ["test.marked", "test.idle", "test.serial"]
    assert results[0].title == Marked.title
    assert all(result.reason is None for result in results)


def test_the_only_subject_s_reason_is_told_as_it_is() -> None:
    assert joined(outcome(V.NOT_ASSESSED, reason=ENCRYPTED)).reason == ENCRYPTED


def test_reasons_of_many_subjects_are_counted() -> None:
    outcomes = [outcome(V.NOT_ASSESSED, reason=ENCRYPTED)] * 2 + [outcome(V.ERROR, reason=Text("出错", "failed"))]
    assert joined(*outcomes, outcome(V.COMPLIANT)).reason == Text("已加密：2 项；出错：1 项", "encrypted: 2; failed: 1")


def test_no_more_than_three_reasons_are_told_and_the_most_frequent_first() -> None:
    outcomes = [outcome(V.NOT_ASSESSED, reason=Text(f"第{n}", f"no{n}")) for n in range(1, 6) for _ in range(n)]
    reason = joined(*outcomes).reason
    assert reason is not None
    assert reason.en == "no5: 5; no4: 4; no3: 3"


def test_what_is_exempted_is_told() -> None:
    whole = joined(outcome(V.COMPLIANT, findings=2, exempted=2))
    assert whole.reason == Text("2 项已批准豁免", "2 exempted by approval")
    assert whole.verdict is V.COMPLIANT


def test_an_outcome_of_a_check_that_does_not_run_is_an_error() -> None:
    with pytest.raises(KeyError):
        Tally(RULES).add([Outcome(check="test.idle", verdict=V.COMPLIANT)])
