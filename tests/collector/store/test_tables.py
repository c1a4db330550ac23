from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, literal, make_url, select
from sqlalchemy.schema import CreateTable

from collector.store.tables import UtcTime, metadata

POSTGRESQL = make_url("postgresql+psycopg://").get_dialect()()
SHANGHAI = timezone(timedelta(hours=8))


def test_a_time_comes_back_in_utc() -> None:
    told = datetime(2026, 11, 1, 12, 0, 0, 123456, tzinfo=SHANGHAI)
    with create_engine("sqlite://").connect() as connection:
        kept = connection.execute(select(literal(told, UtcTime))).scalar_one()
    assert kept == told
    assert kept.tzinfo is UTC


def test_a_time_without_zone_is_not_stored() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcTime().process_bind_param(datetime(2026, 1, 1), POSTGRESQL)  # noqa: DTZ001  that is the point


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_postgresql_can_have_every_table(name: str) -> None:
    assert f"CREATE TABLE {name}" in str(CreateTable(metadata.tables[name]).compile(dialect=POSTGRESQL))
