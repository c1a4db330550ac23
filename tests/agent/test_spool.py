"""Numbering, sealing, acknowledging: every number once, nothing lost in silence, whenever the program is killed."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.memory import open_memory
from agent.pending import Limits
from agent.store import DATABASE
from policies.report import Report, decode_envelope, state_digest
from policies.vocabulary import Kind, Text
from tests.agent.making import AUTHOR, HEADER, NOW, after, deliver, end, finding, incident, memory, observe, reports, unseal
from tests.agent.test_notes import gap, scan

A, B, C = finding("a"), finding("b"), finding("c")


def opened(report: Report) -> list[str]:
    return [f.fingerprint for f in report.opened]


def test_the_first_report_tells_the_whole_state(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A, B)
        (report,) = deliver(kept)
        assert (report.full, opened(report), report.digest) == (True, ["a", "b"], state_digest(["a", "b"]))
        assert (report.claim, report.policy, report.agent) == (HEADER.claim, HEADER.policy, AUTHOR.agent)


def test_a_report_of_an_empty_state_is_sent_too(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        assert [(r.full, r.opened) for r in deliver(kept)] == [(True, ())]


def test_later_reports_tell_what_changed(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A, B)
        deliver(kept)
        observe(kept, C)
        end(kept, A, now=after(hours=1))
        kept.notes.blind(gap("media", 0, 1))
        kept.notes.scanned(scan(NOW))
        (report,) = deliver(kept)
        assert not report.full
        assert (opened(report), [e.fingerprint for e in report.ended]) == (["c"], ["a"])
        assert (len(report.gaps), len(report.scans)) == (1, 1)
        assert report.digest == state_digest(["b", "c"])


def test_nothing_new_makes_no_report(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        deliver(kept)
        assert not kept.spool.waiting()
        assert kept.spool.seal(HEADER, NOW) == 0
        assert kept.spool.last_sequence() == 1


def test_the_digest_is_over_states_alone(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A, incident("i"))
        (report,) = deliver(kept)
        assert (opened(report), report.digest) == (["a", "i"], state_digest(["a"]))


def test_findings_are_redacted_as_they_leave_and_kept_in_clear(tmp_path: Path) -> None:
    kept = open_memory(tmp_path, AUTHOR, lambda f: replace(f, subject="#"), NOW)
    with kept.store:
        observe(kept, A)
        (report,) = deliver(kept)
        observe(kept, B)
        (later,) = deliver(kept)
        assert [f.subject for f in (*report.opened, *later.opened)] == ["#", "#"]
        assert [f.subject for f in kept.ledger.open_findings()] == ["eth0", "eth0"]


def test_numbers_have_no_holes_across_restarts(tmp_path: Path) -> None:
    numbers = []
    for name in "abc":
        with memory(tmp_path) as kept:
            observe(kept, finding(name))
            kept.spool.seal(HEADER, NOW)
            envelope = kept.spool.next_envelope()
            assert envelope is not None
            numbers.append(envelope[0])
            kept.spool.acknowledge(envelope[0])
    assert numbers == [1, 2, 3]


def test_an_envelope_stays_until_it_is_acknowledged_and_is_the_same_bytes(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        kept.spool.seal(HEADER, NOW)
        before = kept.spool.next_envelope()
    with memory(tmp_path) as kept:
        assert kept.spool.next_envelope() == before
        kept.spool.acknowledge(1)
        assert kept.spool.next_envelope() is None


def test_the_number_and_computer_are_under_the_signature(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        kept.spool.seal(HEADER, NOW)
        envelope = kept.spool.next_envelope()
        assert envelope is not None
        sealed = decode_envelope(envelope[1])
        assert (sealed.computer, sealed.sequence, sealed.time) == ("c1", 1, NOW)


def test_a_large_state_is_split_and_its_digests_add_up(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(full_findings=4)) as kept:
        observe(kept, *(finding(f"f{number}") for number in range(10)))
        parts = deliver(kept)
        assert [(r.full, len(r.opened)) for r in parts] == [(True, 4), (False, 4), (False, 2)]
        told: list[str] = []
        for part in parts:
            told += opened(part)
            assert part.digest == state_digest(told)


def test_a_large_state_is_split_by_bytes_too(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(full_bytes=1000)) as kept:
        observe(kept, *(finding(f"f{number}", evidence={"x": "y" * 600}) for number in range(3)))
        assert [len(r.opened) for r in deliver(kept)] == [1, 1, 1]


def test_many_changes_are_split_over_reports(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(report_findings=2)) as kept:
        deliver(kept)
        observe(kept, *(finding(name) for name in "abcde"))
        kept.notes.blind(gap("media", 0, 1))
        assert [(opened(r), len(r.gaps)) for r in deliver(kept)] == [(["a", "b"], 1), (["c", "d"], 0), (["e"], 0)]


def test_missing_reports_that_are_kept_are_sent_again(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A)
        deliver(kept)
        observe(kept, B)
        deliver(kept)
        assert kept.spool.resend([1]) is False
        assert list(reports(kept)) == [1]
        assert not kept.spool.waiting()


def test_missing_reports_that_are_gone_are_declared_lost_with_the_whole_state(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(kept_bytes=1)) as kept:
        for name in "abc":
            observe(kept, finding(name))
            deliver(kept)
        assert kept.spool.resend([1, 2]) is True
        (report,) = deliver(kept)
        assert (report.full, report.lost, opened(report)) == (True, (1, 2, 3), ["a", "b", "c"])


def test_what_is_declared_lost_in_a_waiting_report_is_not_declared_again(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(kept_bytes=1)) as kept:
        for name in "ab":
            observe(kept, finding(name))
            deliver(kept)
        assert kept.spool.resend([1]) is True
        kept.spool.seal(HEADER, NOW)
        assert kept.spool.resend([1]) is False
        kept.spool.acknowledge(3)
        assert kept.spool.resend([1]) is True  # the collector lost that one as well


def test_numbers_that_were_never_given_are_not_sent(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        deliver(kept)
        assert kept.spool.resend([0, 2, 99]) is False
        assert reports(kept) == {}


def test_a_refused_report_is_declared_lost_and_does_not_block_the_next(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        deliver(kept)
        observe(kept, A, incident("i"))
        kept.spool.seal(HEADER, NOW)
        kept.spool.refuse(2, "HTTP 409")
        (report,) = deliver(kept)
        assert (report.full, report.lost, opened(report)) == (True, (2,), ["a", "i"])


def test_what_a_refused_report_declared_lost_is_declared_again(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        deliver(kept)
        observe(kept, A)
        for number in (2, 3):
            kept.spool.seal(HEADER, NOW)
            kept.spool.refuse(number, "HTTP 400")
        assert [r.lost for r in deliver(kept)] == [(2, 3)]


def test_the_collector_may_ask_for_the_whole_state_once(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A)
        deliver(kept)
        assert kept.spool.ask_full()
        kept.spool.seal(HEADER, NOW)
        assert not kept.spool.ask_full()
        assert [r.full for r in deliver(kept)] == [True]


def test_a_computer_that_came_back_from_a_copy_goes_on_after_the_numbers_that_are_known(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        deliver(kept)
        kept.spool.skip_to(8)
        kept.spool.skip_to(3)
        kept.spool.seal(HEADER, NOW)
        assert [(number, r.full) for number, r in reports(kept).items()] == [(8, True)]


def test_with_a_new_name_the_numbers_begin_anew_and_the_whole_state_is_told(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A)
        kept.spool.seal(HEADER, NOW)
    with memory(tmp_path, author=replace(AUTHOR, computer="c2")) as kept:
        assert kept.spool.next_envelope() is None
        assert [(r.full, opened(r)) for r in deliver(kept)] == [(True, ["a"])]
        assert kept.spool.last_sequence() == 1


def test_a_computer_that_is_set_up_anew_goes_on_counting(tmp_path: Path) -> None:
    with memory(tmp_path, author=replace(AUTHOR, first=41)) as kept:
        deliver(kept)
        assert kept.spool.last_sequence() == 41


def test_after_a_damage_no_number_is_used_twice(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A)
        for name in "bcd":
            deliver(kept)
            observe(kept, finding(name))
        kept.spool.seal(HEADER, NOW)
        last = kept.spool.last_sequence()
    (tmp_path / DATABASE).write_bytes(b"x" * 10_000)
    with memory(tmp_path) as kept:
        kept.spool.seal(HEADER, NOW)
        assert [(number, r.full) for number, r in reports(kept).items()] == [(last + 1, True)]


def test_where_nobody_acknowledges_the_whole_state_replaces_what_does_not_fit(tmp_path: Path) -> None:
    limit = 40_000
    noise = random.Random(1)
    with memory(tmp_path, Limits(kept_bytes=limit)) as kept:
        for number in range(100):
            observe(kept, incident(f"i{number:02}", evidence={"noise": noise.randbytes(500).hex()}))
            kept.spool.seal(HEADER, after(hours=number))
            assert kept.store.value("SELECT SUM(size) FROM sealed") <= limit + 200_000
        waiting = reports(kept)
    known = set(waiting) | {lost for r in waiting.values() for lost in r.lost}
    assert known == set(range(1, max(waiting) + 1))
    assert {f for r in waiting.values() for f in opened(r)} == {f"i{number:02}" for number in range(100)}


def test_a_collector_that_is_away_for_a_week_is_told_everything_that_matters(tmp_path: Path) -> None:
    limit = 300_000
    noise = random.Random(2)
    count: Counter[str] = Counter()
    with memory(tmp_path, Limits(pending_bytes=limit, kept_bytes=limit)) as kept:
        deliver(kept)
        for step in range(2_000):
            now = NOW + timedelta(days=7) * step / 2_000
            state = finding(f"s{noise.randrange(900):03}", observed_at=now, message=Text("文" * 20, f"{step}"))
            if noise.random() < 0.4:
                end(kept, state, now=now)
            else:
                observe(kept, state, now=now)
            if step % 100 == 0:
                observe(kept, incident(f"i{step}", observed_at=now))
                kept.notes.blind(gap("media", step, step + 100))
            assert kept.pending.size()[1] <= limit
        count.update({m.check: m.count for m in kept.pending.merged()})
        open_now = {f.fingerprint for f in kept.ledger.open_findings() if f.kind is Kind.STATE}
        told = deliver(kept, after(days=7))
        size = sum(file.stat().st_size for file in tmp_path.glob(f"{DATABASE}*"))
    assert size < 20 * limit
    assert count[A.check] > 0
    assert sum(m.count for r in told for m in r.merged) == count.total()
    assert told[0].full
    assert told[-1].digest == state_digest(open_now)
    assert {f for r in told for f in opened(r) if f.startswith("i")} == {f"i{step}" for step in range(0, 2_000, 100)}
    assert sum(len(r.gaps) for r in told) == 1


STEPS = """
import random, sys
from pathlib import Path
from tests.agent.making import *
folder, log = Path(sys.argv[1]), open(sys.argv[2], "ab", buffering=0)
noise = random.Random(sys.argv[3])
with memory(folder, Limits(kept_bytes=20_000, report_findings=3)) as kept:
    print("ready", flush=True)
    while True:
        f = finding(f"f{noise.randrange(40):02}")
        (observe if noise.random() < 0.6 else end)(kept, f)
        if noise.random() < 0.5:
            kept.spool.seal(HEADER, NOW)
        if noise.random() < 0.5 and (envelope := kept.spool.next_envelope()):
            log.write(envelope[1] + b"\\n")
            kept.spool.acknowledge(envelope[0])
