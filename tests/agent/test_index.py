from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.extract.reading import Reading, unread
from agent.index import UNSETTLED, Index, Known, identity, is_plain, readers_version
from checks.subjects import Mark
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Unread

READING = Reading(format="txt", read=Read.FULL)
PROGRAM = unread(Unread.UNSUPPORTED, "program")
MARK = Mark(level=Level.JIMI, term="10年", verdict=MarkVerdict.VALID, regime=Regime.STATE, place=Place.COVER, text="机密★10年")
MARKED = Reading(format="docx", read=Read.FULL, marks=(MARK,))
ROOT = Path(__file__).parents[2]


def same(number: int) -> bytes:
    """An identity unlike that of any other number."""
    return number.to_bytes(40, "little")


def known(index: Index, names: Sequence[str], identities: Sequence[bytes], folder: str = "/f", batch: int = 0) -> Known:
    return index.known(folder, batch, names, identities)


def test_an_unchanged_batch_tells_what_is_notable_and_counts_the_rest(tmp_path: Path) -> None:
    names, identities = ["a", "b", "c", "d"], [same(n) for n in range(4)]
    with Index(tmp_path / "deep" / "index.db", "1") as index:
        assert known(index, names, identities) == Known(False, {})
        index.store("/f", 0, names, identities, {"a": READING, "b": MARKED, "c": PROGRAM, "d": READING})
        assert known(index, names, identities) == Known(True, {"b": MARKED}, documents=2, programs=1)
    with Index(tmp_path / "deep" / "index.db", "1") as index:
        assert known(index, names, identities) == Known(True, {"b": MARKED}, documents=2, programs=1)
        every = index.known("/f", 0, names, identities, every=True)
        assert every.readings == {"a": READING, "b": MARKED, "c": PROGRAM, "d": READING}
        assert index.files() == 4


