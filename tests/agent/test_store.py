"""The state file: transactions, damage, versions and the lock."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from agent.store import DAMAGED_KEPT, DATABASE, AlreadyRunningError, StateLock, Store, lock_holder, write_safely
from tests.agent.making import NOW, after


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / DATABASE


def test_what_was_committed_is_there_after_a_restart(path: Path) -> None:
    with Store(path, NOW) as store, store.transaction():
        store.remember("word", {"a": [1, "二"]})
    with Store(path, NOW) as store:
        assert store.recall("word") == {"a": [1, "二"]}


def test_only_the_owner_may_read_the_file_and_its_folder(path: Path) -> None:
    with Store(path, NOW) as store:
        store.remember("word", 1)
        modes = {file.name: file.stat().st_mode & 0o777 for file in [*path.parent.iterdir(), path.parent]}
    assert modes["state"] == 0o700
    assert {mode for name, mode in modes.items() if name != "state"} == {0o600}


def test_a_failed_transaction_leaves_nothing(path: Path) -> None:
    with Store(path, NOW) as store:
        with suppress(RuntimeError), store.transaction():
            store.remember("word", 1)
            raise RuntimeError
        assert store.recall("word") is None


def test_an_inner_transaction_is_undone_with_the_outer_one(path: Path) -> None:
    with Store(path, NOW) as store:
        with suppress(RuntimeError), store.transaction():
            with store.transaction():
                store.remember("word", 1)
            raise RuntimeError
        assert store.recall("word") is None


def test_what_is_forgotten_is_gone(path: Path) -> None:
    with Store(path, NOW) as store:
        store.remember("word", 1)
        store.remember("word", None)
        assert store.recall("word") is None


def test_another_thread_waits_for_the_end_of_a_transaction(path: Path) -> None:
    seen: list[object] = []
    with Store(path, NOW) as store:
        reader = threading.Thread(target=lambda: seen.append(store.recall("word")))
        with store.transaction():
            store.remember("word", "half")
            reader.start()
            store.remember("word", "whole")
        reader.join()
    assert seen == ["whole"]


def test_a_full_disk_is_an_error_and_changes_nothing(path: Path) -> None:
    with Store(path, NOW) as store:
        store.remember("word", "before")
        store.execute("PRAGMA max_page_count = 1")
        with pytest.raises(sqlite3.OperationalError, match="full"), store.transaction():
            store.remember("word", "x" * 1_000_000)
        store.execute("PRAGMA max_page_count = 100000")
        assert store.recall("word") == "before"


def corrupt(path: Path) -> None:
    """Overwrite the middle of a file that holds some pages."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


@pytest.mark.parametrize("damage", [corrupt, lambda path: path.write_bytes(b"not a database, only text " * 100)])
def test_a_damaged_file_is_moved_aside_and_a_new_one_begun(path: Path, damage: object) -> None:
    with Store(path, NOW) as store:
        store.remember("word", "x" * 50_000)
    assert callable(damage)
    damage(path)
    with Store(path, NOW) as store:
        assert store.recall("word") is None
        assert store.recall("damaged") is True
    assert (path.parent / f"{DATABASE}.damaged-20261102T080000Z").exists()


def test_a_sound_file_is_not_called_damaged(path: Path) -> None:
    Store(path, NOW).close()
    with Store(path, NOW) as store:
        assert store.recall("damaged") is None


def test_a_file_that_is_gone_is_noticed_by_the_number_beside_it(path: Path) -> None:
    with Store(path, NOW) as store:
        store.set_watermark(17)
    path.unlink()
    with Store(path, NOW) as store:
        assert store.recall("damaged") is True
        assert store.watermark() == 17


def test_only_the_newest_damaged_files_are_kept(path: Path) -> None:
    for hour in range(DAMAGED_KEPT + 2):
        Store(path, NOW).close()
        path.write_bytes(b"x" * 9000)
        Store(path, after(hours=hour)).close()
    kept = sorted(path.parent.glob("*.damaged-*Z"))
    assert len(kept) == DAMAGED_KEPT
    assert kept[-1].name.endswith("20261102T120000Z")


def test_a_file_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    Store(path, NOW).close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(ValueError, match="version 99"):
        Store(path, NOW)
    assert path.exists()


def test_looking_makes_and_changes_nothing(path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        Store.look(path)
    Store(path, NOW).close()
    with Store.look(path) as store, pytest.raises(sqlite3.OperationalError, match="readonly"):
        store.remember("word", 1)


def test_another_process_that_writes_is_noticed(path: Path) -> None:
    with Store(path, NOW) as store, Store(path, NOW) as other:
        before = store.foreign_version()
        store.remember("word", 1)
        assert store.foreign_version() == before
        other.remember("word", 2)
        assert store.foreign_version() != before


def test_a_small_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "key"
    write_safely(file, b"one")
    write_safely(file, b"two")
    assert file.read_bytes() == b"two"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_second_daemon_is_told_who_runs(tmp_path: Path) -> None:
    with StateLock(tmp_path), pytest.raises(AlreadyRunningError) as refusal:
        StateLock(tmp_path)
    assert refusal.value.pid == os.getpid()


def test_the_lock_is_free_again_after_its_holder(tmp_path: Path) -> None:
    assert lock_holder(tmp_path) is None
    with StateLock(tmp_path):
        assert lock_holder(tmp_path) == os.getpid()
    assert lock_holder(tmp_path) is None
    with StateLock(tmp_path):
        pass


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    code = "from agent.store import *; import sys; lock = StateLock(Path(sys.argv[1])); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert lock_holder(tmp_path) == holder.pid
        holder.kill()
        holder.wait()
    assert lock_holder(tmp_path) is None


def test_a_small_file_is_its_owners_alone_whatever_was_left_beside_it(tmp_path: Path) -> None:
    part = tmp_path / "key.part"
    part.touch(mode=0o666)
    part.chmod(0o666)
    write_safely(tmp_path / "key", b"secret")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    part.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic link"):
        write_safely(tmp_path / "key", b"other")
    assert not (tmp_path / "elsewhere").exists()
    assert (tmp_path / "key").read_bytes() == b"secret"
