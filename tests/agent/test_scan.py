"""A scan: every rule is answered, what could not be seen is told, and the exit code says which it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import pytest

from agent.coverage import Coverage
from agent.engine import Engine, Judgement
from agent.facts import Facts, RecordedSource
from agent.scan import Clock, Listener, Result, needed, run, select
from agent.sources.base import Source, SourceUnavailable
from checks.catalog import BoundRule
from checks.subjects import Network, Subject, Volume
from policies.finding import Finding
from policies.report import CheckResult
from policies.vocabulary import Severity, Text, Unread, Verdict
from tests.agent.judging import (
    COMPUTER,
    KEY,
    NOW,
    Broken,
    Idle,
    Marked,
    Serial,
    checked,
    device,
    document,
    exemption,
    finding,
    policy,
    result,
    rule,
)

C, M, N = Severity.CRITICAL, Severity.MAJOR, Severity.NOTICE
ALL: list[BoundRule] = [rule(Serial()), rule(Marked()), rule(Idle())]


def ticking() -> Clock:
    """A clock that moves by a second at every look."""
    seconds = iter(range(1000))
    return lambda: NOW + timedelta(seconds=next(seconds))


def sources(**subjects: tuple[Subject, ...]) -> dict[str, Source]:
    facts = Facts(recorded_at=NOW, hostname="h", agent="1", facts=subjects)
    return {name: RecordedSource(name, facts) for name in ("network", "hardware", "media", "documents")}


def scan(given: dict[str, Source], *rules: BoundRule, listeners: Sequence[Listener] = ()) -> Result:
    return run(Engine(rules or ALL, COMPUTER, KEY), policy(), given, Coverage(), ticking(), listeners)


# --- exit codes -------------------------------------------------------------------------------------------------------------

BLIND = checked("test.marked", Verdict.NOT_ASSESSED, not_assessed=1)
CRASHED = checked("test.marked", Verdict.ERROR)
PARTLY = checked("test.marked", Verdict.COMPLIANT, not_assessed=2)
FINE = checked("test.marked", Verdict.COMPLIANT)
EXCUSED = finding(severity=C, exemption=exemption("eth0"))


@pytest.mark.parametrize(
    ("findings", "check", "fail_on", "code"),
    [
        ([], FINE, N, 0),
        ([], FINE, None, 0),
        ([], checked("a", Verdict.NOT_APPLICABLE), N, 0),
        ([finding(severity=C)], FINE, C, 1),
        ([finding(severity=C)], FINE, N, 1),
        ([finding(severity=M)], FINE, C, 0),
        ([finding(severity=N)], FINE, N, 1),
        ([finding(severity=N), finding(severity=C)], FINE, C, 1),
        ([finding(severity=C)], FINE, None, 0),
        ([finding(severity=C)], BLIND, C, 1),
        ([], BLIND, N, 3),
        ([], CRASHED, N, 3),
        ([], PARTLY, N, 3),
        ([], BLIND, None, 3),
        ([EXCUSED], FINE, N, 0),
        ([EXCUSED], BLIND, N, 3),
        ([EXCUSED, finding(severity=M)], FINE, M, 1),
    ],
)
def test_the_exit_code(findings: list[Finding], check: CheckResult, fail_on: Severity | None, code: int) -> None:
    assert result(*findings, checks=(check,)).exit_code(fail_on) == code


def test_what_is_excused_is_not_in_the_totals() -> None:
    totals = result(finding(severity=C), EXCUSED, finding(severity=N)).totals
    assert dict(totals) == {C: 1, M: 0, Severity.MINOR: 0, N: 1}


# --- which rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("only", "ids"),
    [
        ((), ["test.serial", "test.marked", "test.idle"]),
        (("test.serial",), ["test.serial"]),
        (("test.*",), ["test.serial", "test.marked", "test.idle"]),
        (("*.idle", "test.serial"), ["test.serial", "test.idle"]),
        (("*.m?rked",), ["test.marked"]),
        (("serial",), []),
        (("TEST.SERIAL",), []),
        (("",), []),
    ],
)
def test_only_takes_the_checks_that_match(only: tuple[str, ...], ids: list[str]) -> None:
    assert [chosen.check.id for chosen in select(ALL, only)] == ids


def test_only_the_sources_of_the_rules_are_read() -> None:
    assert needed(ALL) == ["network", "media", "documents"]
    assert needed(select(ALL, ("test.marked",))) == ["documents"]
    assert needed([]) == []


# --- running ----------------------------------------------------------------------------------------------------------------


def test_a_scan_answers_every_rule_in_the_policy_s_order() -> None:
    done = scan(sources(network=(Network(observed_at=NOW),), media=(device(),), documents=(document(),)))
    assert [(check.check, check.verdict) for check in done.checks] == [
        ("test.serial", Verdict.VIOLATION),
        ("test.marked", Verdict.VIOLATION),
        ("test.idle", Verdict.COMPLIANT),
    ]
    assert len(done.findings) == 2
    assert NOW <= done.started_at < done.finished_at


def test_a_check_that_did_not_run_is_not_listed() -> None:
    done = scan(sources(media=(device(),)), *select(ALL, ("test.serial",)))
    assert [check.check for check in done.checks] == ["test.serial"]
    assert {found.check for found in done.findings} == {"test.serial"}


def test_a_source_without_subjects_breaks_no_demand() -> None:
    done = scan(sources(media=()), rule(Serial()))
    assert [(check.verdict, check.subjects) for check in done.checks] == [(Verdict.COMPLIANT, 0)]


def test_a_source_that_cannot_be_read_leaves_its_checks_not_assessed() -> None:
    done = scan(sources(media=(device(serial="7"),), network=(Network(observed_at=NOW),)))
    assert [check.verdict for check in done.checks] == [Verdict.COMPLIANT, Verdict.NOT_ASSESSED, Verdict.COMPLIANT]
    assert done.checks[1].reason == Text("事实文件中没有这类事实", "the facts file holds no such facts")
    assert done.exit_code(N) == 3


class Failing(RecordedSource):
    """Gives some of its subjects and cannot go on."""

    def present(self) -> Iterable[Subject]:
        def some() -> Iterator[Subject]:
            yield device()
            raise SourceUnavailable(Text("设备已拔出", "unplugged"))

        return some()


class Hearing:
    """Writes down what it hears of a scan."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def begin(self, source: str) -> None:
        self.heard.append(f"begin {source}")

    def take(self, source: str, subject: Subject, judgement: Judgement) -> None:
        self.heard.append(f"{source} {subject.key} {len(judgement.findings)}")

    def end(self, source: str) -> None:
        self.heard.append(f"end {source}")


