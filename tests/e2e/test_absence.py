"""The collector is away, comes back from an old copy, the agent does, or its disk is full: all goes on, and nothing is lost."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.world import Endpoint, Office, Systemd, wait_until

CHECK = "document.mark-missing"
MARKED, UNMARKED = "秘密★3年\n\n通知\n", "通知\n"


@contextmanager
def reporting(folder: Path) -> Iterator[tuple[Office, Endpoint]]:
    """An office and a computer with one unmarked document, whose daemon has told all that it found."""
    with Office(folder / "office") as office, Endpoint(folder / "pc") as computer:
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


def numbers(office: Office) -> list[int]:
    """The numbers of the reports that are stored, in order."""
    return [number for (number,) in office.rows("SELECT sequence FROM envelope ORDER BY sequence")]


def lives(office: Office) -> list[tuple[object, ...]]:
    """When each finding was open, as the office knows it."""
    return office.rows("SELECT fingerprint, subject, opened_at, opened_in, ended_at, ended_in FROM finding ORDER BY 1, 3")


def test_an_agent_whose_collector_is_away_goes_on_says_so_and_catches_up(
    both: tuple[Office, Endpoint], tmp_path: Path
) -> None:
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
    assert [source for (source,) in office.rows("SELECT source FROM gap")] == ["agent"]


def test_a_collector_that_came_back_from_an_old_copy_asks_again_for_what_it_lost(
    both: tuple[Office, Endpoint], tmp_path: Path
) -> None:
    office, computer = both
    office.end()
    copy = shutil.copytree(office.state, tmp_path / "copy")
    office.serve()
    for number in range(4):
        write(tmp_path, f"new-{number}")
        until_known_here(computer, number + 2)
        until_known_there(office, computer)
    write(tmp_path, "first", MARKED)
    until_known_here(computer, 4)
    until_known_there(office, computer)
    before, told = lives(office), numbers(office)
    office.end()
    shutil.rmtree(office.state)
    shutil.copytree(copy, office.state)
    office.serve()
    assert len(numbers(office)) < len(told)
    write(tmp_path, "last")
    until_known_here(computer, 5)
    wait_until(lambda: numbers(office) == [*told, told[-1] + 1], "every report is there again")
    assert [life for life in lives(office) if life in before] == before
    assert office.open_findings() == set(computer.ledger())
    assert office.rows("SELECT * FROM given_up") == office.rows("SELECT * FROM alarm") == []


def test_an_agent_that_came_back_from_an_old_copy_is_taken_again(both: tuple[Office, Endpoint], tmp_path: Path) -> None:
    office, computer = both
    computer.end()
    copy = shutil.copytree(computer.state, tmp_path / "copy")
    computer.start_daemon()
    for number in range(8):
        write(tmp_path, f"new-{number}")
        until_known_here(computer, number + 2)
        until_known_there(office, computer)
    computer.end()
    shutil.rmtree(computer.state)
    shutil.copytree(copy, computer.state)
    write(tmp_path, "first", MARKED)
    computer.start_daemon()
    until_known_here(computer, 8)
    until_known_there(office, computer)
    assert numbers(office) == list(range(1, len(numbers(office)) + 1))
    print(numbers(office), office.rows("select * from alarm"), computer.run("status").stdout)
    assert False
