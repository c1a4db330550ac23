"""What agents ask for. Bodies are read within a limit, and the database is never waited for on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from collector.enrol import Enrolment
from collector.ingest import MAX_ENVELOPE, Ingest
from collector.refused import RequestError
from collector.store import media
from collector.store.store import Store
from collector.store.tables import computer
from policies.vocabulary import Text

MAX_ENROLMENT = 16 << 10
PATIENCE_SECONDS = 120.0
"""How long a body may take to arrive."""
SMALL = 256 << 10
"""Bytes of a body for which there is always room: what a computer has to tell from day to day."""
ROOM = 192 << 20
"""Bytes of all larger bodies that are in memory at once. Anybody on the network can send some before it is known who he is."""


class Api:
    """The agents' side of the server."""

    def __init__(self, store: Store, ingest: Ingest, enrolment: Enrolment) -> None:
        self._room = Room()
        self._store = store
        self._ingest = ingest
        self._enrolment = enrolment

    async def enrol(self, request: Request) -> Response:
        """POST: join a computer."""
        with self._room.share() as grow:
            body = await _body(request, MAX_ENROLMENT, grow)
            return answer(await run_in_threadpool(self._enrolment.accept, body), 200)

    async def reports(self, request: Request) -> Response:
        """POST: take a report. 201 where it is new, 200 where it had arrived before."""
        with self._room.share() as grow:
            body = await _body(request, MAX_ENVELOPE, grow)
            receipt = await run_in_threadpool(self._ingest.accept, body)
        told = {"next": receipt.next, "missing": receipt.missing, "full": receipt.full, "register": receipt.register}
        return answer(told, 200 if receipt.known else 201)

    async def register(self, request: Request) -> Response:
        """GET: the newest signed media register, for a registered computer; 204 where that is not newer than `known`."""
        asked = request.query_params
        signed = await run_in_threadpool(self._signed, asked.get("computer", ""), asked.get("known", ""))
        return Response(status_code=204) if signed is None else Response(signed, media_type="application/json")

    async def health(self, request: Request) -> Response:
        """GET: whether the server answers and its database can be read."""
        await run_in_threadpool(self._touch)
        return answer({"status": "ok"}, 200)

    def _signed(self, computer_id: str, version: str) -> bytes | None:
        """The register, None where it is no newer than this version: it may be megabytes, and each agent asks every hour."""
        with self._store.read() as connection:
            known = connection.execute(select(computer.c.id).where(computer.c.id == computer_id)).first()
            newest = media.register_version(connection)
            is_new = not (newest and version.isascii() and version.isdigit() and int(version[:18]) >= newest)
            signed = media.signed_register(connection) if is_new else None
        if known is None:
            raise RequestError(403, "unknown_computer", Text("该计算机未登记", "the computer is not registered"))
        if signed is None and is_new:
            raise RequestError(404, "no_register", Text("尚未建立存储介质台账", "there is no media register yet"))
        return signed

    def _touch(self) -> None:
        with self._store.read() as connection:
            connection.execute(select(1))


def answer(value: Any, status: int, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON."""
    return Response(msgspec.json.encode(value), status, headers, "application/json")


class Room:
    """Memory for bodies. `size`: bytes of all that are larger than `small`. For one event loop."""

    def __init__(self, size: int = ROOM, small: int = SMALL) -> None:
        self._free = size
        self._small = small

    @contextmanager
    def share(self) -> Iterator[Callable[[int], None]]:
        """A function to call with the bytes of a body so far; what it took is given back at the end. It raises RequestError."""
        taken = 0

        def grow(size: int) -> None:
            nonlocal taken
            wanted = size - taken if size > self._small else 0
            if wanted > self._free:
                raise RequestError(503, "busy", Text("服务器忙，请稍后再试", "the server is busy, try again"))
            self._free -= wanted
            taken += wanted

        try:
            yield grow
        finally:
            self._free += taken


async def _body(request: Request, limit: int, grow: Callable[[int], None]) -> bytes:
    """The whole body. Raises RequestError for one that is too large or comes too slowly, and where there is no room."""
    received = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for piece in request.stream():
                received += piece
                grow(len(received))
                if len(received) > limit:
                    raise RequestError(413, "too_large", Text(f"超过 {limit} 字节", f"larger than {limit} bytes"))
    except ClientDisconnect:
        raise RequestError(400, "cut_short", Text("接收中断", "the request was cut short")) from None  # for nobody to read
    except TimeoutError:
        raise RequestError(408, "too_slow", Text("接收超时", "the request came too slowly")) from None
    return bytes(received)
