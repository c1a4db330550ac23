"""The daemon's work on a made-up world with the real engine, ledger and state file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent import work
from agent.memory import Memory
from agent.passports import Passports
from agent.sources.base import Change
from agent.work import NO_SOURCE, Worker, gap_until
from checks.subjects import Device, Volume
from policies.report import CheckResult, Scan
from policies.vocabulary import Text, Verdict
from tests.agent.fakes import World, device, radio, setup
from tests.agent.making import NOW, after, memory

AWAY = Text("无", "none")


class Scene:
    """A worker over two sources."""

    def __init__(self, kept: Memory) -> None:
        self.kept = kept
        self.hardware, self.media = World("hardware", radio("w1"), radio("w2")), World("media", device("d1"))
        self.pauses: list[float] = []
        self.go_on: Callable[[], bool] = lambda: True
        self.pause: Callable[[], bool] = lambda: True
        sources = {"hardware": self.hardware, "media": self.media}
        self.worker = Worker(kept, sources, setup(), lambda: NOW, go_on=lambda: self.go_on(), pause=self._pause)

    def _pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return self.pause()

    def open(self) -> list[str]:
        return sorted(f.subject for f in self.kept.ledger.open_findings())

    def told(self) -> tuple[Scan, ...]:
        with self.kept.store.transaction():
            return self.kept.notes.take().scans


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with memory(tmp_path) as kept:
        yield Scene(kept)


def result(scan: Scan, check: str) -> CheckResult:
    return next(found for found in scan.checks if found.check == check)


def test_a_whole_scan_opens_what_is_wrong_and_is_recorded(scene: Scene) -> None:
    assert scene.worker.scan()
    assert scene.open() == [device("d1").label, "w1", "w2"]
    (scan,) = scene.told()
    assert scan.whole
    assert [(c.check, c.verdict, c.subjects, c.findings) for c in scan.checks] == [
        ("test.no-radio", Verdict.VIOLATION, 2, 2),
        ("test.no-device", Verdict.VIOLATION, 1, 1),
    ]


def test_what_is_gone_at_the_next_enumeration_ends(scene: Scene) -> None:
    scene.worker.scan()
    del scene.hardware.things["w1"]
    scene.worker.enumerate("hardware")
    assert scene.open() == [device("d1").label, "w2"]


def test_an_incident_does_not_end_when_its_thing_is_gone(scene: Scene) -> None:
    scene.worker.scan()
    scene.media.things.clear()
    scene.worker.enumerate("media")
    assert device("d1").label in scene.open()


def test_what_is_put_right_ends_and_what_cannot_be_judged_stays(scene: Scene) -> None:
    scene.worker.scan()
    scene.hardware.things = {"w1": radio("w1", "ok"), "w2": radio("w2", "unseen")}
    scene.worker.enumerate("hardware")
    assert scene.open() == [device("d1").label, "w2"]


def test_a_source_that_cannot_be_read_ends_nothing_and_is_not_assessed(scene: Scene) -> None:
    scene.worker.scan()
    scene.told()
    scene.hardware.unavailable = AWAY
    scene.worker.scan()
    assert "w1" in scene.open()
    (scan,) = scene.told()
    assert (result(scan, "test.no-radio").verdict, result(scan, "test.no-radio").reason) == (Verdict.NOT_ASSESSED, AWAY)


def stick(fs_uuid: str = "A") -> Device:
    """A registered medium with one file system."""
    return replace(device("d1", "S1"), volumes=(Volume(node="/dev/sdb1", size=64, fs_uuid=fs_uuid),))


def test_what_is_judged_of_a_medium_is_remembered_with_the_judgement(scene: Scene) -> None:
    passports = Passports(scene.kept.store)
    scene.worker.take(Change(source="media", key="d1", at=NOW, subject=stick()))
    past = passports.past(stick().ids)
    assert past is not None
    assert (past.fs_uuids, past.size) == (("A",), 64)
    scene.media.things = {"d1": stick("B")}
    scene.worker.enumerate("media")
    past = passports.past(stick().ids)
    assert past is not None
    assert past.fs_uuids == ("B",)


def test_what_only_some_checks_have_judged_is_not_remembered_yet(scene: Scene) -> None:
    scene.media.things = {"d1": stick()}
    scene.worker.enumerate("media", checks=("test.no-device",))
    assert Passports(scene.kept.store).past(stick().ids) is None


def test_what_could_not_be_written_is_not_remembered_without_its_judgement(scene: Scene) -> None:
    scene.pause = lambda: False
    scene.kept.store.execute("PRAGMA query_only = 1")
    scene.worker.take(Change(source="media", key="d1", at=NOW, subject=stick()))
    scene.kept.store.execute("PRAGMA query_only = 0")
    assert Passports(scene.kept.store).past(stick().ids) is None
    assert scene.open() == []


def test_a_source_that_this_computer_lacks_is_not_assessed(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        worker = Worker(kept, {}, setup(), lambda: NOW, go_on=lambda: True, pause=lambda s: True)
        worker.scan()
        with kept.store.transaction():
            (scan,) = kept.notes.take().scans
    assert {(c.verdict, c.reason) for c in scan.checks} == {(Verdict.NOT_ASSESSED, NO_SOURCE)}


def test_an_error_of_the_system_while_reading_tells_no_path(scene: Scene) -> None:
    def fail() -> None:
        raise OSError(5, "Input/output error", "/home/someone/机密.docx")

    scene.hardware.between = fail
    scene.worker.scan()
    (scan,) = scene.told()
    found = result(scan, "test.no-radio")
    assert found.not_assessed == 1
    assert "Input/output error" in repr(found.reason)
    assert "机密" not in repr(found)


def test_an_enumeration_by_some_checks_leaves_the_findings_of_others(scene: Scene) -> None:
    scene.worker.scan()
    scene.hardware.things.clear()
    scene.worker.enumerate("hardware", checks=("test.no-device",))
    assert "w1" in scene.open()
    scene.worker.enumerate("hardware", checks=("test.no-radio",))
    assert "w1" not in scene.open()


def test_findings_of_a_check_that_is_in_the_policy_no_more_end(scene: Scene) -> None:
    scene.worker.scan()
    full = scene.worker.setup
    engine = type(full.engine)(full.engine.rules[1:], full.engine.computer, b"k" * 32)
    scene.worker.setup = replace(full, engine=engine)
    scene.worker.enumerate("hardware")
    assert scene.open() == [device("d1").label]


def test_a_change_is_read_and_judged(scene: Scene) -> None:
    scene.hardware.things["w3"] = radio("w3")
    assert scene.worker.take(Change(source="hardware", key="w3", at=NOW))
    assert scene.open() == ["w3"]
    assert not scene.worker.take(Change(source="hardware", key="w3", at=NOW))


def test_a_thing_that_is_gone_ends_its_states(scene: Scene) -> None:
    scene.worker.scan()
    del scene.hardware.things["w1"]
    assert scene.worker.take(Change(source="hardware", key="w1", at=NOW))
    assert "w1" not in scene.open()


def test_a_thing_that_cannot_be_read_ends_nothing(scene: Scene) -> None:
    scene.worker.scan()
    scene.hardware.unavailable = AWAY
    assert not scene.worker.take(Change(source="hardware", key="w1", at=NOW))
    assert "w1" in scene.open()


def test_facts_of_a_thing_that_is_gone_since_are_judged_all_the_same(scene: Scene) -> None:
    scene.worker.take(Change(source="media", key="d9", at=NOW, subject=device("d9", "S9")))
    assert scene.open() == [device("d9", "S9").label]


def test_a_registered_medium_is_sighted_and_another_is_not(scene: Scene) -> None:
    scene.worker.take(Change(source="media", key="d1", at=NOW, subject=device("d1", "S1")))
    scene.worker.take(Change(source="media", key="d2", at=NOW, subject=device("d2", "S2")))
    with scene.kept.store.transaction():
        assert [s.number for s in scene.kept.notes.take().sightings] == ["U-1"]


def test_what_comes_back_during_an_enumeration_that_missed_it_stays_open(scene: Scene) -> None:
    scene.worker.scan()
    back = scene.hardware.things.pop("w2")

    def reappear() -> None:
        scene.worker.take(Change(source="hardware", key="w2", at=NOW, subject=back))

    scene.hardware.between = reappear
    scene.worker.enumerate("hardware")
    assert "w2" in scene.open()


def test_what_was_read_before_a_change_does_not_undo_what_the_change_told(scene: Scene) -> None:
    def put_right() -> None:
        scene.worker.take(Change(source="hardware", key="w2", at=NOW, subject=radio("w2", "ok")))

    scene.hardware.between = put_right  # w2 is told after it, as it was before
    scene.worker.enumerate("hardware")
    assert scene.open() == ["w1"]


def test_what_has_gone_meanwhile_does_not_come_back_by_what_was_read_before(scene: Scene) -> None:
    def unplug() -> None:
        scene.hardware.things.pop("w2", None)
        scene.worker.take(Change(source="hardware", key="w2", at=NOW))

    scene.hardware.between = unplug
    scene.worker.enumerate("hardware")
    assert scene.open() == ["w1"]


def test_only_the_latest_changes_during_an_enumeration_are_kept_in_mind(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "REMEMBERED", 1)
    scene.hardware.things["w3"] = radio("w3")

    def put_right() -> None:
        scene.hardware.between = lambda: None
        for name in ("w2", "w3"):
            scene.worker.take(Change(source="hardware", key=name, at=NOW, subject=radio(name, "ok")))

    scene.hardware.between = put_right
    scene.worker.enumerate("hardware")
    assert scene.open() == ["w1", "w2"]


def test_one_source_is_enumerated_in_the_middle_of_another_and_neither_ends_what_is_the_other_s(scene: Scene) -> None:
    scene.worker.scan()
    del scene.hardware.things["w1"]
    under_way: list[set[str]] = []

    def other() -> None:
        under_way.append(set(scene.worker.under_way))
        scene.worker.enumerate("hardware")

    scene.media.between = other
    scene.worker.enumerate("media")
    assert under_way == [{"media"}]
    assert set(scene.worker.under_way) == set()
    assert scene.open() == [device("d1").label, "w2"]


def test_an_enumeration_that_is_broken_off_ends_nothing_and_counts_as_no_scan(scene: Scene) -> None:
    scene.worker.scan()
    scene.told()
    del scene.hardware.things["w2"]
    scene.go_on = lambda: False
    assert not scene.worker.scan()
    assert "w2" in scene.open()
    assert scene.told() == ()


def test_a_full_disk_is_waited_for_and_nothing_is_lost(scene: Scene) -> None:
    scene.kept.store.execute("PRAGMA max_page_count = 1")
    seen: list[str] = []

    def make_room() -> bool:
        seen.append(scene.worker.trouble)
        if len(scene.pauses) == 3:
            scene.kept.store.execute("PRAGMA max_page_count = 1000000")
        return True

    scene.pause = make_room
    scene.hardware.things = {f"w{n}": radio(f"w{n}") for n in range(300)}
    scene.worker.enumerate("hardware")
    assert scene.pauses == [1, 2, 4]
    assert all("full" in trouble for trouble in seen)
    assert scene.worker.trouble == ""
    assert len(scene.open()) == 300


def test_the_end_does_not_wait_for_room_on_the_disk(scene: Scene) -> None:
    scene.pause = lambda: False

    def fail() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    assert scene.worker.persist(fail) is None
    assert scene.pauses == [1]


def test_blindness_is_told_as_a_gap(scene: Scene) -> None:
    scene.worker.blind("media", after(minutes=-5), AWAY)
    assert scene.kept.notes.gaps() == (gap_until(NOW, "media", after(minutes=-5), AWAY),)


def test_a_gap_spans_both_times_where_the_clock_was_set_back() -> None:
    gap = gap_until(NOW, "media", after(hours=1), AWAY)
    assert (gap.began_at, gap.ended_at) == (NOW, after(hours=1))
