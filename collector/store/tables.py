"""The stored tables. `finding` is derived from `change` and can be rebuilt; everything else is as it arrived or was entered."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC. SQLite drops the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC again."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _computer(primary_key: bool = False) -> Column[str]:
    return Column("computer", String(64), ForeignKey("computer.id"), nullable=False, primary_key=primary_key)


computer = Table(
    "computer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("level", String(10), nullable=False),
    Column("profile", String(20), nullable=False),
    Column("department", String(200), nullable=False),
    Column("person", String(200), nullable=False),
    Column("registered_at", UtcTime, nullable=False),
    Column("token_digest", String(64), unique=True),
    Column("token_expires_at", UtcTime),
    Column("token_used_at", UtcTime),
    Column("public_key", LargeBinary, unique=True),
    Column("hostname", String(300), nullable=False),
    Column("agent", String(100), nullable=False),
    Column("complete_to", BigInteger, nullable=False),  # every report up to this number has arrived or is given up
)

envelope = Table(
    "envelope",
    metadata,
    Column("id", Integer, primary_key=True),
    _computer(),
    Column("sequence", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sealed_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("full", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("state_digest", String(64), nullable=False),
    Column("raw", LargeBinary, nullable=False),  # as received: the evidence
    UniqueConstraint("computer", "sequence"),
    Index(None, "computer", "received_at"),
)


def _report() -> list[SchemaItem]:
    """The columns that tell which report a row came with."""
    return [
        Column("computer", String(64), nullable=False),
        Column("sequence", BigInteger, nullable=False),
        ForeignKeyConstraint(["computer", "sequence"], ["envelope.computer", "envelope.sequence"]),
    ]


given_up = Table(
    "given_up",
    metadata,
    _computer(primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
)

change = Table(
    "change",
    metadata,
    Column("id", Integer, primary_key=True),
    *_report(),
    Column("fingerprint", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("finding", LargeBinary),  # JSON; none where the finding ended
    Index(None, "computer", "fingerprint", "sequence"),
)

finding = Table(
    "finding",
    metadata,
    Column("id", Integer, primary_key=True),
    _computer(),
    Column("fingerprint", String(64), nullable=False),
    Column("check_id", String(100), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("subject", Text, nullable=False),
    Column("message_zh", Text, nullable=False),
    Column("message_en", Text, nullable=False),
    Column("clauses", Text, nullable=False),  # ids, comma between
    Column("exempted", Boolean, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("opened_in", BigInteger, nullable=False),  # the number of the report that told it
    Column("ended_at", UtcTime),
    Column("ended_in", BigInteger),
    Index(None, "computer", "fingerprint"),
    Index(None, "opened_at"),
)

check_title = Table(
    "check_title",
    metadata,
    Column("check_id", String(100), primary_key=True),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
)

scan = Table(
    "scan",
    metadata,
    Column("id", Integer, primary_key=True),
    *_report(),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("files_seen", BigInteger, nullable=False),
    Column("files_read", BigInteger, nullable=False),
    Column("files_not_assessed", BigInteger, nullable=False),
    Index(None, "finished_at"),
)

scan_check = Table(
    "scan_check",
    metadata,
    Column("scan", Integer, ForeignKey("scan.id"), primary_key=True),
    Column("check_id", String(100), primary_key=True),
    Column("verdict", String(20), nullable=False),
    Column("reason_zh", Text),
    Column("reason_en", Text),
    Column("subjects", BigInteger, nullable=False),
    Column("findings", BigInteger, nullable=False),
    Column("exempted", BigInteger, nullable=False),
    Column("not_assessed", BigInteger, nullable=False),
)

gap = Table(
    "gap",
    metadata,
    Column("id", Integer, primary_key=True),
    *_report(),
    Column("source", String(100), nullable=False),
    Column("began_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime, nullable=False),
    Column("reason_zh", Text, nullable=False),
    Column("reason_en", Text, nullable=False),
    Index(None, "ended_at"),
)

merged = Table(
    "merged",
    metadata,
    Column("id", Integer, primary_key=True),
    *_report(),
    Column("check_id", String(100), nullable=False),
    Column("changes", BigInteger, nullable=False),
    Column("first_at", UtcTime, nullable=False),
    Column("last_at", UtcTime, nullable=False),
)

sighting = Table(
    "sighting",
    metadata,
    Column("id", Integer, primary_key=True),
    *_report(),
    Column("number", String(200), nullable=False),
    Column("first_at", UtcTime, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    Index(None, "number", "last_at"),
)

medium = Table(
    "medium",
    metadata,
    Column("number", String(200), primary_key=True),
    Column("level", String(10), nullable=False),
    Column("serial", String(200), nullable=False),
    Column("vendor_id", String(4), nullable=False),
    Column("product_id", String(4), nullable=False),
    Column("holder", String(200), nullable=False),
    Column("department", String(200), nullable=False),
    Column("valid_until", Date),
    Column("state", String(20), nullable=False),
    Column("registered_at", UtcTime, nullable=False),
)

medium_computer = Table(
    "medium_computer",
    metadata,
    Column("medium", String(200), ForeignKey("medium.number"), primary_key=True),
    _computer(primary_key=True),
)

register_issue = Table(
    "register_issue",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("issued_at", UtcTime, nullable=False),
    Column("signed", LargeBinary, nullable=False),
)

alarm = Table(
    "alarm",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("computer", String(64), nullable=False),  # as claimed: it need not be registered
    Column("sequence", BigInteger, nullable=False),
    Column("first_at", UtcTime, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    Column("times", BigInteger, nullable=False),
    UniqueConstraint("kind", "computer", "sequence"),
)
