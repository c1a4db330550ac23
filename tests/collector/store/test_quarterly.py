from __future__ import annotations

from datetime import timedelta

import pytest

from collector.ingest import Ingest
from collector.store import quarterly
from collector.store.quarterly import Span
from collector.store.store import Store
from tests.collector.samples import NOON, Sender, ended, finding, incident, join, report

HOUR = timedelta(hours=1)
SPAN = Span(NOON, NOON + 10 * HOUR)


def test_departments_are_named_once(store: Store, sender: Sender) -> None:
    join(store, "乙机")
    join(store, "丙机", "机要处")
    with store.read() as connection:
        assert quarterly.departments(connection) == ["办公室", "机要处"]


@pytest.mark.parametrize(
    ("opened", "ended_at", "counted"),
    [(-2, -1, 0), (-2, 0, 1), (-2, None, 1), (0, 1, 1), (9, None, 1), (10, None, 0)],
)
def test_a_state_belongs_to_every_time_that_it_touches(
    store: Store, sender: Sender, ingest: Ingest, opened: int, ended_at: int | None, counted: int
) -> None:
    ends = () if ended_at is None else (ended("a", NOON + ended_at * HOUR),)
    ingest.accept(sender.envelope(1, report([finding("a", NOON + opened * HOUR)], ended=ends)))
    with store.read() as connection:
        assert quarterly.count_findings(connection, SPAN) == counted


def test_the_same_fingerprint_on_two_computers_is_two_findings(store: Store, sender: Sender, ingest: Ingest) -> None:
    other = join(store, "乙机")
    ingest.accept(sender.envelope(1, report([finding("a")])))
    ingest.accept(other.envelope(1, report([finding("a")])))
    with store.read() as connection:
        assert quarterly.count_findings(connection, SPAN) == 2
        assert quarterly.findings_by_check(connection, SPAN) == [("network.default-route", 2, 2)]


def test_one_check_can_be_counted(store: Store, sender: Sender, ingest: Ingest) -> None:
    ingest.accept(sender.envelope(1, report([finding("a"), incident("i")])))
    with store.read() as connection:
        assert quarterly.count_findings(connection, SPAN, "media.unregistered") == 1


def test_a_life_is_told_by_its_first_and_last_moment(store: Store, sender: Sender, ingest: Ingest) -> None:
    ingest.accept(sender.envelope(1, report([finding("old", NOON - HOUR), finding("back"), finding("brief"), incident("i")])))
    ingest.accept(sender.envelope(2, report(ended=tuple(ended(name, NOON + HOUR) for name in ("old", "back", "brief")))))
    ingest.accept(sender.envelope(3, report([finding("back", NOON + 2 * HOUR)])))
    with store.read() as connection:
        assert quarterly.lives(connection, SPAN) == (3, 2, 2)
