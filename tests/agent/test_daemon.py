"""The daemon in this process: real threads, a real state file, the real engine, over a made-up world with its own clocks."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agent import daemon
from agent.daemon import CLOCK_SET, DAMAGED, NOT_RUNNING, SLEPT, TAKEN_BETWEEN, Daemon, read_clocks
from agent.memory import Memory, open_books, open_memory
from agent.notify import Notifier
from agent.pending import FULL
from agent.schedule import Moment
from agent.sources.base import Blind, Change, Post
from agent.store import DATABASE
from agent.uplink import Backoff
from agent.work import Setup
from checks.subjects import Subject
from policies.register import Register
from policies.vocabulary import Text
from tests.agent.fakes import World, device, radio, setup
from tests.agent.making import AUTHOR, NOW, after, memory

LIMIT = 30.0
BEAT = 0.02
QUICK = {"WATCHDOG_USEC": "40000"}
"""systemd wants to hear every 40 ms, so the daemon looks around every 20 ms."""


class Clocks:
    """Three clocks that a test moves."""

    def __init__(self) -> None:
        self.now = Moment(NOW, 100.0, 100.0)

    def pass_by(self, *, awake: float = 0.0, asleep: float = 0.0, set_by: float = 0.0) -> None:
        old = self.now
        wall = old.wall + timedelta(seconds=awake + asleep + set_by)
        self.now = Moment(wall, old.monotonic + awake, old.boottime + awake + asleep)


class Bell:
    """An uplink that rings when there is something to tell."""

    def __init__(self) -> None:
        self.rung = threading.Semaphore(0)
        self.started = False

    def start(self) -> None:
        self.started = True

    def wake(self) -> None:
        self.rung.release()

    def stop(self, timeout: float) -> bool:
        return True


@dataclass
class Scene:
    """A daemon in a thread of its own."""

    folder: Path
    kept: Memory
    clocks: Clocks = field(default_factory=Clocks)
    bell: Bell = field(default_factory=Bell)
    hardware: World = field(default_factory=lambda: World("hardware", radio("w1")))
    media: World = field(default_factory=lambda: World("media"))
    environ: dict[str, str] = field(default_factory=dict)
    configuration: Callable[[], Setup] = setup

    def start(self) -> None:
        sources = {"hardware": self.hardware, "media": self.media}
        notifier = Notifier({**QUICK, **self.environ})
        retry = Backoff(pick=lambda low, high: 0.0)
        self.daemon = Daemon(self.kept, sources, lambda: self.configuration(), lambda: self.clocks.now, notifier, retry=retry)
        self.daemon.attach(self.bell)
        self.codes: list[int] = []
        self.thread = threading.Thread(target=lambda: self.codes.append(self.daemon.run()))
        self.thread.start()

    def stop(self) -> None:
        self.daemon.stop()
        self.thread.join(LIMIT)
        assert self.codes == [0]

    def until(self, true: Callable[[], bool]) -> None:
        """Look whenever the daemon has something to tell, until it is true."""
        deadline = time.monotonic() + LIMIT
        while not true():
            assert self.bell.rung.acquire(timeout=max(0.0, deadline - time.monotonic())), self.open()

    def open(self) -> list[str]:
        return sorted(f.subject for f in self.kept.ledger.open_findings())

    def gaps(self) -> list[tuple[str, datetime, datetime, Text]]:
        return [(g.source, g.began_at, g.ended_at, g.reason) for g in self.kept.notes.gaps()]

    def scans(self) -> int:
        rows: int = self.kept.store.value("SELECT COUNT(*) FROM pending_notes WHERE kind = 'scan'")
        return rows


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A scene that is not started; whatever was started is stopped at the end."""
    made = Scene(tmp_path, open_memory(tmp_path, AUTHOR, lambda f: f, NOW))
    yield made
    if hasattr(made, "thread"):
        made.daemon.stop()
        made.thread.join(LIMIT)
    made.kept.store.close()


@pytest.fixture
def running(scene: Scene) -> Scene:
    """A daemon whose first scan is done."""
    scene.start()
    scene.until(lambda: scene.scans() == 1)
    return scene


