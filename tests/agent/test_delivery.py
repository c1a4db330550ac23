"""Delivery to a real TLS server, and every way in which a collector can say no."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.delivery import Delivery
from agent.enrolment import create
from agent.identity import CA_FILE, Identity
from agent.memory import Memory
from agent.pending import Limits
from agent.registers import load_register, store_register
from agent.store import write_safely
from agent.uplink import HEALTH
from policies.report import Report, decode_envelope
from policies.signed import sign_register
from tests.agent.making import HEADER, KEY, NOW, finding, incident, memory, observe, unseal
from tests.agent.office import Office, make_ca, office
from tests.agent.test_enrolment import SIGNING_KEY
from tests.agent.test_registers import register


class Desk:
    """A collector's answers: it stores what comes, and says no where it was told to."""

    def __init__(self) -> None:
        self.stored: dict[int, Report] = {}
        self.extra: dict[str, Any] = {}
        self.refuse: Callable[[int], int | None] = lambda sequence: None
        self.register = b""
        self.register_status = 200

    def respond(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        if path.startswith("/api/v1/register?computer="):
            return self.register_status, self.register
        sequence = decode_envelope(body).sequence
        status = self.refuse(sequence)
        if status is None:
            status = 200 if sequence in self.stored else 201
            self.stored[sequence] = unseal(body)
        return status, msgspec.json.encode({"next": max(self.stored, default=0) + 1, **self.extra})

    def once(self, status: int) -> None:
        """Answer so to the next report, and take those that follow."""
        answers = [status]
        self.refuse = lambda sequence: answers.pop() if answers else None


class Scene:
    """An agent's memory, and the collector that it reports to."""

    def __init__(self, kept: Memory, identity: Identity, server: Office, desk: Desk) -> None:
        self.kept, self.identity, self.server, self.desk = kept, identity, server, desk
        self.registers = 0

    def deliver(self, *, ask: bool = False) -> bool:
        """Each time as the process that is started for it does: it knows nothing but what is stored."""
        delivery = Delivery(self.kept.store, self.kept.spool, self.identity, HEADER, now=lambda: NOW)
        delivered = delivery.attempt(ask=ask)
        self.registers += delivery.new_register
        return delivered

    def health(self, name: str) -> Any:
        return (self.kept.store.recall(HEALTH) or {}).get(name)


@contextmanager
def play(folder: Path, limits: Limits | None = None) -> Iterator[Scene]:
    desk = Desk()
    made = create(folder / "state")
    with office(folder / "office", desk.respond) as server, memory(folder / "state", limits) as kept:
        write_safely(made.folder / CA_FILE, server.ca_file.read_bytes())
        identity = replace(made, record=replace(made.record, url=server.url, signing_key=SIGNING_KEY))
        yield Scene(kept, identity, server, desk)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with play(tmp_path) as scene:
        yield scene


def test_what_waits_is_sent_over_one_connection_and_acknowledged(tmp_path: Path) -> None:
    with play(tmp_path, Limits(report_findings=2)) as scene:
        assert scene.deliver()
        observe(scene.kept, *(finding(name) for name in "abcde"))
        assert scene.deliver()
        assert [len(scene.desk.stored[n].opened) for n in (1, 2, 3, 4)] == [0, 2, 2, 1]
        assert scene.server.connections == 2
        assert scene.kept.spool.next_envelope() is None
        assert scene.health("failures") == 0
        assert scene.health("last_ok") is not None


def test_where_nothing_waits_nobody_is_asked(scene: Scene) -> None:
    scene.deliver()
    asked = len(scene.server.asked)
    assert scene.deliver()
    assert len(scene.server.asked) == asked


def test_where_the_collector_is_to_be_asked_it_is_asked_for_a_newer_register_alone(scene: Scene) -> None:
    scene.desk.extra, scene.desk.register = {"register": 3}, sign_register(KEY, register(3))
    scene.deliver()
    sent, scene.desk.register = len(scene.desk.stored), sign_register(KEY, register(4))
    assert scene.deliver(ask=True)
    assert (len(scene.desk.stored), scene.registers) == (sent, 2)
    assert scene.server.asked[-1][1].endswith("&known=3")
    assert load_register(scene.identity) == replace(register(4), confirmed_at=NOW)


def test_that_there_is_nothing_newer_confirms_the_register_that_is_here(scene: Scene) -> None:
    store_register(scene.identity, sign_register(KEY, register(3)))
    scene.deliver()
    scene.desk.register, scene.desk.register_status = b"", 204
    assert scene.deliver(ask=True)
    assert load_register(scene.identity) == replace(register(3), confirmed_at=NOW)
    assert scene.registers == 1
    assert scene.deliver(ask=True)
    assert scene.registers == 1


def test_an_office_without_a_register_is_no_failure(scene: Scene) -> None:
    scene.deliver()
    scene.desk.register_status = 404
    assert scene.deliver(ask=True)
    scene.desk.register_status = 503
    assert not scene.deliver(ask=True)


@pytest.mark.parametrize("status", [500, 502, 503, 507, 403, 401, 404, 302, 429])
def test_a_collector_that_cannot_now_gets_the_same_bytes_later(scene: Scene, status: int) -> None:
    scene.desk.once(status)
    assert not scene.deliver()
    assert scene.health("failures") == 1
    assert str(status) in scene.health("error")
    assert scene.deliver()
    first, second = (body for _, _, body in scene.server.asked)
    assert first == second
    assert scene.health("failures") == 0


def test_a_collector_that_is_not_there_is_noted(scene: Scene) -> None:
    away = replace(scene.identity, record=replace(scene.identity.record, url="https://127.0.0.1:1"))
    assert not Scene(scene.kept, away, scene.server, scene.desk).deliver()
    assert scene.health("error")
    assert scene.deliver()


def test_a_server_under_another_ca_gets_nothing(scene: Scene, tmp_path: Path) -> None:
    other, _ = make_ca(tmp_path, "other")
    write_safely(scene.identity.ca_file, other.read_bytes())
    assert not scene.deliver()
    assert scene.server.asked == []


@pytest.mark.parametrize("answer", [b"", b"{}", b"\xff", b'{"next": "x"}'])
def test_an_answer_that_cannot_be_understood_acknowledges_nothing(scene: Scene, answer: bytes) -> None:
    scene.server.respond = lambda *_: (201, answer)
    assert not scene.deliver()
    assert scene.kept.spool.next_envelope() is not None


@pytest.mark.parametrize("status", [400, 409, 413, 422])
def test_a_report_that_is_refused_for_good_is_declared_lost_and_the_whole_state_follows(scene: Scene, status: int) -> None:
    scene.deliver()
    observe(scene.kept, finding("a"), incident("i"))
    scene.desk.once(status)
    assert not scene.deliver()
    assert (scene.health("refused"), 2 in scene.desk.stored) == (1, False)
    assert f"report 2: HTTP {status}" in scene.health("refusal")
    assert scene.deliver()
    report = scene.desk.stored[3]
    assert (report.full, report.lost, [f.fingerprint for f in report.opened]) == (True, (2,), ["a", "i"])
    assert (scene.health("refused"), scene.health("refusal")) == (0, "")  # nothing is missed any more


def test_a_missing_report_is_sent_again(scene: Scene) -> None:
    for name in "ab":
        observe(scene.kept, finding(name))
        scene.deliver()
    del scene.desk.stored[1]
    scene.desk.extra = {"missing": [1]}
    observe(scene.kept, finding("c"))
    answers = iter([{"missing": [1]}, {}])
    respond = scene.desk.respond

    def once(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        scene.desk.extra = next(answers)
        return respond(method, path, body)

    scene.server.respond = once
    assert scene.deliver()
    assert sorted(scene.desk.stored) == [1, 2, 3]
    assert not any(report.lost for report in scene.desk.stored.values())


def test_a_collector_that_lost_its_database_gets_the_whole_state_and_what_is_lost(tmp_path: Path) -> None:
    with play(tmp_path, Limits(kept_bytes=1)) as scene:
        for name in "abc":
            observe(scene.kept, finding(name))
            scene.deliver()
        scene.desk.stored.clear()
        observe(scene.kept, finding("d"))
        answers: list[dict[str, Any]] = [{"missing": [1, 2, 3], "full": True}]
        respond = scene.desk.respond

        def once(method: str, path: str, body: bytes) -> tuple[int, bytes]:
            scene.desk.extra = answers.pop() if answers else {}
            return respond(method, path, body)

        scene.server.respond = once
        assert scene.deliver()
        assert sorted(scene.desk.stored) == [4, 5]
        report = scene.desk.stored[5]
        assert (report.full, set(report.lost) >= {1, 2, 3}, len(report.opened)) == (True, True, 4)


def test_a_collector_that_asks_for_the_whole_state_without_end_does_not_fill_the_wire(scene: Scene) -> None:
    scene.desk.extra = {"full": True}
    assert not scene.deliver()
    assert len(scene.server.asked) == 1


def test_after_a_return_from_a_copy_the_numbers_go_on(scene: Scene) -> None:
    scene.deliver()
    scene.desk.stored[9] = scene.desk.stored[1]
    observe(scene.kept, finding("a"))
    assert scene.deliver()
    assert sorted(scene.desk.stored) == [1, 2, 9, 10]
    assert scene.desk.stored[10].full


def test_after_a_return_from_a_copy_one_refusal_is_enough(scene: Scene) -> None:
    scene.deliver()
    scene.desk.stored[9] = scene.desk.stored[1]
    scene.desk.once(409)  # number 2 was given before, for another report
    observe(scene.kept, finding("a"))
    assert not scene.deliver()
    assert scene.deliver()
    assert sorted(scene.desk.stored) == [1, 9, 10]
    assert (scene.desk.stored[10].full, scene.desk.stored[10].lost) == (True, (2,))


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b'{"next": "x"}'])
def test_a_refusal_that_says_nothing_is_a_refusal(scene: Scene, body: bytes) -> None:
    scene.server.respond = lambda *_: (409, body)
    assert not scene.deliver()
    assert (scene.health("refused"), scene.kept.spool.last_sequence()) == (1, 1)


