"""Netlink (RFC 3549): messages, attributes and a socket. What the messages mean is said elsewhere (rtnetlink.py).

Everything is checked against the length that the kernel gave: a truncated message or attribute ends the reading of its
buffer, an unknown one is passed over.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType

NETLINK_ROUTE = 0
NETLINK_KOBJECT_UEVENT = 15

_NLMSG_ERROR = 2
_NLMSG_DONE = 3
_NLM_F_REQUEST = 0x001
_NLM_F_DUMP_INTR = 0x010
_NLM_F_DUMP = 0x300
_ATTRIBUTE_FLAGS = 0xC000

_MESSAGE = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_ERROR = struct.Struct("=i")
_SO_RCVBUFFORCE = 33
_BUFFER = 1 << 16


@dataclass(frozen=True, slots=True)
class Message:
    """One netlink message without its header."""

    type: int
    flags: int
    sequence: int
    body: bytes


def messages(data: bytes) -> Iterator[Message]:
    """The messages of one datagram, up to the first that is cut short."""
    offset = 0
    while offset + _MESSAGE.size <= len(data):
        length, kind, flags, sequence, _port = _MESSAGE.unpack_from(data, offset)
        if length < _MESSAGE.size or offset + length > len(data):
            return
        yield Message(kind, flags, sequence, data[offset + _MESSAGE.size : offset + length])
        offset += _aligned(length)


def attributes(data: bytes) -> dict[int, bytes]:
    """The attributes (type, value) of a message's tail, up to the first that is cut short."""
    found: dict[int, bytes] = {}
    offset = 0
    while offset + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, offset)
        if length < _ATTRIBUTE.size or offset + length > len(data):
            break
        found[kind & ~_ATTRIBUTE_FLAGS] = data[offset + _ATTRIBUTE.size : offset + length]
        offset += _aligned(length)
    return found


def nested(data: bytes) -> list[bytes]:
    """The values of a list of attributes in its order, whatever their types."""
    found: list[bytes] = []
    while len(data) >= _ATTRIBUTE.size:
        length, _kind = _ATTRIBUTE.unpack_from(data)
        if length < _ATTRIBUTE.size or length > len(data):
            break
        found.append(data[_ATTRIBUTE.size : length])
        data = data[_aligned(length) :]
    return found


def text(value: bytes | None) -> str:
    """An attribute that holds a name, ended by NUL; "" where there is none."""
    return (value or b"").partition(b"\0")[0].decode("utf-8", "replace")


def number(value: bytes | None) -> int | None:
    """An attribute that holds a number of 32 bits in this computer's byte order."""
    return int.from_bytes(value[:4], sys.byteorder) if value and len(value) >= 4 else None


def pack(values: Mapping[int, bytes]) -> bytes:
    """Attributes as the kernel wants them."""
    parts = []
    for kind, value in values.items():
        parts.append(_ATTRIBUTE.pack(_ATTRIBUTE.size + len(value), kind) + value + bytes(_aligned(len(value)) - len(value)))
    return b"".join(parts)


class Netlink:
    """A netlink socket that asks the kernel. Use it in a `with` block; not safe for two threads at once."""

    def __init__(self, protocol: int = NETLINK_ROUTE, *, time_limit: float = 10.0) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
        self._socket.settimeout(time_limit)
        self._socket.bind((0, 0))
        self._sequence = 0

    def __enter__(self) -> Netlink:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._socket.close()

    def dump(self, kind: int, header: bytes, tries: int = 8) -> list[Message]:
        """All entries of a table, as they were at one moment. Raises OSError; InterruptedError where it never held still."""
        for _ in range(tries):
            self._send(kind, _NLM_F_DUMP, header)
            answers, interrupted = self._answers()
            if not interrupted:
                return answers
        raise InterruptedError("the kernel's table changed during every reading")

    def ask(self, kind: int, header: bytes, values: Mapping[int, bytes]) -> Message:
        """One question, one answer. Raises OSError with the kernel's error number where it refuses."""
        self._send(kind, 0, header + pack(values))
        return next(message for message in self._receive() if message.type != _NLMSG_DONE)

    def _send(self, kind: int, flags: int, body: bytes) -> None:
        self._sequence += 1
        length = _MESSAGE.size + len(body)
        self._socket.send(_MESSAGE.pack(length, kind, flags | _NLM_F_REQUEST, self._sequence, 0) + body)

    def _answers(self) -> tuple[list[Message], bool]:
        answers: list[Message] = []
        interrupted = False
        while True:
            for message in self._receive():
                interrupted = interrupted or bool(message.flags & _NLM_F_DUMP_INTR)
                if message.type == _NLMSG_DONE:
                    return answers, interrupted
                answers.append(message)

    def _receive(self) -> list[Message]:
        """The messages of the next datagram that the kernel sent in answer to the last request."""
        while True:
            data, (port, _groups) = self._socket.recvfrom(_BUFFER)
            found = [m for m in messages(data) if m.sequence == self._sequence] if port == 0 else []
            for message in found:
                _raise_error(message)
            if found:
                return found


def subscribe(protocol: int, groups: int, receive_buffer: int) -> socket.socket:
    """A non-blocking socket that hears the kernel's announcements; `groups` is a bit mask, the buffer is in bytes."""
    listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK, protocol)
    try:
        _enlarge(listener, receive_buffer)
        listener.bind((0, groups))
    except OSError:
        listener.close()
        raise
    return listener


def heard(listener: socket.socket) -> Iterator[bytes]:
    """The announcements that wait, from the kernel alone. Raises OSError ENOBUFS once where some were lost."""
    while True:
        try:
            data, sender = listener.recvfrom(_BUFFER)
        except BlockingIOError:
            return
        if isinstance(sender, tuple) and sender[0] == 0:  # its port; a make-believe kernel has none
            yield data


def _enlarge(listener: socket.socket, size: int) -> None:
    try:
        listener.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, size)
    except PermissionError:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)


def _raise_error(message: Message) -> None:
    if message.type not in (_NLMSG_ERROR, _NLMSG_DONE) or len(message.body) < _ERROR.size:
        return
    (code,) = _ERROR.unpack_from(message.body)
    if code < 0:
        raise OSError(-code, os.strerror(-code))


def _aligned(length: int) -> int:
    return (length + 3) & ~3
