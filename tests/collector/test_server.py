from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import select

from collector import server
from collector.office import Office, create, open_office
from collector.store.tables import envelope
from collector.store.tables import finding as findings
from tests.collector.conftest import SETTINGS
from tests.collector.live import PATIENCE, LiveServer
from tests.collector.samples import NOON, Sender, finding, join, report


@contextmanager
def opened(state: Path) -> Iterator[Office]:
    office = open_office(state / "collector", SETTINGS)
    yield office
    office.store.close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    create(tmp_path / "collector", SETTINGS, [], NOON)
    return tmp_path


def test_it_stops_when_told_to_and_says_so(state: Path) -> None:
    with LiveServer(state) as live:
        live.process.send_signal(signal.SIGTERM)
        assert live.process.wait(timeout=PATIENCE) == 0


def test_systemd_hears_when_it_is_ready_and_when_it_stops(state: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(state / "notify"))
        listener.settimeout(PATIENCE)
        with LiveServer(state, NOTIFY_SOCKET=str(state / "notify")) as live:
            assert listener.recv(100) == b"READY=1"
            assert live.request("GET", "/healthz")[0] == 200
            live.process.send_signal(signal.SIGTERM)
            assert listener.recv(100) == b"STOPPING=1"


def test_a_taken_port_is_an_error() -> None:
    with server.listen("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(OSError, match="in use"):
            server.listen("127.0.0.1", first.getsockname()[1])


def test_ipv6_is_listened_on_too() -> None:
    with server.listen("::1", 0) as listener:
        assert listener.getsockname()[0] == "::1"


def send_until_it_dies(live: LiveServer, sender: Sender, acknowledged: list[int], enough: threading.Event) -> None:
    """Send report after report over one connection and note those that are acknowledged."""
    connection = live.connect()
    for sequence in range(1, 10_000):
        data = sender.envelope(sequence, report(finding(f"{sequence}-{n}") for n in range(20)))
        try:
            connection.request("POST", "/api/v1/reports", data)
            response = connection.getresponse()
            response.read()
        except (OSError, HTTPException):
            break
        assert response.status == 201
        acknowledged.append(sequence)
        if len(acknowledged) == 15:
            enough.set()
    connection.close()
    enough.set()


def test_kill_9_loses_no_acknowledged_report_and_leaves_none_by_half(state: Path) -> None:
    with opened(state) as office:
        sender = join(office.store)
    acknowledged: list[int] = []
    enough = threading.Event()
    with LiveServer(state) as live:
        client = threading.Thread(target=send_until_it_dies, args=(live, sender, acknowledged, enough))
        client.start()
        assert enough.wait(PATIENCE)
        os.kill(live.process.pid, signal.SIGKILL)
        client.join(PATIENCE)
    assert len(acknowledged) >= 15
    with opened(state) as office, office.store.read() as connection:
        kept = set(connection.execute(select(envelope.c.sequence)).scalars())
        rows = connection.execute(select(findings.c.fingerprint)).scalars().all()
    assert set(acknowledged) <= kept
    assert len(rows) == 20 * len(kept)
    with LiveServer(state) as live:
        again = sender.envelope(1, report(finding(f"1-{n}") for n in range(20)))
        assert live.request("POST", "/api/v1/reports", again)[0] == 200
