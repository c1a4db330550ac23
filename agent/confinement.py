"""Takes from the calling process, for ever, all that a parser of untrusted files does not need.

No network, no file opened, no process started, bounded memory and processor time, nobody's rights. Every protection that this
kernel does not offer is told; none is silently missing.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent import seccomp

_CLONE_NEWIPC, _CLONE_NEWNET = 0x08000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446  # the same numbers on every architecture
_LANDLOCK_VERSION = 1
_NOBODY = 65534
_OOM_SCORE = Path("/proc/self/oom_score_adj")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`memory`: bytes of address space. `processor`: seconds of the process's whole life, far above what a healthy one needs."""

    memory: int = 512 << 20
    processor: int = 900
    files: int = 64


def settle() -> Mapping[str, bool]:
    """Take from the calling process all that neither it nor a process that it forks needs; it may still fork.

    Imports and openings must be over. Answers which protections are in force, by name.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    root = os.geteuid() == 0
    force = {"network_namespace": root and libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) == 0}
    force["first_to_go"] = _offer_to_die()
    force["nobody"] = root and _become_nobody()
    force["dies_with_parent"] = _die_with_parent(libc)
    force["not_dumpable"] = libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
    force["no_new_privileges"] = libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    force["landlock"] = _forbid_files(libc)
    return force


def confine(limits: Limits) -> Mapping[str, bool]:
    """Bind the calling process, which `settle` came over before: limits, and a list of the system calls that are left to it."""
    libc = ctypes.CDLL(None, use_errno=True)
    return {"dies_with_parent": _die_with_parent(libc), "limits": _limit(limits), "seccomp": seccomp.confine(libc)}


def _die_with_parent(libc: ctypes.CDLL) -> bool:
    """A forked process must ask for it anew."""
    return bool(libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0)


def _offer_to_die() -> bool:
    """Where memory runs out the kernel ends this process, not the one that watches the computer."""
    try:
        _OOM_SCORE.write_text("1000")
    except OSError:
        return False
    return True


def _limit(limits: Limits) -> bool:
    wanted = {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: limits.processor,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for kind, most in wanted.items():
        hard = resource.getrlimit(kind)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (value, value))
    return True


def _become_nobody() -> bool:
    """The user that owns nothing. In a container without the right to change users the process stays who it is."""
    try:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    except OSError:
        return False
    return True


def _forbid_files(libc: ctypes.CDLL) -> bool:
    """A Landlock ruleset without a single rule: no file may be touched, nor the network where the kernel knows how."""
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _LANDLOCK_VERSION)
    if version < 1:
        return False
    attributes = _ruleset(version)
    ruleset = libc.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    in_force = libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return bool(in_force)


def _ruleset(version: int) -> bytes:
    """struct landlock_ruleset_attr as large as the kernel's version knows it, with every right that it handles."""
    rights = 13 if version < 2 else 14 if version < 3 else 15 if version < 5 else 16
    fields = [(1 << rights) - 1]
    if version >= 4:
        fields.append(0b11)  # bind and connect
    if version >= 6:
        fields.append(0b11)  # abstract sockets and signals
    return struct.pack(f"={len(fields)}Q", *fields)