def test_it_watches_before_it_enumerates(scene: Scene) -> None:
    order: list[str] = []
    watch, present = scene.hardware.watch, scene.hardware.present

    def watched(post: Post, ready: threading.Event) -> None:
        order.append("watch")
        watch(post, ready)

    scene.hardware.watch = watched  # type: ignore[method-assign]  # to see the order
    scene.hardware.present = lambda: (order.append("present"), present())[1]  # type: ignore[method-assign,func-returns-value]
    scene.start()
    scene.until(lambda: scene.scans() == 1)
    assert order == ["watch", "present"]


def test_what_another_program_leaves_is_told_at_the_next_beat(running: Scene) -> None:
    with running.kept.store.transaction():
        running.kept.pending.take()
        running.kept.notes.take()
        running.kept.store.remember(FULL, None)
    rings = 0
    while running.bell.rung.acquire(timeout=20 * BEAT):  # until it is silent: where nothing waits, no process is started
        rings += 1
        assert rings < 1000
    with open_books(running.folder, NOW).store as other:
        other.remember(FULL, True)
    assert running.bell.rung.acquire(timeout=LIMIT)


def test_the_first_scan_opens_what_is_wrong_and_is_recorded(running: Scene) -> None:
    assert running.open() == ["w1"]
    assert running.bell.started
    assert running.kept.store.recall("policy")["id"] == "standalone"


def test_what_appears_and_goes_is_noticed(running: Scene) -> None:
    running.hardware.add(radio("w2"))
    running.until(lambda: running.open() == ["w1", "w2"])
    running.hardware.remove("w1")
    running.until(lambda: running.open() == ["w2"])
    assert running.gaps() == []


def test_an_incident_that_is_over_already_is_recorded(running: Scene) -> None:
    gone = device("d1")
    running.media.tell(Change(source="media", key=gone.key, at=NOW, subject=gone))
    running.until(lambda: gone.label in running.open())
    assert running.open() == sorted([gone.label, "w1"])


def test_an_event_does_not_wait_for_the_end_of_an_enumeration(scene: Scene) -> None:
    seen: list[bool] = []
    gone = device("d1")

    def meanwhile() -> None:
        if not seen:
            scene.media.tell(Change(source="media", key=gone.key, at=NOW, subject=gone))
        seen.append(gone.label in scene.open())

    scene.hardware.things = {f"w{n}": radio(f"w{n}") for n in range(3)}
    scene.hardware.between = meanwhile
    scene.start()
    scene.until(lambda: scene.scans() == 1)
    assert seen == [False, True, True]


def test_many_events_do_not_hold_an_enumeration_up(scene: Scene) -> None:
    seen: list[int] = []
    gone = [device(f"d{n}") for n in range(3 * TAKEN_BETWEEN)]

    def meanwhile() -> None:
        seen.append(len(scene.open()))
        for subject in gone if len(seen) == 1 else ():
            scene.media.tell(Change(source="media", key=subject.key, at=NOW, subject=subject))

    scene.hardware.things = {f"w{n}": radio(f"w{n}") for n in range(2)}
    scene.hardware.between = meanwhile
    scene.start()
    scene.until(lambda: len(scene.open()) >= len(gone))
    assert seen[1] - seen[0] <= TAKEN_BETWEEN + 1  # and the second radio


def test_a_change_of_everything_does_not_wait_for_the_end_of_another_enumeration(scene: Scene) -> None:
    scene.media.things = {f"d{i}": device(f"d{i}", f"S{i}") for i in range(3)}
    present = scene.hardware.present
    looks: list[str] = []
    looked_between: list[int] = []

    def look() -> Iterable[Subject]:
        looks.append("hardware")
        return present()

    def between() -> None:
        looked_between.append(len(looks))
        if len(looked_between) == 1:
            scene.hardware.tell(Change(source="hardware", key="", at=NOW))

    scene.hardware.present = look  # type: ignore[method-assign]
    scene.media.between = between
    scene.start()
    scene.until(lambda: scene.scans() == 1)
    assert looked_between == [1, 2, 2]


def test_an_enumeration_is_not_begun_again_in_the_middle_of_itself(scene: Scene) -> None:
    inside: list[bool] = []
    present = scene.media.present

    def once() -> Iterator[Subject]:
        assert not any(inside)
        inside.append(True)
        yield from present()
        inside[-1] = False

    scene.media.things = {f"d{i}": device(f"d{i}", f"S{i}") for i in range(3)}
    scene.media.present = once  # type: ignore[method-assign]
    scene.media.between = lambda: scene.media.tell(Change(source="media", key="", at=NOW)) if len(inside) == 1 else None
    scene.start()
    scene.until(lambda: len(inside) >= 2 and not any(inside))


