"""Changes that wait: joined by what they are about, folded beyond the limit, and always counted."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from agent.memory import Memory
from agent.pending import FULL, Batch, Limits, from_stamp, stamp
from policies.vocabulary import Severity, Text
from tests.agent.making import NOW, after, end, finding, incident, memory, observe

A = finding("a")


def take(kept: Memory) -> Batch:
    with kept.store.transaction():
        return kept.pending.take()


def names(batch: Batch) -> tuple[list[str], list[str]]:
    return [f.fingerprint for f in batch.opened], [e.fingerprint for e in batch.ended]


def test_what_opened_and_ended_while_nobody_listened_is_told_as_both(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A)
        end(kept, A, now=after(minutes=4))
        batch = take(kept)
        assert names(batch) == (["a"], ["a"])
        assert batch.ended[0].ended_at == after(minutes=4)
        assert batch.merged == ()


def test_what_was_told_and_ended_is_told_as_an_end(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A)
        take(kept)
        end(kept, A)
        assert names(take(kept)) == ([], ["a"])


def test_a_state_that_comes_and_goes_is_told_once_and_the_rest_is_counted(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        for hour in range(5):
            observe(kept, replace(A, observed_at=after(hours=hour)))
            end(kept, A, now=after(hours=hour, minutes=30))
        batch = take(kept)
        assert names(batch) == (["a"], ["a"])
        assert [(m.check, m.count) for m in batch.merged] == [(A.check, 8)]
        assert (batch.merged[0].first_at, batch.merged[0].last_at) == (after(minutes=30), after(hours=4))


def test_only_the_last_word_about_a_finding_is_told_and_the_others_are_counted(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        for severity in (Severity.MINOR, Severity.MAJOR, Severity.CRITICAL):
            observe(kept, replace(A, severity=severity))
        batch = take(kept)
        assert [f.severity for f in batch.opened] == [Severity.CRITICAL]
        assert [m.count for m in batch.merged] == [2]


def test_a_state_never_ends_before_it_began(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, replace(A, observed_at=after(hours=1)))
        end(kept, A, now=NOW)  # the clock was set back
        assert take(kept).ended[0].ended_at == after(hours=1)


def test_what_was_taken_is_gone(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A)
        assert take(kept)
        assert not take(kept)


def test_a_report_takes_the_oldest_that_fit_and_leaves_the_rest(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(report_findings=3)) as kept:
        for name in "abcde":
            observe(kept, finding(name))
        assert [names(take(kept))[0] for _ in range(3)] == [["a", "b", "c"], ["d", "e"], []]


def test_a_report_is_bounded_in_bytes_and_takes_at_least_one(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(report_bytes=100)) as kept:
        for name in "ab":
            observe(kept, finding(name, evidence={"text": "x" * 500}))
        assert names(take(kept))[0] == ["a"]


def test_beyond_the_limit_the_oldest_states_are_counted_and_the_whole_state_is_due(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(pending_rows=10)) as kept:
        kept.store.remember(FULL, None)
        for number in range(11):
            observe(kept, finding(f"f{number:02}", observed_at=after(minutes=number)))
        assert kept.store.recall(FULL) is True
        merged = kept.pending.merged()
        rows, _ = kept.pending.size()
        assert rows <= 9
        assert sum(m.count for m in merged) == 11 - rows
        assert (merged[0].first_at, merged[0].last_at) == (NOW, after(minutes=11 - rows - 1))
        assert "f10" in names(take(kept))[0]


def test_below_the_limit_nothing_is_folded(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(pending_rows=10)) as kept:
        kept.store.remember(FULL, None)
        observe(kept, *(finding(f"f{number}") for number in range(10)))
        assert (kept.pending.size()[0], kept.pending.merged(), kept.store.recall(FULL)) == (10, (), None)


def test_incidents_are_folded_last(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(pending_rows=20)) as kept:
        observe(kept, *(incident(f"i{number}") for number in range(10)))
        observe(kept, *(finding(f"s{number:03}") for number in range(200)))
        opened, _ = names(take(kept))
        assert [name for name in opened if name.startswith("i")] == [f"i{number}" for number in range(10)]


def test_where_only_incidents_are_left_they_are_folded_and_counted(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(pending_rows=20)) as kept:
        observe(kept, *(incident(f"i{number:03}") for number in range(200)))
        assert kept.pending.size()[0] + kept.pending.merged()[0].count == 200
        assert kept.pending.size()[0] <= 20


def test_no_change_goes_uncounted(tmp_path: Path) -> None:
    noise, changes = random.Random(3), 0
    with memory(tmp_path, Limits(pending_rows=40)) as kept:
        for step in range(400):
            state = finding(f"s{noise.randrange(80):02}", message=Text("文", f"{step}"))
            difference = kept.ledger.observe(
                "network", {state.scope}, (state,) if noise.random() < 0.6 else (), after(minutes=step)
            )
            changes += len(difference.opened) + len(difference.ended)
        waiting = kept.store.value("SELECT SUM((finding IS NOT NULL) + (ended_at IS NOT NULL)) FROM pending_findings")
        assert 0 < waiting < changes
        assert waiting + sum(m.count for m in kept.pending.merged()) == changes


def test_the_bytes_are_bounded_too(tmp_path: Path) -> None:
    limit = 100_000
    with memory(tmp_path, Limits(pending_bytes=limit)) as kept:
        observe(kept, *(finding(f"f{number:03}", evidence={"text": "x" * 5_000}) for number in range(100)))
        rows, size = kept.pending.size()
        assert 0 < size <= limit
        assert rows + kept.pending.merged()[0].count == 100


def test_a_report_of_the_whole_state_leaves_only_what_it_cannot_tell(tmp_path: Path) -> None:
    told, open_now, flap = finding("told"), finding("open"), finding("flap")
    with memory(tmp_path) as kept:
        observe(kept, told)
        take(kept)
        observe(kept, open_now, flap)
        end(kept, told, flap)
        with kept.store.transaction():
            assert [ended.fingerprint for ended in kept.pending.settle()] == ["told"]
        assert names(take(kept)) == (["flap"], ["flap"])


def test_stamps_sort_as_times_do() -> None:
    times = [NOW, after(microseconds=1), after(seconds=1), after(days=400)]
    assert sorted(map(stamp, times)) == [stamp(time) for time in times]
    assert [from_stamp(stamp(time)) for time in times] == times
