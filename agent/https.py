"""HTTPS to the collector and to nobody else: only the pinned CA is trusted, no proxy is asked and no redirect followed."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30.0
"""How long the other end may be silent."""
PATIENCE_SECONDS = 300.0
"""How long one exchange may take in all: whoever sends a byte now and then is never silent."""
MAX_ANSWER = 16 << 20
"""Bytes of an answer that are read; a media register of 50,000 rows is about 10 MB."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the collector answered."""

    status: int
    body: bytes


class Link:
    """One connection to the collector, opened at the first request and used for those that follow."""

    def __init__(self, url: str, ca_file: Path, timeout: float = TIMEOUT_SECONDS, patience: float = PATIENCE_SECONDS) -> None:
        """Raises ValueError for an address that is not https, and OSError or ssl.SSLError for a CA file that cannot be used."""
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError(f"not an https address: {url!r}")
        self._base = parts.path.rstrip("/")
        self._patience = patience
        self._connection = HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=pinned_context(ca_file))

    def __enter__(self) -> Link:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def post(self, path: str, body: bytes) -> Answer:
        """Send JSON. Raises OSError (ssl.SSLError among it) and http.client.HTTPException."""
        return self._ask("POST", path, body, {"Content-Type": "application/json"})

    def get(self, path: str) -> Answer:
        """Fetch. Raises as `post` does."""
        return self._ask("GET", path, None, {})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        try:
            if self._connection.sock is None:
                self._connection.connect()
            with self._limited(self._connection.sock):
                self._connection.request(method, self._base + path, body, headers)
                response = self._connection.getresponse()
                data = response.read(MAX_ANSWER + 1)
        except BaseException:
            self._connection.close()  # a half-done exchange must not be mixed up with the next one
            raise
        if len(data) > MAX_ANSWER:
            self._connection.close()
            raise OSError(f"the answer is larger than {MAX_ANSWER} bytes")
        return Answer(response.status, data)

    @contextmanager
    def _limited(self, wire: socket.socket) -> Iterator[None]:
        """Raises TimeoutError where what is done inside takes longer than the patience lasts."""
        late = threading.Event()
        timer = threading.Timer(self._patience, _hang_up, [wire, late])
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, HTTPException):
            if not late.is_set():
                raise
        finally:
            timer.cancel()
        if late.is_set():
            raise TimeoutError(f"the exchange took longer than {self._patience:g} seconds")


def _hang_up(wire: socket.socket, late: threading.Event) -> None:
    """From another thread: whoever waits for the other end wakes up."""
    late.set()
    with suppress(OSError):
        socket.socket.shutdown(wire, socket.SHUT_RDWR)  # below TLS, which another thread is reading from


def pinned_context(ca_file: Path) -> ssl.SSLContext:
    """Trusts the CA in the file and no other. Raises OSError and ssl.SSLError (which is an OSError)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=ca_file)
    return context
