"""What opens, what ends, what stays."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from agent.memory import Memory
from policies.finding import Exemption, Finding
from policies.vocabulary import Severity, Text
from tests.agent.making import NOW, after, end, finding, incident, memory, observe


def names(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(f.fingerprint for f in findings)


def open_names(memory: Memory) -> list[str]:
    return [f.fingerprint for f in memory.ledger.open_findings()]


A, B = finding("a"), finding("b")
SAME_SCOPE = finding("c", scope=A.scope)


ENDED = {"ended_at": "2026-11-21T08:00:03+00:00"}
LATER = {"ended_at": "2026-11-21T08:09:00+00:00"}


@pytest.mark.parametrize(
    ("first", "scopes", "then", "opened", "ended", "left"),
    [
        ([], {"scope a"}, [A], ["a"], [], ["a"]),
        ([A], {"scope a"}, [A], [], [], ["a"]),
        ([A], {"scope a"}, [], [], ["a"], []),
        ([A], set(), [], [], [], ["a"]),
        ([A, B], {"scope a"}, [], [], ["a"], ["b"]),
        ([A, SAME_SCOPE], {"scope a"}, [A], [], ["c"], ["a"]),
        ([A], {"scope a", "scope b"}, [B], ["b"], ["a"], ["b"]),
        ([incident("i")], {"scope i"}, [], [], [], ["i"]),
        ([incident("i")], {"scope i"}, [incident("i", severity=Severity.MINOR)], [], [], ["i"]),
        ([incident("i")], {"scope i"}, [replace(incident("i"), evidence=ENDED)], ["i"], [], ["i"]),
        ([replace(incident("i"), evidence=ENDED)], {"scope i"}, [incident("i")], [], [], ["i"]),
        ([replace(incident("i"), evidence=ENDED)], {"scope i"}, [replace(incident("i"), evidence=ENDED)], [], [], ["i"]),
        ([replace(incident("i"), evidence=ENDED)], {"scope i"}, [replace(incident("i"), evidence=LATER)], ["i"], [], ["i"]),
        ([A], {"scope a"}, [replace(A, severity=Severity.MINOR)], ["a"], [], ["a"]),
        ([A], {"scope a"}, [replace(A, message=Text("新", "new"))], ["a"], [], ["a"]),
        ([A], {"scope a"}, [replace(A, evidence={"metric": 5}, observed_at=after(hours=1))], [], [], ["a"]),
        ([A], {"scope a"}, [A, A], [], [], ["a"]),
    ],
)
def test_what_an_observation_changes(
    tmp_path: Path,
    first: list[Finding],
    scopes: set[str],
    then: list[Finding],
    opened: list[str],
    ended: list[str],
    left: list[str],
) -> None:
    with memory(tmp_path) as kept:
        observe(kept, *first)
        difference = kept.ledger.observe("network", scopes, then, after(minutes=1))
        assert (names(difference.opened), names(difference.ended)) == (opened, ended)
        assert open_names(kept) == left


def test_a_changed_finding_is_kept_as_it_is_now_and_open_since_then(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A)
        observe(kept, replace(A, severity=Severity.NOTICE, observed_at=after(days=1)))
        (held,) = kept.ledger.open_findings()
        assert (held.severity, held.observed_at) == (Severity.NOTICE, NOW)


def test_an_exemption_that_begins_or_runs_out_is_told(tmp_path: Path) -> None:
    excused = replace(A, exemption=Exemption(subject="eth0", reason="r", by="b", until=date(2026, 12, 31)))
    with memory(tmp_path) as kept:
        observe(kept, A)
        assert kept.ledger.observe("network", {A.scope}, [excused], NOW).opened
        assert (kept.ledger.counts()[Severity.CRITICAL], kept.ledger.exempted()) == (0, 1)
        assert kept.ledger.observe("network", {A.scope}, [A], NOW).opened
        assert (kept.ledger.counts()[Severity.CRITICAL], kept.ledger.exempted()) == (1, 0)


def test_scopes_left_unseen_by_an_enumeration_end_when_observed_without_findings(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A, B, incident("i"))
        unseen = kept.ledger.scopes("network") - {A.scope}
        assert names(kept.ledger.observe("network", unseen, (), NOW).ended) == ["b"]
        assert open_names(kept) == ["a", "i"]


@pytest.mark.parametrize(
    ("source", "checks", "scopes"),
    [
        ("network", None, {"scope a", "scope b"}),
        ("network", ["host.share"], {"scope b"}),
        ("media", None, set()),
    ],
)
def test_the_open_scopes_are_of_one_source_and_of_some_checks(
    tmp_path: Path, source: str, checks: list[str] | None, scopes: set[str]
) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A, replace(B, check="host.share"), incident("i"))
        assert kept.ledger.scopes(source, checks) == scopes


def test_findings_survive_a_restart_and_end_after_it(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, A)
    with memory(tmp_path) as kept:
        end(kept, A)
        assert open_names(kept) == []


def test_a_state_that_another_process_opened_ends_here(tmp_path: Path) -> None:
    with memory(tmp_path) as kept, memory(tmp_path) as other:
        end(kept, A)  # nothing is open yet, and that is remembered
        observe(other, A)
        end(kept, A)
        assert open_names(kept) == []


def test_a_failure_half_way_opens_nothing_and_tells_nothing(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        with suppress(RuntimeError), kept.store.transaction():
            observe(kept, A)
            raise RuntimeError
        assert open_names(kept) == []
        assert kept.pending.size() == (0, 0)


def test_a_large_ledger_is_read_in_pages(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, *(finding(f"f{number:03}") for number in range(25)))
        assert [len(list(kept.ledger.bodies(page))) for page in (1, 10, 25, 100)] == [25] * 4


def test_the_end_of_an_incident_does_not_change_when_it_happened(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        observe(kept, incident("i"))
        over = replace(incident("i"), evidence=ENDED, observed_at=after(hours=1))
        (told,) = kept.ledger.observe("network", {"scope i"}, [over], after(hours=1)).opened
        assert (told.observed_at, told.evidence["ended_at"]) == (NOW, ENDED["ended_at"])
