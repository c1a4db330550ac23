"""Tests of debian-packages.sh, as a user who may not install anything."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("debian-packages.sh").read_text(encoding="utf-8")
NOBODY = 65534


def see_to(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script without root's rights; it comes by standard input, since nobody may not read this folder."""
    user = NOBODY if os.geteuid() == 0 else None
    command = ["sh", "-s", "--", *arguments]
    return subprocess.run(command, input=SCRIPT, cwd="/", user=user, capture_output=True, text=True, check=False)  # may fail


@pytest.mark.needs_tool("dpkg-query")
def test_what_is_installed_needs_nothing() -> None:
    run = see_to("--required", "dpkg")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_what_is_missing_is_named_in_one_line() -> None:
    run = see_to("no-such-package", "nor-this")
    assert run.returncode == 0
    assert run.stderr.endswith("sudo apt-get install no-such-package nor-this\n")
    assert run.stderr.count("\n") == 1


def test_what_is_required_and_missing_is_an_error() -> None:
    assert see_to("--required", "no-such-package").returncode == 1
