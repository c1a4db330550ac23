"""The waker wakes, from any thread and for good."""

from __future__ import annotations

import select
import threading

from agent.sources.waker import Waker

PATIENCE_MS = 30_000


def readable(waker: Waker, milliseconds: int) -> bool:
    poller = select.poll()
    poller.register(waker, select.POLLIN)
    return bool(poller.poll(milliseconds))


def test_a_wait_ends_when_another_thread_wakes_it() -> None:
    waker = Waker()
    threading.Thread(target=waker.wake).start()
    assert readable(waker, PATIENCE_MS)


def test_it_stays_awake() -> None:
    waker = Waker()
    assert not readable(waker, 0)
    waker.wake()
    waker.wake()
    assert readable(waker, 0)
    assert readable(waker, 0)
