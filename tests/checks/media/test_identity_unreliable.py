"""Tests of media.identity-unreliable, on made facts and on recorded devices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.base import Violation
from checks.media.identity_unreliable import IdentityUnreliable
from checks.subjects import Device, Other, Past, Volume
from policies.vocabulary import Severity, Text
from tests.checks.media.samples import KEYBOARD, STICK, computer
from tests.umock import recorded

TWIN = replace(STICK, others=(Other(ids=STICK.ids),))
UNSEEN = Text("未知", "unknown")


def judged(device: Device, check: IdentityUnreliable | None = None) -> list[Violation]:
    return list((check or IdentityUnreliable()).examine(device, computer()))


@pytest.mark.parametrize(
    ("serial", "word"),
    [
        ("", "没有序列号"),
        ("0", "过短"),
        ("ABC12", "过短"),
        ("000000000000", "占位值"),
        ("0x00000000", "占位值"),
        ("ffffffff", "占位值"),
        ("0123456789ABCDEF", "占位值"),
        ("123456789012", "占位值"),
        ("ABC123", None),
        ("60A44C413FDE", None),
        ("0x1234abcd", None),
        ("100000000001", None),
    ],
)
def test_a_serial_number_must_tell_one_device_from_another(serial: str, word: str | None) -> None:
    found = judged(replace(STICK, serial=serial))
    assert [word in violation.message.zh for violation in found if word] == ([True] if word else [])
    assert bool(found) is bool(word)


def test_the_office_may_ask_for_longer_ones() -> None:
    assert judged(STICK, IdentityUnreliable(min_length=13))


def test_two_devices_with_one_serial_number_are_graver() -> None:
    (violation,) = judged(TWIN)
    assert violation.severity is Severity.MAJOR
    assert "same serial number" in violation.message.en


def test_another_device_beside_it_does_not_matter() -> None:
    assert judged(replace(STICK, others=(Other(ids=replace(STICK.ids, serial="other1")),))) == []


@pytest.mark.parametrize(("before", "violates"), [(0, False), (4096, False), (8192, True)])
def test_a_serial_number_that_had_another_size_is_borne_by_two(before: int, violates: bool) -> None:
    assert bool(judged(replace(STICK, past=Past(size=before)))) is violates


def test_a_disk_that_has_not_appeared_has_no_size_to_compare() -> None:
    assert judged(replace(STICK, volumes=(), past=Past(size=8192))) == []


@pytest.mark.parametrize(
    ("device", "applies"),
    [
        (STICK, True),
        (replace(STICK, bus="mmc", interfaces=()), True),
        (KEYBOARD, False),
        (replace(STICK, volumes=(Volume(node="/dev/sdb", size=0),)), False),
        (replace(KEYBOARD, missing={"interfaces": UNSEEN}), True),
    ],
)
def test_it_speaks_of_what_stores_files(device: Device, applies: bool) -> None:
    assert IdentityUnreliable().applies(device, computer()) is applies
    assert bool(judged(replace(device, serial=""))) is (applies and not device.missing)


@pytest.mark.needs_tool("umockdev-wrapper")
@pytest.mark.parametrize(
    ("product", "incidents"), [("DataTraveler 3.0", 0), ("SU32G", 0), ("DVDRAM_GUD1N", 1), ("USB Keyboard", 0)]
)
def test_recorded_devices_are_judged(product: str, incidents: int) -> None:
    assert len(judged(recorded()[product])) == incidents
