"""Questions about a time, answered by the database. A *finding* is one fingerprint of one computer; exempted ones do not count.

A state is a finding of every time during which it was open; an incident of the time in which it was observed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, case, distinct, func, or_, select, true

from collector.store.alarms import AlarmKind
from collector.store.tables import alarm, computer, envelope, finding, gap, medium, merged, scan, scan_check, sighting
from policies.register import MediumState
from policies.vocabulary import Kind, Verdict

_GONE = [MediumState.RETIRED.value, MediumState.DESTROYED.value]
_UNSEEN = [Verdict.NOT_ASSESSED.value, Verdict.ERROR.value]
_IS_STATE = finding.c.kind == Kind.STATE.value


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until before `end`, in one department or, None, in all."""

    start: datetime
    end: datetime
    department: str | None = None

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Whether a moment lies in it."""
        return and_(column >= self.start, column < self.end)

    def is_here(self, column: Any) -> ColumnElement[bool]:
        """Whether a department's name is the wanted one."""
        return true() if self.department is None else column == self.department


def departments(connection: Connection) -> list[str]:
    """Every department that has a computer or a medium."""
    names = select(computer.c.department).union(select(medium.c.department))
    return sorted(name for name in connection.execute(names).scalars() if name)


def registered_by_department(connection: Connection, span: Span) -> dict[str, int]:
    """How many computers each department had at the end."""
    query = select(computer.c.department, func.count()).where(_registered(span)).group_by(computer.c.department)
    return dict(connection.execute(query).all())


def inspected(connection: Connection, span: Span) -> int:
    """Computers of which a whole scan that finished in this time has arrived."""
    done = select(scan.c.computer).where(scan.c.whole, span.holds(scan.c.finished_at))
    return _count(connection, select(computer.c.id).where(_registered(span), computer.c.id.in_(done)))


def silent(connection: Connection, span: Span, since: datetime, until: datetime) -> int:
    """Computers registered before `since` of which nothing arrived from then until `until`."""
    heard = select(envelope.c.computer).where(envelope.c.received_at >= since, envelope.c.received_at <= until)
    is_old = computer.c.registered_at < since
    return _count(connection, select(computer.c.id).where(_registered(span), is_old, computer.c.id.not_in(heard)))


def strangers(connection: Connection, span: Span) -> int:
    """Computers that knocked and are not registered. They belong to no department."""
    if span.department is not None:
        return 0
    knocked = (alarm.c.kind == AlarmKind.UNKNOWN_COMPUTER.value, alarm.c.last_at >= span.start, alarm.c.first_at < span.end)
    return _count(connection, select(alarm.c.computer).where(*knocked).distinct())


def findings_grouped(connection: Connection, span: Span) -> Sequence[tuple[str, str, str, int]]:
    """How many findings of each department, severity and set of clauses."""
    found = _findings(span)
    columns = (found.c.department, found.c.severity, found.c.clauses)
    return connection.execute(select(*columns, func.count()).group_by(*columns)).all()


def findings_by_check(connection: Connection, span: Span) -> Sequence[tuple[str, int, int]]:
    """How many findings of each check on how many computers, most first."""
    found = _findings(span)
    number = func.count()
    query = select(found.c.check_id, number, func.count(distinct(found.c.computer)))
    return connection.execute(query.group_by(found.c.check_id).order_by(number.desc(), found.c.check_id)).all()


def count_findings(connection: Connection, span: Span, check: str | None = None) -> int:
    """How many findings, of all checks or of one."""
    found = _findings(span)
    return _count(connection, select(found.c.id).where(true() if check is None else found.c.check_id == check))


