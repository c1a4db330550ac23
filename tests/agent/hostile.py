"""A worker like the real one that also reads files made to break out of it, to break it, or to make it talk. For tests only."""

from __future__ import annotations

import ctypes
import json
import os
import platform
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


# Calls that Python has no word for, by their numbers on x86-64 and, where they are newer than 5.0, everywhere.
_NEW = MappingProxyType({"pidfd_open": 434, "clone3": 435, "openat2": 437, "pidfd_getfd": 438, "memfd_secret": 447})
_X86_64 = MappingProxyType(
    {
        "vfork": 58,
        "prctl": 157,
        "mount": 165,
        "tkill": 200,
        "add_key": 248,
        "keyctl": 250,
        "unshare": 272,
        "perf_event_open": 298,
        "prlimit64": 302,
        "open_by_handle_at": 304,
        "setns": 308,
        "process_vm_readv": 310,
        "seccomp": 317,
        "bpf": 321,
        "execveat": 322,
        "userfaultfd": 323,
        "io_uring_setup": 425,
        "x32-open": 0x40000002,
        "x32-execve": 0x40000208,
    }
)
CALLS = MappingProxyType({**_NEW, **(_X86_64 if platform.machine() == "x86_64" else {})})


def _call(number: int) -> Callable[[], None]:
    def attempt() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6) == -1:
            raise OSError(ctypes.get_errno(), "refused")

    return attempt


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
        **{name: _call(number) for name, number in CALLS.items()},
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


def _say(body: bytes, times: int = 1) -> None:
    os.write(int(sys.argv[1]), (len(body).to_bytes(4, sys.byteorder) + body) * times)


def _nest() -> None:
    channel, depth = int(sys.argv[1]), 1_500_000
    rest = (2 * depth + 6).to_bytes(4, sys.byteorder) + b'{"x":' + b"[" * depth + b"]" * depth + b"}"
    while rest:
        rest = rest[os.write(channel, rest) :]


def _whisper() -> None:
    mark = {"level": None, "term": SECRET, "verdict": "valid", "regime": "state", "place": "body", "text": "机密"}
    _say(json.dumps({"format": "txt", "read": "full", "reason": None, "marks": [mark]}, ensure_ascii=False).encode())


def _answer_twice() -> None:
    _say(b'{"format":"txt","read":"full","reason":null,"marks":[]}', times=2)
    _spin()


def _promise_much() -> None:
    os.write(int(sys.argv[1]), b"\xff\xff\xff\xff")


def _never_end() -> None:
    os.write(int(sys.argv[1]), (1 << 20).to_bytes(4, sys.byteorder) + b"{")
    _spin()


DEEDS: Mapping[str, Callable[[], Any]] = MappingProxyType(
    {
        "spin": _spin,
        "die": _die,
        "allocate": _allocate,
        "talk": _talk,
        "shout": _shout,
        "babble": _babble,
        "forge": _forge,
        "nest": _nest,
        "whisper": _whisper,
        "answer-twice": _answer_twice,
        "promise-much": _promise_much,
        "never-end": _never_end,
    }
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
