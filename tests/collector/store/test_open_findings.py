from __future__ import annotations

from datetime import timedelta

import pytest

from collector.ingest import Ingest
from collector.store import open_findings
from collector.store.store import Store
from policies.vocabulary import Severity
from tests.collector.samples import EXEMPTION, NOON, Sender, ended, finding, incident, join, report

HOUR = timedelta(hours=1)
AFTER = NOON + 9 * HOUR


@pytest.fixture(autouse=True)
def filled(store: Store, sender: Sender, ingest: Ingest) -> None:
    here = [
        finding("minor", severity=Severity.MINOR),
        finding("early", severity=Severity.CRITICAL),
        incident("late", NOON + HOUR, severity=Severity.CRITICAL),
        finding("gone"),
        finding("excused", exemption=EXEMPTION),
    ]
    ingest.accept(sender.envelope(1, report(here)))
    ingest.accept(sender.envelope(2, report(ended=(ended("gone", NOON + HOUR),))))
    other = join(store, "乙机", "机要处")
    ingest.accept(other.envelope(1, report([finding("elsewhere", severity=Severity.MAJOR)])))


def names(store: Store, department: str | None, severity: Severity | None, offset: int = 0, limit: int = 9) -> list[str]:
    with store.read() as connection:
        rows = open_findings.page(connection, AFTER, department, severity, offset, limit)
    return [row.subject.removeprefix("对象 ") for row in rows]


def test_the_gravest_and_latest_stand_first(store: Store) -> None:
    assert names(store, None, None) == ["late", "early", "elsewhere", "minor"]


def test_a_page_is_a_part_of_them(store: Store) -> None:
    assert names(store, None, None, 1, 2) == ["early", "elsewhere"]


def test_they_can_be_narrowed_down(store: Store) -> None:
    assert names(store, None, Severity.CRITICAL) == ["late", "early"]
    assert names(store, "机要处", None) == ["elsewhere"]


def test_they_are_counted(store: Store) -> None:
    with store.read() as connection:
        counts = open_findings.counts(connection, AFTER, None)
        assert [counts[severity] for severity in Severity] == [2, 1, 1, 0]
        assert sum(open_findings.counts(connection, AFTER, "机要处").values()) == 1
        assert open_findings.exempted(connection, AFTER, None) == 1
        assert open_findings.exempted(connection, AFTER, "机要处") == 0


def test_an_earlier_moment_is_seen_as_it_was(store: Store) -> None:
    with store.read() as connection:
        rows = open_findings.page(connection, NOON + HOUR, None, Severity.CRITICAL, 0, 9)
    assert {row.subject for row in rows} == {"对象 early", "对象 gone"}
