from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from collector.store.store import Store, is_full


@pytest.mark.parametrize(("setting", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
def test_every_connection_is_durable_and_strict(store: Store, setting: str, value: object) -> None:
    with store.read() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {setting}").scalar_one() == value


def insert_and_fail(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("INSERT INTO check_title VALUES ('a', 'b', 'c')"))
        connection.execute(text("INSERT INTO no_such_table VALUES (1)"))


def test_a_failed_block_leaves_nothing(store: Store) -> None:
    with pytest.raises(OperationalError, match="no_such_table"):
        insert_and_fail(store)
    with store.read() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM check_title")).scalar_one() == 0


def test_a_reader_sees_one_state(store: Store) -> None:
    count = text("SELECT COUNT(*) FROM check_title")
    with store.read() as reader:
        before = reader.execute(count).scalar_one()
        with store.write() as writer:
            writer.execute(text("INSERT INTO check_title VALUES ('a', 'b', 'c')"))
        assert reader.execute(count).scalar_one() == before == 0
    with store.read() as reader:
        assert reader.execute(count).scalar_one() == 1


def test_writers_take_turns(store: Store) -> None:
    def add(number: int) -> None:
        with store.write() as connection:
            known = connection.execute(text("SELECT COUNT(*) FROM check_title")).scalar_one()
            connection.execute(text("INSERT INTO check_title VALUES (:n, :k, '')"), {"n": str(number), "k": str(known)})

    threads = [threading.Thread(target=add, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        seen = connection.execute(text("SELECT zh FROM check_title")).scalars().all()
    assert sorted(seen) == [str(n) for n in range(8)]


def test_another_programs_lock_is_waited_for_and_then_told(store: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError) as caught, store.write():
            pass
    assert not is_full(caught.value)


def test_a_full_disk_is_told_from_a_lock(store: Store) -> None:
    with store.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    with pytest.raises(OperationalError) as caught, store.write() as connection:
        connection.execute(text("INSERT INTO check_title VALUES ('a', :long, '')"), {"long": "x" * 100_000})
    assert is_full(caught.value)


def test_postgresqls_full_disk_is_told_too() -> None:
    class DiskFull(Exception):
        sqlstate = "53100"

    assert is_full(OperationalError("INSERT", {}, DiskFull()))


def test_an_unknown_computer_cannot_own_a_row(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(text("INSERT INTO given_up VALUES ('nobody', 1)"))


def test_an_error_does_not_tell_what_was_stored(store: Store) -> None:
    with pytest.raises(IntegrityError) as caught, store.write() as connection:
        connection.execute(text("INSERT INTO given_up VALUES (:who, 1)"), {"who": "机密内容"})
    assert "机密内容" not in str(caught.value)


def test_migrating_again_changes_nothing(store: Store) -> None:
    store.migrate()
    with store.read() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM alembic_version")).scalar_one() == 1
