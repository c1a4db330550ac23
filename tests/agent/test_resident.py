"""The daemon's own process, as `agent run` starts it: what it holds, and how it begins, begins anew and ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from agent import resident, sandbox
from agent.daemon import Daemon
from agent.enrolment import create
from agent.identity import CA_FILE, RECORD
from agent.registers import REGISTER_FILE, trust_key
from agent.store import DATABASE, StateLock, Store, write_safely
from policies.signed import sign_register
from tests.agent.making import KEY
from tests.agent.office import office
from tests.agent.test_enrolment import SIGNING_KEY
from tests.agent.test_registers import register

LIMIT = 60.0
POLICY = """id: test
version: "{version}"
folders: {{classified: [{folder}], scan: []}}
rules:
  - check: media.unregistered
    every: 1d
  - check: document.mark-missing
    every: 1d
"""


class Scene:
    """The folders of a computer, and a socket to which its daemon says how it fares."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state, self.config = folder, folder / "state", folder / "config"
        self.config.mkdir()
        (self.config / "computer.yaml").write_text("level: 机密\n")
        self.documents = folder / "documents"
        self.documents.mkdir()
        self.write_policy("1", self.documents)
        create(self.state)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.listener.settimeout(LIMIT)
        self.listener.bind(str(folder / "notify"))

    def write_policy(self, version: str, folder: Path) -> None:
        (self.config / "policy.yaml").write_text(POLICY.format(version=version, folder=folder))

    def join(self, url: str, ca_file: Path) -> None:
        """As enrolment leaves it."""
        record = replace(create(self.state).record, url=url, signing_key=SIGNING_KEY)
        write_safely(self.state / RECORD, msgspec.json.encode(record))
        write_safely(self.state / CA_FILE, ca_file.read_bytes())

    def until_it_says(self, word: str) -> None:
        while word not in self.listener.recv(4096).decode():
            continue

    def start(self) -> subprocess.Popen[str]:
        environ = {
            **os.environ,
            "SHOUMI_CONFIG": str(self.config),
            "SHOUMI_STATE": str(self.state),
            "NOTIFY_SOCKET": str(self.folder / "notify"),
        }
        command = [sys.executable, "-P", "-m", "agent.resident"]
        return subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """A daemon that is ready; it is ended by SIGTERM."""
        with self.start() as process:
            try:
                self.until_it_says("READY=1")
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=LIMIT)
        assert process.returncode == 0


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    with made.listener:
        yield made


def loaded(pid: int) -> set[str]:
    """The names of the files that a process has mapped."""
    return {Path(line.split(maxsplit=5)[5]).name for line in Path(f"/proc/{pid}/maps").read_text().splitlines() if "/" in line}


def held(pid: int) -> list[str]:
    """What is loaded of the large libraries that the daemon must do without."""
    return sorted(name for name in loaded(pid) if name.startswith(("_rust.", "_ssl.", "libpdfium")))


def test_it_holds_neither_cryptography_nor_tls_nor_parsers(scene: Scene) -> None:
    (scene.documents / "document.txt").write_text("机密★10年")
    with scene.running() as daemon:
        assert "libsqlite3.so.0" in {name[:15] for name in loaded(daemon.pid)}
        assert held(daemon.pid) == []


def test_nor_does_it_after_it_has_reported_and_believed_a_register(scene: Scene, tmp_path: Path) -> None:
    came, signed = threading.Event(), sign_register(KEY, register(3))

    def respond(method: str, *_: object) -> tuple[int, bytes]:
        came.set()
        return (200, signed) if method == "GET" else (201, b'{"next": 2}')

    write_safely(scene.state / REGISTER_FILE, signed)
    with office(tmp_path / "office", respond) as server:
        scene.join(server.url, server.ca_file)
        with scene.running() as daemon:
            assert came.wait(LIMIT)
            assert held(daemon.pid) == []


def test_a_register_that_was_carried_in_is_believed_by_the_key_that_was_given(scene: Scene) -> None:
    trust_key(create(scene.state), KEY.public_key())
    write_safely(scene.state / REGISTER_FILE, sign_register(KEY, register(3)))
    with scene.running() as daemon:
        assert held(daemon.pid) == []
    with Store.look(scene.state / DATABASE) as store:
        assert store.recall("register")["version"] == 3


def test_it_takes_a_new_policy_at_sighup(scene: Scene) -> None:
    with scene.running() as daemon:
        scene.write_policy("2", scene.folder / "elsewhere")  # other sources: it begins anew, as the same process
        daemon.send_signal(signal.SIGHUP)
        scene.until_it_says("READY=1")
        assert daemon.poll() is None


def test_what_changes_is_seen_to_while_files_are_read(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    between, aside = threading.Semaphore(0), threading.Semaphore(0)

    def glance(self: Daemon, *, aside_: bool = False) -> None:
        (aside if aside_ else between).release()

    monkeypatch.setattr(Daemon, "glance", lambda self, aside=False: glance(self, aside_=aside))
    monkeypatch.setenv("SHOUMI_CONFIG", str(scene.config))
    monkeypatch.setattr(sandbox, "_ASIDE_SECONDS", 0.0005)
    for number in range(10):  # the parser takes longer for them than the daemon for all the rest
        (scene.documents / f"通知{number}.txt").write_text("关于报送材料的通知\n" * 50_000, encoding="utf-8")
    with StateLock(scene.state), ExitStack() as stack:
        daemon = resident._daemon(stack, scene.state)
        thread = threading.Thread(target=daemon.run)
        thread.start()
        try:
            assert between.acquire(timeout=LIMIT)
            assert aside.acquire(timeout=LIMIT)
        finally:
            daemon.stop()
            thread.join(LIMIT)


def test_there_is_one_at_a_time(scene: Scene) -> None:
    with StateLock(scene.state), scene.start() as second:
        assert f"running already (process {os.getpid()})" in second.communicate(timeout=LIMIT)[1]
    assert second.returncode == 1


def test_without_an_identity_there_is_no_daemon(scene: Scene) -> None:
    (scene.state / RECORD).unlink()
    with scene.start() as process:
        assert "`agent run` makes it" in process.communicate(timeout=LIMIT)[1]
    assert process.returncode == 1
