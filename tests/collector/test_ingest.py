from __future__ import annotations

import random
import sqlite3
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from collector.ingest import Ingest, Receipt
from collector.refused import RequestError
from collector.store import alarms
from collector.store.store import Store, is_full
from collector.store.tables import computer, envelope
from collector.store.tables import finding as findings
from policies.report import Report, encode_envelope, seal
from tests.collector.samples import NOON, Clock, Sender, digest, ended, finding, incident, join, report

LATER = NOON + timedelta(hours=1)


def spans(store: Store, sender: Sender) -> list[tuple[Any, ...]]:
    """What the table says about a computer's findings, in an order of its own."""
    columns = (findings.c.fingerprint, findings.c.subject, findings.c.opened_at, findings.c.ended_at)
    with store.read() as connection:
        rows = connection.execute(select(*columns).where(findings.c.computer == sender.id)).all()
    return sorted(rows, key=repr)


def open_names(store: Store, sender: Sender) -> set[str]:
    return {name for name, _, _, end in spans(store, sender) if end is None}


def kept(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(envelope)).scalar_one()


def alarm_kinds(store: Store) -> list[tuple[str, int]]:
    with store.read() as connection:
        return [(alarm.kind.value, alarm.times) for alarm in alarms.between(connection, NOON, LATER)]


def refusal(ingest: Ingest, data: bytes) -> tuple[int, str]:
    with pytest.raises(RequestError) as caught:
        ingest.accept(data)
    return caught.value.status, caught.value.code


def test_a_report_is_stored_once_however_often_it_comes(ingest: Ingest, store: Store, sender: Sender) -> None:
    data = sender.envelope(1, report([finding("a")], digest=digest("a")))
    assert ingest.accept(data) == Receipt(known=False, next=2, missing=(), full=False, register=0)
    before = spans(store, sender)
    assert ingest.accept(data) == Receipt(known=True, next=2, missing=(), full=False, register=0)
    assert (kept(store), spans(store, sender)) == (1, before)


def test_the_bytes_are_kept_as_evidence(ingest: Ingest, store: Store, sender: Sender) -> None:
    data = sender.envelope(1, report([finding("a")]))
    ingest.accept(data)
    with store.read() as connection:
        assert connection.execute(select(envelope.c.raw)).scalar_one() == data


def test_another_report_under_a_taken_number_is_refused_and_alarmed(ingest: Ingest, store: Store, sender: Sender) -> None:
    ingest.accept(sender.envelope(1, report([finding("a")])))
    assert refusal(ingest, sender.envelope(1, report([finding("b")]))) == (409, "sequence_taken")
    assert refusal(ingest, sender.envelope(1, report([finding("b")]))) == (409, "sequence_taken")
    assert alarm_kinds(store) == [("forged_twin", 2)]
    assert open_names(store, sender) == {"a"}


def test_whoever_sends_a_taken_number_is_told_where_to_go_on(ingest: Ingest, sender: Sender) -> None:
    for sequence in (1, 2, 7):
        ingest.accept(sender.envelope(sequence, report([finding("a")])))
    with pytest.raises(RequestError) as caught:
        ingest.accept(sender.envelope(2, report([finding("b")])))
    assert caught.value.details == {"next": 8}


def test_a_wrong_key_is_refused_and_alarmed(ingest: Ingest, store: Store, sender: Sender) -> None:
    forged = sender.envelope(1, report([finding("a")]), Ed25519PrivateKey.generate())
    assert refusal(ingest, forged) == (403, "bad_signature")
    assert alarm_kinds(store) == [("bad_signature", 1)]
    assert kept(store) == 0


def test_a_computer_that_is_not_registered_is_refused_and_alarmed(ingest: Ingest, store: Store) -> None:
    stranger = seal(Ed25519PrivateKey.generate(), computer="nobody\0" * 30, sequence=1, time=NOON, report=report())
    assert refusal(ingest, encode_envelope(stranger)) == (403, "unknown_computer")
    assert alarm_kinds(store) == [("unknown_computer", 1)]


def test_a_registered_computer_that_has_not_joined_is_refused(ingest: Ingest, store: Store, sender: Sender) -> None:
    with store.write() as connection:
        connection.execute(computer.update().values(public_key=None))
    assert refusal(ingest, sender.envelope(1, report())) == (403, "unknown_computer")


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b"[" * 100_000, b'{"x":' + b"[" * 100_000, b'{"computer": 1}'])
def test_what_is_no_envelope_is_refused(ingest: Ingest, data: bytes) -> None:
    assert refusal(ingest, data) == (400, "malformed")


@pytest.mark.parametrize("sequence", [0, -1, 2**53, 10**30])
def test_a_number_out_of_range_is_refused(ingest: Ingest, sender: Sender, sequence: int) -> None:
    assert refusal(ingest, sender.envelope(sequence, report())) == (400, "malformed")


def test_a_report_that_makes_no_sense_is_refused_though_signed(ingest: Ingest, store: Store, sender: Sender) -> None:
    naive = report([finding("a", NOON.replace(tzinfo=None))])
    assert refusal(ingest, sender.envelope(1, naive)) == (400, "malformed")
    assert kept(store) == 0


def test_a_hole_is_asked_for_until_it_is_filled(ingest: Ingest, sender: Sender) -> None:
    ingest.accept(sender.envelope(1, report()))
    receipt = ingest.accept(sender.envelope(5, report(digest=digest("x"))))
    assert (receipt.next, receipt.missing, receipt.full) == (6, (2, 3, 4), False)
    assert ingest.accept(sender.envelope(3, report())).missing == (2, 4)
    ingest.accept(sender.envelope(2, report()))
    receipt = ingest.accept(sender.envelope(4, report()))
    assert (receipt.next, receipt.missing, receipt.full) == (6, (), True)


