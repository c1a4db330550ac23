from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from collector.ingest import Ingest
from collector.ledgers import media
from collector.ledgers.csvfile import Line
from collector.quarter import parse
from collector.store import alarms
from collector.store.alarms import AlarmKind
from collector.store.store import Store
from collector.summary import Severities, Summary, Trend, summarise, titles
from policies.register import MediumState
from policies.report import CheckResult, Gap, Merged, Scan, Sighting
from policies.vocabulary import Level, Severity, Text, Verdict
from tests.collector.samples import EXEMPTION, NOON, Sender, ended, finding, incident, join, report

SHANGHAI = ZoneInfo("Asia/Shanghai")
Q3, Q4 = parse("2026Q3", SHANGHAI), parse("2026Q4", SHANGHAI)
START, END = Q4.start, Q4.end
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
BEFORE = START - 100 * DAY
BLIND = Text("重启", "restart")


@pytest.fixture
def sender(store: Store) -> Sender:
    return join(store, at=BEFORE)


def summary(store: Store, quarter: str = "2026Q4", now: datetime = NOON, department: str | None = None) -> Summary:
    with store.read() as connection:
        return summarise(connection, parse(quarter, SHANGHAI), now, silent_after=30, mark="内部", department=department)


def part(store: Store, name: str, **choice: Any) -> Any:
    """One part of a summary as plain values."""
    return msgspec.to_builtins(getattr(summary(store, **choice), name))


def rows(store: Store, name: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in part(store, name)]


def scan(finished_at: datetime, whole: bool = True, *checks: CheckResult) -> Scan:
    return Scan(started_at=finished_at - SECOND, finished_at=finished_at, whole=whole, checks=checks)


def result(check: str, verdict: Verdict, not_assessed: int = 0) -> CheckResult:
    return CheckResult(check=check, title=Text(f"检查 {check}", f"check {check}"), verdict=verdict, not_assessed=not_assessed)


def test_the_json_has_the_fixed_shape(store: Store, sender: Sender, ingest: Ingest) -> None:
    ingest.accept(sender.envelope(1, report([finding("a")], scans=(scan(NOON),))))
    assert msgspec.json.decode(msgspec.json.encode(summary(store))) == {
        "schema": "shoumi.summary/1",
        "quarter": "2026Q4",
        "from": "2026-10-01T00:00:00+08:00",
        "to": "2027-01-01T00:00:00+08:00",
        "generated_at": "2026-11-01T04:00:00Z",
        "mark": "内部",
        "computers": {"registered": 1, "inspected": 1, "not_inspected": 0, "silent": 0, "unregistered": 0},
        "findings": {"critical": 1, "major": 0, "minor": 0, "notice": 0},
        "cases": {"opened": 1, "closed": 0, "open": 1, "overdue": 0},
        "by_department": [{"department": "办公室", "computers": 1, "critical": 1, "major": 0, "minor": 0, "notice": 0}],
        "by_check": [{"check": "network.default-route", "findings": 1, "computers": 1}],
        "by_clause": [{"clause": "NET-01", "findings": 1}],
        "media": {"registered": 0, "sighted": 0, "not_sighted": 0, "unregistered_seen": 0},
        "coverage": {"not_assessed": 0, "gaps": 0},
        "trend": [
            {"quarter": "2026Q1", "findings": 0},
            {"quarter": "2026Q2", "findings": 0},
            {"quarter": "2026Q3", "findings": 0},
            {"quarter": "2026Q4", "findings": 1},
        ],
    }


@pytest.mark.parametrize(
    ("opened_at", "ended_at", "counted", "cases"),
    [
        (START - DAY, None, 1, (0, 0, 1)),
        (START - DAY, START - SECOND, 0, (0, 0, 0)),
        (START - DAY, START, 1, (0, 1, 0)),
        (START, START + DAY, 1, (1, 1, 0)),
        (END - SECOND, None, 1, (1, 0, 1)),
        (END - DAY, END, 1, (1, 0, 1)),
        (END, None, 0, (0, 0, 0)),
        (START - DAY, END + DAY, 1, (0, 0, 1)),
    ],
    ids=["before", "ended before", "ended at the start", "within", "the last second", "ended at the end", "after", "around"],
)
def test_a_state_counts_in_every_quarter_in_which_it_was_open(
    store: Store,
    sender: Sender,
    ingest: Ingest,
    opened_at: datetime,
    ended_at: datetime | None,
    counted: int,
    cases: tuple[int, int, int],
) -> None:
    ingest.accept(sender.envelope(1, report([finding("a", opened_at)])))
    if ended_at is not None:
        ingest.accept(sender.envelope(2, report(ended=(ended("a", ended_at),))))
    assert part(store, "findings")["critical"] == counted
    assert tuple(part(store, "cases").values()) == (*cases, 0)


@pytest.mark.parametrize(("at", "counted"), [(START - SECOND, (1, 0)), (START, (0, 1)), (END - SECOND, (0, 1)), (END, (0, 0))])
def test_an_incident_counts_in_its_own_quarter(
    store: Store, sender: Sender, ingest: Ingest, at: datetime, counted: tuple[int, int]
) -> None:
    ingest.accept(sender.envelope(1, report([incident("i", at)])))
    assert (part(store, "findings", quarter="2026Q3")["critical"], part(store, "findings")["critical"]) == counted


