"""The collector is away, one of the two comes back from an old copy, a disk is full: all goes on, and nothing is lost."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agent.delivery import Delivery
from agent.identity import load
from agent.keys import load_key
from agent.memory import Memory, open_memory
from agent.pending import Limits
from agent.sources.base import utc_now
from agent.spool import Author
from agent.store import DATABASE
from policies.finding import Finding
from policies.vocabulary import Text
from tests.agent.making import HEADER, finding, incident
from tests.e2e.world import Endpoint, Office, Systemd, wait_until

CHECK = "document.mark-missing"
MARKED, UNMARKED = "秘密★3年\n\n通知\n", "通知\n"


@contextmanager
def reporting(
    folder: Path, within: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> Iterator[tuple[Office, Endpoint]]:
    """An office and a computer with one unmarked document, whose daemon has told all that it found."""
    with Office(folder / "office") as office, Endpoint(folder / "pc", within, environ) as computer:
        office.serve()
        computer.write_policy(folder / "docs", [CHECK])
        write(folder, "first")
        computer.enrol(office, "pc-1")
        computer.start_daemon()
        computer.wait_for_whole_scan()
        computer.wait_until_all_is_told()
        yield office, computer


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Office, Endpoint]]:
    with reporting(tmp_path) as both:
        yield both


def write(folder: Path, name: str, text: str = UNMARKED) -> None:
    (folder / f"docs/{name}.txt").write_text(text, encoding="utf-8")


def until_known_here(computer: Endpoint, number: int) -> None:
    wait_until(lambda: len(computer.ledger()) == number, f"{number} findings are open on the computer")


def until_known_there(office: Office, computer: Endpoint) -> None:
    """Until all is told, and the office knows what the computer knows."""
    computer.wait_until_all_is_told()
    wait_until(lambda: office.open_findings() == set(computer.ledger()), "both know the same")


def report_new_documents(office: Office, computer: Endpoint, folder: Path, number: int) -> None:
    """So many documents more, each in a report of its own."""
    for name in range(number):
        known = len(computer.ledger())
        write(folder, f"new-{name}")
        until_known_here(computer, known + 1)
        until_known_there(office, computer)


def go_back(program: Office | Endpoint, copy: Path) -> None:
    """Put a copy in the place of a program's state."""
    shutil.rmtree(program.state)
    shutil.copytree(copy, program.state)


def numbers(office: Office) -> list[int]:
    """The numbers of the reports that are stored, in order."""
    return [number for (number,) in office.rows("SELECT sequence FROM envelope ORDER BY sequence")]


def lives(office: Office) -> list[tuple[object, ...]]:
    """When each finding was open, as the office knows it."""
    return office.rows("SELECT fingerprint, subject, opened_at, opened_in, ended_at, ended_in FROM finding ORDER BY 1, 3")


def test_an_agent_whose_collector_is_away_goes_on_says_so_and_catches_up(both: tuple[Office, Endpoint], tmp_path: Path) -> None:
    office, computer = both
    office.end()
    write(tmp_path, "meanwhile")
    until_known_here(computer, 2)
    wait_until(lambda: computer.run("status").returncode == 1, "the status says that there is a problem")
    assert "reporting failed" in computer.run("status").stdout
    write(tmp_path, "first", MARKED)
    until_known_here(computer, 1)
    computer.end(signal.SIGKILL)
    write(tmp_path, "later")
    computer.start_daemon()
    until_known_here(computer, 2)
    office.serve()
    until_known_there(office, computer)
    assert computer.run("status").returncode == 0
    assert len(lives(office)) == 3
    assert numbers(office) == list(range(1, len(numbers(office)) + 1))
    assert office.rows("SELECT source FROM gap") == [("agent",)]


def test_a_collector_that_came_back_from_an_old_copy_asks_again_for_what_it_lost(
    both: tuple[Office, Endpoint], tmp_path: Path
) -> None:
    office, computer = both
    office.end()
    copy = shutil.copytree(office.state, tmp_path / "copy")
    office.serve()
    report_new_documents(office, computer, tmp_path, 2)
    write(tmp_path, "first", MARKED)
    until_known_here(computer, 2)
    until_known_there(office, computer)
    before, told = lives(office), numbers(office)
    office.end()
    go_back(office, copy)
    office.serve()
    assert len(numbers(office)) < len(told)
    write(tmp_path, "last")
    wait_until(lambda: numbers(office) == [*told, told[-1] + 1], "every report is there again")
    assert [life for life in lives(office) if life in before] == before
    assert office.open_findings() == set(computer.ledger())
    assert office.rows("SELECT * FROM given_up") == office.rows("SELECT * FROM alarm") == []


