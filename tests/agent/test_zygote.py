from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import psutil
import pytest

from agent.zygote import Zygote, serve

SECONDS = 30


def echo(channel: socket.socket) -> None:
    """A worker that tells its process id and then says again what it hears."""
    channel.settimeout(None)
    channel.sendall(str(os.getpid()).encode())
    while heard := channel.recv(100):
        channel.sendall(heard)


@pytest.fixture
def control() -> Iterator[socket.socket]:
    """The asker's end; the other one is served by a process of its own."""
    ours, theirs = socket.socketpair()
    process = os.fork()
    if not process:
        try:
            ours.close()
            serve(theirs, echo)
        finally:
            os._exit(0)
    theirs.close()
    yield ours
    ours.close()
    os.waitpid(process, 0)


def forked(zygote: Zygote) -> tuple[socket.socket, int]:
    ours, theirs = socket.socketpair()
    zygote.fork(theirs.fileno())
    theirs.close()
    ours.settimeout(SECONDS)
    return ours, int(ours.recv(20))


def test_a_worker_is_forked_and_speaks_on_its_own_channel(control: socket.socket) -> None:
    channel, pid = forked(Zygote(control, SECONDS))
    with channel:
        channel.sendall(b"hello")
        assert channel.recv(10) == b"hello"
    assert pid != os.getpid()


def test_a_new_worker_takes_the_place_of_the_former(control: socket.socket) -> None:
    zygote = Zygote(control, SECONDS)
    first, former = forked(zygote)
    second, latter = forked(zygote)
    with first, second:
        assert former != latter
        assert not psutil.pid_exists(former)
        assert first.recv(1) == b""


def test_a_worker_is_ended_when_told(control: socket.socket) -> None:
    zygote = Zygote(control, SECONDS)
    channel, pid = forked(zygote)
    with channel:
        zygote.end()
        assert not psutil.pid_exists(pid)
        zygote.end()  # there is none any more, which is fine


def test_a_worker_that_died_by_itself_is_replaced(control: socket.socket) -> None:
    zygote = Zygote(control, SECONDS)
    channel, pid = forked(zygote)
    with channel:
        os.kill(pid, 9)
        assert channel.recv(1) == b""
    another, other = forked(zygote)
    with another:
        assert other != pid


def test_the_worker_ends_with_the_control_socket(control: socket.socket) -> None:
    channel, _ = forked(Zygote(control, SECONDS))
    with channel:
        control.close()
        assert channel.recv(1) == b""


def test_an_order_to_nobody_is_an_error() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises((OSError, EOFError)):
        Zygote(ours, SECONDS).end()


def test_where_no_process_can_be_forked_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)  # the limit of processes does not bind root
    ours, theirs = socket.socketpair()
    server = threading.Thread(target=serve, args=(theirs, echo))
    server.start()
    with pytest.raises(OSError, match="forked"), ours:
        Zygote(ours, SECONDS).fork(theirs.fileno())
    server.join(SECONDS)
    theirs.close()