def test_an_incident_stays_open(store: Store, sender: Sender, ingest: Ingest) -> None:
    ingest.accept(sender.envelope(1, report([incident("i", START - DAY)])))
    assert part(store, "cases") == {"opened": 0, "closed": 0, "open": 1, "overdue": 0}


def test_a_finding_that_came_back_counts_once_and_is_open(store: Store, sender: Sender, ingest: Ingest) -> None:
    ingest.accept(sender.envelope(1, report([finding("a", START)])))
    ingest.accept(sender.envelope(2, report(ended=(ended("a", START + DAY),))))
    ingest.accept(sender.envelope(3, report([finding("a", START + 2 * DAY, severity=Severity.MINOR)])))
    assert summary(store).findings == Severities(0, 0, 1, 0)
    assert part(store, "cases") == {"opened": 1, "closed": 0, "open": 1, "overdue": 0}


def test_what_is_excused_does_not_count(store: Store, sender: Sender, ingest: Ingest) -> None:
    ingest.accept(sender.envelope(1, report([finding("a", exemption=EXEMPTION), incident("i", exemption=EXEMPTION)])))
    figures = summary(store)
    assert figures.findings == Severities(0, 0, 0, 0)
    assert (figures.by_check, figures.by_clause, figures.cases.open, figures.media.unregistered_seen) == ([], [], 0, 0)


def test_findings_are_counted_by_department_check_and_clause(store: Store, sender: Sender, ingest: Ingest) -> None:
    other = join(store, "乙机", "机要处", BEFORE)
    ingest.accept(sender.envelope(1, report([finding("a"), finding("b", clauses=("NET-01", "NET-02"))])))
    lock = finding("c", check="host.screen-lock", severity=Severity.MINOR, clauses=())
    ingest.accept(other.envelope(1, report([finding("a"), lock])))
    assert rows(store, "by_department") == [("办公室", 1, 2, 0, 0, 0), ("机要处", 1, 1, 0, 1, 0)]
    assert rows(store, "by_check") == [
        ("network.default-route", 3, 2),
        ("host.screen-lock", 1, 1),
    ]
    assert rows(store, "by_clause") == [("NET-01", 3), ("NET-02", 1)]


def test_one_department_is_counted_alone(store: Store, sender: Sender, ingest: Ingest) -> None:
    other = join(store, "乙机", "机要处", BEFORE)
    ingest.accept(sender.envelope(1, report([finding("a")], scans=(scan(NOON),))))
    ingest.accept(other.envelope(1, report([finding("b"), finding("c")], gaps=(gap(NOON, NOON),))))
    figures = summary(store, department="机要处")
    assert (figures.computers.registered, figures.computers.inspected, figures.findings.critical) == (1, 0, 2)
    assert ([row.department for row in figures.by_department], figures.cases.open) == (["机要处"], 2)
    assert (figures.trend[-1], figures.coverage.gaps) == (Trend("2026Q4", 2), 1)


def test_a_department_that_nobody_is_in_is_refused(store: Store, sender: Sender) -> None:
    with pytest.raises(ValueError, match="unknown department"):
        summary(store, department="没有")


@pytest.mark.parametrize(
    ("finished_at", "whole", "inspected"),
    [
        (START - SECOND, True, 0),
        (START, True, 1),
        (END - SECOND, True, 1),
        (END, True, 0),
        (NOON, False, 0),
    ],
)
def test_a_computer_is_inspected_by_a_whole_scan_of_the_quarter(
    store: Store, sender: Sender, ingest: Ingest, finished_at: datetime, whole: bool, inspected: int
) -> None:
    ingest.accept(sender.envelope(1, report(scans=(scan(finished_at, whole),))))
    computers = part(store, "computers")
    assert (computers["inspected"], computers["not_inspected"]) == (inspected, 1 - inspected)


@pytest.mark.parametrize(("age", "silent"), [(29, 0), (31, 1)])
def test_a_computer_is_silent_when_nothing_came_for_the_limit(
    store: Store, sender: Sender, ingest: Ingest, age: int, silent: int
) -> None:
    ingest.accept(sender.envelope(1, report()))
    assert part(store, "computers", now=NOON + age * DAY)["silent"] == silent


def test_a_computer_that_never_reported_is_silent_once_it_had_the_time(store: Store) -> None:
    join(store, at=NOON)
    assert part(store, "computers", now=NOON + 29 * DAY)["silent"] == 0
    assert part(store, "computers", now=NOON + 31 * DAY)["silent"] == 1


def test_a_past_quarter_is_judged_at_its_end(store: Store, sender: Sender, ingest: Ingest) -> None:
    ingest.accept(sender.envelope(1, report()))  # in November: the computer was silent in the third quarter
    assert part(store, "computers", quarter="2026Q3")["silent"] == 1
    assert part(store, "computers", quarter="2026Q4", now=END + 99 * DAY)["silent"] == 1