"""


def run_and_kill(folder: Path, log: Path, seed: int) -> None:
    """One life of the agent, ended by SIGKILL at a place that nobody chose."""
    command = [sys.executable, "-c", STEPS, str(folder), str(log), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as agent:
        assert agent.stdout is not None
        assert agent.stdout.readline() == b"ready\n"
        size = log.stat().st_size
        while log.stat().st_size < size + 3_000 + 500 * seed:
            assert agent.poll() is None
        agent.kill()


@pytest.mark.parametrize("lives", [5])
def test_killed_at_any_moment_it_gives_every_number_once_and_loses_no_finding(tmp_path: Path, lives: int) -> None:
    log = tmp_path / "collector"
    log.touch()
    for life in range(lives):
        run_and_kill(tmp_path / "state", log, life)
    lines = [line for line in log.read_bytes().split(b"\n") if line.endswith(b"}")]
    with memory(tmp_path / "state") as kept:
        lines += [envelope for _, envelope in kept.spool.unacknowledged()]
        while kept.spool.seal(HEADER, NOW):
            pass
        lines += [envelope for _, envelope in kept.spool.unacknowledged()]
        open_now = {f.fingerprint for f in kept.ledger.open_findings()}
    numbered: dict[int, set[bytes]] = {}
    for line in lines:
        numbered.setdefault(decode_envelope(line).sequence, set()).add(line)
    assert sorted(numbered) == list(range(1, max(numbered) + 1))
    assert {len(different) for different in numbered.values()} == {1}
    held: set[str] = set()
    for number in sorted(numbered):
        report = unseal(numbered[number].pop())
        held = set() if report.full else held
        held = (held | set(opened(report))) - {ended.fingerprint for ended in report.ended}
        assert report.digest == state_digest(held)
    assert held == open_now
