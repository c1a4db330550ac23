"""HTTPS to the collector and to nobody else: only the pinned CA is trusted, no proxy is asked and no redirect followed."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30.0
MAX_ANSWER = 16 << 20
"""Bytes of an answer that are read; a media register of 50,000 rows is about 10 MB."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the collector answered."""

    status: int
    body: bytes


class Link:
    """One connection to the collector, opened at the first request and used for those that follow."""

    def __init__(self, url: str, ca_file: Path, timeout: float = TIMEOUT_SECONDS) -> None:
        """Raises ValueError for an address that is not https, and OSError or ssl.SSLError for a CA file that cannot be used."""
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError(f"not an https address: {url!r}")
        self._base = parts.path.rstrip("/")
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


def pinned_context(ca_file: Path) -> ssl.SSLContext:
    """Trusts the CA in the file and no other. Raises OSError and ssl.SSLError (which is an OSError)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=ca_file)
    return context
