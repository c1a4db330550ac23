"""The quarter's figures for the inspection, computed from what is stored.

- *registered*: on the ledger before the quarter's end. *inspected*: a whole scan that finished within the quarter has arrived.
- *silent*: nothing has arrived for `silent_after` days before now or the quarter's end, whichever is earlier.
- *unregistered*: computers that sent reports and are not on the ledger; they belong to no department.
- *findings*: distinct findings of the quarter that no exemption excuses: states that were open at any time in it, incidents
  observed in it. One that ended and came back counts once.
- *cases* are told from the findings: *opened* were first seen in the quarter, *closed* ended in it and were not open at its end,
  *open* were open at its end (an incident stays open). No deadline is kept, so nothing can be *overdue*: 0.
- *media*: *registered* are neither retired nor destroyed; *sighted* were plugged into a computer during the quarter;
  *unregistered_seen* are the quarter's findings of `media.unregistered`.
- *coverage*: *not_assessed* are checks that a computer's last whole scan of the quarter could not make, or not wholly; *gaps* are
  times in which a source was blind or of which only joined changes were kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Connection, select

from collector.quarter import Quarter
from collector.store import quarterly
from collector.store.quarterly import Span
from collector.store.tables import check_title
from policies.vocabulary import Severity, Text

SCHEMA = "shoumi.summary/1"
TREND = 4
"""Quarters in the trend, the asked one last."""


class Computers(msgspec.Struct, frozen=True):
    """How many computers were looked at."""

    registered: int
    inspected: int
    not_inspected: int
    silent: int
    unregistered: int


class Severities(msgspec.Struct, frozen=True):
    """How many findings of each severity."""

    critical: int
    major: int
    minor: int
    notice: int


class Cases(msgspec.Struct, frozen=True):
    """What became of the findings."""

    opened: int
    closed: int
    open: int
    overdue: int


class Department(msgspec.Struct, frozen=True):
    """One department's computers and findings."""

    department: str
    computers: int
    critical: int
    major: int
    minor: int
    notice: int


class ByCheck(msgspec.Struct, frozen=True):
    """One check's findings."""

    check: str
    findings: int
    computers: int


class ByClause(msgspec.Struct, frozen=True):
    """The findings that touch one clause; one finding may touch several."""

    clause: str
    findings: int


class Media(msgspec.Struct, frozen=True):
    """The register against what was plugged in."""

    registered: int
    sighted: int
    not_sighted: int
    unregistered_seen: int


class Coverage(msgspec.Struct, frozen=True):
    """What was not seen."""

    not_assessed: int
    gaps: int


class Trend(msgspec.Struct, frozen=True):
    """The findings of one quarter."""

    quarter: str
    findings: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A quarter's figures; its JSON is what `collector summary` prints."""

    schema: str = SCHEMA
    quarter: str
    start: datetime = msgspec.field(name="from")
    to: datetime
    generated_at: datetime
    mark: str
    computers: Computers
    findings: Severities
    cases: Cases
    by_department: list[Department]
    by_check: list[ByCheck]
    by_clause: list[ByClause]
    media: Media
    coverage: Coverage
    trend: list[Trend]


def summarise(
    connection: Connection, quarter: Quarter, now: datetime, *, silent_after: int, mark: str, department: str | None = None
) -> Summary:
    """The figures of a quarter, of one department or of all. Raises ValueError for a department that nobody is in."""
    if department is not None and department not in quarterly.departments(connection):
        raise ValueError(f"unknown department: {department[:100]!r}")
    span = Span(quarter.start, quarter.end, department)
    by_severity, by_department, by_clause = _counted(connection, span)
    return Summary(
        quarter=str(quarter),
        start=quarter.start,
        to=quarter.end,
        generated_at=now.astimezone(UTC),
        mark=mark,
        computers=_computers(connection, span, min(now, quarter.end), silent_after),
        findings=_severities(by_severity),
        cases=Cases(*quarterly.lives(connection, span), overdue=0),
        by_department=_departments(connection, span, by_department),
        by_check=[ByCheck(*row) for row in quarterly.findings_by_check(connection, span)],
        by_clause=[ByClause(*item) for item in sorted(by_clause.items(), key=lambda item: (-item[1], item[0]))],
        media=_media(connection, span),
        coverage=Coverage(quarterly.not_assessed(connection, span), quarterly.gaps(connection, span)),
        trend=_trend(connection, quarter, department),
    )


def titles(connection: Connection) -> dict[str, Text]:
    """The checks' titles as the agents last told them."""
    return {row.check_id: Text(row.zh, row.en) for row in connection.execute(select(check_title))}


def _counted(connection: Connection, span: Span) -> tuple[Counter[str], Counter[tuple[str, str]], Counter[str]]:
    """Findings by severity, by department and severity, by clause."""
    by_severity: Counter[str] = Counter()
    by_department: Counter[tuple[str, str]] = Counter()
    by_clause: Counter[str] = Counter()
    for department, severity, clauses, number in quarterly.findings_grouped(connection, span):
        by_severity[severity] += number
        by_department[department, severity] += number
        for clause in filter(None, clauses.split(",")):
            by_clause[clause] += number
    return by_severity, by_department, by_clause


def _severities(counts: Mapping[str, int]) -> Severities:
    return Severities(*(counts[severity.value] for severity in Severity))


def _computers(connection: Connection, span: Span, until: datetime, silent_after: int) -> Computers:
    registered = sum(quarterly.registered_by_department(connection, span).values())
    inspected = quarterly.inspected(connection, span)
    silent = quarterly.silent(connection, span, until - timedelta(days=silent_after), until)
    return Computers(registered, inspected, registered - inspected, silent, quarterly.strangers(connection, span))


def _departments(connection: Connection, span: Span, counts: Mapping[tuple[str, str], int]) -> list[Department]:
    """Every department that has computers, the gravest findings first."""
    computers = quarterly.registered_by_department(connection, span)
    names = sorted(computers.keys() | {name for name, _ in counts})
    rows = [Department(name, computers.get(name, 0), *(counts[name, severity.value] for severity in Severity)) for name in names]
    return sorted(rows, key=lambda row: (-row.critical, -row.major, -row.minor, -row.notice))


def _media(connection: Connection, span: Span) -> Media:
    registered, sighted = quarterly.media(connection, span)
    unregistered = quarterly.count_findings(connection, span, "media.unregistered")
    return Media(registered, sighted, registered - sighted, unregistered)


def _trend(connection: Connection, quarter: Quarter, department: str | None) -> list[Trend]:
    quarters = [quarter]
    while len(quarters) < TREND:
        quarters.insert(0, quarters[0].previous)
    return [Trend(str(q), quarterly.count_findings(connection, Span(q.start, q.end, department))) for q in quarters]
