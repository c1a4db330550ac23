"""Ends another thread's blocking wait."""

from __future__ import annotations

import os
import weakref


class Waker:
    """Something to poll for beside a socket. Once `wake` was called it stays readable, so that every wait ends at once."""

    def __init__(self) -> None:
        self._event = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        weakref.finalize(self, os.close, self._event)

    def wake(self) -> None:
        """End the wait; from any thread, any number of times."""
        os.eventfd_write(self._event, 1)

    def fileno(self) -> int:
        """For poll."""
        return self._event
