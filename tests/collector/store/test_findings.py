from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from collector.ingest import Ingest
from collector.store import findings
from collector.store.store import Store
from collector.store.tables import change
from collector.store.tables import finding as table
from policies.vocabulary import Text
from tests.collector.samples import EXEMPTION, NOON, Sender, digest, ended, finding, incident, report


def test_the_digest_is_over_open_states(store: Store, sender: Sender, ingest: Ingest) -> None:
    ingest.accept(sender.envelope(1, report([finding("b"), finding("a"), finding("c"), incident("i")])))
    ingest.accept(sender.envelope(2, report(ended=(ended("c"),))))
    with store.read() as connection:
        assert findings.digest(connection, sender.id) == digest("a", "b")


def test_a_finding_is_kept_with_what_the_tables_show(store: Store, sender: Sender, ingest: Ingest) -> None:
    told = finding("a", clauses=("NET-01", "NET-02"), exemption=EXEMPTION, message=Text("甲\0", "a"), subject="s" * 5000)
    ingest.accept(sender.envelope(1, report([told])))
    with store.read() as connection:
        row = connection.execute(select(table)).one()
    assert (row.check_id, row.kind, row.severity, row.clauses) == ("network.default-route", "state", "critical", "NET-01,NET-02")
    assert (row.exempted, row.message_zh, len(row.subject), row.opened_at, row.opened_in) == (True, "甲\ufffd", 2000, NOON, 1)


def test_more_findings_than_one_query_takes(store: Store, sender: Sender, ingest: Ingest) -> None:
    names = [f"{number:04}" for number in range(1201)]
    ingest.accept(sender.envelope(1, report([finding(name) for name in names], digest=digest(*names))))
    receipt = ingest.accept(sender.envelope(2, report([finding("0007")], full=True, digest=digest("0007"))))
    assert receipt.full is False


def test_a_full_report_in_parts_ends_nothing_that_it_tells(store: Store, sender: Sender, ingest: Ingest) -> None:
    ingest.accept(sender.envelope(1, report([finding("a"), finding("b")])))
    later = NOON + timedelta(hours=1)
    ingest.accept(sender.envelope(2, report([finding("a")], later, full=True, digest=digest("a"))))
    assert ingest.accept(sender.envelope(3, report([finding("b")], later, digest=digest("a", "b")))).full is False
    with store.read() as connection:
        rows = connection.execute(select(table.c.fingerprint, table.c.opened_at, table.c.ended_at)).all()
    assert sorted(map(tuple, rows)) == [("a", NOON, None), ("b", NOON, None)]


def test_a_full_report_that_comes_late_ends_what_was_open_then(store: Store, sender: Sender, ingest: Ingest) -> None:
    later = NOON + timedelta(hours=1)
    ingest.accept(sender.envelope(1, report([finding("a"), finding("b")])))
    ingest.accept(sender.envelope(3, report([finding("c", later)], later)))
    ingest.accept(sender.envelope(2, report([finding("b")], later, full=True)))
    with store.read() as connection:
        rows = connection.execute(select(table.c.fingerprint, table.c.ended_at, table.c.ended_in)).all()
    assert sorted(map(tuple, rows)) == [("a", later, 2), ("b", None, None), ("c", None, None)]


def test_every_change_is_kept(store: Store, sender: Sender, ingest: Ingest) -> None:
    ingest.accept(sender.envelope(1, report([finding("a")], ended=(ended("b"),))))
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(change)).scalar_one() == 2


@pytest.mark.parametrize(("text", "kept"), [("甲", "甲"), ("a\0b", "a\ufffdb"), ("x" * 2001, "x" * 2000)])
def test_a_text_is_kept_as_every_database_takes_it(text: str, kept: str) -> None:
    assert findings.plain(text) == kept
