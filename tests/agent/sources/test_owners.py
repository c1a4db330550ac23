"""Names of programs beside connections; a real connection to a public address: tests/e2e/test_network_live.py."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace

from agent.sources.owners import BELIEVED_SECONDS, Owners
from checks.subjects import Connection

INSIDE = Connection(protocol="tcp", local="10.1.2.30", remote="10.1.2.1", port=443, state="established")
ABROAD = Connection(protocol="tcp", local="10.1.2.30", remote="203.0.113.10", port=443, state="established")


def test_what_no_process_holds_has_no_name() -> None:
    assert Owners().named([INSIDE, ABROAD]) == (INSIDE, ABROAD)


class System:
    """A system that knows one program, and a clock."""

    def __init__(self) -> None:
        self.asked = 0
        self.now = 0.0
        self.owners = Owners(self.ask, lambda: self.now)

    def ask(self) -> Mapping[tuple[str, int], str]:
        self.asked += 1
        return {("203.0.113.10", 443): f"浏览器{self.asked}"}

    def names(self, *connections: Connection) -> list[str]:
        return [each.program for each in self.owners.named(connections)]


def test_the_system_is_asked_once_for_what_goes_on() -> None:
    system = System()
    assert system.names(INSIDE, ABROAD) == ["", "浏览器1"]
    assert system.names(ABROAD) == ["浏览器1"]
    assert system.asked == 1


def test_it_is_asked_at_once_for_an_end_that_is_new() -> None:
    system = System()
    system.names(ABROAD)
    assert system.names(ABROAD, replace(ABROAD, port=80)) == ["浏览器2", ""]


def test_it_is_asked_again_from_time_to_time() -> None:
    system = System()
    system.names(ABROAD)
    system.now = BELIEVED_SECONDS + 1
    assert system.names(ABROAD) == ["浏览器2"]


def test_it_is_not_asked_where_nobody_talks_to_a_public_address() -> None:
    system = System()
    system.names(INSIDE)
    assert system.asked == 0


def test_nothing_is_loaded_where_nobody_talks_to_a_public_address() -> None:
    imports = "import sys; from agent.sources.owners import Owners; from checks.subjects import Connection"
    program = f"{imports}; Owners().named([{INSIDE!r}])"
    told = subprocess.run(
        [sys.executable, "-c", f"{program.replace('mappingproxy', 'dict')}; print('psutil' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"
