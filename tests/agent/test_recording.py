"""A scan by hand in the ledger: what it met is open, and only a scan of everything ends what it did not meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.coverage import Coverage
from agent.engine import Engine
from agent.memory import Memory
from agent.passports import Passports
from agent.recording import Recorder
from agent.scan import Result, run
from checks.subjects import Radio, Volume
from policies.vocabulary import Text, Unread
from tests.agent.fakes import World, device, radio, setup
from tests.agent.judging import policy
from tests.agent.making import NOW, memory


class HidingRadio(Radio):
    """A thing behind which others may be hidden, as behind a folder that may not be listed."""

    @property
    def hides_others(self) -> bool:
        return True


class Scene:
    """A ledger, and a world of two sources to scan into it."""

    def __init__(self, kept: Memory) -> None:
        self.kept = kept
        self.engine: Engine = setup().engine
        self.hardware, self.media = World("hardware", radio("w1"), radio("w2")), World("media", device("d1"))

    def scan(self, *, whole: bool = True) -> Result:
        recorder = Recorder(self.kept, self.engine, lambda: NOW, whole=whole)
        sources = {"hardware": self.hardware, "media": self.media}
        coverage = Coverage(files_seen=5, files_read=3)
        coverage.files_not_assessed[Unread.ENCRYPTED] = 2
        result = run(self.engine, policy(), sources, coverage, lambda: NOW, [recorder])
        recorder.finish(result)
        return result

    def open(self) -> list[str]:
        return sorted(finding.subject for finding in self.kept.ledger.open_findings())


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with memory(tmp_path) as kept:
        yield Scene(kept)


DEVICE = device("d1").label


def test_what_is_wrong_is_open_after_a_scan(scene: Scene) -> None:
    result = scene.scan()
    assert scene.open() == [DEVICE, "w1", "w2"]
    assert {finding.fingerprint for finding in scene.kept.ledger.open_findings()} == {f.fingerprint for f in result.findings}


def test_a_second_scan_tells_nothing_twice(scene: Scene) -> None:
    scene.scan()
    before = scene.kept.store.value("SELECT COUNT(*) FROM pending_findings")
    scene.scan()
    assert scene.kept.store.value("SELECT COUNT(*) FROM pending_findings") == before


@pytest.mark.parametrize("whole", [True, False])
def test_a_whole_scan_remembers_the_media_that_it_judged(scene: Scene, whole: bool) -> None:
    stick = replace(device("d1"), volumes=(Volume(node="/dev/sdb", size=64),))
    scene.media.things["d1"] = stick
    scene.scan(whole=whole)
    assert (Passports(scene.kept.store).past(stick.ids) is not None) is whole


def test_what_is_gone_ends_with_a_whole_scan(scene: Scene) -> None:
    scene.scan()
    del scene.hardware.things["w1"]
    scene.scan()
    assert scene.open() == [DEVICE, "w2"]


def test_a_scan_of_a_part_ends_nothing_that_it_did_not_look_at(scene: Scene) -> None:
    scene.scan()
    del scene.hardware.things["w1"]
    scene.scan(whole=False)
    assert scene.open() == [DEVICE, "w1", "w2"]


def test_what_is_right_now_ends_even_in_a_scan_of_a_part(scene: Scene) -> None:
    scene.scan()
    scene.hardware.things["w1"] = radio("w1", kind="ok")
    scene.scan(whole=False)
    assert scene.open() == [DEVICE, "w2"]


def test_what_could_not_be_judged_stays_open(scene: Scene) -> None:
    scene.scan()
    scene.hardware.things["w1"] = radio("w1", kind="unseen")
    scene.scan()
    assert scene.open() == [DEVICE, "w1", "w2"]


def test_what_may_be_hidden_behind_another_stays_open(scene: Scene) -> None:
    scene.scan()
    scene.hardware.things = {"h": HidingRadio(observed_at=NOW, kind="ok", name="h", path="h")}
    scene.scan()
    assert scene.open() == [DEVICE, "w1", "w2"]


def test_one_source_that_hides_does_not_keep_another_s_states_open(scene: Scene) -> None:
    scene.scan()
    scene.hardware.things = {}
    scene.media.unavailable = Text("无", "none")
    scene.scan()
    assert scene.open() == [DEVICE]


def test_a_source_that_fails_ends_nothing(scene: Scene) -> None:
    scene.scan()
    scene.hardware.unavailable = Text("无", "none")
    scene.scan()
    assert scene.open() == [DEVICE, "w1", "w2"]


@pytest.mark.parametrize("whole", [True, False])
def test_the_scan_itself_is_told_with_its_counts(scene: Scene, whole: bool) -> None:
    result = scene.scan(whole=whole)
    with scene.kept.store.transaction():
        (scan,) = scene.kept.notes.take().scans
    assert (scan.whole, scan.files_seen, scan.files_read, scan.files_not_assessed) == (whole, 5, 3, 2)
    assert scan.checks == result.checks
