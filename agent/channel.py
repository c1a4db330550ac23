"""What agent and worker say to each other over a socket pair: open files one way, an answer of known length each the other.

Several files may be handed over before the first answer, also many in one message; the answers come in the same order.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass

MOST_FILES = 16
"""Files that one message carries."""
_REQUEST = struct.Struct("=dB?")  # seconds for each file, how many there are, whether to explain; descriptors travel beside
_LENGTH = struct.Struct("=I")  # bytes of the answer that follows
_LONGEST_ANSWER = 4 << 20
_ONE_READ = 64 << 10


def ask(channel: socket.socket, files: Sequence[int], seconds: float, *, explain: bool = False) -> None:
    """Hand over open files, `MOST_FILES` at most. Raises OSError where nobody listens any more."""
    channel.settimeout(seconds)
    socket.send_fds(channel, [_REQUEST.pack(seconds, len(files), explain)], files)


@dataclass(frozen=True, slots=True)
class Request:
    """Open files, the time for each in seconds, and whether every decision about them is to be told."""

    files: tuple[int, ...]
    seconds: float
    explain: bool


def asked(channel: socket.socket) -> Request | None:
    """The next request, or None where the other end has closed, or not all of its files could be taken."""
    request, files, _, _ = socket.recv_fds(channel, _REQUEST.size, MOST_FILES)
    if len(request) < _REQUEST.size:
        return None
    seconds, count, explain = _REQUEST.unpack(request)
    return Request(tuple(files), seconds, explain) if len(files) == count else None


def answer(channel: socket.socket, body: bytes) -> None:
    """Answer a request."""
    channel.sendall(_LENGTH.pack(len(body)) + body)


class Answers:
    """The asker's end of a channel: answers as they come, several at a time."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._ahead = bytearray()

    def come(self, seconds: float) -> bool:
        """Whether the next answer is there, whole, within so many seconds. Raises what `next` does but TimeoutError."""
        try:
            self._whole(seconds)
        except TimeoutError:
            return False
        return True

    def next(self, seconds: float) -> bytes:
        """The next answer. Raises TimeoutError, OSError, EOFError where the other end has closed, ValueError for one too long."""
        whole = self._whole(seconds)
        body = bytes(self._ahead[_LENGTH.size : whole])
        del self._ahead[:whole]
        return body

    def expect_none(self) -> None:
        """Raises ValueError where something was said unasked, which would be taken for the answer to the next request.

        Raises EOFError where the other end has closed.
        """
        self._channel.settimeout(0)
        try:
            unasked = self._ahead or self._channel.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        if not unasked:
            raise EOFError
        raise ValueError("an answer that nobody asked for")

    def _whole(self, seconds: float) -> int:
        """How many bytes the next answer is with its length, all of them ahead."""
        ends = time.monotonic() + seconds
        self._receive(_LENGTH.size, ends)
        (length,) = _LENGTH.unpack_from(self._ahead)
        if length > _LONGEST_ANSWER:
            raise ValueError("the answer is too long")
        self._receive(_LENGTH.size + length, ends)
        return _LENGTH.size + int(length)

    def _receive(self, size: int, ends: float) -> None:
        """So many bytes at least."""
        while len(self._ahead) < size:
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._channel.settimeout(left)
            part = self._channel.recv(max(_ONE_READ, size - len(self._ahead)))
            if not part:
                raise EOFError
            self._ahead += part
