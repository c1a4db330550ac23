"""The kernel's dump of TCP sockets, beside what its files say of the same."""

from __future__ import annotations

import socket
from contextlib import ExitStack

from agent.sources import socket_dump
from agent.sources.sockets import STATES, listed


def dumped(ports: set[int]) -> list[tuple[str, str, int, str]]:
    return sorted((own, end, port, STATES[state]) for own, end, port, state in socket_dump.tcp() if port in ports)


def in_files(ports: set[int]) -> list[tuple[str, str, int, str]]:
    return sorted((c.local, c.remote, c.port, c.state) for c in listed() if c.protocol == "tcp" and c.port in ports)


def test_connections_of_both_families_are_told_as_the_files_tell_them() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        wide = stack.enter_context(socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True))
        for end in (server.getsockname(), ("127.0.0.1", wide.getsockname()[1]), ("::1", wide.getsockname()[1])):
            asker = stack.enter_context(socket.create_connection(end))
            stack.callback(asker.close)
        ports = {server.getsockname()[1], wide.getsockname()[1]}
        assert dumped(ports) == in_files(ports)
        assert len(dumped(ports)) == 3


def test_what_waits_for_stragglers_is_told_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()):
            there, _ = server.accept()
            assert {state for *_, state in dumped({server.getsockname()[1]})} == {"established"}
        there.recv(1)
        there.close()
        port = server.getsockname()[1]
        assert [state for *_, state in dumped({port})] == ["time_wait"] == [state for *_, state in in_files({port})]


def test_who_only_listens_is_left_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        own = server.getsockname()[1]
        assert dumped({0, own}) == []