def test_a_lost_report_is_not_asked_for(ingest: Ingest, sender: Sender) -> None:
    ingest.accept(sender.envelope(4, report()))
    receipt = ingest.accept(sender.envelope(5, report(full=True, lost=(1, 2, 3))))
    assert receipt.missing == ()


def test_only_a_full_report_may_give_numbers_up(ingest: Ingest, sender: Sender) -> None:
    assert ingest.accept(sender.envelope(3, report(lost=(1, 2)))).missing == (1, 2)


def test_a_lost_report_that_turns_up_after_all_is_taken(ingest: Ingest, store: Store, sender: Sender) -> None:
    ingest.accept(sender.envelope(2, report(full=True, lost=(1,))))
    receipt = ingest.accept(sender.envelope(1, report([incident("i")])))
    assert (receipt.known, receipt.missing) == (False, ())
    assert open_names(store, sender) == {"i"}


def test_a_full_report_replaces_the_open_state_but_no_incident(ingest: Ingest, store: Store, sender: Sender) -> None:
    ingest.accept(sender.envelope(1, report([finding("a"), finding("b"), incident("i")])))
    full = report([finding("b"), finding("c")], LATER, full=True, digest=digest("b", "c"))
    assert ingest.accept(sender.envelope(2, full)).full is False
    assert open_names(store, sender) == {"b", "c", "i"}


def test_a_state_ends_and_an_incident_does_not(ingest: Ingest, store: Store, sender: Sender) -> None:
    ingest.accept(sender.envelope(1, report([finding("a"), incident("i")])))
    receipt = ingest.accept(sender.envelope(2, report(ended=(ended("a", LATER), ended("i", LATER)), digest=digest())))
    assert (open_names(store, sender), receipt.full) == ({"i"}, False)


def test_a_digest_that_differs_asks_for_the_full_state(ingest: Ingest, sender: Sender) -> None:
    assert ingest.accept(sender.envelope(1, report([finding("a")], digest=digest("a", "b")))).full is True
    full = report([finding("a"), finding("b")], full=True, digest=digest("a", "b"))
    assert ingest.accept(sender.envelope(2, full)).full is False


def test_another_computers_findings_are_left_alone(ingest: Ingest, store: Store, sender: Sender) -> None:
    other = join(store, "乙机")
    ingest.accept(other.envelope(1, report([finding("a")])))
    ingest.accept(sender.envelope(1, report([finding("a")])))
    ingest.accept(sender.envelope(2, report(full=True)))
    assert (open_names(store, sender), open_names(store, other)) == (set(), {"a"})


def test_the_newest_report_names_the_host(ingest: Ingest, store: Store, sender: Sender) -> None:
    ingest.accept(sender.envelope(2, report()))
    ingest.accept(sender.envelope(1, Report(**{f: getattr(report(), f) for f in ("created_at", "claim", "policy")}, agent="old")))
    with store.read() as connection:
        row = connection.execute(select(computer.c.hostname, computer.c.agent)).one()
    assert tuple(row) == ("host-1", "agent 0.1.0")


def test_a_locked_database_acknowledges_nothing(ingest: Ingest, store: Store, sender: Sender, tmp_path: Path) -> None:
    data = sender.envelope(1, report())
    with sqlite3.connect(tmp_path / "store.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError) as caught:
            ingest.accept(data)
        other.execute("ROLLBACK")
    other.close()
    assert not is_full(caught.value)
    assert ingest.accept(data).known is False


def test_a_full_disk_acknowledges_nothing(ingest: Ingest, store: Store, sender: Sender) -> None:
    with store.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    large = sender.envelope(1, report(finding(str(n), subject="面" * 1000) for n in range(200)))
    with pytest.raises(OperationalError) as caught:
        ingest.accept(large)
    assert is_full(caught.value)
    assert kept(store) == 0


step = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["state", "incident", "end"])), max_size=3)


def numbered(steps: list[tuple[list[tuple[str, str]], bool]]) -> list[Report]:
    """Reports as a computer would write them, an hour apart."""
    reports = []
    for number, (changes, full) in enumerate(steps):
        at = NOON + timedelta(hours=number)
        opened = [finding(name, at) if kind == "state" else incident(f"i{name}", at) for name, kind in changes if kind != "end"]
        ends = tuple(ended(name, at) for name, kind in changes if kind == "end")
        reports.append(report(opened, at, ended=ends, full=full))
    return reports


@pytest.fixture(scope="module")
def memory() -> Iterator[Store]:
    """A store without a disk to wait for."""
    store = Store("sqlite://")
    store.migrate()
    yield store
    store.close()


@settings(max_examples=50)
@given(steps=st.lists(st.tuples(step, st.booleans()), min_size=2, max_size=8), seed=st.integers(0, 999))
def test_reports_in_any_order_and_repeated_end_in_the_same_state(
    memory: Store, steps: list[tuple[list[tuple[str, str]], bool]], seed: int
) -> None:
    ingest = Ingest(memory, Clock())
    reports = numbered(steps)
    orders = [list(range(len(reports))), random.Random(seed).sample(range(len(reports)), len(reports))]
    results = []
    for order in orders:
        sender = join(memory, str(uuid.uuid4()))
        for index in [*order, *order]:
            receipt = ingest.accept(sender.envelope(index + 1, reports[index]))
        assert receipt.missing == ()
        results.append(spans(memory, sender))
    assert results[0] == results[1]
