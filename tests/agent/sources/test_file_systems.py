from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.sources import file_systems
from agent.sources.base import EVERYTHING
from agent.sources.file_systems import FileSystemEvents
from tests.agent.sources.test_file_events import PATIENCE, Heard

pytestmark = pytest.mark.needs_root

ROOT = Path(__file__).parents[3]


@contextmanager
def watching(*folders: Path, look_seconds: float = 60, answer_seconds: float = 30) -> Iterator[Heard]:
    heard, ready = Heard(), threading.Event()
    events = FileSystemEvents(folders, look_seconds=look_seconds, answer_seconds=answer_seconds)
    thread = threading.Thread(target=events.run, args=(heard.tell_changed, heard.tell_lost, ready))
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield heard
    finally:
        events.close()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def elsewhere(code: str) -> None:
    """Do something in another process, as users do."""
    subprocess.run([sys.executable, "-c", "from pathlib import Path; import os\n" + code], check=True, cwd=ROOT)


def test_a_file_that_was_written_moved_or_removed_is_told(tmp_path: Path) -> None:
    path, target = tmp_path / "a", tmp_path / "b"
    with watching(tmp_path) as heard:
        elsewhere(f"Path({str(path)!r}).write_text('x')")
        assert heard.wait(lambda: str(path) in heard.changed)
        heard.clear()
        elsewhere(f"Path({str(path)!r}).rename({str(target)!r})")
        assert heard.wait(lambda: {str(path), str(target)} <= set(heard.changed))
        heard.clear()
        elsewhere(f"Path({str(target)!r}).unlink()")
        assert heard.wait(lambda: str(target) in heard.changed)
    assert heard.lost == []


def test_every_file_in_folders_made_in_a_burst_is_told(tmp_path: Path) -> None:
    files = [tmp_path / f"d{n}" / "a" / "b" / "c" / name for n in range(200) for name in ("x", "y")]
    with watching(tmp_path) as heard:
        elsewhere(f"""
for n in range(200):
    folder = Path({str(tmp_path)!r}, f"d{{n}}", "a", "b", "c")
    folder.mkdir(parents=True)
    (folder / "x").write_text("x")
    (folder / "y").write_text("y")
""")
        assert heard.wait(lambda: {str(file) for file in files} <= set(heard.changed))
    assert heard.lost == []


def test_what_happens_elsewhere_on_the_file_system_is_not_told(tmp_path: Path) -> None:
    for name in ("watched", "watched-not"):
        (tmp_path / name).mkdir()
    with watching(tmp_path / "watched") as heard:
        elsewhere(f"[Path({str(tmp_path)!r}, name, 'a').write_text('x') for name in ('watched-not', 'watched')]")
        assert heard.wait(lambda: len(heard.changed) > 0)
    assert set(heard.changed) == {str(tmp_path / "watched" / "a")}


def test_a_tree_that_is_moved_in_is_told_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "watched").mkdir()
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "x").write_text("x")
    with watching(tmp_path / "watched") as heard:
        elsewhere(f"Path({str(tmp_path / 'tree')!r}).rename({str(tmp_path / 'watched' / 'tree')!r})")
        assert heard.wait(lambda: str(tmp_path / "watched" / "tree" / "deep" / "x") in heard.changed)


def test_a_folder_that_went_leaves_everything_to_be_read_again(tmp_path: Path) -> None:
    (tmp_path / "watched" / "a").mkdir(parents=True)
    with watching(tmp_path / "watched") as heard:
        elsewhere(f"Path({str(tmp_path / 'watched' / 'a')!r}).rename({str(tmp_path / 'away')!r})")
        assert heard.wait(lambda: EVERYTHING in heard.changed)


def test_a_single_file_may_be_watched(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with watching(tmp_path / "a") as heard:
        elsewhere(f"Path({str(tmp_path / 'b')!r}).write_text('x'); Path({str(tmp_path / 'a')!r}).write_text('y')")
        assert heard.wait(lambda: len(heard.changed) > 0)
    assert set(heard.changed) == {str(tmp_path / "a")}


def test_a_folder_that_appears_later_is_taken_in(tmp_path: Path) -> None:
    later = tmp_path / "later"
    with watching(tmp_path / "exists", later, look_seconds=0.05) as heard:
        elsewhere(f"Path({str(later)!r}).mkdir()")
        assert heard.wait(lambda: EVERYTHING in heard.changed)
        elsewhere(f"Path({str(later / 'a')!r}).write_text('x')")
        assert heard.wait(lambda: str(later / "a") in heard.changed)
    assert heard.lost == []


@pytest.mark.needs_tool("mount", "umount")
def test_a_file_system_that_is_mounted_later_is_watched_too_and_can_be_unmounted(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with watching(tmp_path) as heard:
        for _ in range(2):  # the second one is another medium in the same place; nothing keeps the first from being taken out
            heard.clear()
            subprocess.run(["mount", "-t", "tmpfs", "none", str(stick)], check=True)
            try:
                assert heard.wait(lambda: EVERYTHING in heard.changed)
                elsewhere(f"Path({str(stick / 'a')!r}).write_text('x')")
                assert heard.wait(lambda: str(stick / "a") in heard.changed)
            finally:
                subprocess.run(["umount", str(stick)], check=True)


def test_a_canary_that_is_not_heard_begins_the_watch_anew_and_tells_since_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canary's name is made unknown to the listener: nothing else makes a kernel swallow events."""
    sing = file_systems._Watch.sing
    deaf = threading.Event()

    def song(watch: file_systems._Watch) -> None:
        if not deaf.is_set():
            deaf.set()
            return  # not a note
        sing(watch)

    monkeypatch.setattr(file_systems._Watch, "sing", song)
    with watching(tmp_path, answer_seconds=0.2) as heard:
        assert heard.wait(lambda: len(heard.lost) == 1)
        assert heard.wait(lambda: EVERYTHING in heard.changed)
        elsewhere(f"Path({str(tmp_path / 'a')!r}).write_text('x')")
        assert heard.wait(lambda: str(tmp_path / "a") in heard.changed)


def test_the_canary_sings_again_and_again_and_is_never_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sing, songs = file_systems._Watch.sing, threading.Semaphore(0)

    def counted(watch: file_systems._Watch) -> None:
        sing(watch)
        songs.release()

    monkeypatch.setattr(file_systems._Watch, "sing", counted)
    with watching(tmp_path, look_seconds=0.01) as heard:
        assert all(songs.acquire(timeout=PATIENCE) for _ in range(20))
    assert (heard.changed, heard.lost) == ([], [])


def test_without_the_right_it_is_an_error_before_anything_is_promised(tmp_path: Path) -> None:
    code = f"""
import os, threading
from pathlib import Path
from agent.sources.file_systems import FileSystemEvents
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
ready = threading.Event()
try:
    FileSystemEvents([Path({str(tmp_path)!r})]).run(print, print, ready)
except OSError as error:
    print(type(error).__name__, ready.is_set())
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("PermissionError False\n", "")


def test_nothing_is_left_open_or_behind(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with watching(tmp_path):
        pass
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1  # the waker goes with its object
    assert os.listdir(tmp_path) == []  # noqa: PTH208