def lives(connection: Connection, span: Span) -> tuple[int, int, int]:
    """Of all findings up to the end: first seen in this time; ended in it for good; open at its end."""
    open_at_end = case((is_open_at(span.end), 1), else_=0)
    ended_here = case((span.holds(finding.c.ended_at), 1), else_=0)
    life = (
        select(
            func.min(finding.c.opened_at).label("first"),
            func.max(open_at_end).label("is_open"),
            func.max(ended_here).label("has_ended"),
        )
        .join(computer, computer.c.id == finding.c.computer)
        .where(~finding.c.exempted, finding.c.opened_at < span.end, span.is_here(computer.c.department))
        .group_by(finding.c.computer, finding.c.fingerprint)
        .subquery()
    )
    opened = _count(connection, select(life.c.first).where(life.c.first >= span.start))
    closed = _count(connection, select(life.c.first).where(life.c.has_ended == 1, life.c.is_open == 0))
    return opened, closed, _count(connection, select(life.c.first).where(life.c.is_open == 1))


def is_open_at(moment: datetime) -> ColumnElement[bool]:
    """Whether a finding had begun and not ended. An incident does not end."""
    return and_(finding.c.opened_at < moment, or_(finding.c.ended_at.is_(None), finding.c.ended_at >= moment))


def media(connection: Connection, span: Span) -> tuple[int, int]:
    """Media on the register at the end that are neither retired nor destroyed; how many of them were seen on a computer."""
    kept = (medium.c.state.not_in(_GONE), medium.c.registered_at < span.end, span.is_here(medium.c.department))
    seen = select(sighting.c.number).where(sighting.c.last_at >= span.start, sighting.c.first_at < span.end)
    query = select(medium.c.number).where(*kept)
    return _count(connection, query), _count(connection, query.where(medium.c.number.in_(seen)))


def not_assessed(connection: Connection, span: Span) -> int:
    """Checks that each computer's last whole scan in this time could not, or not wholly, make."""
    rank = func.row_number().over(partition_by=scan.c.computer, order_by=(scan.c.finished_at.desc(), scan.c.id.desc()))
    scans = select(scan.c.id, scan.c.computer, rank.label("rank")).where(scan.c.whole, span.holds(scan.c.finished_at)).subquery()
    left_open = or_(scan_check.c.verdict.in_(_UNSEEN), scan_check.c.not_assessed > 0)
    query = (
        select(scan_check.c.scan)
        .join(scans, scans.c.id == scan_check.c.scan)
        .join(computer, computer.c.id == scans.c.computer)
        .where(scans.c.rank == 1, left_open, span.is_here(computer.c.department))
    )
    return _count(connection, query)


def gaps(connection: Connection, span: Span) -> int:
    """Times in which a source was blind, or of which only joined changes were kept."""
    times = ((gap, gap.c.began_at, gap.c.ended_at), (merged, merged.c.first_at, merged.c.last_at))
    return sum(
        _count(
            connection,
            select(table.c.id)
            .join(computer, computer.c.id == table.c.computer)
            .where(last >= span.start, first < span.end, span.is_here(computer.c.department)),
        )
        for table, first, last in times
    )


def _registered(span: Span) -> ColumnElement[bool]:
    return and_(computer.c.registered_at < span.end, span.is_here(computer.c.department))


def _findings(span: Span) -> Subquery:
    """The findings of a time, each once, as last told."""
    not_over = or_(finding.c.ended_at.is_(None), finding.c.ended_at >= span.start)
    was_open = and_(_IS_STATE, finding.c.opened_at < span.end, not_over)
    happened = and_(~_IS_STATE, span.holds(finding.c.opened_at))
    latest = (finding.c.opened_at.desc(), finding.c.id.desc())
    rank = func.row_number().over(partition_by=(finding.c.computer, finding.c.fingerprint), order_by=latest)
    ranked = (
        select(finding, computer.c.department, rank.label("rank"))
        .join(computer, computer.c.id == finding.c.computer)
        .where(~finding.c.exempted, or_(was_open, happened), span.is_here(computer.c.department))
        .subquery()
    )
    return select(ranked).where(ranked.c.rank == 1).subquery()


def _count(connection: Connection, query: Select[Any]) -> int:
    return connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
