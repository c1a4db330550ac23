"""A question to a program of ours and its answer, and every way in which there is none."""

from __future__ import annotations

import os
import select
import signal
import threading
from pathlib import Path

import pytest

from agent.apart import Apart

ECHO = """
import sys
sys.stdout.write(" ".join(sys.argv[1:]) + ":" + sys.stdin.read())
"""
FAIL = "raise SystemExit(3)"
HANG = """
import signal, sys
with open(sys.argv[1], "w") as pipe:
    pipe.write("up")
signal.pause()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where modules lie that can be run."""
    for name, code in (("echo_apart", ECHO), ("fail_apart", FAIL), ("hang_apart", HANG)):
        (tmp_path / f"{name}.py").write_text(code)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_a_question_is_answered(folder: Path) -> None:
    apart = Apart("echo_apart", "a", folder)
    assert apart.ask(b"what") == f"a {folder}:what".encode()
    assert apart.ask() == f"a {folder}:".encode()


@pytest.mark.parametrize("module", ["fail_apart", "no.such.module"])
def test_a_program_that_fails_is_an_error(folder: Path, module: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ChildProcessError, match=f"{module} ended with"):
        Apart(module).ask()


def test_one_of_ours_is_found_from_any_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "agent").mkdir()  # a folder of this name where somebody stands is none of ours
    with pytest.raises(ChildProcessError, match=r"agent\.registers ended with 1"):
        Apart("agent.registers").ask()  # it is found, and misses its argument


def test_a_program_that_is_stopped_ends_and_is_not_started_again(folder: Path) -> None:
    pipe, outcome = folder / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    apart = Apart("hang_apart", pipe)

    def ask() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # as every thread of the daemon has it
        try:
            apart.ask()
        except ChildProcessError as error:
            outcome.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    assert select.select([reader], [], [], 30)[0]
    os.close(reader)
    apart.stop()
    asking.join(30)
    assert outcome == ["hang_apart ended with -9"]
    with pytest.raises(ChildProcessError, match="was stopped"):
        apart.ask()
