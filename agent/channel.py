"""What agent and worker say to each other over a socket pair: open files one way, an answer of known length each the other.

Several files may be handed over before the first answer; the answers come in the same order.
"""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass

_REQUEST = struct.Struct("=d?")  # seconds that the file may take, whether to explain; its descriptor travels beside
_LENGTH = struct.Struct("=I")  # bytes of the answer that follows
_LONGEST_ANSWER = 4 << 20
_ONE_READ = 64 << 10


def ask(channel: socket.socket, file: int, seconds: float, *, explain: bool = False) -> None:
    """Hand over an open file. Raises OSError where nobody listens any more."""
    channel.settimeout(seconds)
    socket.send_fds(channel, [_REQUEST.pack(seconds, explain)], [file])


@dataclass(frozen=True, slots=True)
class Request:
    """An open file, its time in seconds, and whether every decision about it is to be told."""

    file: int
    seconds: float
    explain: bool


def asked(channel: socket.socket) -> Request | None:
    """The next request, or None where the other end has closed."""
    request, files, _, _ = socket.recv_fds(channel, _REQUEST.size, 1)
    if len(request) < _REQUEST.size or not files:
        return None
    return Request(files[0], *_REQUEST.unpack(request))


def answer(channel: socket.socket, body: bytes) -> None:
    """Answer a request."""
    channel.sendall(_LENGTH.pack(len(body)) + body)


class Answers:
    """The asker's end of a channel: answers as they come, several at a time."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._ahead = bytearray()

    def next(self, seconds: float) -> bytes:
        """The next answer. Raises TimeoutError, OSError, EOFError where the other end has closed, ValueError for one too long."""
        ends = time.monotonic() + seconds
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, ends))
        if length > _LONGEST_ANSWER:
            raise ValueError("the answer is too long")
        return self._exactly(length, ends)

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

    def _exactly(self, size: int, ends: float) -> bytes:
        while len(self._ahead) < size:
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._channel.settimeout(left)
            part = self._channel.recv(max(_ONE_READ, size - len(self._ahead)))
            if not part:
                raise EOFError
            self._ahead += part
        data = bytes(self._ahead[:size])
        del self._ahead[:size]
        return data
