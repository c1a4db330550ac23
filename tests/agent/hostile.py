"""A worker like the real one that also reads files made to break out of it, to break it, or to make it talk. For tests only."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, ClassVar

from agent.confinement import Limits
from agent.extract.base import Budget, Extractor, Unreadable
from agent.extract.registry import extractors
from agent.worker import run
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

MAGIC = b"HOSTILE "
SECRET = "某部队定于某日调动至某地"


def _trace() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, os.getppid(), 0, 0) < 0:
        raise PermissionError(ctypes.get_errno(), "ptrace")


def _thread() -> None:
    try:
        threading.Thread(target=print).start()
    except RuntimeError as error:
        raise PermissionError from error


ATTEMPTS: Mapping[str, Callable[[], Any]] = MappingProxyType(
    {
        "open": lambda: os.open("/etc/passwd", os.O_RDONLY),
        "open-below-usr": lambda: os.open("/usr/bin/env", os.O_RDONLY),
        "list": lambda: list(Path("/").iterdir()),
        "write": lambda: Path("/tmp/shoumi-hostile").write_text("x"),
        "reopen": lambda: os.open("/proc/self/fd/0", os.O_RDONLY),
        "memory-file": lambda: os.memfd_create("x"),
        "delete": lambda: Path("/tmp/shoumi-none").unlink(),
        "socket": lambda: socket.socket(),
        "unix-socket": lambda: socket.socketpair(),
        "fork": os.fork,
        "thread": _thread,
        "execute": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606  what is refused here
        "kill": lambda: os.kill(os.getppid(), 0),
        "trace": _trace,
        "become-root": lambda: os.setresuid(0, 0, 0),
        "change-folder": lambda: os.chdir("/"),
    }
)


def _spin() -> None:
    while True:
        pass


def _die() -> None:
    ctypes.string_at(0)


def _allocate() -> None:
    bytearray(4 << 30)


def _talk() -> None:
    raise ValueError(SECRET)


def _shout() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.write(SECRET)
        stream.flush()


def _babble() -> None:
    os.write(int(sys.argv[1]), b"\xff" * 64)


def _forge() -> None:
    body = b'{"format":"txt","read":"full","reason":null,"marks":"' + SECRET.encode() + b'"}'
    os.write(int(sys.argv[1]), len(body).to_bytes(4, sys.byteorder) + body)


DEEDS: Mapping[str, Callable[[], Any]] = MappingProxyType(
    {"spin": _spin, "die": _die, "allocate": _allocate, "talk": _talk, "shout": _shout, "babble": _babble, "forge": _forge}
)


class Hostile(Extractor):
    """Does what the file says: a deed, or an attempt, of which it tells whether it was refused."""

    name: ClassVar[str] = "hostile"

    def rank(self, head: bytes) -> float:
        return 2 if head.startswith(MAGIC) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        word = file.read().removeprefix(MAGIC).decode()
        yield Block(SECRET, Place.BODY)
        if word in DEEDS:
            DEEDS[word]()
            return
        try:
            ATTEMPTS[word]()
        except PermissionError as error:
            raise Unreadable(Unread.PERMISSION) from error


if __name__ == "__main__":
    run(int(sys.argv[1]), Limits(memory=int(sys.argv[2])), [*extractors(), Hostile()])