def test_a_listener_hears_of_everything_and_of_the_end_only_where_there_was_one() -> None:
    given = {
        **sources(documents=(document("/a"),)),
        "media": Failing("media", Facts(recorded_at=NOW, hostname="h", agent="1", facts={})),
    }
    hearing = Hearing()
    scan(given, rule(Serial()), rule(Marked()), listeners=[hearing])
    assert hearing.heard == ["begin media", f"media {device().key} 1", "begin documents", "documents /a 1", "end documents"]


def test_what_was_found_before_a_source_failed_is_kept() -> None:
    given = {**sources(), "media": Failing("media", Facts(recorded_at=NOW, hostname="h", agent="1", facts={}))}
    done = scan(given, rule(Serial()))
    assert [(check.verdict, check.findings, check.not_assessed) for check in done.checks] == [(Verdict.VIOLATION, 1, 1)]


def test_a_document_that_was_not_read_is_not_compliant() -> None:
    done = scan(sources(documents=(document(read="none", reason=Unread.ENCRYPTED), document("/b"))), rule(Marked()))
    assert (done.checks[0].verdict, done.checks[0].not_assessed) == (Verdict.VIOLATION, 1)


def test_a_check_that_crashes_on_one_document_is_told_beside_what_another_found() -> None:
    done = scan(sources(documents=(document(),)), rule(Broken()), rule(Marked()))
    assert [(check.verdict, check.not_assessed) for check in done.checks] == [(Verdict.ERROR, 1), (Verdict.VIOLATION, 0)]


def test_findings_stand_worst_first() -> None:
    storage = device(session="s2", path="/sys/2", product="Stick", volumes=(Volume(node="/dev/sdb"),))
    done = scan(sources(media=(device(), storage), documents=(document("/b"), document("/a"))), rule(Serial()), rule(Marked()))
    assert [(found.severity.value, found.subject) for found in done.findings] == [
        ("critical", "Stick"),
        ("major", "/a"),
        ("major", "/b"),
        ("minor", "Disk"),
    ]
