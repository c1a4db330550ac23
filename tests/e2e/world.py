"""An office and its computers as real processes: a collector, and agents that report to it, each in folders of its own."""

from __future__ import annotations

import base64
import json
import os
import re
import select
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from http.client import HTTPSConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from agent.ledger import decode
from agent.store import DATABASE, Store
from policies.finding import Finding

_BIN = Path(sys.executable).parent
PATIENCE = 120.0
"""Seconds within which something must come about on a busy machine."""


def wait_until(true: Callable[[], bool], what: str, seconds: float = PATIENCE, every: float = 0.05) -> None:
    """Ask again and again, `every` seconds, until it is so; fail where it never is."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        select.select([], [], [], every)


def line_with(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    """Read a program's output up to a line that matches. Raises EOFError where the program ends before."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found
    raise EOFError(f"the program ended with {process.wait()} and never said {pattern!r}")


class Systemd:
    """Listens in systemd's place for what a daemon says of itself; a context."""

    def __init__(self, watchdog_seconds: float = 60.0) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("")  # Linux picks a free abstract name
        self._socket.settimeout(PATIENCE)
        name = self._socket.getsockname().decode().replace("\0", "@")
        self.environ = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": str(int(watchdog_seconds * 1_000_000))}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._socket.close()

    def wait_for(self, words: str) -> None:
        """Until the daemon has said this. Raises TimeoutError where it falls silent before."""
        deadline = time.monotonic() + PATIENCE
        while words not in (said := self._socket.recv(4096).decode()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"it never said {words!r}, but {said!r}")