@pytest.mark.parametrize(("pause", "opened"), [(0.0, ["w1", "w2"]), (LIMIT, ["w1"])])
def test_a_source_that_tells_much_as_one_lets_events_in_from_time_to_time(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, pause: float, opened: list[str]
) -> None:
    monkeypatch.setattr(daemon, "GLANCE_SECONDS", pause)
    seen: list[list[str]] = []

    def present() -> Iterator[Subject]:
        scene.hardware.add(radio("w2"))
        scene.daemon.glance()
        seen.append(scene.open())
        yield device("d1")

    scene.media.present = present  # type: ignore[method-assign]
    scene.start()
    scene.until(lambda: scene.scans() == 1)
    assert seen == [opened]


def test_in_the_middle_of_a_file_that_takes_long_everything_but_files_is_seen_to(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "LONG", "media")
    monkeypatch.setattr(daemon, "GLANCE_SECONDS", 0.0)
    gone = device("d1")
    seen: list[list[str]] = []

    def present() -> Iterator[Subject]:
        scene.media.tell(Change(source="media", key=gone.key, at=NOW, subject=gone))
        scene.hardware.add(radio("w2"))
        scene.daemon.glance(aside=True)
        seen.append(scene.open())
        scene.daemon.glance()
        seen.append(scene.open())
        yield device("d2")

    scene.media.present = present  # type: ignore[method-assign]
    scene.start()
    scene.until(lambda: scene.scans() == 1)
    assert seen == [["w1", "w2"], sorted([gone.label, "w1", "w2"])]


def test_the_end_does_not_wait_for_a_file_that_takes_long(scene: Scene) -> None:
    begun, left = threading.Event(), threading.Event()

    def present() -> Iterator[Subject]:
        begun.set()
        try:
            while not left.wait(0.001):
                scene.daemon.glance(aside=True)
        finally:
            left.set()
        yield device("d1")

    scene.media.present = present  # type: ignore[method-assign]
    scene.start()
    assert begun.wait(LIMIT)
    scene.stop()
    assert left.is_set()


def test_nor_is_a_file_asked_for_between_the_things_that_are_enumerated_meanwhile(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "LONG", "media")
    monkeypatch.setattr(daemon, "GLANCE_SECONDS", 0.0)
    gone = device("d1")
    seen: list[list[str]] = []

    def present() -> Iterator[Subject]:
        scene.hardware.things["w2"] = radio("w2")
        scene.hardware.tell(Change(source="hardware", key="", at=NOW))
        scene.media.tell(Change(source="media", key=gone.key, at=NOW, subject=gone))
        scene.daemon.glance(aside=True)
        seen.append(scene.open())
        yield device("d2")

    scene.media.present = present  # type: ignore[method-assign]
    scene.start()
    scene.until(lambda: scene.scans() == 1)
    assert seen == [["w1", "w2"]]


def test_what_is_due_does_not_wait_for_the_end_of_a_long_enumeration(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "LONG", "media")
    looks: list[float] = []
    present = scene.hardware.present

    def look() -> Iterable[Subject]:
        looks.append(scene.clocks.now.monotonic)
        return present()

    def long() -> Iterator[Subject]:
        for _ in range(3):  # the checks of the policy are due once an hour
            scene.clocks.pass_by(awake=3601)
            wanted = [*looks, scene.clocks.now.monotonic]
            deadline = time.monotonic() + LIMIT
            while looks != wanted and time.monotonic() < deadline:
                scene.daemon.glance(aside=True)
            yield device("d2")

    scene.hardware.present = look  # type: ignore[method-assign]
    scene.media.present = long  # type: ignore[method-assign]
    scene.start()
    scene.until(lambda: scene.scans() == 1)
    assert looks[:4] == [100.0, 3701.0, 7302.0, 10903.0]


def test_a_source_that_was_blind_leaves_a_gap_and_is_enumerated_again(running: Scene) -> None:
    why = Text("溢出", "overflow")
    running.hardware.things = {"w9": radio("w9")}
    running.hardware.tell(Blind(source="hardware", began_at=after(minutes=-3), reason=why))
    running.until(lambda: running.open() == ["w9"])
    assert running.gaps() == [("hardware", after(minutes=-3), NOW, why)]


def test_a_change_of_everything_enumerates_again_without_a_gap(running: Scene) -> None:
    running.hardware.things = {"w9": radio("w9")}
    running.hardware.tell(Change(source="hardware", key="", at=NOW))
    running.until(lambda: running.open() == ["w9"])
    assert running.gaps() == []


