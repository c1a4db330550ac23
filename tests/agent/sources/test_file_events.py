from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, InotifyFD, WatchDescriptor

from agent.sources import file_events
from agent.sources.base import EVERYTHING
from agent.sources.file_events import FileEvents
from policies.vocabulary import Text

INOTIFY = logging.getLogger("watchdog.observers.inotify_c")
PATIENCE = 30.0


class Heard:
    """What a watch has told, to wait for."""

    def __init__(self) -> None:
        self.changed: list[str] = []
        self.lost: list[tuple[datetime, Text]] = []
        self._news = threading.Condition()

    def tell_changed(self, path: str) -> None:
        with self._news:
            self.changed.append(path)
            self._news.notify_all()

    def tell_lost(self, since: datetime, why: Text) -> None:
        with self._news:
            self.lost.append((since, why))
            self._news.notify_all()

    def wait(self, met: Callable[[], bool]) -> bool:
        with self._news:
            return self._news.wait_for(met, PATIENCE)

    def clear(self) -> None:
        with self._news:
            self.changed.clear()


@contextmanager
def watching(*folders: Path, settle_seconds: float = 0.1, look_seconds: float = 60) -> Iterator[Heard]:
    heard, ready = Heard(), threading.Event()
    events = FileEvents(folders, settle_seconds=settle_seconds, look_seconds=look_seconds)
    thread = threading.Thread(target=events.run, args=(heard.tell_changed, heard.tell_lost, ready))
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield heard
    finally:
        events.close()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_file_that_was_written_moved_or_removed_is_told(tmp_path: Path) -> None:
    path, target = tmp_path / "a", tmp_path / "b"
    with watching(tmp_path) as heard:
        path.write_text("x")
        assert heard.wait(lambda: str(path) in heard.changed)
        heard.clear()
        path.rename(target)
        assert heard.wait(lambda: {str(path), str(target)} <= set(heard.changed))
        heard.clear()
        target.unlink()
        assert heard.wait(lambda: str(target) in heard.changed)


def test_a_file_that_comes_from_elsewhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "watched").mkdir()
    (tmp_path / "a").write_text("x")
    with watching(tmp_path / "watched") as heard:
        (tmp_path / "a").rename(tmp_path / "watched" / "a")
        assert heard.wait(lambda: str(tmp_path / "watched" / "a") in heard.changed)


def test_reading_a_file_is_no_change(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with watching(tmp_path) as heard:
        (tmp_path / "a").read_text()
        (tmp_path / "b").write_text("x")
        assert heard.wait(lambda: str(tmp_path / "b") in heard.changed)
        assert str(tmp_path / "a") not in heard.changed


def test_every_file_in_folders_made_in_a_burst_is_told_after_they_settled(tmp_path: Path) -> None:
    files = [tmp_path / f"d{n}" / "a" / "b" / "c" / name for n in range(40) for name in ("x", "y")]
    with watching(tmp_path) as heard:
        for file in files:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("x")
        assert heard.wait(lambda: {str(file) for file in files} <= set(heard.changed))
        # and each once more when its outermost folder has settled
        assert heard.wait(lambda: min(heard.changed.count(str(file)) for file in files) >= 2)


def test_a_tree_that_is_moved_in_is_told_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "watched").mkdir()
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "x").write_text("x")
    with watching(tmp_path / "watched") as heard:
        (tmp_path / "tree").rename(tmp_path / "watched" / "tree")
        assert heard.wait(lambda: str(tmp_path / "watched" / "tree" / "deep" / "x") in heard.changed)


def test_a_folder_that_went_leaves_everything_to_be_read_again(tmp_path: Path) -> None:
    (tmp_path / "watched" / "a").mkdir(parents=True)
    (tmp_path / "watched" / "a" / "x").write_text("x")
    with watching(tmp_path / "watched") as heard:
        (tmp_path / "watched" / "a").rename(tmp_path / "away")
        assert heard.wait(lambda: EVERYTHING in heard.changed)


def test_a_folder_that_appears_later_is_watched_then(tmp_path: Path) -> None:
    later = tmp_path / "later"
    with watching(tmp_path / "later", look_seconds=0.05) as heard:
        later.mkdir()
        assert heard.wait(lambda: EVERYTHING in heard.changed)
        (later / "a").write_text("x")
        assert heard.wait(lambda: str(later / "a") in heard.changed)
    assert heard.lost == []


def test_a_queue_that_overflowed_is_told_and_not_logged_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The message is watchdog's own: a real overflow takes sixteen thousand events that nobody reads."""
    (tmp_path / "a").write_text("x")
    with watching(tmp_path) as heard:
        INOTIFY.warning("Inotify queue overflowed; filesystem events were lost")
        assert heard.wait(lambda: len(heard.lost) == 1)
    assert heard.lost[0][0].tzinfo is not None
    assert "overflow" not in caplog.text
    assert INOTIFY.propagate
    assert INOTIFY.handlers == []


def test_watchdog_still_tells_of_an_overflow_where_it_is_listened_to() -> None:
    told: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    INOTIFY.addHandler(handler)
    try:
        InotifyFD.get_instance().handle_event(InotifyEvent(WatchDescriptor(-1), InotifyConstants.IN_Q_OVERFLOW, 0, b""))
    finally:
        INOTIFY.removeHandler(handler)
    assert any("overflow" in message for message in told)


def test_the_limit_of_watches_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's limit is the whole machine's, so only the question whether it is reached is answered otherwise."""
    monkeypatch.setattr(file_events, "_one_more_watch", lambda: False)
    with watching(tmp_path) as heard:
        assert heard.wait(lambda: bool(heard.lost))
    assert "max_user_watches" in heard.lost[0][1].en


def test_this_computer_would_grant_a_watch() -> None:
    assert file_events._one_more_watch()


def test_a_watch_that_died_is_begun_again_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False])
    whole = file_events._is_whole
    monkeypatch.setattr(file_events, "_is_whole", lambda *given: next(answers, None) is not False and whole(*given))
    with watching(tmp_path, look_seconds=0.05) as heard:
        assert heard.wait(lambda: bool(heard.lost) and EVERYTHING in heard.changed)
        (tmp_path / "a").write_text("x")
        assert heard.wait(lambda: str(tmp_path / "a") in heard.changed)


def test_of_the_root_folder_its_folders_are_watched_without_the_kernels_own() -> None:
    watches = dict(file_events._watches([Path("/"), Path("/home")]))
    assert watches[Path("/")] is False
    assert watches[Path("/home")] is True
    assert not {Path("/proc"), Path("/sys"), Path("/dev"), Path("/run")} & set(watches)
