"""Signals as calls from a thread of their own: no handler ever runs in the middle of other code."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

GRACE_SECONDS = 2.0
_WANTED = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


def hold_reload() -> None:
    """Keep a SIGHUP that comes before `run_with_signals` for it; it would end the process."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})


def run_with_signals(work: Callable[[], int], *, stop: Callable[[], None], reload: Callable[[], None]) -> int:
    """Do the work in this (the main) thread; SIGTERM and SIGINT call `stop`, SIGHUP calls `reload`. Start no thread before.

    Work that has not ended within GRACE_SECONDS of a stop is left where it is and the process ends: it may wait for a parser or
    a network that takes longer, and all that counts is on disk already.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _WANTED)
    done = threading.Event()
    threading.Thread(target=_wait, args=(stop, reload, done), name="signals", daemon=True).start()
    try:
        return work()
    finally:
        done.set()


def _wait(stop: Callable[[], None], reload: Callable[[], None], done: threading.Event) -> None:
    while (number := signal.sigwait(_WANTED)) == signal.SIGHUP:
        reload()
    # It stays pending: were this process to become another program just now, that one is to end too.
    os.kill(os.getpid(), number)
    stop()
    if not done.wait(GRACE_SECONDS):
        os._exit(0)
