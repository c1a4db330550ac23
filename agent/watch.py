"""One source's thread: runs its watch, starts it again after a pause when it dies, and says so each time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from agent.inbox import Inbox, SourceState
from agent.sources.base import Blind, Source, SourceUnavailable
from policies.vocabulary import Text

log = logging.getLogger(__name__)

STEADY_SECONDS = 300.0
"""A watch that lived so long was sound: its end is a first failure again."""
ENDED = Text("监视意外结束", "the watch ended by itself")


class Watcher:
    """Watches one source until `close`. `pause` gives the seconds to wait after so many failures in a row."""

    def __init__(self, source: Source, inbox: Inbox, now: Callable[[], datetime], pause: Callable[[int], float]) -> None:
        self.settled = threading.Event()
        """The watch is established, or it is known that it cannot be: whoever waits may enumerate."""
        self._source = source
        self._inbox = inbox
        self._now = now
        self._pause = pause
        self._closed = threading.Event()
        self._blind_since: datetime | None = None
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=f"watch {source.name}", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def close(self) -> None:
        """End the watch soon."""
        self._closed.set()
        self._source.close()
        self.settled.set()

    def join(self, timeout: float) -> bool:
        """Wait for the end after `close`; False where it takes longer."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._closed.is_set():
            began = time.monotonic()
            reason = self._watch()
            if self._closed.is_set():
                return
            # One that dies soon each time must not be started, and all that it knows enumerated, without end.
            self._failures = 1 if time.monotonic() - began > STEADY_SECONDS else self._failures + 1
            self._blind_since = self._blind_since or self._now()
            self._inbox.post(SourceState(self._source.name, False, reason))
            self.settled.set()
            self._closed.wait(self._pause(self._failures))

    def _watch(self) -> Text:
        """One life of the watch; answers why it ended."""
        try:
            self._source.watch(self._inbox.post, _Ready(self._on_ready))
        except SourceUnavailable as error:
            return error.reason
        except Exception as error:  # noqa: BLE001  whatever a source dies of, the daemon goes on, says so and starts it again
            # The message of an unknown exception may hold facts about a classified file: only its type is told.
            log.error("watching %s failed: %s", self._source.name, type(error).__name__)
            reason = Text(f"监视出错（{type(error).__name__}）", f"the watch failed ({type(error).__name__})")
            self._inbox.post(Blind(source=self._source.name, began_at=self._now(), reason=reason))
            return reason
        return ENDED

    def _on_ready(self) -> None:
        """The source sees everything from now on; what it missed before must be enumerated."""
        self._inbox.post(SourceState(self._source.name, True))
        if self._blind_since is not None:
            reason = Text("监视中断后恢复", "the watch was interrupted and is back")
            self._inbox.post(Blind(source=self._source.name, began_at=self._blind_since, reason=reason))
        self._blind_since = None
        self.settled.set()


class _Ready(threading.Event):
    """Tells somebody when it is first set."""

    def __init__(self, told: Callable[[], None]) -> None:
        super().__init__()
        self._told = told

    def set(self) -> None:
        first = not self.is_set()
        super().set()
        if first:
            self._told()
