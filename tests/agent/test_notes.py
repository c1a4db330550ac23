"""Scans, gaps and sightings that wait to be told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.memory import Memory
from agent.notes import SCANS, WHOLE_SCAN, NoteBatch
from agent.pending import Limits
from policies.report import Gap, Scan, Sighting
from policies.vocabulary import Text
from tests.agent.making import after, memory


def gap(source: str, begin: float, end: float) -> Gap:
    return Gap(source=source, began_at=after(minutes=begin), ended_at=after(minutes=end), reason=Text("因", f"{begin}"))


def scan(when: datetime, whole: bool = True) -> Scan:
    return Scan(started_at=when, finished_at=when, whole=whole)


def take(kept: Memory) -> NoteBatch:
    with kept.store.transaction():
        return kept.notes.take()


def spans(gaps: tuple[Gap, ...]) -> list[tuple[str, float, float]]:
    start = after()
    return [(g.source, (g.began_at - start).total_seconds() / 60, (g.ended_at - start).total_seconds() / 60) for g in gaps]


@pytest.mark.parametrize(
    ("gaps", "told"),
    [
        ([("a", 0, 1), ("a", 1, 2)], [("a", 0, 2)]),
        ([("a", 0, 5), ("a", 1, 2)], [("a", 0, 5)]),
        ([("a", 3, 5), ("a", 1, 6)], [("a", 1, 6)]),
        ([("a", 0, 1), ("a", 2, 3)], [("a", 0, 1), ("a", 2, 3)]),
        ([("a", 0, 1), ("b", 1, 2)], [("a", 0, 1), ("b", 1, 2)]),
    ],
)
def test_gaps_of_one_source_that_touch_become_one(tmp_path: Path, gaps: list[tuple[str, int, int]], told: object) -> None:
    with memory(tmp_path) as kept:
        for one in gaps:
            kept.notes.blind(gap(*one))
        assert spans(kept.notes.gaps()) == told


def test_too_many_gaps_are_joined_from_the_oldest_on_and_cover_no_less(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(gaps=3)) as kept:
        for number in range(5):
            kept.notes.blind(gap("a", 10 * number, 10 * number + 1))
        assert spans(kept.notes.gaps()) == [("a", 0, 21), ("a", 30, 31), ("a", 40, 41)]


def test_the_last_scans_and_the_last_whole_one_of_each_quarter_stay(tmp_path: Path) -> None:
    february, march = datetime(2026, 2, 15, tzinfo=UTC), datetime(2026, 3, 15, tzinfo=UTC)
    recent = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3)]
    with memory(tmp_path, Limits(scans=2)) as kept:
        for when in (february, march):
            kept.notes.scanned(scan(when))
        kept.notes.scanned(scan(datetime(2026, 3, 20, tzinfo=UTC), whole=False))
        for when in recent:
            kept.notes.scanned(scan(when))
        assert [s.finished_at for s in take(kept).scans] == [march, recent[1], recent[2]]
        assert [(m.check, m.count) for m in kept.pending.merged()] == [(SCANS, 3)]


def test_the_time_of_the_last_whole_scan_is_remembered_after_it_was_told(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        kept.notes.scanned(scan(after(hours=1)))
        kept.notes.scanned(scan(after(hours=2), whole=False))
        take(kept)
        assert datetime.fromisoformat(kept.store.recall(WHOLE_SCAN)) == after(hours=1)


def test_a_medium_is_told_once_with_its_first_and_last_time(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        for hour, number in ((2, "U-1"), (1, "U-2"), (5, "U-1"), (3, "U-1")):
            kept.notes.sighted(Sighting(number=number, first_at=after(hours=hour), last_at=after(hours=hour)))
        assert [(s.number, s.first_at, s.last_at) for s in take(kept).sightings] == [
            ("U-1", after(hours=2), after(hours=5)),
            ("U-2", after(hours=1), after(hours=1)),
        ]


def test_what_was_taken_is_gone(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        kept.notes.blind(gap("a", 0, 1))
        assert kept.notes.count() == 1
        assert take(kept)
        assert not take(kept)
        assert kept.notes.count() == 0
