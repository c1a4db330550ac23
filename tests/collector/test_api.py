from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from starlette.requests import Request
from starlette.types import Message

from collector import api
from collector.api import Api, Room, answer
from collector.enrol import Enrolment
from collector.ingest import Ingest
from collector.refused import RequestError
from collector.store.store import Store
from tests.collector.samples import Clock, Sender, report


@pytest.fixture
def served(store: Store, ingest: Ingest, sender: Sender, clock: Clock) -> Api:
    return Api(store, ingest, Enrolment(store, sender.key, clock))


def request(pieces: Iterable[bytes], ends: bool = False) -> Request:
    """A request whose body comes in pieces; one that does not end leaves the reader waiting."""
    messages: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if ends:
        messages[-1]["more_body"] = False

    async def receive() -> Message:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop(0)

    return Request({"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}, receive)


def test_a_body_is_not_read_beyond_its_limit(served: Api) -> None:
    endless = (b" " * 1_000_000 for _ in range(17))
    with pytest.raises(RequestError) as caught:
        asyncio.run(served.reports(request(endless)))
    assert (caught.value.status, caught.value.code) == (413, "too_large")


def test_a_body_that_never_ends_is_given_up(served: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "PATIENCE_SECONDS", 0.05)
    with pytest.raises(RequestError) as caught:
        asyncio.run(served.reports(request([b"{"])))
    assert (caught.value.status, caught.value.code) == (408, "too_slow")


def test_a_report_in_pieces_is_one_report(served: Api, sender: Sender) -> None:
    data = sender.envelope(1, report())
    response = asyncio.run(served.reports(request([data[:50], data[50:]], ends=True)))
    assert (response.status_code, bytes(response.body)) == (201, b'{"next":2,"missing":[],"full":false,"register":0}')


def test_an_answer_is_json() -> None:
    response = answer({"状态": 1}, 200)
    assert (bytes(response.body).decode(), response.headers["content-type"]) == ('{"状态":1}', "application/json")


def test_large_bodies_share_a_room_and_small_ones_always_find_a_place() -> None:
    room = Room(size=100, small=10)
    with room.share() as first:
        first(50)
        first(90)
        with room.share() as second, room.share() as small:
            small(10)
            with pytest.raises(RequestError) as caught:
                second(11)
            assert (caught.value.status, caught.value.code) == (503, "busy")
            first(100)
    with room.share() as third:
        third(100)


def test_a_body_for_which_there_is_no_room_is_not_read_on(served: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "_room", Room(size=1_000_000))
    endless = (b" " * 400_000 for _ in range(17))
    with pytest.raises(RequestError) as caught:
        asyncio.run(served.reports(request(endless)))
    assert caught.value.status == 503
    with pytest.raises(RequestError) as caught:  # and what it had taken is free again
        asyncio.run(served.reports(request([b" " * 900_000], ends=True)))
    assert caught.value.status == 400


def test_a_client_that_hangs_up_is_no_fault_of_ours(served: Api) -> None:
    messages: list[Message] = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return messages.pop(0)

    cut = Request({"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}, receive)
    with pytest.raises(RequestError) as caught:
        asyncio.run(served.reports(cut))
    assert caught.value.code == "cut_short"
