"""The database behind one door: `read()` sees one state of it, `write()` is a transaction that is durable when it ends."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """An opened database. `patience`: seconds to wait for another writer before giving up."""

    def __init__(self, url: str, patience: float = 5.0) -> None:
        self._writer = threading.Lock()
        # What is stored may be classified: an error's text must not carry it into a log.
        self._engine = create_engine(url, hide_parameters=True)
        if make_url(url).get_backend_name() == "sqlite":
            _prepare_sqlite(self._engine, patience)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database until it is given back."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The only writer of this program. Ends in a durable commit, or in nothing where the block raises."""
        with self._writer, self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    def migrate(self) -> None:
        """Bring the tables to this program's version. Does nothing where they are."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()


def is_full(error: OperationalError) -> bool:
    """Whether the disk had no room; otherwise the database was busy or out of reach."""
    codes = (getattr(error.orig, "sqlite_errorcode", None), getattr(error.orig, "sqlstate", None))
    return codes[0] == sqlite3.SQLITE_FULL or codes[1] == "53100"  # PostgreSQL's disk_full


def _prepare_sqlite(engine: Any, patience: float) -> None:
    """WAL, every commit on disk before it returns, foreign keys kept; transactions begin where we say."""

    @event.listens_for(engine, "connect")
    def configure(driver: sqlite3.Connection, _: object) -> None:
        driver.isolation_level = None
        driver.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            driver.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes its lock at once: taking it later, after reading, could find the state changed and fail.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
