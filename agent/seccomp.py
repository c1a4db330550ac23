"""A list of the system calls that a confined process may still make (seccomp mode 2, seccomp(2)), as a BPF program.

All others fail with EPERM: no socket, no file opened, no process or thread started, nothing executed or traced.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Architecture:
    """How the kernel names an architecture (linux/audit.h) and the numbers of the calls that are allowed on it."""

    audit: int
    calls: Mapping[str, int]


def _calls(numbers: str) -> Mapping[str, int]:
    return MappingProxyType({name: int(number) for name, number in (pair.split("=") for pair in numbers.split())})


ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {
        "x86_64": Architecture(
            0xC000003E,
            _calls(
                "read=0 write=1 close=3 fstat=5 lseek=8 mmap=9 mprotect=10 munmap=11 brk=12 rt_sigaction=13 rt_sigprocmask=14"
                " rt_sigreturn=15 pread64=17 readv=19 sched_yield=24 mremap=25 madvise=28 getpid=39 sendto=44 recvfrom=45"
                " sendmsg=46 recvmsg=47 exit=60 getrusage=98 sigaltstack=131 gettid=186 futex=202 restart_syscall=219"
                " clock_gettime=228 clock_nanosleep=230 exit_group=231 newfstatat=262 getrandom=318"
            ),
        ),
        "aarch64": Architecture(
            0xC00000B7,
            _calls(
                "close=57 lseek=62 read=63 write=64 readv=65 pread64=67 newfstatat=79 fstat=80 exit=93 exit_group=94 futex=98"
                " clock_gettime=113 clock_nanosleep=115 sched_yield=124 restart_syscall=128 sigaltstack=132 rt_sigaction=134"
                " rt_sigprocmask=135 rt_sigreturn=139 getrusage=165 getpid=172 gettid=178 sendto=206 recvfrom=207 sendmsg=211"
                " recvmsg=212 brk=214 munmap=215 mremap=216 mmap=222 mprotect=226 madvise=233 getrandom=278"
            ),
        ),
    }
)

_X32_BIT = 0x40000000  # x86_64 kernels may take the same calls again under numbers with this bit

# BPF operations (linux/bpf_common.h) and the answers of a filter (linux/seccomp.h).
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000

_PR_SET_SECCOMP, _FILTER = 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def program(architecture: Architecture) -> bytes:
    """The filter: another architecture is killed, an allowed call passes, every other is refused."""
    numbers = sorted(architecture.calls.values())
    checks = [_jump(_EQUAL, number, if_true=len(numbers) - index) for index, number in enumerate(numbers)]
    return b"".join(
        [
            _plain(_LOAD, _ARCHITECTURE),
            _jump(_EQUAL, architecture.audit, if_true=1),
            _plain(_RETURN, _KILL),
            _plain(_LOAD, _NUMBER),
            _jump(_AT_LEAST, _X32_BIT, if_true=len(numbers)),
            *checks,
            _plain(_RETURN, _REFUSE),
            _plain(_RETURN, _ALLOW),
        ]
    )


def confine(libc: ctypes.CDLL, machine: str = platform.machine()) -> bool:
    """Install the filter for the calling thread for ever. False where the architecture or the kernel does not allow it.

    The process must have renounced new privileges (PR_SET_NO_NEW_PRIVS) before.
    """
    architecture = ARCHITECTURES.get(machine)
    if architecture is None or struct.calcsize("P") != 8:
        return False
    instructions = program(architecture)
    prepared = _Program(len(instructions) // 8, instructions)
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(prepared), 0, 0) == 0)


def _plain(code: int, operand: int) -> bytes:
    return struct.pack("=HBBI", code, 0, 0, operand)


def _jump(code: int, operand: int, *, if_true: int) -> bytes:
    return struct.pack("=HBBI", code, if_true, 0, operand)
