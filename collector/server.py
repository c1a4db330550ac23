"""Serves an office over TLS until told to stop; requests that are under way are answered first."""

from __future__ import annotations

import signal
import socket
import ssl
from collections.abc import Callable
from datetime import datetime
from types import FrameType

import uvicorn

from collector import keys
from collector.app import build
from collector.connection import HEAD_BYTES, Connection
from collector.notify import notify
from collector.office import Office

CONCURRENT = 200
"""Connections and requests at once; more are told to come again (503)."""
GRACE_SECONDS = 20


def listen(address: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError."""
    family, _, _, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
    except OSError:
        listener.close()
        raise
    return listener


def serve(office: Office, listener: socket.socket, now: Callable[[], datetime], started: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT. `started` is called when requests are taken."""
    config = uvicorn.Config(
        build(office, now),
        http=Connection,
        ws="none",
        h11_max_incomplete_event_size=HEAD_BYTES,
        ssl_certfile=office.folder / keys.SERVER_CERTIFICATE,
        ssl_keyfile=office.folder / keys.SERVER_KEY,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        limit_concurrency=CONCURRENT,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    # uvicorn raises the signal that ended it once more when it is done: it has done its work by then.
    before = {number: signal.signal(number, _ignore) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        _Server(config, started).run(sockets=[listener])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that the service is ready only when it is."""
        await super().startup(sockets)
        self._tell_started()
        notify("READY=1")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that it is about to end."""
        notify("STOPPING=1")
        await super().shutdown(sockets)


def _ignore(number: int, frame: FrameType | None) -> None:
    """What was to be done has been done."""