def test_the_time_in_which_it_did_not_run_is_a_gap(scene: Scene) -> None:
    scene.kept.store.remember("heartbeat", after(hours=-8))
    scene.start()
    scene.until(lambda: scene.scans() == 1)
    assert scene.gaps() == [("agent", after(hours=-8), NOW, NOT_RUNNING)]


def test_the_first_start_is_no_gap(running: Scene) -> None:
    assert running.gaps() == []


def test_a_damaged_state_file_is_told_once(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"x" * 10_000)
    for told in ([("agent", NOW, NOW, DAMAGED)], []):
        scene = Scene(tmp_path, open_memory(tmp_path, AUTHOR, lambda f: f, NOW))
        scene.start()
        scene.until(lambda scene=scene: scene.scans() > 0)  # type: ignore[misc]  # bound per round
        assert [gap for gap in scene.gaps() if gap[3] == DAMAGED] == told
        with scene.kept.store.transaction():
            scene.kept.notes.take()
        scene.stop()


def test_a_due_check_runs_again(running: Scene) -> None:
    running.hardware.things = {"w9": radio("w9")}
    running.clocks.pass_by(awake=3_601)
    running.until(lambda: running.open() == ["w9"])
    assert running.scans() == 1


def test_everything_is_scanned_once_a_day(running: Scene) -> None:
    running.clocks.pass_by(awake=86_401)
    running.until(lambda: running.scans() == 2)


@pytest.mark.parametrize(
    ("leap", "began", "ended", "reason"),
    [
        ({"asleep": 7_200.0}, NOW, after(hours=2), SLEPT),
        ({"set_by": 7_200.0}, NOW, after(hours=2), CLOCK_SET),
        ({"set_by": -7_200.0}, after(hours=-2), NOW, CLOCK_SET),
    ],
)
def test_sleep_and_a_set_clock_leave_gaps_and_everything_is_enumerated(
    running: Scene, leap: dict[str, float], began: datetime, ended: datetime, reason: Text
) -> None:
    running.hardware.things = {"w9": radio("w9")}
    running.clocks.pass_by(**leap)
    running.until(lambda: running.open() == ["w9"] and len(running.gaps()) > 1)
    assert running.gaps() == [(name, began, ended, reason) for name in ("hardware", "media")]


def test_a_changed_configuration_is_taken_and_everything_judged_by_it(running: Scene) -> None:
    rules = setup().engine.rules

    def without_radio() -> Setup:
        made = setup()
        return replace(made, engine=type(made.engine)(rules[1:], made.engine.computer, b"k" * 32))

    running.configuration = without_radio
    running.daemon.reload()
    running.until(lambda: running.scans() == 2)
    running.hardware.add(radio("w2"))
    running.media.add(device("d1"))
    running.until(lambda: device("d1").label in running.open())
    assert "w2" not in running.open()


def test_a_configuration_that_needs_other_sources_ends_it_to_be_made_anew(running: Scene) -> None:
    running.configuration = lambda: replace(setup(), sources=("/srv",))
    running.daemon.reload()
    running.thread.join(LIMIT)
    assert (running.codes, running.daemon.changed_sources) == ([0], True)


def test_another_configuration_of_the_same_sources_does_not_end_it(running: Scene) -> None:
    running.daemon.reload()
    running.until(lambda: running.scans() == 2)
    assert not running.daemon.changed_sources


def test_a_broken_configuration_is_refused_and_told_and_the_old_one_stays(running: Scene) -> None:
    def broken() -> Setup:
        raise ValueError("policy.yaml:3:1: no such check")

    running.configuration = broken
    running.daemon.reload()
    running.until(lambda: len(running.gaps()) == 1)
    (gap,) = running.gaps()
    assert (gap[0], "no such check" in gap[3].en) == ("policy", True)
    running.until(lambda: running.kept.store.recall("configuration_error") is not None)
    running.hardware.add(radio("w2"))
    running.until(lambda: running.open() == ["w1", "w2"])
    running.configuration = setup
    running.daemon.reload()
    running.until(lambda: running.scans() == 2)
    assert running.kept.store.recall("configuration_error") is None


def test_a_configuration_that_is_broken_at_the_start_ends_it(scene: Scene) -> None:
    def broken() -> Setup:
        raise ValueError("no")

    scene.configuration = broken
    with pytest.raises(ValueError, match="no"):
        scene.start()


