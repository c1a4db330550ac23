"""An office and its computers as real processes: a collector, and agents that report to it, each in folders of its own."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

_BIN = Path(sys.executable).parent
PATIENCE = 120.0
"""Seconds within which something must come about on a busy machine."""


def wait_until(true: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Ask again and again, a little apart, until it is so; fail where it never is."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        select.select([], [], [], 0.05)


def line_with(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    """Read a program's output up to a line that matches. Raises EOFError where the program ends before."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found
    raise EOFError(f"the program ended with {process.wait()} and never said {pattern!r}")


class _Program:
    """A command with its own configuration and state."""

    def __init__(self, folder: Path, program: str) -> None:
        self.config = folder / "config"
        self.state = folder / "state"
        self.config.mkdir(parents=True, exist_ok=True)
        self._command = [str(_BIN / program)]
        self.environ = {
            **os.environ,
            "SHOUMI_CONFIG": str(self.config),
            "SHOUMI_STATE": str(self.state),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }

    def command(self, *words: str | Path) -> list[str]:
        """The command line that runs it."""
        return [*self._command, *map(str, words)]

    def run(self, *words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        done = subprocess.run(self.command(*words), env=self.environ, capture_output=True, text=True, timeout=PATIENCE)
        if check and done.returncode not in (0, 1, 3):
            raise AssertionError(f"{done.args} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def start(self, *words: str | Path, log: Path) -> subprocess.Popen[str]:
        """Start a command that goes on; what it complains of goes to a file."""
        with log.open("a", encoding="utf-8") as errors:
            return subprocess.Popen(self.command(*words), env=self.environ, stdout=subprocess.PIPE, stderr=errors, text=True)


class Office(_Program):
    """A collector."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "collector")
        self.log = folder / "collector.log"
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        said = self.run("init", "--name", "127.0.0.1").stdout
        self.access_code = said.split("(shown only now):")[1].split()[0]
        self.ca = self.state / "collector" / "ca.pem"

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"https://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Start the server; at the first start it takes any free port and keeps it from then on."""
        self._process = self.start("serve", "--port", str(self.port), log=self.log)
        self.port = int(line_with(self._process, r"https://127\.0\.0\.1:(\d+)").group(1))

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the server."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.communicate()
            self._process = None

    def token_for(self, name: str, level: str = "机密", department: str = "办公室") -> str:
        """Register a computer; answers its enrolment token."""
        added = self.run("computers", "add", name, "--level", level, "--department", department, "--person", "张三")
        row = next(line for line in added.stdout.splitlines() if line.startswith(name))
        return row.split()[1]

    def summary(self) -> Mapping[str, Any]:
        """This quarter's figures."""
        figures: Mapping[str, Any] = json.loads(self.run("summary", "--format", "json").stdout)
        return figures


class Endpoint(_Program):
    """An agent's computer."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "agent")
        self.log = folder / "agent.log"
        self._daemon: subprocess.Popen[str] | None = None
        self.write_computer()

    def write_computer(self, level: str = "机密") -> None:
        """Say what this computer is."""
        (self.config / "computer.yaml").write_text(f"level: {level}\nprofile: standalone\ndepartment: 办公室\nperson: 张三\n")

    def write_policy(self, documents: Path, checks: Sequence[str] = (), every: str = "1d") -> None:
        """A policy whose classified folder is `documents`; the shipped pack's checks, or those named."""
        documents.mkdir(parents=True, exist_ok=True)
        pack = self.run("policy", "show", "standalone").stdout
        named = [line for line in pack.splitlines() if "- check:" in line]
        rules = [f"  - check: {check}\n    every: {every}" for check in (checks or [line.split()[2] for line in named])]
        (self.config / "policy.yaml").write_text(
            f'id: test\nversion: "1"\nfolders: {{classified: [{documents}], scan: []}}\nrules:\n' + "\n".join(rules) + "\n"
        )

    def enrol(self, office: Office, name: str) -> None:
        """Join an office."""
        self.run("enrol", office.url, "--token", office.token_for(name), "--ca", office.ca)

    def status(self) -> Mapping[str, Any]:
        """How the daemon fares."""
        status: Mapping[str, Any] = json.loads(self.run("status", "--format", "json").stdout)
        return status

    def start_daemon(self) -> subprocess.Popen[str]:
        """Start `agent run`."""
        self._daemon = self.start("run", log=self.log)
        return self._daemon

    def end_daemon(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; answers its exit code."""
        assert self._daemon is not None
        self._daemon.send_signal(how)
        self._daemon.communicate()
        code, self._daemon = self._daemon.returncode, None
        return code

    def wait_for_whole_scan(self) -> None:
        """Until a whole scan is in the state."""
        wait_until(lambda: bool(self.status().get("whole_scan")), "the first whole scan")

    def wait_until_all_is_told(self) -> None:
        """Until nothing waits to be sent."""
        wait_until(self._all_told, "the outbox is empty")

    def _all_told(self) -> bool:
        outbox = self.status()["outbox"]
        waiting = sum(outbox[name] for name in ("changes", "notes", "unacknowledged"))
        return waiting == 0 and outbox["last_sequence"] > 0 and not outbox["whole_state_due"]