def test_a_computer_registered_later_is_not_of_the_quarter(store: Store) -> None:
    join(store, at=START)
    assert part(store, "computers", quarter="2026Q3")["registered"] == 0
    assert part(store, "computers")["registered"] == 1


def test_computers_that_are_not_registered_are_counted(store: Store, sender: Sender) -> None:
    with store.write() as connection:
        for computer, sequence in (("x", 1), ("x", 2), ("y", 1)):
            alarms.raise_alarm(connection, AlarmKind.UNKNOWN_COMPUTER, computer, sequence, NOON)
        alarms.raise_alarm(connection, AlarmKind.BAD_SIGNATURE, "z", 1, NOON)
    assert part(store, "computers")["unregistered"] == 2
    assert part(store, "computers", quarter="2026Q3")["unregistered"] == 0
    assert part(store, "computers", department="办公室")["unregistered"] == 0


def register(store: Store, sender: Sender, *media_: tuple[str, MediumState]) -> None:
    blank = {field.name: field.read("") for field in media.FIELDS if field.read and not field.required}
    lines = [
        Line(2, blank | {"number": number, "level": Level.MIMI, "serial": number, "state": state, "department": "办公室"})
        for number, state in media_
    ]
    with store.write() as connection:
        media.take(connection, lines, "file", sender.key, BEFORE)


@pytest.mark.parametrize(
    ("first_at", "last_at", "sighted"),
    [
        (START - DAY, START - SECOND, 0),
        (START - DAY, START, 1),
        (START + DAY, START + DAY, 1),
        (END - SECOND, END + DAY, 1),
        (END, END + DAY, 0),
    ],
)
def test_a_medium_is_sighted_when_it_was_plugged_in_during_the_quarter(
    store: Store, sender: Sender, ingest: Ingest, first_at: datetime, last_at: datetime, sighted: int
) -> None:
    register(store, sender, ("M-1", MediumState.IN_USE), ("M-2", MediumState.LOST))
    sightings = (Sighting(number="M-1", first_at=first_at, last_at=last_at), Sighting(number="M-9", first_at=NOON, last_at=NOON))
    ingest.accept(sender.envelope(1, report(sightings=sightings)))
    expected = {"registered": 2, "sighted": sighted, "not_sighted": 2 - sighted, "unregistered_seen": 0}
    assert part(store, "media") == expected


def test_a_destroyed_medium_need_not_be_sighted(store: Store, sender: Sender) -> None:
    states = [("M-1", MediumState.DESTROYED), ("M-2", MediumState.RETIRED), ("M-3", MediumState.LENT)]
    register(store, sender, *states)
    assert part(store, "media")["not_sighted"] == 1


def test_unregistered_media_are_told_by_their_findings(store: Store, sender: Sender, ingest: Ingest) -> None:
    ingest.accept(sender.envelope(1, report([incident("a"), incident("b"), finding("c")])))
    assert part(store, "media")["unregistered_seen"] == 2


def test_the_last_whole_scan_tells_what_was_not_assessed(store: Store, sender: Sender, ingest: Ingest) -> None:
    checks = [
        result("a", Verdict.NOT_ASSESSED),
        result("b", Verdict.ERROR),
        result("c", Verdict.COMPLIANT),
        result("d", Verdict.VIOLATION, not_assessed=3),
    ]
    older, newest = scan(NOON - DAY, True, *checks[:1]), scan(NOON, True, *checks)
    partial = scan(NOON + DAY, False, result("e", Verdict.ERROR))
    ingest.accept(sender.envelope(1, report(scans=(older, newest, partial))))
    assert part(store, "coverage") == {"not_assessed": 3, "gaps": 0}


def gap(began_at: datetime, ended_at: datetime) -> Gap:
    return Gap(source="media", began_at=began_at, ended_at=ended_at, reason=BLIND)


def test_gaps_and_joined_changes_of_the_quarter_are_counted(store: Store, sender: Sender, ingest: Ingest) -> None:
    inside = gap(START - DAY, START)
    outside = [gap(START - DAY, START - SECOND), gap(END, END + DAY)]
    joined = Merged(check="a", count=7, first_at=NOON, last_at=NOON)
    ingest.accept(
        sender.envelope(1, report(gaps=(inside, *outside), merged=(joined, replace(joined, first_at=END, last_at=END))))
    )
    assert part(store, "coverage")["gaps"] == 2


def test_titles_are_as_last_told(store: Store, sender: Sender, ingest: Ingest) -> None:
    old, new = result("a.b", Verdict.COMPLIANT), replace(result("a.b", Verdict.COMPLIANT), title=Text("新", "new"))
    ingest.accept(sender.envelope(1, report(scans=(scan(NOON, True, old),))))
    ingest.accept(sender.envelope(2, report(scans=(scan(NOON, True, new),))))
    with store.read() as connection:
        assert titles(connection) == {"a.b": Text("新", "new")}


def test_the_generation_time_is_utc(store: Store) -> None:
    assert summary(store, now=NOON.astimezone(SHANGHAI)).generated_at.tzinfo is UTC
