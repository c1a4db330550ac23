"""One client's connection: it may neither keep its place for ever without asking for anything, nor take every place.

uvicorn limits how many connections there are, and how long one rests between two requests, but not how long a client takes to
say what it wants. h11, unlike httptools, also bounds the head of a request.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_BYTES = 16 << 10
"""Bytes of a request before its body."""


class Connection(H11Protocol):
    """HTTP/1.1 over a connection that is given up where the client is too slow or has too many."""

    LOOK_SECONDS: ClassVar[float] = 20.0
    """Within one to two of these the next request must have come."""
    LONGEST_LOOKS: ClassVar[int] = 30
    """So many of them may one request take, its answer included."""
    PER_HOST: ClassVar[int] = 50

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        """A client has connected, its TLS handshake is over."""
        super().connection_made(transport)
        if sum(isinstance(other, Connection) and other._host() == self._host() for other in self.connections) > self.PER_HOST:
            transport.abort()
            return
        self.loop.call_later(self.LOOK_SECONDS, self._look, None, 1)

    def _host(self) -> str:
        return self.client[0] if self.client else ""

    def _look(self, known: RequestResponseCycle | None, looks: int) -> None:
        """`known`: the request at the last look. `looks`: for how many it has been the same."""
        if self.transport.is_closing():
            return
        now: RequestResponseCycle | None = self.cycle
        looks = looks + 1 if now is known else 1
        at_rest = now is None or now.response_complete
        if looks > (1 if at_rest else self.LONGEST_LOOKS):
            self.transport.abort()
            return
        self.loop.call_later(self.LOOK_SECONDS, self._look, now, looks)
