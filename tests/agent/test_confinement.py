from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.confinement import Limits, _ruleset

ROOT = Path(__file__).parents[2]
CONFINE = """
import json, os, resource, socket, sys
from agent import confinement, seccomp
force = {**confinement.settle(), **confinement.confine(confinement.Limits(memory=256 << 20))}
def tell(**facts):
    os.write(1, json.dumps(facts).encode())
"""
# The same without the filter of system calls, to see what the other protections are worth.
WITHOUT_FILTER = "from agent import seccomp; seccomp.confine = lambda libc: False\n" + CONFINE


def confined(code: str, before: str = CONFINE) -> Any:
    """What a confined process tells."""
    run = subprocess.run([sys.executable, "-c", before + code], cwd=ROOT, capture_output=True, check=False)
    return json.loads(run.stdout)


def test_every_protection_is_told_by_name() -> None:
    force = confined("tell(**force)")
    assert set(force) == {
        "network_namespace",
        "first_to_go",
        "limits",
        "nobody",
        "dies_with_parent",
        "not_dumpable",
        "no_new_privileges",
        "landlock",
        "seccomp",
    }


def test_a_protection_that_is_not_in_force_is_told() -> None:
    assert confined("tell(**force)", WITHOUT_FILTER)["seccomp"] is False


def test_no_file_is_opened_even_without_the_filter() -> None:
    code = """
try:
    os.open("/etc/passwd", os.O_RDONLY)
except PermissionError:
    tell(refused=True)
"""
    assert confined(code, WITHOUT_FILTER) == {"refused": True}


@pytest.mark.needs_root
def test_the_network_is_empty_even_without_the_filter() -> None:
    code = """
code = socket.socket().connect_ex(("127.0.0.1", 9))
tell(links=[name for _, name in socket.if_nameindex()], code=code)
"""
    found = confined(code, WITHOUT_FILTER)
    assert found["links"] == ["lo"]
    assert found["code"] != 0


@pytest.mark.needs_root
def test_the_process_is_nobody() -> None:
    assert confined("tell(ids=[*os.getresuid(), *os.getresgid()], groups=os.getgroups())", WITHOUT_FILTER) == {
        "ids": [65534] * 6,
        "groups": [],
    }


def test_the_limits_bind() -> None:
    code = """
names = ["AS", "CPU", "NOFILE", "FSIZE", "CORE", "NPROC"]
tell(**{name: resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names})
"""
    found = confined(code, WITHOUT_FILTER)
    assert found == {
        "AS": [256 << 20] * 2,
        "CPU": [Limits().processor] * 2,
        "NOFILE": [Limits().files] * 2,
        "FSIZE": [0, 0],
        "CORE": [0, 0],
        "NPROC": [0, 0],
    }


def test_it_is_the_first_to_go_where_memory_runs_out() -> None:
    before = 'score = open("/proc/self/oom_score_adj")\n' + CONFINE
    assert confined("score.seek(0); tell(score=score.read().strip())", before) == {"score": "1000"}


def test_memory_beyond_the_limit_is_refused() -> None:
    code = """
try:
    bytearray(1 << 30)
except MemoryError:
    tell(refused=True)
"""
    assert confined(code) == {"refused": True}


@pytest.mark.parametrize(("version", "size"), [(1, 8), (2, 8), (3, 8), (4, 16), (5, 16), (6, 24), (9, 24)])
def test_the_ruleset_is_as_large_as_the_kernel_knows_it(version: int, size: int) -> None:
    assert len(_ruleset(version)) == size


def test_newer_kernels_handle_more_rights() -> None:
    rights = [int.from_bytes(_ruleset(version)[:8], sys.byteorder) for version in (1, 2, 3, 4, 5)]
    assert rights == [(1 << bits) - 1 for bits in (13, 14, 15, 15, 16)]


def test_this_process_is_not_confined() -> None:
    assert os.access("/etc/passwd", os.R_OK)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] != 0
