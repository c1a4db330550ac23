"""Agent and collector are killed at moments that nobody chose, again and again: every report is stored once, none is lost."""

from __future__ import annotations

import random
import select
import signal
import threading
from contextlib import suppress
from pathlib import Path

import psutil

from agent.store import DATABASE, Store
from tests.e2e.world import Endpoint, Office, wait_until

KILLS = 50
MOST_FILES = 30
CHECK = "document.mark-missing"
MARKED, UNMARKED = "秘密★3年\n\n通知\n", "通知\n"


class Clerk(threading.Thread):
    """Writes, changes and deletes documents without end; scans by hand from time to time, which reports as well."""

    def __init__(self, folder: Path, computer: Endpoint, noise: random.Random) -> None:
        super().__init__(name="clerk")
        self.codes: set[int] = set()
        """How the scans by hand ended."""
        self.seen: set[str] = set()
        """What was ever seen in the computer's ledger."""
        self._folder = folder
        self._computer = computer
        self._noise = noise
        self._done = threading.Event()

    def run(self) -> None:
        """Work until `stop`."""
        number = 0
        while not self._done.wait(self._noise.uniform(0.0, 0.1)):
            number += 1
            self._touch(number)
            self.seen.update(self._computer.ledger())
            if number % 50 == 0:
                self.codes.add(self._computer.run("scan", "--report").returncode)

    def stop(self) -> None:
        """End, with the folder as it is then."""
        self._done.set()
        self.join()

    def _touch(self, number: int) -> None:
        files = sorted(self._folder.iterdir())
        if len(files) < MOST_FILES and self._noise.random() < 0.4:
            files = [self._folder / f"{number}.txt"]
        document = self._noise.choice(files or [self._folder / "first.txt"])
        if self._noise.random() < 0.3:
            document.unlink(missing_ok=True)
        else:
            document.write_text(self._noise.choice([MARKED, UNMARKED]), encoding="utf-8")


def unmarked(folder: Path) -> set[str]:
    return {str(file) for file in folder.iterdir() if file.read_text(encoding="utf-8") == UNMARKED}


def received(office: Office) -> list[int]:
    """The numbers of the reports that are stored."""
    return [number for (number,) in office.rows("SELECT sequence FROM envelope ORDER BY sequence")]


def somewhen(noise: random.Random, longest: float) -> None:
    """Wait for a random time. It is what is tested: a kill strikes at a moment that no event announces."""
    select.select([], [], [], noise.uniform(0.0, longest))


def is_sending(computer: Endpoint) -> bool:
    """Whether a report is sealed and not acknowledged: it is on its way, or about to be."""
    with Store.look(computer.state / DATABASE) as store:
        return store.value("SELECT 1 FROM sealed WHERE acked = 0") is not None


def live_a_while(office: Office, computer: Endpoint, noise: random.Random) -> None:
    """A third of the lives end anywhere, many in the middle of the start; a third on the way of a report; a third after one."""
    match noise.randrange(3):
        case 0:
            somewhen(noise, 1.0)
        case 1:
            wait_until(lambda: is_sending(computer), "a report is under way", every=0.002)
            somewhen(noise, 0.06)
        case _:
            before = len(received(office))
            wait_until(lambda: len(received(office)) > before, "a report is taken")
            somewhen(noise, 0.3)


def kill_one(office: Office, computer: Endpoint, noise: random.Random) -> None:
    """Kill the collector, the daemon alone, or the daemon and all that it started; start again what was killed."""
    victim = noise.choice(["collector", "collector", "daemon", "all of the agent"])
    if victim == "collector":
        office.end(signal.SIGKILL)
        office.serve()
        return
    family = psutil.Process(computer.pid).children(recursive=True) if victim == "all of the agent" else []
    computer.send(signal.SIGKILL)
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    computer.end(signal.SIGKILL)
    computer.start_daemon()


def test_fifty_kills_lose_no_report_and_store_none_twice(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")  # noqa: T201  shown where the test fails
    noise, documents = random.Random(seed), tmp_path / "docs"
    with Office(tmp_path / "office") as office, Endpoint(tmp_path / "pc") as computer:
        office.serve()
        computer.write_policy(documents, [CHECK])
        computer.enrol(office, "pc-1")
        computer.start_daemon()
        computer.wait_until_all_is_told()
        clerk = Clerk(documents, computer, random.Random(seed + 1))
        clerk.start()
        try:
            for _ in range(KILLS):
                live_a_while(office, computer, noise)
                kill_one(office, computer, noise)
        finally:
            clerk.stop()
        computer.run("scan", "--report")  # whatever the scans by hand and the daemon made of one file at one time
        wait_until(lambda: {f.subject for f in computer.ledger().values()} == unmarked(documents), "the ledger is true")
        computer.wait_until_all_is_told()
        assert_all_is_there_once(office, computer, clerk)


def assert_all_is_there_once(office: Office, computer: Endpoint, clerk: Clerk) -> None:
    """Every report arrived, once; both sides know the same; nothing that was ever found is unknown."""
    assert clerk.codes <= {0, 1}
    assert len(received(office)) > KILLS // 10
    assert received(office) == list(range(1, computer.status()["outbox"]["last_sequence"] + 1))
    assert office.rows("SELECT * FROM given_up") == office.rows("SELECT * FROM alarm") == []
    assert office.open_findings() == set(computer.ledger())
    assert len(clerk.seen) > 10
    assert clerk.seen <= {name for (name,) in office.rows("SELECT DISTINCT fingerprint FROM change")}
