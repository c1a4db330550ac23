"""When the courier is sent: at the start, when something waits, and again while it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from agent.uplink import Backoff, Uplink

LIMIT = 30.0


class Messenger:
    """A courier that answers as it is told, True once there is nothing more to say."""

    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)
        self.sent = threading.Semaphore(0)
        self.errands = 0
        self.asked: list[bool] = []
        self.stopped = threading.Event()
        self.on_the_way: Callable[[], None] = lambda: None

    def deliver(self, *, ask: bool = False) -> bool:
        self.errands += 1
        self.asked.append(ask)
        self.sent.release()
        self.on_the_way()
        return self.answers.pop(0) if self.answers else True

    def stop(self) -> None:
        self.stopped.set()


def hold_up(messenger: Messenger) -> tuple[threading.Event, threading.Event]:
    """The courier tells that it is on its way, and waits until it may go on."""
    reached, go_on = threading.Event(), threading.Event()

    def on_the_way() -> None:
        reached.set()
        go_on.wait(LIMIT)

    messenger.on_the_way = on_the_way
    return reached, go_on


@contextmanager
def running(messenger: Messenger, pauses: list[float] | None = None, rest: float = 0.0) -> Iterator[Uplink]:
    """A started uplink that does not wait between two tries, but notes how long it would."""
    noted = [] if pauses is None else pauses

    def pick(low: float, high: float) -> float:
        noted.append(high)
        return 0.0

    uplink = Uplink(messenger, backoff=Backoff(pick=pick), rest=rest)
    uplink.start()
    try:
        yield uplink
    finally:
        assert uplink.stop(LIMIT)


@pytest.mark.parametrize(("failures", "ceiling"), [(1, 5.0), (2, 10.0), (4, 40.0), (11, 3600.0), (10_000, 3600.0)])
def test_the_pause_grows_and_is_drawn_from_all_of_it(failures: int, ceiling: float) -> None:
    assert Backoff(pick=lambda low, high: low).after(failures) == 0.0
    assert Backoff(pick=lambda low, high: high).after(failures) == ceiling


def test_the_courier_is_sent_at_the_start_and_whenever_there_is_something_to_tell() -> None:
    messenger = Messenger()
    with running(messenger) as uplink:
        for _ in range(3):
            assert messenger.sent.acquire(timeout=LIMIT)
            uplink.wake()
        assert messenger.sent.acquire(timeout=LIMIT)
    assert messenger.errands == 4


def test_what_comes_up_while_the_courier_is_away_is_not_forgotten() -> None:
    messenger = Messenger()
    reached, go_on = hold_up(messenger)
    with running(messenger) as uplink:
        assert reached.wait(LIMIT)
        uplink.wake()
        go_on.set()
        for _ in range(2):
            assert messenger.sent.acquire(timeout=LIMIT)


def test_a_failure_is_tried_again_by_itself_with_growing_pauses() -> None:
    messenger, pauses = Messenger(False, False, False), list[float]()
    with running(messenger, pauses):
        for _ in range(4):
            assert messenger.sent.acquire(timeout=LIMIT)
    assert pauses == [5.0, 10.0, 20.0]


def test_after_a_success_the_pauses_begin_anew() -> None:
    messenger, pauses = Messenger(False, False, True, False), list[float]()
    with running(messenger, pauses) as uplink:
        for _ in range(3):
            assert messenger.sent.acquire(timeout=LIMIT)
        uplink.wake()
        for _ in range(2):
            assert messenger.sent.acquire(timeout=LIMIT)
    assert pauses == [5.0, 10.0, 5.0]


def test_many_words_in_a_row_are_one_errand() -> None:
    messenger = Messenger()
    with running(messenger, rest=3600.0) as uplink:
        assert messenger.sent.acquire(timeout=LIMIT)
        for _ in range(100):
            uplink.wake()
    assert messenger.errands == 1


def test_an_idle_computer_asks_for_a_register_from_time_to_time() -> None:
    messenger = Messenger()
    uplink = Uplink(messenger, rest=0.0, ask_every=0.0)
    uplink.start()
    for _ in range(3):
        assert messenger.sent.acquire(timeout=LIMIT)
    assert uplink.stop(LIMIT)
    assert all(messenger.asked)


def test_in_between_it_delivers_without_asking() -> None:
    messenger = Messenger()
    with running(messenger) as uplink:
        assert messenger.sent.acquire(timeout=LIMIT)
        uplink.wake()
        assert messenger.sent.acquire(timeout=LIMIT)
    assert not any(messenger.asked)


def test_an_uplink_that_never_started_stops() -> None:
    assert Uplink(Messenger()).stop(0)


def test_a_courier_that_is_away_is_called_back_and_does_not_hold_up_the_end() -> None:
    messenger = Messenger()
    reached, go_on = hold_up(messenger)
    with running(messenger) as uplink:
        assert reached.wait(LIMIT)
        assert not uplink.stop(0.01)
        assert messenger.stopped.is_set()
        go_on.set()
