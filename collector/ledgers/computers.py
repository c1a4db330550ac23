"""The ledger of computers (涉密计算机台账): rows, one-time enrolment tokens, CSV."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from collector.auth import digest, new_secret
from collector.ledgers import cells
from collector.ledgers.csvfile import Field, LedgerError, Line, repeated
from collector.store.tables import computer, envelope
from policies.vocabulary import Level, Profile, Text

TOKEN_DAYS = 14
"""Days for which an enrolment token is good, unless said otherwise."""


def _profile(cell: str) -> Profile:
    return cells.choice(Profile)(cell) if cell else Profile.STANDALONE


NAME = Field("name", Text("名称", "name"), cells.needed, required=True)
FIELDS = (
    NAME,
    Field("level", Text("密级", "level"), cells.choice(Level), required=True),
    Field("profile", Text("类型", "profile"), _profile),
    Field("department", Text("部门", "department"), cells.needed, required=True),
    Field("person", Text("责任人", "person"), cells.needed, required=True),
    Field("id", Text("编码", "id"), None),
    Field("hostname", Text("主机名", "hostname"), None),
    Field("registered_at", Text("登记时间", "registered at"), None),
    Field("last_seen_at", Text("最近上报", "last report"), None),
    Field("waits_until", Text("令牌有效至", "token good until"), None),
)
"""Columns of the ledger's file; those after `person` are written only."""


@dataclass(frozen=True, slots=True)
class Token:
    """An enrolment token, told once."""

    name: str
    secret: str
    expires_at: datetime


def add(connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime, days: int = TOKEN_DAYS) -> list[Token]:
    """Register new computers and give each a token. Raises LedgerError where a name is taken."""
    taken = set(connection.execute(select(computer.c.name)).scalars())
    again = [row["name"] for row in rows if row["name"] in taken]
    if again:
        raise LedgerError(*(Text(f"计算机“{name}”已登记", f"the computer '{name}' is registered already") for name in again))
    for row in rows:
        fresh = {"id": uuid.uuid4().hex, "registered_at": now, "hostname": "", "agent": "", "complete_to": 0}
        connection.execute(insert(computer), _columns(row) | fresh)
    return [new_token(connection, row["name"], now, days) for row in rows]


def take_file(connection: Connection, lines: Sequence[Line], file: str, now: datetime) -> tuple[list[Token], int]:
    """Register a file's new computers and change those that are known. The tokens of the new ones, the number of the known."""
    errors = repeated(lines, file, NAME)
    if errors:
        raise LedgerError(*errors)
    known = set(connection.execute(select(computer.c.name)).scalars())
    old = [line.values for line in lines if line.values["name"] in known]
    for row in old:
        connection.execute(update(computer).where(computer.c.name == row["name"]).values(_columns(row)))
    return add(connection, [line.values for line in lines if line.values["name"] not in known], now), len(old)


def new_token(connection: Connection, name: str, now: datetime, days: int = TOKEN_DAYS) -> Token:
    """A fresh token for a computer; an older one is void from now on. Raises LedgerError for an unknown name."""
    token = Token(name, new_secret(), now + timedelta(days=days))
    values = {"token_digest": digest(token.secret), "token_expires_at": token.expires_at, "token_used_at": None}
    if not connection.execute(update(computer).where(computer.c.name == name).values(values)).rowcount:
        raise LedgerError(Text(f"没有名为“{name}”的计算机", f"there is no computer '{name}'"))
    return token


def all_computers(connection: Connection) -> list[dict[str, Any]]:
    """Every computer, by department and name: its columns of FIELDS."""
    last = select(envelope.c.computer, func.max(envelope.c.received_at).label("at")).group_by(envelope.c.computer).subquery()
    query = select(computer, last.c.at).outerjoin(last, last.c.computer == computer.c.id)
    rows = connection.execute(query.order_by(computer.c.department, computer.c.name))
    return [
        {
            "name": row.name,
            "level": Level(row.level),
            "profile": Profile(row.profile),
            "department": row.department,
            "person": row.person,
            "id": row.id,
            "hostname": row.hostname,
            "registered_at": row.registered_at,
            "last_seen_at": row.at,
            "waits_until": row.token_expires_at if row.token_used_at is None else None,
        }
        for row in rows
    ]


def _columns(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "level": row["level"].value,
        "profile": row["profile"].value,
        "department": row["department"],
        "person": row["person"],
    }
