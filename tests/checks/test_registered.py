"""Tests of what the checks of registered media share, on a check that objects to every medium."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from checks.registered import NO_REGISTER, RegisteredCheck, level_held, unusable_register
from checks.subjects import Device, Past
from policies.computer import Computer
from policies.register import Medium
from policies.vocabulary import Level, Severity, Text
from tests.checks.media.samples import KEYBOARD, NOW, ROW, STICK, WITHOUT_REGISTER, computer

UNKNOWN_SERIAL = replace(STICK, serial="", missing={"serial": Text("未知", "unknown")})


@dataclass(frozen=True)
class Objection(RegisteredCheck):
    """Objects to every medium."""

    id = "media.objection"
    title = Text("不接受", "nothing is accepted")
    clauses = ("MED-01",)
    severity = Severity.NOTICE

    def objection(self, medium: Medium, device: Device, computer: Computer) -> Text | None:
        """Always."""
        return Text("不", "no")


@pytest.mark.parametrize(
    ("device", "where", "applies"),
    [
        (STICK, computer(ROW), True),
        (STICK, computer(), False),
        (replace(STICK, serial="another"), computer(ROW), False),
        (replace(STICK, product_id="ffff"), computer(ROW), False),
        (STICK, WITHOUT_REGISTER, True),
        (KEYBOARD, WITHOUT_REGISTER, False),
        (UNKNOWN_SERIAL, computer(ROW), True),
        (replace(KEYBOARD, missing={"serial": NO_REGISTER}), computer(ROW), False),
    ],
)
def test_it_speaks_of_media_that_are_registered_or_may_be(device: Device, where: Computer, applies: bool) -> None:
    assert Objection().applies(device, where) is applies


def test_without_a_register_nothing_is_assessed_and_nothing_found() -> None:
    check = Objection()
    assert check.unassessable(STICK, WITHOUT_REGISTER) == NO_REGISTER
    assert list(check.examine(STICK, WITHOUT_REGISTER)) == []


@pytest.mark.parametrize(("days", "limit", "usable"), [(92, 92, True), (93, 92, False), (3000, 0, True)])
def test_by_an_old_register_nobody_can_say_that_all_is_well(days: int, limit: int, usable: bool) -> None:
    later = replace(STICK, observed_at=NOW + timedelta(days=days))
    reason = Objection(register_days=limit).unassessable(later, computer(ROW))
    assert (reason is None) is usable
    assert reason is None or str(days) in reason.zh
    assert list(Objection(register_days=limit).examine(later, computer(ROW)))  # what breaks the rules by it still does


def test_a_register_that_the_collector_confirmed_is_not_old() -> None:
    where = computer(ROW)
    assert where.register is not None
    confirmed = replace(where, register=replace(where.register, confirmed_at=NOW + timedelta(days=90)))
    assert unusable_register(confirmed, NOW + timedelta(days=100), 92) is None
    assert unusable_register(where, NOW + timedelta(days=100), 92)


@pytest.mark.parametrize(
    ("past", "held"),
    [(None, Level.JIMI), (Past(), Level.JIMI), (Past(level=Level.MIMI), Level.JIMI), (Past(level=Level.JUEMI), Level.JUEMI)],
)
def test_the_level_of_a_medium_never_sinks(past: Past | None, held: Level) -> None:
    assert level_held(ROW, replace(STICK, past=past)) is held


def test_a_serial_number_that_was_not_seen_is_needed() -> None:
    assert "serial" in Objection().needs
    assert list(Objection().examine(UNKNOWN_SERIAL, computer(ROW))) == []


def test_evidence_tells_the_row_but_no_person() -> None:
    (violation,) = Objection().examine(STICK, computer(ROW))
    assert violation.evidence == {
        "bus": "usb",
        "vendor_id": "0951",
        "product_id": "1666",
        "serial": "60A44C413FDE",
        "number": "JZ-2026-017",
        "level": "机密",
        "department": "Office A",
    }


def test_each_plug_in_is_an_incident_of_its_own() -> None:
    again = replace(STICK, session="boot-1 1-1 6")
    identities = {violation.identity for stick in (STICK, again) for violation in Objection().examine(stick, computer(ROW))}
    assert len(identities) == 2