def test_an_agent_that_came_back_from_an_old_copy_is_noticed_once_and_taken_again(
    both: tuple[Office, Endpoint], tmp_path: Path
) -> None:
    office, computer = both
    computer.end()
    copy = shutil.copytree(computer.state, tmp_path / "copy")
    computer.start_daemon()
    report_new_documents(office, computer, tmp_path, 3)
    computer.end()
    go_back(computer, copy)
    write(tmp_path, "first", MARKED)
    computer.start_daemon()
    until_known_here(computer, 3)
    until_known_there(office, computer)
    assert numbers(office) == list(range(1, len(numbers(office)) + 1))
    assert office.rows("SELECT kind, times FROM alarm") == [("forged_twin", 1)]
    wait_until(lambda: computer.status()["problems"] == [], "nothing is missed any more")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[int]:
    """A file system of that size on a folder, in a mount namespace of its own; answers a process that lives in there."""
    folder.mkdir(parents=True)
    script = 'mount -t tmpfs -o size="$1" tmpfs "$2" && echo mounted && exec cat'  # ends with its input, and the mount with it
    command = ["unshare", "--mount", "sh", "-c", script, "sh", size, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "mounted\n"
        yield holder.pid


def fill(file: Path) -> None:
    """Write until nothing fits any more."""
    with file.open("wb", buffering=0) as filling, suppress(OSError):
        while filling.write(b"x" * 4096):
            pass


@pytest.mark.needs_root
@pytest.mark.needs_tool("unshare", "mount", "nsenter")
def test_a_daemon_whose_disk_is_full_says_so_and_goes_on_once_there_is_room(tmp_path: Path) -> None:
    state = tmp_path / "pc/state"
    with small_disk(state, "16m") as holder, Systemd(watchdog_seconds=1.0) as systemd:
        within, filler = ["nsenter", f"--mount=/proc/{holder}/ns/mnt"], Path(f"/proc/{holder}/root{state}/filler")
        with reporting(tmp_path, within, systemd.environ) as (office, computer):
            pid = computer.pid
            fill(filler)
            for number in range(250):
                write(tmp_path, f"marked-{number}", MARKED)
            for number in range(50):
                write(tmp_path, f"unmarked-{number}")
            systemd.wait_for("cannot be written")
            systemd.wait_for("WATCHDOG=1")  # it lives all the same
            filler.unlink()
            wait_until(lambda: sum(computer.status()["open"].values()) == 51, "all documents are judged")
            systemd.wait_for("/ watching")
            wait_until(lambda: len(office.open_findings()) == 51, "the office knows")
            assert numbers(office) == list(range(1, len(numbers(office)) + 1))
            assert (computer.status()["pid"], computer.run("status").returncode) == (pid, 0)


class Week:
    """A computer that sees changes without end for a week, by a simulated clock. `Limits` are small, so that they are reached."""

    STEPS = 3_000
    LIMITS = Limits(pending_bytes=300_000, kept_bytes=100_000)

    def __init__(self, folder: Path) -> None:
        identity = load(folder)
        assert identity is not None
        self.changes = 0
        """Openings and ends."""
        self.incidents: set[str] = set()
        self._folder = folder
        self._identity = identity
        self._began = utc_now() - timedelta(days=7)
        author = Author(computer=identity.record.computer, key=load_key(folder), agent="test", first=identity.record.next)
        self.memory: Memory = open_memory(folder, author, lambda f: f, self._began, self.LIMITS)

    def deliver(self, now: datetime) -> bool:
        """One errand: everything that waits, or False."""
        spool, store = self.memory.spool, self.memory.store
        return Delivery(store, spool, self._identity, HEADER, now=lambda: now).attempt()

    def pass_by(self) -> None:
        """The week, in which the collector is tried in vain every twelve hours."""
        noise = random.Random(7)
        for step in range(self.STEPS):
            now = self._began + timedelta(days=7) * step / self.STEPS
            state = finding(f"s{noise.randrange(900):03}", observed_at=now, message=Text("文" * 20, f"{step}"))
            self._observe(state.scope, (state,) if noise.random() < 0.6 else (), now)
            if step % 100 == 0:
                seen = incident(f"i{step}", observed_at=now)
                self.incidents.add(seen.fingerprint)
                self._observe(seen.scope, (seen,), now)
            if step % (self.STEPS // 14) == 0:
                assert not self.deliver(now)
            assert self.memory.pending.size()[1] <= self.LIMITS.pending_bytes

    def open_now(self) -> set[str]:
        """Every state and incident that is open."""
        return {finding.fingerprint for finding in self.memory.ledger.open_findings()}

    def bytes_on_disk(self) -> int:
        """What the state file takes, its log included."""
        return sum(file.stat().st_size for file in self._folder.glob(f"{DATABASE}*"))

    def _observe(self, scope: str, findings: tuple[Finding, ...], now: datetime) -> None:
        difference = self.memory.ledger.observe("network", {scope}, findings, now)
        self.changes += len(difference.opened) + len(difference.ended)


def test_a_week_without_the_collector_stays_within_its_limit_and_is_told_afterwards(tmp_path: Path) -> None:
    with Office(tmp_path / "office") as office, Endpoint(tmp_path / "pc") as computer:
        office.serve()
        computer.enrol(office, "pc-1")
        week = Week(computer.state)
        with week.memory.store:
            assert week.deliver(utc_now() - timedelta(days=7))
            office.end()
            week.pass_by()
            merged = sum(item.count for item in week.memory.pending.merged())
            assert week.bytes_on_disk() < 20 * week.LIMITS.pending_bytes
            office.serve()
            assert week.deliver(utc_now())
            open_now = week.open_now()
        assert office.open_findings() == open_now
        assert numbers(office) == list(range(1, len(numbers(office)) + 1))
        known = {name for (name,) in office.rows("SELECT DISTINCT fingerprint FROM change")}
        assert week.incidents <= known
        assert office.rows("SELECT SUM(changes) FROM merged") == [(merged,)]
        ((told,),) = office.rows("SELECT COUNT(*) FROM change")
        assert 0 < merged < week.changes <= merged + told
        assert office.summary()["coverage"]["gaps"] > 0
