from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.fold import Change, Span, fold
from tests.collector.samples import NOON, finding, incident

HOUR = timedelta(hours=1)


def opened(sequence: int, hours: int) -> Change:
    at = NOON + hours * HOUR
    return Change(sequence, at, finding("a", at))


def gone(sequence: int, hours: int) -> Change:
    return Change(sequence, NOON + hours * HOUR, None)


def hours(spans: list[Span]) -> list[tuple[int, int | None]]:
    """Begin and end of spans, in hours after noon."""
    return [((s.opened_at - NOON) // HOUR, None if s.ended_at is None else (s.ended_at - NOON) // HOUR) for s in spans]


@pytest.mark.parametrize(
    ("changes", "fulls", "expected"),
    [
        ([opened(1, 0)], {}, [(0, None)]),
        ([opened(1, 0), gone(2, 3)], {}, [(0, 3)]),
        ([opened(1, 0), opened(2, 1), gone(3, 3)], {}, [(0, 3)]),
        ([opened(1, 0), gone(2, 3), opened(3, 5)], {}, [(0, 3), (5, None)]),
        ([gone(1, 3)], {}, []),
        ([opened(1, 0), gone(1, 2)], {}, [(0, 2)]),
        ([gone(2, 1), opened(1, 0), opened(2, 2)], {}, [(0, 1), (2, None)]),
        ([opened(1, 0)], {2: 4}, [(0, 4)]),
        ([opened(1, 0), opened(2, 0)], {2: 4}, [(0, None)]),
        ([opened(1, 0), gone(2, 3)], {2: 4}, [(0, 3)]),
        ([opened(1, 0), gone(2, 3), opened(2, 0)], {2: 4}, [(0, None)]),
        ([opened(3, 5)], {2: 4}, [(5, None)]),
        ([opened(1, 0), opened(3, 0)], {2: 4}, [(0, None)]),
        ([opened(1, 5), gone(2, 3)], {}, [(5, 5)]),
    ],
    ids=[
        "opened",
        "opened and ended",
        "told twice",
        "came back",
        "an end without a beginning",
        "both in one report",
        "ended and back in one report",
        "absent from a full report",
        "told by a full report",
        "ended in a full report, at the time it says",
        "what a full report tells is open",
        "opened after a full report",
        "told by the second part of a full report",
        "an end before the beginning",
    ],
)
def test_a_state_is_open_when_its_changes_say_so(
    changes: list[Change], fulls: dict[int, int], expected: list[tuple[int, int | None]]
) -> None:
    assert hours(fold(changes, {n: NOON + h * HOUR for n, h in fulls.items()})) == expected


def test_an_incident_never_ends() -> None:
    happened = Change(1, NOON, incident("a"))
    assert hours(fold([happened, gone(2, 1)], {3: NOON + 2 * HOUR})) == [(0, None)]


def test_an_incident_told_again_is_one_and_a_second_one_is_two() -> None:
    later = NOON + HOUR
    changes = [Change(1, NOON, incident("a")), Change(2, NOON, incident("a")), Change(3, later, incident("a", later))]
    assert hours(fold(changes, {})) == [(0, None), (1, None)]


def test_the_latest_report_describes_the_finding() -> None:
    changes = [Change(1, NOON, finding("a", subject="old")), Change(2, NOON, finding("a", subject="new"))]
    assert [span.finding.subject for span in fold(changes, {})] == ["new"]


events = st.lists(
    st.builds(lambda s, h, up: opened(s, h) if up else gone(s, h), st.integers(1, 9), st.integers(0, 9), st.booleans())
)


@given(events, st.dictionaries(st.integers(1, 9), st.just(NOON)), st.randoms())
def test_the_order_of_arrival_does_not_matter(changes: list[Change], fulls: dict[int, object], random: object) -> None:
    unique = list({(c.sequence, c.finding is None): c for c in changes}.values())
    shuffled = list(unique)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' Random
    times = dict.fromkeys(fulls, NOON)
    assert hours(fold(shuffled, times)) == hours(fold(unique, times))
