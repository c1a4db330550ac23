"""What agent and worker say to each other over a socket pair: an open file one way, an answer of known length the other."""

from __future__ import annotations

import socket
import struct
import time
from contextlib import suppress

_REQUEST = struct.Struct("=d")  # seconds that the file may take; its descriptor travels beside
_LENGTH = struct.Struct("=I")  # bytes of the answer that follows
_LONGEST_ANSWER = 4 << 20


def ask(channel: socket.socket, file: int, seconds: float) -> None:
    """Hand over an open file. Raises OSError where nobody listens any more, ValueError where somebody spoke without being asked:
    what was said before would be taken for the answer about this file.
    """
    channel.settimeout(0)
    with suppress(BlockingIOError):
        if channel.recv(1, socket.MSG_PEEK):
            raise ValueError("an answer that nobody asked for")
    channel.settimeout(seconds)
    socket.send_fds(channel, [_REQUEST.pack(seconds)], [file])


def asked(channel: socket.socket) -> tuple[int, float] | None:
    """The next open file and its time in seconds, or None where the other end has closed."""
    request, files, _, _ = socket.recv_fds(channel, _REQUEST.size, 1)
    if len(request) < _REQUEST.size or not files:
        return None
    return files[0], _REQUEST.unpack(request)[0]


def answer(channel: socket.socket, body: bytes) -> None:
    """Answer a request."""
    channel.sendall(_LENGTH.pack(len(body)) + body)


def answered(channel: socket.socket, seconds: float) -> bytes:
    """The answer. Raises TimeoutError, OSError, EOFError where the other end has closed, ValueError for one too long."""
    ends = time.monotonic() + seconds
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size, ends))
    if length > _LONGEST_ANSWER:
        raise ValueError("the answer is too long")
    return _exactly(channel, length, ends)


def _exactly(channel: socket.socket, size: int, ends: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        channel.settimeout(left)
        part = channel.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