def test_of_a_changed_batch_the_unchanged_files_are_known(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", "1") as index:
        index.store("/f", 0, ["a", "b", "c"], [same(1), same(2), same(3)], {"a": READING, "b": MARKED, "c": PROGRAM})
        for _ in range(2):
            found = known(index, ["b", "c", "new"], [same(2), same(9), same(4)])
            assert found == Known(False, {"b": MARKED})
            index.flush()


@pytest.mark.parametrize("seed", range(6))
def test_folders_are_found_in_whatever_order_they_are_asked_for_and_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    rng = random.Random(seed)
    monkeypatch.setattr("agent.index._MOST_AHEAD", (0, 200, 128 << 10)[seed % 3])
    folders = [f"/{one}/{two}" for one in ("a", "a b", "a-b", "机要", "b") for two in range(60)]
    stored: dict[tuple[str, int], int] = {}
    at = 0
    with Index(tmp_path / "index.db", "1") as index:
        for step in range(3000):
            at = (rng.randrange(len(folders)) if step % 100 == 0 else at + 1) % len(folders)
            key = (folders[at], rng.randrange(2))
            if rng.random() < 0.3:
                stored[key] = step
                index.store(*key, ["f"], [same(step)], {"f": READING})
            if rng.random() < 0.05:
                index.flush()
            number = stored.get(key)
            assert index.known(*key, ["f"], [same(step if number is None else number)]).unchanged is (number is not None)


def test_a_file_is_notable_where_there_is_something_to_tell_beside_its_reading(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", "1") as index:
        index.store("/f", 0, ["a", "b"], [same(1), same(2)], {"a": READING, "b": READING}, told={"b"})
        assert known(index, ["a", "b"], [same(1), same(2)]) == Known(True, {"b": READING}, documents=1)


def test_what_is_not_settled_is_unknown_next_time(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", "1") as index:
        index.store("/f", 0, ["a", "b"], [UNSETTLED, same(2)], {"a": READING, "b": READING})
        assert known(index, ["a", "b"], [same(1), same(2)]) == Known(False, {"b": READING})


def test_one_new_file_in_a_large_folder_makes_no_other_unknown(tmp_path: Path) -> None:
    """It pushes all that come after it into the next batch."""
    names = [f"{n:03}" for n in range(12)]
    with Index(tmp_path / "index.db", "1") as index:
        for batch in range(3):
            part = names[4 * batch : 4 * batch + 4]
            index.store("/f", batch, part, [same(int(name)) for name in part], dict.fromkeys(part, MARKED))
        shifted = [names[0], "new", *names[1:]]
        for batch in range(3):
            part = shifted[4 * batch : 4 * batch + 4]
            found = known(index, part, [same(99 if name == "new" else int(name)) for name in part], batch=batch)
            assert set(found.readings) == {name for name in part if name != "new"}
            index.store(
                "/f", batch, part, [same(99 if name == "new" else int(name)) for name in part], dict.fromkeys(part, MARKED)
            )


def test_a_name_that_is_no_text_is_a_key(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xbb\xfa\xc3\xdc")
    with Index(tmp_path / "index.db", "1") as index:
        index.store(f"/{name}", 0, [name], [same(1)], {name: MARKED})
        index.mark(f"/{name}", {name: MARK})
    with Index(tmp_path / "index.db", "1") as index:
        assert known(index, [name], [same(1)], f"/{name}") == Known(True, {name: MARKED})
        assert index.marked(f"/{name}") == {name: MARK}


def test_other_readers_know_nothing_but_the_marks_that_were_seen(tmp_path: Path) -> None:
    for version, unchanged in (("1", False), ("1", True), ("2", False), ("1", False)):
        with Index(tmp_path / "index.db", version) as index:
            assert known(index, ["a"], [same(1)]).unchanged is unchanged
            index.store("/f", 0, ["a"], [same(1)], {"a": READING})
            index.mark("/f", {"a": MARK})
    with Index(tmp_path / "index.db", "3") as index:
        assert index.marked("/f") == {"a": MARK}
        index.mark("/f", {"a": None, "b": None})
        assert index.marked("/f") == {}


def test_what_could_not_be_met_is_not_forgotten(tmp_path: Path) -> None:
    folders = ("/r", "/r/share", "/r/share/deep", "/r/shared")
    with Index(tmp_path / "index.db", "1") as index:
        for folder in folders:
            index.store(folder, 0, ["a"], [same(1)], {"a": READING})
            index.mark(folder, {"a": MARK})
        index.prune(["/"], ["/r/share", "/nowhere"])
        assert [folder for folder in folders if index.marked(folder)] == ["/r/share", "/r/share/deep"]


def test_folders_that_are_gone_are_forgotten_and_those_elsewhere_are_not(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", "1") as index:
        for folder in ("/r", "/r/met", "/r/gone", "/rest", "/other"):
            index.store(folder, 0, ["a"], [same(1)], {"a": READING})
            index.mark(folder, {"a": MARK})
        for folder in ("/r", "/r/met"):
            known(index, ["a"], [same(1)], folder)
        index.prune(["/r"])
        left = {
            folder
            for folder in ("/r", "/r/met", "/r/gone", "/rest", "/other")
            if known(index, ["a"], [same(1)], folder).unchanged
        }
        assert left == {"/r", "/r/met", "/rest", "/other"}
        assert index.marked("/r/gone") == {}
        assert index.marked("/rest") == {"a": MARK}


def test_who_looks_up_keeps_nobody_from_writing_and_sees_it_after_a_flush(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", "1") as index, Index(tmp_path / "index.db", "1") as other:
        assert not known(index, ["a"], [same(1)]).unchanged
        other.store("/f", 0, ["a"], [same(1)], {"a": READING})
        other.flush()
        index.flush()
        assert known(index, ["a"], [same(1)]).unchanged


def test_what_another_program_wrote_while_one_looked_up_keeps_nothing_from_being_stored(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", "1") as index, Index(tmp_path / "index.db", "1") as other:
        assert not known(index, ["a"], [same(1)]).unchanged
        other.mark("/other", {"a": MARK})
        index.store("/f", 0, ["a"], [same(1)], {"a": READING})
        index.mark("/f", {"a": MARK})
        index.flush()
    with Index(tmp_path / "index.db", "1") as later:
        assert known(later, ["a"], [same(1)]).unchanged
        assert later.marked("/f") == later.marked("/other") == {"a": MARK}


def test_the_second_try_is_on_disk_at_once_and_ends_with_a_reading(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", "1") as index:
        index.begin_retry("/a", same(1))
        with Index(tmp_path / "index.db", "1") as later:
            assert later.was_retried("/a", same(1))
            assert not later.was_retried("/a", same(2))
            assert not later.was_retried("/b", same(1))
        index.end_retry("/a")
        with Index(tmp_path / "index.db", "1") as later:
            assert not later.was_retried("/a", same(1))


def test_where_nothing_can_be_written_files_are_read_again_and_the_work_goes_on(tmp_path: Path) -> None:
    code = f"""
import resource
from pathlib import Path
from agent.extract.reading import Reading
from agent.index import Index
from policies.vocabulary import Read
one, path, reading = bytes(range(40)), Path({str(tmp_path / "index.db")!r}), Reading(format="txt", read=Read.FULL)
def knows(folder):
    return index.known(folder, 0, ["a"], [one]).unchanged
with Index(path, "1") as index:
    index.store("/before", 0, ["a"], [one], {{"a": reading}})
    index.flush()
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name("index.db-wal").stat().st_size, most))  # the disk is full
    for number in range(250):
        index.store(f"/{{number}}", 0, ["a"], [one], {{"a": reading}})
    index.prune(["/before"])
    index.begin_retry("/x", one)
    index.mark("/x", {{"a": None}})
    index.flush()
    print(knows("/0"), knows("/before"), index.was_retried("/x", one))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    index.store("/after", 0, ["a"], [one], {{"a": reading}})
with Index(path, "1") as index:
    print(knows("/after"))
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("False True True\nTrue\n", "")


def test_a_killed_program_leaves_a_sound_index(tmp_path: Path) -> None:
    code = f"""
import os, signal
from pathlib import Path
from agent.extract.reading import Reading
from agent.index import Index
from policies.vocabulary import Read
index = Index(Path({str(tmp_path / "index.db")!r}), "1")
for number in range(1250):
    index.store(f"/{{number}}", 0, ["a"], [bytes(40)], {{"a": Reading(format="txt", read=Read.FULL)}})
index.begin_retry("/x", bytes(40))
os.kill(os.getpid(), signal.SIGKILL)
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert run.returncode == -signal.SIGKILL
    with Index(tmp_path / "index.db", "1") as index:
        assert sum(known(index, ["a"], [bytes(40)], f"/{number}").unchanged for number in range(1250)) == 1200
        assert index.was_retried("/x", bytes(40))


def test_a_damaged_index_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    path.write_bytes(b"no database at all" * 100)
    with Index(path, "1") as index:
        index.store("/f", 0, ["a"], [same(1)], {"a": READING})
        assert known(index, ["a"], [same(1)]).unchanged


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    with Index(tmp_path / "index.db", "1") as index:
        index.store("/f", 0, ["a"], [same(1)], {"a": READING})
        index.flush()
        assert [stat.S_IMODE(file.stat().st_mode) & 0o077 for file in tmp_path.iterdir()] == [0] * len(list(tmp_path.iterdir()))


def test_a_place_where_nothing_can_be_kept_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "index.db").mkdir()
    with pytest.raises(OSError, match=r".*"):
        Index(tmp_path / "index.db", "1")


def test_the_identity_changes_with_every_aspect_of_the_file(tmp_path: Path) -> None:
    path, seen = tmp_path / "a", set()
    path.write_text("abc")
    seen.add(identity(path.stat()))
    path.write_text("abcd")  # size
    seen.add(identity(path.stat()))
    status = path.stat()
    os.utime(path, ns=(0, status.st_mtime_ns))  # ctime
    seen.add(identity(path.stat()))
    os.utime(path, ns=(0, 1))  # mtime
    seen.add(identity(path.stat()))
    (tmp_path / "b").write_text("abcd")
    (tmp_path / "b").replace(path)  # inode
    seen.add(identity(path.stat()))
    assert len(seen) == 5
    assert UNSETTLED not in seen


@pytest.mark.parametrize(
    ("reading", "plain"),
    [
        (READING, True),
        (MARKED, False),
        (PROGRAM, True),
        (unread(Unread.UNSUPPORTED, "mpp"), False),
        (unread(Unread.NO_TEXT, "image"), False),
        (Reading(format="program", read=Read.FULL), False),  # no reader says so
        (Reading(format="docx", read=Read.PARTIAL, reason=Unread.CORRUPT), False),
    ],
)
def test_plain_is_what_was_read_in_full_without_a_mark_and_what_is_no_document(reading: Reading, plain: bool) -> None:
    assert is_plain(reading) is plain


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
