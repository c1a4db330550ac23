"""The findings that are open at a moment, page by page, the gravest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, select, true

from collector.store.quarterly import is_open_at
from collector.store.tables import computer, finding
from policies.vocabulary import Severity, Text


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """One row of the page's table."""

    opened_at: datetime
    computer: str
    department: str
    severity: Severity
    check: str
    subject: str
    message: Text
    clauses: tuple[str, ...]


def page(
    connection: Connection, moment: datetime, department: str | None, severity: Severity | None, offset: int, limit: int
) -> list[OpenFinding]:
    """`limit` rows from `offset` on, of one severity or of all."""
    ranks = {item.value: item.rank for item in Severity}
    query = (
        select(finding, computer.c.name, computer.c.department)
        .join(computer, computer.c.id == finding.c.computer)
        .where(_wanted(moment, department), true() if severity is None else finding.c.severity == severity.value)
        .order_by(case(ranks, value=finding.c.severity).desc(), finding.c.opened_at.desc(), finding.c.id)
        .offset(offset)
        .limit(limit)
    )
    return [
        OpenFinding(
            opened_at=row.opened_at,
            computer=row.name,
            department=row.department,
            severity=Severity(row.severity),
            check=row.check_id,
            subject=row.subject,
            message=Text(row.message_zh, row.message_en),
            clauses=tuple(filter(None, row.clauses.split(","))),
        )
        for row in connection.execute(query)
    ]


def counts(connection: Connection, moment: datetime, department: str | None) -> dict[Severity, int]:
    """How many there are of each severity."""
    query = select(finding.c.severity, func.count()).join(computer, computer.c.id == finding.c.computer)
    found = connection.execute(query.where(_wanted(moment, department)).group_by(finding.c.severity)).all()
    known: dict[str, int] = dict(found)
    return {severity: known.get(severity.value, 0) for severity in Severity}


def exempted(connection: Connection, moment: datetime, department: str | None) -> int:
    """How many more are open and excused."""
    query = select(func.count()).select_from(finding).join(computer, computer.c.id == finding.c.computer)
    here = true() if department is None else computer.c.department == department
    return connection.execute(query.where(is_open_at(moment), finding.c.exempted, here)).scalar_one()


def _wanted(moment: datetime, department: str | None) -> ColumnElement[bool]:
    here = true() if department is None else computer.c.department == department
    return and_(is_open_at(moment), ~finding.c.exempted, here)
