"""Sockets as the kernel prints them, and this computer's own."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from agent.sources import socket_dump
from agent.sources.sockets import connected, listed

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


@pytest.mark.skipif(sys.byteorder == "big", reason="the table's addresses are of the other byte order")
def test_tables_are_read_as_the_kernel_prints_them(tmp_path: Path) -> None:
    folder = tmp_path / "proc/thread-self/net"
    folder.mkdir(parents=True)
    (folder / "tcp").write_text(
        HEAD
        + "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1\n"
        + "   1: 1E02010A:C350 0A7100CB:01BB 01 00000000:00000000 00:00000000 00000000     0        0 2 1\n"
        + "   2: 1E02010A:C351 0A7100CB:01BB 02 00000000:00000000 00:00000000 00000000     0        0 3 1\n"
        + "   3: nonsense\n   4: XX:1 0A7100CB:01BB 01\n"
    )
    (folder / "udp6").write_text(
        HEAD + "   0: 00000000000000000000000000000000:0035 B80D0120000000000000000010000000:0035 07 0:0 0:0 0 0 0 4 2\n"
    )
    assert [(c.protocol, c.local, c.remote, c.port, c.state) for c in listed(tmp_path)] == [
        ("tcp", "10.1.2.30", "203.0.113.10", 443, "established"),
        ("tcp", "10.1.2.30", "203.0.113.10", 443, "syn_sent"),
        ("udp", "::", "2001:db8::10", 53, "none"),
    ]


def test_a_kernel_without_any_protocol_has_no_sockets(tmp_path: Path) -> None:
    assert listed(tmp_path) == []


def test_this_computer_s_own_connections_are_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        port = server.getsockname()[1]
        assert ("tcp", "127.0.0.1", port, "established") in {(c.protocol, c.remote, c.port, c.state) for c in connected()}


def test_the_same_is_seen_as_psutil_sees() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        wide = stack.enter_context(socket.create_server(("::1", 0), family=socket.AF_INET6))
        for end in (server, wide, server):
            stack.enter_context(socket.create_connection(end.getsockname()[:2]))
        asker = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        asker.connect(("127.0.0.1", 9))
        ports = {server.getsockname()[1], wide.getsockname()[1], 9}
        seen = [(c.protocol, c.local, c.remote, c.port, c.state) for c in connected() if c.port in ports]
        told = [(c.type, c.laddr, c.raddr, c.status.lower()) for c in psutil.net_connections("inet")]
    kinds = {socket.SOCK_STREAM: "tcp", socket.SOCK_DGRAM: "udp"}
    others = [
        (kinds[kind], own.ip, end.ip, end.port, state) for kind, own, end, state in told if own and end and end.port in ports
    ]
    assert sorted(seen) == sorted(others)
    assert len(seen) == 4


def test_a_connected_udp_socket_has_a_remote_end_and_no_state() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as asker:
        asker.connect(("::1", 9))
        assert ("udp", "::1", 9, "none") in {(c.protocol, c.remote, c.port, c.state) for c in connected()}


def test_a_socket_without_a_remote_end_is_left_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert server.getsockname()[1] not in {c.port for c in connected()}


def test_where_the_kernel_dumps_no_sockets_its_files_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Iterator[socket_dump.Row]:
        raise OSError(errno.ENOENT, "no inet_diag")

    monkeypatch.setattr(socket_dump, "tcp", refuse)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        port = server.getsockname()[1]
        assert ("tcp", "127.0.0.1", port, "established") in {(c.protocol, c.remote, c.port, c.state) for c in connected()}
