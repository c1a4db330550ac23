"""An isolated computer: what the office knows is carried in by file, and judges there as if it had come by wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.facts import Facts, encode
from checks.subjects import Device, Interface
from tests.agent.making import NOW
from tests.e2e.world import Endpoint, Office, wait_until

CHECKS = ["media.unregistered", "media.level-above-computer"]
SERIALS = {"JZ-001": "60A44C413FDE", "JZ-002": "60A44C413FDF"}
STORAGE = Interface(number=0, code=8, subclass=6, protocol=80)


def stick(serial: str) -> Device:
    return Device(
        observed_at=NOW, path=f"/sys/{serial}", session=serial, bus="usb", vendor_id="0951", product_id="1666", serial=serial,
        interfaces=(STORAGE,),
    )  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """One that nobody can reach: it does not even serve."""
    made = Office(tmp_path / "office")
    register(made, "JZ-001", "机密")
    return made


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Endpoint]:
    """One that joins nobody, and facts of two sticks in it."""
    with Endpoint(tmp_path / "pc") as made:
        made.write_policy(tmp_path / "docs", CHECKS)
        sticks = tuple(stick(serial) for serial in SERIALS.values())
        (tmp_path / "facts.json").write_bytes(
            encode(Facts(recorded_at=NOW, hostname="pc", agent="test", facts={"media": sticks}))
        )
        yield made


def register(office: Office, number: str, level: str) -> None:
    named = ["--serial", SERIALS[number], "--vendor-id", "0951", "--product-id", "1666", "--department", "办公室"]
    office.run("media", "add", number, "--level", level, *named)


def carry(office: Office, computer: Endpoint, folder: Path, *words: str | Path) -> str:
    """The newest register by file; answers what the computer says."""
    office.run("media", "register", "-o", folder / "register.json")
    done = computer.run("import", folder / "register.json", *words, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def judged(computer: Endpoint, folder: Path) -> dict[str, str]:
    """Each check's outcome, of the sticks in the facts."""
    return {check["id"]: check["outcome"] for check in computer.scan("--facts", str(folder / "facts.json"))["checks"]}


def unregistered(computer: Endpoint, folder: Path) -> set[str]:
    found = computer.scan("--facts", str(folder / "facts.json"), "--only", "media.unregistered")["findings"]
    return {finding["evidence"]["serial"] for finding in found}


def key_of(office: Office, folder: Path) -> list[str | Path]:
    """The key in a file, and the fingerprint that the office told."""
    told = office.run("media", "key", "-o", folder / "key.pem").stderr
    return ["--key", folder / "key.pem", "--fingerprint", told.split()[-1]]


def test_a_register_that_was_carried_in_judges_what_is_plugged_in(office: Office, computer: Endpoint, tmp_path: Path) -> None:
    assert set(judged(computer, tmp_path).values()) == {"not_assessed"}
    assert "version 1 of" in carry(office, computer, tmp_path, *key_of(office, tmp_path))
    assert unregistered(computer, tmp_path) == {SERIALS["JZ-002"]}
    register(office, "JZ-002", "绝密")
    assert "version 2 of" in carry(office, computer, tmp_path)
    assert judged(computer, tmp_path) == {"media.unregistered": "compliant", "media.level-above-computer": "violation"}
    listed = computer.run("media", "list").stdout
    assert [number for number in SERIALS if number in listed] == list(SERIALS)


def test_a_running_daemon_takes_up_what_is_carried_in(office: Office, computer: Endpoint, tmp_path: Path) -> None:
    computer.start_daemon()
    computer.wait_for_whole_scan()
    assert computer.status()["register"] is None
    pid = computer.pid
    assert f"process {pid}" in carry(office, computer, tmp_path, *key_of(office, tmp_path))
    wait_until(lambda: (computer.status()["register"] or {}).get("version") == 1, "the first register is in force")
    register(office, "JZ-002", "绝密")
    carry(office, computer, tmp_path)
    wait_until(lambda: computer.status()["register"]["version"] == 2, "the second register is in force")
    assert (computer.status()["register"]["media"], computer.status()["pid"]) == (2, pid)
    assert computer.end_daemon() == 0


def test_a_computer_that_enrols_later_believes_only_the_collector_that_it_joined(
    office: Office, computer: Endpoint, tmp_path: Path
) -> None:
    carry(office, computer, tmp_path, *key_of(office, tmp_path))
    with Office(tmp_path / "other") as other:
        other.serve()
        computer.enrol(other, "pc-1")
        assert set(judged(computer, tmp_path).values()) == {"not_assessed"}
        assert "does not fit the key" in computer.run("import", tmp_path / "register.json", check=False).stderr
        register(other, "JZ-001", "机密")
        assert "version 1 of" in carry(other, computer, tmp_path)  # no older one: what the first office told counts no more
        assert unregistered(computer, tmp_path) == {SERIALS["JZ-002"]}
