"""What systemd hears, over a real socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from agent.notify import Notifier


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """The name of a socket as systemd gives it, and its listening end."""
    path = str(tmp_path / "notify") if request.param == "path" else f"@shoumi-{uuid4()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path.replace("@", "\0", 1) if path.startswith("@") else path)
        listener.settimeout(30)
        yield path, listener


def test_ready_alive_and_stopping_are_told(systemd: tuple[str, socket.socket]) -> None:
    name, listener = systemd
    notifier = Notifier({"NOTIFY_SOCKET": name})
    notifier.ready("监视中\nwatching")
    notifier.alive("ok")
    notifier.stopping()
    heard = [listener.recv(4096).decode() for _ in range(3)]
    assert heard == ["READY=1\nSTATUS=监视中 watching", "WATCHDOG=1\nSTATUS=ok", "STOPPING=1"]


@pytest.mark.parametrize(
    "environ", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:1:2"}, {"NOTIFY_SOCKET": "/nonexistent/x"}]
)
def test_where_nobody_listens_nothing_happens(environ: dict[str, str]) -> None:
    Notifier(environ).ready("x")


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [({}, None), ({"WATCHDOG_USEC": "30000000"}, 30.0), ({"WATCHDOG_USEC": "0"}, None), ({"WATCHDOG_USEC": "no"}, None)],
)
def test_how_often_systemd_wants_to_hear(environ: dict[str, str], seconds: float | None) -> None:
    assert Notifier(environ).watchdog_seconds == seconds


def test_a_listener_that_does_not_read_holds_nobody_up(systemd: tuple[str, socket.socket]) -> None:
    name, listener = systemd
    notifier = Notifier({"NOTIFY_SOCKET": name})
    for number in range(1_000):
        notifier.alive(str(number))
    assert listener.recv(4096) == b"WATCHDOG=1\nSTATUS=0"