def test_a_new_register_is_read(running: Scene) -> None:
    running.configuration = lambda: setup(register=None)
    running.daemon.inbox.post(Change(source="register", key="", at=NOW))
    running.until(lambda: running.scans() == 2)
    assert running.daemon.header == setup().header


def test_a_full_disk_stops_nothing_but_the_writing(tmp_path: Path, scene: Scene) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(LIMIT)
        scene.environ = {"NOTIFY_SOCKET": str(tmp_path / "notify")}
        scene.start()
        scene.until(lambda: scene.scans() == 1)
        scene.kept.store.execute("PRAGMA max_page_count = 1")
        scene.hardware.things = {f"w{n:03}": radio(f"w{n:03}") for n in range(300)}
        scene.hardware.tell(Change(source="hardware", key="", at=NOW))
        while "cannot be written" not in systemd.recv(4096).decode():
            pass
        scene.kept.store.execute("PRAGMA max_page_count = 1000000")
        scene.until(lambda: len(scene.open()) == 300)


def test_systemd_hears_that_it_is_ready_that_it_lives_and_that_it_ends(tmp_path: Path, scene: Scene) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(LIMIT)
        scene.environ = {"NOTIFY_SOCKET": str(tmp_path / "notify")}
        scene.start()
        heard = [systemd.recv(4096).decode().split("\n")[0]]
        while heard.count("WATCHDOG=1") < 3:
            heard.append(systemd.recv(4096).decode().split("\n")[0])
        scene.daemon.stop()
        while heard[-1] != "STOPPING=1":
            heard.append(systemd.recv(4096).decode().split("\n")[0])
    assert heard[0] == "READY=1"


def test_systemd_does_not_hear_of_an_end_where_it_is_made_anew(tmp_path: Path, scene: Scene) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(0.0)
        scene.environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": ""}
        scene.configuration = lambda: replace(setup(), sources=("/srv",) if hasattr(scene, "thread") else None)
        scene.start()
        scene.daemon.reload()
        scene.thread.join(LIMIT)
        heard = [systemd.recv(4096).decode().split("\n")[0] for _ in range(2)]
        with pytest.raises(BlockingIOError):
            systemd.recv(4096)
    assert (heard, scene.daemon.changed_sources) == (["READY=1", "WATCHDOG=1"], True)


def test_it_ends_when_it_is_told_to_and_leaves_its_last_word(running: Scene, tmp_path: Path) -> None:
    running.clocks.pass_by(awake=4.0)
    running.stop()
    with memory(tmp_path) as kept:
        assert kept.store.recall("heartbeat") == "2026-11-02T08:00:04Z"


def test_it_ends_in_the_middle_of_an_enumeration(scene: Scene) -> None:
    reached = threading.Event()
    scene.hardware.things = {f"w{n}": radio(f"w{n}") for n in range(1_000)}
    scene.hardware.between = reached.set
    scene.start()
    assert reached.wait(LIMIT)
    scene.stop()


def test_it_ends_while_a_watch_is_not_established_yet(scene: Scene) -> None:
    reached = threading.Event()

    def never(post: Post, ready: threading.Event) -> None:
        reached.set()
        scene.hardware._closed.wait()

    scene.hardware.watch = never  # type: ignore[method-assign]  # a source that hangs
    scene.start()
    assert reached.wait(LIMIT)
    scene.stop()


def test_how_the_sources_fare_is_remembered(running: Scene) -> None:
    assert {name: state["watching"] for name, state in running.kept.store.recall("sources").items()} == {
        "hardware": True,
        "media": True,
    }


def test_the_clocks_are_read_together() -> None:
    first, second = read_clocks(lambda: NOW), read_clocks(lambda: NOW)
    assert first.wall == NOW
    assert (first.monotonic <= second.monotonic, first.boottime <= second.boottime) == (True, True)


def test_it_says_which_register_it_judges_by_and_takes_up_another(running: Scene) -> None:
    assert running.kept.store.recall("register")["version"] == 1
    running.configuration = lambda: setup(register=Register(version=4, issued_at=NOW))
    running.daemon.reload()
    running.until(lambda: running.kept.store.recall("register")["version"] == 4)
    running.configuration = lambda: setup(register=None)
    running.daemon.reload()
    running.until(lambda: running.kept.store.recall("register") is None)
