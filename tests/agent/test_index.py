from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from agent.extract.reading import Reading, unread
from agent.index import Identity, Index, readers_version
from policies.vocabulary import Read, Unread

IDENTITY = Identity(device=1, inode=2, size=3, mtime_ns=4, ctime_ns=5)
READING = Reading(format="txt", read=Read.FULL)


def test_what_was_stored_is_found_again(tmp_path: Path) -> None:
    with Index(tmp_path / "deep" / "index.db", "1") as index:
        assert index.lookup("/a", IDENTITY) is None
        index.store("/a", IDENTITY, READING)
        assert index.lookup("/a", IDENTITY) == READING
    with Index(tmp_path / "deep" / "index.db", "1") as index:
        assert index.lookup("/a", IDENTITY) == READING


@pytest.mark.parametrize("aspect", ["device", "inode", "size", "mtime_ns", "ctime_ns"])
def test_a_file_that_changed_in_any_way_is_unknown(tmp_path: Path, aspect: str) -> None:
    with Index(tmp_path / "index.db", "1") as index:
        index.store("/a", IDENTITY, READING)
        for _ in range(2):
            assert index.lookup("/a", replace(IDENTITY, **{aspect: 99})) is None
            index.flush()


def test_a_name_that_is_no_text_is_a_key(tmp_path: Path) -> None:
    path = os.fsdecode(b"/\xbb\xfa\xc3\xdc")
    with Index(tmp_path / "index.db", "1") as index:
        index.store(path, IDENTITY, READING)
        index.flush()
        assert index.lookup(path, IDENTITY) == READING


def test_a_forgotten_file_is_unknown(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", "1") as index:
        index.store("/a", IDENTITY, READING)
        index.flush()
        index.store("/b", IDENTITY, READING)
        for path in ("/a", "/b"):
            index.forget(path)
            assert index.lookup(path, IDENTITY) is None


def test_other_readers_know_nothing(tmp_path: Path) -> None:
    for version, known in (("1", None), ("1", READING), ("2", None), ("1", None)):
        with Index(tmp_path / "index.db", version) as index:
            assert index.lookup("/a", IDENTITY) == known
            index.store("/a", IDENTITY, READING)


def test_the_second_try_is_on_disk_at_once_and_ends_with_a_reading(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", "1") as index, Index(tmp_path / "index.db", "1") as later:
        index.mark_running("/a", IDENTITY)
        assert later.was_running("/a", IDENTITY)
        assert not later.was_running("/a", replace(IDENTITY, ctime_ns=9))
        assert not later.was_running("/b", IDENTITY)
        index.store("/a", IDENTITY, unread(Unread.CORRUPT))
        index.flush()
        assert not later.was_running("/a", IDENTITY)


def test_where_nothing_can_be_written_files_are_read_again_and_the_work_goes_on(tmp_path: Path) -> None:
    code = f"""
import resource
from pathlib import Path
from agent.extract.reading import Reading
from agent.index import Identity, Index
one, path = Identity(1, 2, 3, 4, 5), Path({str(tmp_path / "index.db")!r})
with Index(path, "1") as index:
    index.store("/before", one, Reading(format="txt"))
    index.flush()
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name("index.db-wal").stat().st_size, most))  # the disk is full
    for number in range(250):
        index.store(f"/{{number}}", one, Reading(format="txt"))
    index.forget("/before")
    index.mark_running("/x", one)
    index.flush()
    print(index.lookup("/0", one), index.lookup("/before", one) is not None, index.was_running("/x", one))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    index.store("/after", one, Reading(format="txt"))
with Index(path, "1") as index:
    print(index.lookup("/after", one) is not None)
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("None True False\nTrue\n", "")


def test_a_killed_program_leaves_a_sound_index(tmp_path: Path) -> None:
    code = f"""
import os, signal
from pathlib import Path
from agent.extract.reading import Reading
from agent.index import Identity, Index
index = Index(Path({str(tmp_path / "index.db")!r}), "1")
for number in range(1250):
    index.store(f"/{{number}}", Identity(1, 2, 3, 4, 5), Reading(format="txt"))
index.mark_running("/x", Identity(1, 2, 3, 4, 5))
os.kill(os.getpid(), signal.SIGKILL)
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)
    assert run.returncode == -signal.SIGKILL
    with Index(tmp_path / "index.db", "1") as index:
        assert sum(index.lookup(f"/{number}", IDENTITY) is not None for number in range(1250)) == 1200
        assert index.was_running("/x", IDENTITY)


def test_a_damaged_index_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    path.write_bytes(b"no database at all" * 100)
    with Index(path, "1") as index:
        index.store("/a", IDENTITY, READING)
        assert index.lookup("/a", IDENTITY) == READING


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", "1") as index:
        index.store("/a", IDENTITY, READING)
        index.flush()
        assert [stat.S_IMODE(file.stat().st_mode) & 0o077 for file in tmp_path.iterdir()] == [0] * len(list(tmp_path.iterdir()))


def test_a_place_where_nothing_can_be_kept_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "index.db").mkdir()
    with pytest.raises(OSError, match=r".*"):
        Index(tmp_path / "index.db", "1")


def test_the_identity_is_the_files_own(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("abc")
    status = (tmp_path / "a").stat()
    assert Identity.of(status) == Identity(
        status.st_dev, status.st_ino, 3, mtime_ns=status.st_mtime_ns, ctime_ns=status.st_ctime_ns
    )


def test_the_readers_version_changes_with_their_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "madereaders"
    package.mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    (package / "__init__.py").write_text("")
    before = readers_version(["madereaders"])
    assert readers_version(["madereaders"]) == before
    (package / "new.py").write_text("x = 1")
    assert readers_version(["madereaders"]) != before
    assert readers_version() == readers_version()
