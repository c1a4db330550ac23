from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from collector.store.store import MIGRATIONS, Store
from collector.store.tables import metadata


def test_the_migrations_end_in_the_tables_of_the_program(store: Store) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_the_constraints_are_those_of_the_program(store: Store) -> None:
    with store.read() as connection:
        found = inspect(connection)
        for name, table in metadata.tables.items():
            kept = {constraint["name"] for constraint in found.get_unique_constraints(name)}
            kept |= {constraint["name"] for constraint in found.get_foreign_keys(name)}
            kept |= {found.get_pk_constraint(name)["name"]}
            assert kept == {constraint.name for constraint in table.constraints}, name


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1
