"""A process with every parser loaded that reads no file itself: it forks a worker when it is told to, and ends it again.

A lost worker so costs milliseconds and not the loading of all parsers. There is one worker at a time.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

FORK, END = b"f", b"e"
_DONE, _FAILED = b"d", b"x"

Work = Callable[[socket.socket], None]


def serve(control: socket.socket, work: Work) -> None:
    """Do what is asked until the other end closes. `work` is what a forked worker does with its channel."""
    gc.collect()
    gc.freeze()  # what all workers share is not touched by their collectors, so that it stays shared
    child = 0
    try:
        while True:
            order, files, _, _ = socket.recv_fds(control, 1, 1)
            if not order:
                return
            _end(child)
            child = _fork(control, files[0], work) if order == FORK and files else 0
            control.sendall(_DONE if child or order == END else _FAILED)
    finally:
        _end(child)


def _fork(control: socket.socket, channel: int, work: Work) -> int:
    """The worker's process id, 0 where there can be none."""
    try:
        child = os.fork()
    except OSError:
        child = -1
    if child:
        os.close(channel)
        return max(child, 0)
    try:
        os.dup2(channel, control.fileno())  # it shall not give orders to this process
        os.close(channel)
        work(control)
    finally:
        os._exit(0)


def _end(child: int) -> None:
    if child:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


class Zygote:
    """The asker's side of the control socket. Every call raises OSError or EOFError where the process is gone or stuck."""

    def __init__(self, control: socket.socket, seconds: float) -> None:
        self._control = control
        self._seconds = seconds

    def fork(self, channel: int) -> None:
        """A new worker in place of the former, with the far end of its channel."""
        self._order(FORK, [channel])

    def end(self) -> None:
        """End the worker and wait until it is gone."""
        self._order(END, [])

    def close(self) -> None:
        """Tell the process to end."""
        self._control.close()

    def _order(self, word: bytes, files: list[int]) -> None:
        self._control.settimeout(self._seconds)
        socket.send_fds(self._control, [word], files)
        answer = self._control.recv(1)
        if not answer:
            raise EOFError
        if answer != _DONE:
            raise OSError("no process can be forked")
