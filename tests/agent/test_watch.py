"""A source's thread: it lives, dies, is unavailable, comes back, and says so each time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import pytest

from agent.inbox import Inbox, Item, SourceState
from agent.sources.base import Blind, Change, Post, SourceUnavailable
from agent.watch import ENDED, Watcher
from checks.subjects import Subject
from policies.vocabulary import Text
from tests.agent.making import NOW

AWAY = Text("无设备", "no device")


class Lives:
    """A source whose watch is another function at each life; the last one stays until `close`."""

    name = "media"

    def __init__(self, *lives: Callable[[Post, threading.Event], None]) -> None:
        self._lives = list(lives)
        self._closed = threading.Event()

    def present(self) -> Iterable[Subject]:
        return ()

    def read(self, key: str) -> Subject | None:
        return None

    def watch(self, post: Post, ready: threading.Event) -> None:
        if self._lives:
            self._lives.pop(0)(post, ready)
            return
        ready.set()
        self._closed.wait(30)

    def close(self) -> None:
        self._closed.set()


def crash(post: Post, ready: threading.Event) -> None:
    ready.set()
    raise RuntimeError("/home/someone/机密.docx")


def unavailable(post: Post, ready: threading.Event) -> None:
    raise SourceUnavailable(AWAY)


def end(post: Post, ready: threading.Event) -> None:
    ready.set()


@pytest.fixture
def watch() -> Iterator[Callable[..., tuple[Watcher, Inbox, list[int]]]]:
    """Starts a watcher over a source; it is closed at the end."""
    started: list[Watcher] = []

    def start(*lives: Callable[[Post, threading.Event], None]) -> tuple[Watcher, Inbox, list[int]]:
        inbox, failures = Inbox(), list[int]()

        def pause(count: int) -> float:
            failures.append(count)
            return 0.0

        watcher = Watcher(Lives(*lives), inbox, lambda: NOW, pause)
        started.append(watcher)
        watcher.start()
        return watcher, inbox, failures

    yield start
    for watcher in started:
        watcher.close()
        assert watcher.join(30)


Start = Callable[..., tuple[Watcher, Inbox, list[int]]]


def wait_until_watching(inbox: Inbox) -> list[Item]:
    """All items up to the one that says that the source watches."""
    items: list[Item] = []
    while (item := inbox.get(30)) is not None:
        items.append(item)
        if item == SourceState("media", True):
            return items
    raise AssertionError(items)


def wait_until_blind(inbox: Inbox) -> list[Item]:
    """All items up to one that asks for an enumeration."""
    items: list[Item] = []
    while (item := inbox.get(30)) is not None:
        items.append(item)
        if isinstance(item, Blind):
            return items
    raise AssertionError(items)


def test_a_watch_that_is_established_is_told(watch: Start) -> None:
    watcher, inbox, _ = watch()
    assert watcher.settled.wait(30)
    assert wait_until_watching(inbox) == [SourceState("media", True)]


def test_changes_reach_the_inbox(watch: Start) -> None:
    change = Change(source="media", key="1", at=NOW)

    def tell(post: Post, ready: threading.Event) -> None:
        post(change)
        raise SourceUnavailable(AWAY)

    _, inbox, _ = watch(tell)
    assert inbox.get(30) == change


def test_a_watch_that_dies_is_started_again_and_what_it_missed_is_enumerated(watch: Start) -> None:
    _, inbox, failures = watch(*[crash] * 3)
    seen: list[Item] = []
    while not (failures == [1, 2, 3] and SourceState("media", True) in seen and any(isinstance(i, Blind) for i in seen)):
        item = inbox.get(30)
        assert item is not None, (failures, seen)
        seen.append(item)


def test_the_message_of_a_crash_is_told_to_nobody(watch: Start, caplog: pytest.LogCaptureFixture) -> None:
    watcher, inbox, _ = watch(crash)
    watcher.settled.wait(30)
    watcher.close()
    watcher.join(30)
    told = caplog.text
    while (item := inbox.get(0)) is not None:
        told += repr(item)
    assert "RuntimeError" in told
    assert "机密" not in told


def test_a_source_that_cannot_be_watched_holds_nobody_up(watch: Start) -> None:
    watcher, inbox, _ = watch(*[unavailable] * 3)
    assert watcher.settled.wait(30)
    first = inbox.get(30)
    assert first in (SourceState("media", False, AWAY), SourceState("media", True))  # it may be back already


def test_after_it_was_unavailable_everything_is_enumerated_once(watch: Start) -> None:
    _, inbox, failures = watch(*[unavailable] * 3)
    wait_until_watching(inbox)
    back = inbox.get(30)
    assert isinstance(back, Blind)
    assert failures == [1, 2, 3]


def test_a_watch_that_ends_by_itself_has_died_too(watch: Start) -> None:
    _, inbox, _ = watch(end)
    told = [item for item in wait_until_blind(inbox) if isinstance(item, SourceState)]
    assert {state.reason for state in told} <= {ENDED, None}


def test_closing_ends_it_and_is_no_failure(watch: Start) -> None:
    watcher, inbox, failures = watch()
    wait_until_watching(inbox)
    watcher.close()
    assert watcher.join(30)
    assert failures == []
    assert inbox.get(0) is None
