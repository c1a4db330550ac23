"""The computer under test: the machine, and on it the agent as systemd runs it by the project's own unit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from agent.ledger import decode
from policies.finding import Finding
from policies.policy import pack_text
from policies.register import Medium, MediumState
from policies.report import Gap, Sighting
from policies.vocabulary import Kind, Level, Profile
from tests.e2e.world import wait_until
from tests.vm.hardware import Sockets
from tests.vm.machine import PATIENCE, Machine, State, later

UNIT = "shoumi-agent"
AGENT = "/opt/shoumi/bin/agent"
DATABASE = "/var/lib/shoumi/agent.db"
CLASSIFIED = "/srv/classified"
MEDIA = (
    Medium(number="机-01", level=Level.JIMI, serial="4C530001", department="办公室"),
    Medium(number="秘-01", level=Level.MIMI, serial="4C530002", department="办公室"),
    Medium(number="绝-01", level=Level.JUEMI, serial="4C530003", department="办公室"),
    Medium(number="机-02", level=Level.JIMI, serial="4C530004", state=MediumState.LOST),
    Medium(number="机-03", level=Level.JIMI, serial="4C530005", department="财务处"),
    Medium(number="机-04", level=Level.JIMI, serial="4C530006", valid_until=date(2020, 1, 1)),
)
"""The register of a computer that has been set up: the first two may be used on it, each of the others is wrong in its way."""
MORNING = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)
"""When the agent began to watch: ten o'clock in China, so that the office is open for the whole of a scenario."""
EVERY = 0.5
"""Seconds from one look to the next, each of which takes the machine a tenth of a second."""

Note = TypeVar("Note", Gap, Sighting)


class Span:
    """The computer's own clock before something was done, and after what came of it was seen."""

    def __init__(self, began: datetime) -> None:
        self.began = self.ended = began

    def holds(self, finding: Finding) -> bool:
        """Whether a finding was made in between."""
        return self.began <= finding.observed_at <= self.ended


class Computer:
    """What a scenario does to the computer, and what the agent found. `folder` is the scenario's own, on the host."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine = machine
        self.guest = machine.guest
        self.sockets = Sockets(machine)
        self.folder = folder

    # --- what is asked of it

    def configure(
        self,
        *,
        level: Level = Level.JIMI,
        profile: Profile = Profile.STANDALONE,
        media: Sequence[Medium] | None = MEDIA,
        networks: Sequence[Mapping[str, str]] = (),
    ) -> None:
        """Say what the computer is. Its policy is the shipped pack of its profile, with one classified folder."""
        what = {
            "level": level.value,
            "profile": profile.value,
            "department": "办公室",
            "person": "张三",
            "networks": list(networks),
        }
        register = {} if media is None else {"media": msgspec.to_builtins(list(media))}
        self.guest.write("/etc/shoumi/computer.yaml", json.dumps(what | register, ensure_ascii=False))
        self.guest.write("/etc/shoumi/policy.yaml", pack_text(profile).replace("classified: []", f"classified: [{CLASSIFIED}]"))
        self.guest.run(f"mkdir -p {CLASSIFIED}")

    def start(self) -> None:
        """Start the agent; answers once it watches everything and has looked at all that is there."""
        self.guest.run(f"systemctl start {UNIT}")
        self.wait_until(lambda: bool(self.rows("SELECT 1 FROM meta WHERE key = 'whole_scan'")), "the first whole scan")

    def agent(self, *words: str) -> Any:
        """What a command of the agent answers in JSON."""
        return json.loads(self.guest.run(f"{AGENT} {' '.join(words)} --format json", codes=(0, 1, 3)))

    def unit(self, setting: str) -> str:
        """A property of the agent's unit, as systemd has it."""
        return self.guest.run(f"systemctl show --value --property={setting} {UNIT}").strip()

    # --- what it found

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What the agent's state holds, read without disturbing it."""
        told = self.guest.run(f"sqlite3 -readonly -json -cmd '.timeout 10000' {DATABASE}", given=query.encode())
        rows: list[dict[str, Any]] = json.loads(told or "[]")
        return rows

    def findings(self, check: str = "") -> list[Finding]:
        """What is open, of one check or of all, the oldest first."""
        rows = self.rows("SELECT CAST(body AS TEXT) AS body FROM open_findings")
        known = sorted((decode(row["body"].encode()) for row in rows), key=lambda finding: finding.observed_at)
        return [finding for finding in known if check in ("", finding.check)]

    def checks(self) -> set[str]:
        """The ids of the checks of which something is open."""
        return {finding.check for finding in self.findings()}

    def found(self, check: str, count: int = 1) -> list[Finding]:
        """The findings of a check once there are so many."""
        self.wait_until(lambda: len(self.findings(check)) >= count, f"{count} of {check}")
        return self.findings(check)

    def gone(self, check: str) -> None:
        """Until no state of a check is open any more. What happened remains told: an incident does not end."""
        self.wait_until(lambda: all(each.kind is Kind.INCIDENT for each in self.findings(check)), f"{check} has ended")

    def seen(self, number: str) -> None:
        """Until a registered medium has been seen: then it has been judged, too."""
        self.wait_until(lambda: number in {note.number for note in self._notes("sighting", Sighting)}, f"{number} is seen")

    def has_disk(self, name: str) -> None:
        """Until the system has a disk, such as `sda`; what is plugged in afterwards is judged after it."""
        self.wait_until(lambda: name in self.guest.run("ls /dev").split(), f"{name} is there")

    def gaps(self) -> list[Gap]:
        """When the agent was blind, and why."""
        return self._notes("gap", Gap)

    def _notes(self, kind: str, model: type[Note]) -> list[Note]:
        rows = self.rows(f"SELECT CAST(body AS TEXT) AS body FROM pending_notes WHERE kind = '{kind}' ORDER BY id")  # noqa: S608
        return [msgspec.json.decode(row["body"], type=model) for row in rows]

    # --- time

    def wait_until(self, true: Callable[[], bool], what: str) -> None:
        """Until it is so; where it never is, the failure shows how the agent fares."""
        try:
            wait_until(true, what, PATIENCE, EVERY)
        except TimeoutError as error:
            checks = sorted(finding.check for finding in self.findings())
            told = self.guest.run(f"journalctl --no-pager --lines=30; {AGENT} status", codes=(0, 1))
            raise TimeoutError(f"{error}; open: {checks}\n{told}") from None

    @contextmanager
    def span(self) -> Iterator[Span]:
        """The time that what is done inside takes, by the computer's own clock."""
        span = Span(self.guest.now())
        yield span
        span.ended = self.guest.now()


def watching(before: State) -> State:
    """The state of a computer of the default configuration, whose agent has looked at everything and watches."""

    def begin(machine: Machine) -> None:
        machine.guest.set_clock(MORNING)
        computer = Computer(machine, Path())
        computer.configure()
        computer.start()

    return later("watching", before, begin, Path(__file__))