def test_a_new_register_is_fetched_verified_and_announced(scene: Scene) -> None:
    scene.desk.extra, scene.desk.register = {"register": 3}, sign_register(KEY, register(3))
    assert scene.deliver()
    assert load_register(scene.identity) == replace(register(3), confirmed_at=NOW)
    assert scene.registers == 1
    observe(scene.kept, finding("a"))
    assert scene.deliver()
    fetched = [path for method, path, _ in scene.server.asked if method == "GET"]
    assert fetched == [f"/api/v1/register?computer={scene.identity.record.computer}&known=0"]


def test_a_register_that_could_not_be_fetched_is_asked_for_again_though_nothing_else_waits(scene: Scene) -> None:
    scene.desk.extra, scene.desk.register = {"register": 3}, sign_register(KEY, register(3))
    respond = scene.desk.respond
    scene.server.respond = lambda method, path, body: (503, b"") if method == "GET" else respond(method, path, body)
    assert not scene.deliver()
    assert "register" in scene.health("error")
    scene.server.respond = respond
    assert scene.deliver()
    assert load_register(scene.identity) == replace(register(3), confirmed_at=NOW)
    assert (scene.health("failures"), scene.health("error")) == (0, "")


@pytest.mark.parametrize("version", [0, 2])
def test_a_register_that_is_forged_or_older_than_promised_changes_nothing(scene: Scene, version: int) -> None:
    scene.desk.extra = {"register": 3}
    scene.desk.register = b"forged" if version == 0 else sign_register(KEY, register(version))
    scene.deliver()
    stored = load_register(scene.identity)
    assert (stored.version if stored else 0) == version
    assert scene.kept.spool.next_envelope() is None  # the report itself was taken


def test_a_state_file_that_cannot_be_written_is_a_failure_and_no_crash(scene: Scene) -> None:
    scene.kept.store.execute("PRAGMA max_page_count = 1")
    observe_failed = False
    try:
        observe(scene.kept, *(finding(f"f{n}", evidence={"x": "y" * 5000}) for n in range(50)))
    except sqlite3.OperationalError:
        observe_failed = True
    assert observe_failed
    scene.kept.store.execute("PRAGMA max_page_count = 100000")
    assert scene.deliver()