class _Program:
    """A command with its own configuration and state. As a context: what it started is killed at the end.

    `within`: a program that starts it elsewhere by exec, such as `ip netns exec NAME`; `environ`: more of the environment.
    """

    def __init__(self, folder: Path, program: str, within: Sequence[str] = (), environ: Mapping[str, str] | None = None) -> None:
        self.config = folder / "config"
        self.state = folder / "state"
        self.config.mkdir(parents=True, exist_ok=True)
        self.log = folder / f"{program}.log"
        self._command = [*within, str(_BIN / program)]
        self._process: subprocess.Popen[str] | None = None
        languages = {"LANGUAGE", "LC_MESSAGES"}
        self.environ = {
            **{name: value for name, value in os.environ.items() if name not in languages},
            "SHOUMI_CONFIG": str(self.config),
            "SHOUMI_STATE": str(self.state),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            **(environ or {}),
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end(signal.SIGKILL)

    @property
    def pid(self) -> int:
        """The process that goes on, 0 where none does."""
        return self._process.pid if self._process else 0

    def command(self, *words: str | Path) -> list[str]:
        """The command line that runs it."""
        return [*self._command, *map(str, words)]

    def run(self, *words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        done = subprocess.run(self.command(*words), env=self.environ, capture_output=True, text=True, timeout=PATIENCE)
        if check and done.returncode not in (0, 1, 3):
            raise AssertionError(f"{done.args} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        """Start a command that goes on; what it complains of goes to the log."""
        with self.log.open("a", encoding="utf-8") as errors:
            command = self.command(*words)
            self._process = subprocess.Popen(command, env=self.environ, stdout=subprocess.PIPE, stderr=errors, text=True)
        return self._process

    def send(self, number: signal.Signals) -> None:
        """Send a signal to what goes on."""
        assert self._process is not None
        self._process.send_signal(number)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """End what goes on; answers its exit code, None where nothing does."""
        if self._process is None:
            return None
        self._process.send_signal(how)
        self._process.communicate(timeout=PATIENCE)
        code, self._process = self._process.returncode, None
        return code


class Office(_Program):
    """A collector that serves at an address."""

    def __init__(self, folder: Path, within: Sequence[str] = (), address: str = "127.0.0.1") -> None:
        super().__init__(folder, "collector", within)
        self.address = address
        self.port = 0
        said = self.run("init", "--name", address).stdout
        self.access_code = said.split("(shown only now):")[1].split()[0]
        self.ca = self.state / "collector" / "ca.pem"
        self.database = self.state / "collector" / "collector.db"

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"https://{self.address}:{self.port}"

    def serve(self) -> None:
        """Start the server; at the first start it takes any free port and keeps it from then on."""
        server = self.start("serve", "--listen", self.address, "--port", str(self.port))
        self.port = int(line_with(server, rf"https://{re.escape(self.address)}:(\d+)").group(1))

    def token_for(self, name: str, level: str = "机密", department: str = "办公室") -> str:
        """Register a computer; answers its enrolment token."""
        added = self.run("computers", "add", name, "--level", level, "--department", department, "--person", "张三")
        row = next(line for line in added.stdout.splitlines() if line.startswith(name))
        return row.split()[1]

    def summary(self) -> Mapping[str, Any]:
        """This quarter's figures."""
        figures: Mapping[str, Any] = json.loads(self.run("summary", "--format", "json").stdout)
        return figures

    def page(self, path: str = "/", code: str = "") -> tuple[int, str]:
        """Status and text of a page as a browser gets it, with an access code where one is given."""
        context = ssl.create_default_context(cafile=str(self.ca))
        secret = base64.b64encode(f"inspector:{code}".encode()).decode()
        with closing(HTTPSConnection("127.0.0.1", self.port, context=context, timeout=PATIENCE)) as connection:
            connection.request("GET", path, headers={"Authorization": f"Basic {secret}"} if code else {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database holds, read without disturbing the server."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as database:
            return database.execute(query, values).fetchall()

    def open_findings(self) -> set[str]:
        """The fingerprints of all that is open."""
        return {name for (name,) in self.rows("SELECT fingerprint FROM finding WHERE ended_at IS NULL")}


class Endpoint(_Program):
    """An agent's computer."""

    def __init__(self, folder: Path, within: Sequence[str] = (), environ: Mapping[str, str] | None = None) -> None:
        super().__init__(folder, "agent", within, environ)
        self.write_computer()

    def write_computer(self, level: str = "机密") -> None:
        """Say what this computer is."""
        (self.config / "computer.yaml").write_text(f"level: {level}\nprofile: standalone\ndepartment: 办公室\nperson: 张三\n")

    def write_policy(self, documents: Path, checks: Sequence[str] = (), every: str = "1d", version: str = "1") -> None:
        """A policy whose classified folder is `documents`; the shipped pack's checks, or those named."""
        documents.mkdir(parents=True, exist_ok=True)
        pack = self.run("policy", "show", "standalone").stdout
        named = [line for line in pack.splitlines() if "- check:" in line]
        rules = [f"  - check: {check}\n    every: {every}" for check in (checks or [line.split()[2] for line in named])]
        (self.config / "policy.yaml").write_text(
            f'id: test\nversion: "{version}"\nfolders: {{classified: [{documents}], scan: []}}\nrules:\n'
            + "\n".join(rules)
            + "\n"
        )

    def enrol(self, office: Office, name: str) -> subprocess.CompletedProcess[str]:
        """Join an office."""
        return self.run("enrol", office.url, "--token", office.token_for(name), "--ca", office.ca)

    def scan(self, *words: str) -> Mapping[str, Any]:
        """The result of a scan by hand."""
        result: Mapping[str, Any] = json.loads(self.run("scan", "--format", "json", *words).stdout)
        return result

    def status(self) -> Mapping[str, Any]:
        """How the daemon fares."""
        status: Mapping[str, Any] = json.loads(self.run("status", "--format", "json").stdout)
        return status

    def ledger(self) -> dict[str, Finding]:
        """What is open on this computer, by fingerprint, with paths in clear; read without disturbing the daemon."""
        with Store.look(self.state / DATABASE) as store:
            return {name: decode(body) for name, body in store.rows("SELECT fingerprint, body FROM open_findings")}

    def about(self, path: Path) -> set[str]:
        """The fingerprints of what is open about a file."""
        return {name for name, finding in self.ledger().items() if finding.subject == str(path)}

    def start_daemon(self) -> subprocess.Popen[str]:
        """Start `agent run`."""
        return self.start("run")

    def end_daemon(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """End it; answers its exit code."""
        return self.end(how)

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
