"""Tests of media.unregistered, on made facts and on recorded devices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.base import Violation
from checks.media.unregistered import Unregistered
from checks.registered import NO_REGISTER
from checks.subjects import Device, Interface, Volume
from policies.register import Medium
from policies.vocabulary import Text
from tests.checks.media.samples import KEYBOARD, ROW, STICK, WITHOUT_REGISTER, computer
from tests.umock import recorded

PHONE = replace(STICK, interfaces=(Interface(number=0, code=0xFF, subclass=0xFF, name="MTP"),), volumes=())
CARD = replace(STICK, bus="mmc", interfaces=())
DRIVERLESS = replace(STICK, volumes=())
EMPTY = (Volume(node="/dev/sdb", size=0, sequence=7), Volume(node="/dev/sdc", size=0, sequence=8))
READER = replace(STICK, volumes=EMPTY)
UNSEEN = Text("未知", "unknown")


@pytest.mark.parametrize(
    ("device", "rows", "violates"),
    [
        (STICK, (), True),
        (STICK, (ROW,), False),
        (STICK, (replace(ROW, serial="60a44c413fde"),), False),
        (STICK, (replace(ROW, vendor_id="", product_id=""),), False),
        (STICK, (replace(ROW, product_id="ffff"),), True),
        (replace(STICK, serial=""), (replace(ROW, serial=""),), True),
        (PHONE, (ROW,), False),
        (PHONE, (), True),
        (CARD, (), True),
        (DRIVERLESS, (), True),
    ],
)
def test_only_what_the_register_knows_may_be_attached(device: Device, rows: tuple[Medium, ...], violates: bool) -> None:
    assert Unregistered().applies(device, computer(*rows))
    assert bool(list(Unregistered().examine(device, computer(*rows)))) is violates


@pytest.mark.parametrize("device", [KEYBOARD, READER])
def test_what_stores_nothing_is_no_medium(device: Device) -> None:
    assert not Unregistered().applies(device, computer())


def test_a_device_whose_interfaces_are_unknown_may_be_a_medium() -> None:
    unknown = replace(KEYBOARD, interfaces=(), missing={"interfaces": UNSEEN})
    assert Unregistered().applies(unknown, computer())
    assert list(Unregistered().examine(unknown, computer())) == []


@pytest.mark.parametrize("aspect", ["interfaces", "serial", "volumes"])
def test_nothing_is_judged_before_it_was_seen(aspect: str) -> None:
    assert aspect in Unregistered().needs
    assert list(Unregistered().examine(replace(STICK, missing={aspect: UNSEEN}), computer())) == []


def test_a_file_system_that_is_unknown_does_not_matter() -> None:
    assert list(Unregistered().examine(replace(STICK, missing={"volumes.fs": UNSEEN}), computer()))


def test_without_a_register_nothing_is_assessed_and_nothing_found() -> None:
    assert Unregistered().unassessable(STICK, WITHOUT_REGISTER) == NO_REGISTER
    assert list(Unregistered().examine(STICK, WITHOUT_REGISTER)) == []


def test_a_stick_is_one_incident_however_many_partitions_appear() -> None:
    identities = {v.identity for part in (1, 2) for v in stick_with(STICK.volumes[:part])}
    assert len(identities) == 1


def test_each_card_in_a_reader_is_an_incident_of_its_own() -> None:
    first = (replace(EMPTY[0], size=64, sequence=9), EMPTY[1])
    second = (replace(EMPTY[0], size=64, sequence=10), replace(EMPTY[1], size=64, sequence=11))
    assert len({v.identity for volumes in (first, second) for v in stick_with(volumes)}) == 3


def stick_with(volumes: tuple[Volume, ...]) -> list[Violation]:
    return list(Unregistered().examine(replace(STICK, volumes=volumes), computer()))


def test_a_device_without_a_serial_number_is_told_that_it_can_never_be_registered() -> None:
    (named,) = Unregistered().examine(STICK, computer())
    (nameless,) = Unregistered().examine(replace(STICK, serial=""), computer())
    assert "登记后再用" in named.message.zh
    assert "无法登记" in nameless.message.zh
    assert "can never be registered" in nameless.message.en


@pytest.mark.needs_tool("umockdev-wrapper")
@pytest.mark.parametrize(
    ("product", "incidents"),
    [
        ("DataTraveler 3.0", 1),
        ("My Passport", 1),
        ("Cruzer Blade", 1),
        ("Pixel 6", 1),
        ("Xperia", 1),
        ("SU32G", 1),
        ("DVDRAM_GUD1N", 1),
        ("USB2.0-CRW", 0),
        ("USB Keyboard", 0),
        ("Integrated Camera", 0),
    ],
)
def test_recorded_devices_are_judged(product: str, incidents: int) -> None:
    device, check = recorded()[product], Unregistered()
    assert len(list(check.examine(device, computer())) if check.applies(device, computer()) else []) == incidents
