from __future__ import annotations

import ctypes
import platform
import struct
from pathlib import Path

import pytest

from agent.seccomp import ARCHITECTURES, confine, program
from tests.conftest import IN_CI

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000
OTHER_AUDIT = 0x40000003  # i386


def answer_to(machine: str, audit: int, number: int) -> int:
    """What the filter answers, by a small interpreter of the BPF operations that it uses."""
    steps = list(struct.iter_unpack("=HBBI", program(ARCHITECTURES[machine])))
    position, value = 0, 0
    while True:
        code, if_true, if_false, operand = steps[position]
        position += 1
        if code == 0x20:
            value = {0: number, 4: audit}[operand]
        elif code == 0x06:
            return int(operand)
        else:
            holds = {0x15: value == operand, 0x35: value >= operand}[code]
            position += if_true if holds else if_false


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_listed_calls_pass_and_no_others(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    passing = {number for number in range(1024) if answer_to(machine, architecture.audit, number) == ALLOW}
    assert passing == set(architecture.calls.values())
    assert answer_to(machine, architecture.audit, 1023) == REFUSE


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_another_architecture_is_killed(machine: str) -> None:
    assert answer_to(machine, OTHER_AUDIT, 0) == KILL


def test_the_same_calls_under_x32_numbers_are_refused() -> None:
    assert answer_to("x86_64", ARCHITECTURES["x86_64"].audit, 0x40000000) == REFUSE


@pytest.mark.parametrize("name", ["openat", "socket", "execve", "clone", "clone3", "fork", "ptrace", "kill", "prctl", "ioctl"])
def test_what_leads_out_is_on_no_list(name: str) -> None:
    assert all(name not in architecture.calls for architecture in ARCHITECTURES.values())


HEADERS = {"x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "aarch64": "/usr/include/asm-generic/unistd.h"}


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_numbers_are_the_kernels_own(machine: str) -> None:
    header = Path(HEADERS[machine])
    if not header.exists():
        (pytest.fail if IN_CI else pytest.skip)(f"needs {header} (Debian package linux-libc-dev)")
    words = [line.split()[1:3] for line in header.read_text().splitlines() if line.startswith("#define __NR")]
    named = {name.removeprefix("__NR_").removeprefix("__NR3264_"): number for name, number in (w for w in words if len(w) == 2)}
    generic = {"fstat": "80", "lseek": "62", "mmap": "222", "newfstatat": "79"} if machine == "aarch64" else {}
    for name, number in ARCHITECTURES[machine].calls.items():
        assert (generic.get(name) or named[name]) == str(number), name


def test_an_unknown_architecture_is_told() -> None:
    assert confine(ctypes.CDLL(None), machine="loongarch64") is False
    assert platform.machine() in ARCHITECTURES or confine(ctypes.CDLL(None)) is False
