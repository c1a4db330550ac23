from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from collector.connection import HEAD_BYTES, Connection

PATIENCE = 30.0
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
WAIT = b"POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers at once, or after the body and, asked to wait, never."""
    request = Request(scope, receive)
    await request.body()
    if request.url.path == "/wait":
        await asyncio.Event().wait()
    await PlainTextResponse("yes")(scope, receive, send)


class Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@contextmanager
def serving(connection: type[Connection]) -> Iterator[int]:
    """The port of a server whose connections are of this class."""
    config = uvicorn.Config(
        app,
        http=connection,
        h11_max_incomplete_event_size=HEAD_BYTES,
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        assert server.up.wait(PATIENCE)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


class Hasty(Connection):
    LOOK_SECONDS = 0.2
    LONGEST_LOOKS = 3


class Narrow(Connection):
    PER_HOST = 2


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def rest(client: socket.socket) -> bytes:
    """What comes until the server hangs up."""
    received = b""
    try:
        while part := client.recv(4096):
            received += part
    except ConnectionResetError:
        pass
    return received


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost:"])
def test_who_asks_for_nothing_is_shown_out(said: bytes) -> None:
    with serving(Hasty) as port, connect(port) as client:
        client.sendall(said)
        assert rest(client) == b""


def test_who_asks_once_and_no_more_is_shown_out() -> None:
    with serving(Hasty) as port, connect(port) as client:
        client.sendall(GET + b"GET / HT")
        assert rest(client).endswith(b"yes")


def test_a_request_that_takes_for_ever_is_given_up() -> None:
    with serving(Hasty) as port, connect(port) as client:
        client.sendall(WAIT + b"x")
        assert rest(client) == b""


def test_a_body_that_takes_its_time_is_taken() -> None:
    """Longer than one may rest, not longer than a request may take."""

    class Patient(Connection):
        LOOK_SECONDS = 0.05
        LONGEST_LOOKS = 100_000

    with serving(Patient) as port, connect(port) as client, connect(port) as other:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nx")
        assert rest(other) == b""  # one that rests is shown out meanwhile
        client.sendall(b"y")
        assert rest(client).endswith(b"yes")


def test_one_host_does_not_take_every_place() -> None:
    with serving(Narrow) as port, connect(port) as first, connect(port) as second:
        for client in (first, second):
            client.sendall(GET)
            assert client.recv(4096).startswith(b"HTTP/1.1 200")
        with connect(port) as third:
            assert rest(third) == b""
        first.sendall(GET)
        assert first.recv(4096).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("endless", [b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"GET /"])
def test_a_head_without_end_is_refused(endless: bytes) -> None:
    with serving(Connection) as port, connect(port) as client:
        client.sendall(endless + b"a" * (HEAD_BYTES + 1))
        assert rest(client).startswith(b"HTTP/1.1 400")
