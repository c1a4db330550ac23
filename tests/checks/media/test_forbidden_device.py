"""Tests of media.forbidden-device, on made facts and on recorded devices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.device_kinds import DeviceKind
from checks.media.forbidden_device import ForbiddenDevice
from checks.subjects import Device
from policies.vocabulary import Kind, Severity
from tests.checks.media.samples import KEYBOARD, STICK, computer, usb_device
from tests.umock import recorded


@pytest.mark.parametrize("harmless", [KEYBOARD, STICK, usb_device("0b0000"), usb_device()])
def test_other_devices_may_be_plugged_in(harmless: Device) -> None:
    assert list(ForbiddenDevice().examine(harmless, computer())) == []


def test_a_disk_that_is_also_a_modem_is_one_violation() -> None:
    (violation,) = ForbiddenDevice().examine(usb_device("080650", "020201", "020600"), computer())
    assert violation.evidence["kinds"] == ["network", "modem"]
    assert violation.severity is Severity.CRITICAL


def test_a_phone_is_an_incident_of_the_check_s_own_severity() -> None:
    (violation,) = ForbiddenDevice().examine(usb_device("060101"), computer())
    assert (violation.severity, violation.kind, violation.identity) == (None, None, STICK.session)


def test_a_built_in_camera_is_a_state() -> None:
    (violation,) = ForbiddenDevice().examine(usb_device("0e0100", built_in=True), computer())
    assert violation.kind is Kind.STATE
    assert "内置" in violation.message.zh


def test_a_policy_may_allow_a_kind() -> None:
    check = ForbiddenDevice(forbidden=(DeviceKind.PHONE,))
    assert list(check.examine(usb_device("0e0100"), computer())) == []
    assert len(list(check.examine(usb_device("0e0100", "060101"), computer()))) == 1


def test_a_policy_may_call_a_kind_critical() -> None:
    (violation,) = ForbiddenDevice(critical=(DeviceKind.PHONE,)).examine(usb_device("060101"), computer())
    assert violation.severity is Severity.CRITICAL


def test_a_card_in_a_slot_has_no_interfaces_to_judge() -> None:
    assert not ForbiddenDevice().applies(replace(STICK, bus="mmc"), computer())


@pytest.mark.needs_tool("umockdev-wrapper")
@pytest.mark.parametrize(
    ("product", "kinds"),
    [
        ("Pixel 6", ["phone"]),
        ("Xperia", ["phone"]),
        ("Integrated Camera", ["camera"]),
        ("USB Keyboard", []),
        ("DataTraveler 3.0", []),
        ("USB2.0-CRW", []),
    ],
)
def test_recorded_devices_are_judged(product: str, kinds: list[str]) -> None:
    found = list(ForbiddenDevice().examine(recorded()[product], computer()))
    assert [violation.evidence["kinds"] for violation in found] == ([kinds] if kinds else [])
