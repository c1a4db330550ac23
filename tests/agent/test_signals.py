"""Signals, sent to real processes."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SCRIPT = """
import sys, threading
from agent.signals import run_with_signals
stop = threading.Event()
def work():
    print("ready", flush=True)
    if sys.argv[1] == "hangs":
        threading.Event().wait()
    stop.wait()
    return 7
sys.exit(run_with_signals(work, stop=stop.set, reload=lambda: print("reload", flush=True)))
"""

BECOMES = """
import os, sys, threading
from agent.signals import run_with_signals
stop = threading.Event()
def work():
    print("ready", flush=True)
    stop.wait()
    return 7
code = run_with_signals(work, stop=stop.set, reload=lambda: None)
if sys.argv[1:] != ["again"]:
    os.execv(sys.executable, [*sys.orig_argv, "again"])
sys.exit(code)
"""

DAEMON = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from agent.daemon import Daemon, read_clocks
from agent.notify import Notifier
from agent.signals import run_with_signals
from agent.memory import open_memory
from tests.agent.fakes import World, radio, setup
from tests.agent.making import AUTHOR
clock = lambda: datetime.now(UTC)
kept = open_memory(Path(sys.argv[1]), AUTHOR, lambda f: f, clock())
class Told(World):
    def present(self):
        yield from super().present()
        print("ready", flush=True)
daemon = Daemon(kept, {"hardware": Told("hardware", radio("w1"))}, setup, lambda: read_clocks(clock), Notifier({}))
sys.exit(run_with_signals(daemon.run, stop=daemon.stop, reload=daemon.reload))
"""


@contextmanager
def process(script: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has said that it is ready; it is killed at the end if it still runs."""
    command = [sys.executable, "-c", script, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as started:
        try:
            assert said(started) == b"ready\n"
            yield started
        finally:
            started.kill()


def said(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_work_is_told_to_end_and_its_exit_code_counts(number: signal.Signals) -> None:
    with process(SCRIPT, "works") as started:
        started.send_signal(number)
        assert started.wait(30) == 7


def test_a_reload_is_no_end(tmp_path: Path) -> None:
    with process(SCRIPT, "works") as started:
        for _ in range(3):
            started.send_signal(signal.SIGHUP)
            assert said(started) == b"reload\n"
        started.terminate()
        assert started.wait(30) == 7


def test_a_stop_reaches_the_program_that_this_one_is_about_to_become(tmp_path: Path) -> None:
    with process(BECOMES) as started:
        started.terminate()
        assert said(started) == b"ready\n"  # the second program
        assert started.wait(30) == 7


def test_work_that_does_not_end_is_left(tmp_path: Path) -> None:
    with process(SCRIPT, "hangs") as started:
        started.terminate()
        assert started.wait(30) == 0


def test_the_daemon_ends_at_a_signal(tmp_path: Path) -> None:
    with process(DAEMON, str(tmp_path)) as started:
        started.terminate()
        assert started.wait(30) == 0


def test_the_daemon_reads_its_configuration_again_at_a_signal(tmp_path: Path) -> None:
    with process(DAEMON, str(tmp_path)) as started:
        started.send_signal(signal.SIGHUP)
        assert said(started) == b"ready\n"  # everything is enumerated by the new configuration
        started.send_signal(signal.SIGTERM)
        assert started.wait(30) == 0


EARLY = """
import os, signal, threading
from agent.signals import hold_reload, run_with_signals
hold_reload()
os.kill(os.getpid(), signal.SIGHUP)
done = threading.Event()
def work():
    done.wait()
    return 7
raise SystemExit(run_with_signals(work, stop=done.set, reload=done.set))
"""


def test_a_sighup_before_there_is_anybody_to_reload_is_kept_and_ends_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", EARLY], cwd=Path(__file__).parents[2], check=False, timeout=60)
    assert done.returncode == 7
