"""Tests of media.forbidden-device, on made facts and on recorded devices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.media.forbidden_device import DeviceKind, ForbiddenDevice, kind_of
from checks.subjects import Device, Interface
from policies.vocabulary import Kind, Severity
from tests.checks.media.samples import KEYBOARD, STICK, computer
from tests.umock import recorded


def interface(codes: str, **more: str) -> Interface:
    code, subclass, protocol = bytes.fromhex(codes)
    return Interface(number=0, code=code, subclass=subclass, protocol=protocol, **more)


def device(*codes: str, built_in: bool = False) -> Device:
    return replace(STICK, interfaces=tuple(map(interface, codes)), volumes=(), built_in=built_in)


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ("060101", DeviceKind.PHONE),
        ("ff4201", DeviceKind.PHONE),
        ("ff4203", DeviceKind.PHONE),
        ("fffe02", DeviceKind.PHONE),
        ("0e0100", DeviceKind.CAMERA),
        ("0e0200", DeviceKind.CAMERA),
        ("010100", DeviceKind.AUDIO),
        ("010200", DeviceKind.AUDIO),
        ("010300", None),  # MIDI
        ("e00101", DeviceKind.WIRELESS),
        ("e00103", DeviceKind.NETWORK),
        ("020600", DeviceKind.NETWORK),
        ("020d00", DeviceKind.NETWORK),
        ("0202ff", DeviceKind.NETWORK),
        ("ef0401", DeviceKind.NETWORK),
        ("fffd01", DeviceKind.NETWORK),
        ("020201", DeviceKind.MODEM),
        ("020e00", DeviceKind.MODEM),
        ("020200", None),  # a serial port
        ("030101", None),  # keyboard
        ("030102", None),  # mouse
        ("070102", None),  # printer
        ("080650", None),  # disk
        ("0b0000", None),  # smart card reader
        ("0a0000", None),  # data of whatever the other interface is
        ("ffffff", None),
    ],
)
def test_an_interface_s_kind_is_told_by_its_codes(codes: str, kind: DeviceKind | None) -> None:
    assert kind_of(interface(codes)) is kind


@pytest.mark.parametrize(
    ("driver", "kind"),
    [("r8152", DeviceKind.NETWORK), ("qmi_wwan", DeviceKind.MODEM), ("option", DeviceKind.MODEM), ("usbhid", None)],
)
def test_an_interface_of_a_maker_s_own_class_is_told_by_its_driver(driver: str, kind: DeviceKind | None) -> None:
    assert kind_of(interface("ff0000", driver=driver)) is kind


def test_mtp_is_told_by_its_name_too() -> None:
    assert kind_of(interface("ffff00", name="MTP")) is DeviceKind.PHONE


@pytest.mark.parametrize("harmless", [KEYBOARD, STICK, device("0b0000"), device()])
def test_other_devices_may_be_plugged_in(harmless: Device) -> None:
    assert list(ForbiddenDevice().examine(harmless, computer())) == []


def test_a_disk_that_is_also_a_modem_is_one_violation() -> None:
    (violation,) = ForbiddenDevice().examine(device("080650", "020201", "020600"), computer())
    assert violation.evidence["kinds"] == ["network", "modem"]
    assert violation.severity is Severity.CRITICAL


def test_a_phone_is_an_incident_of_the_check_s_own_severity() -> None:
    (violation,) = ForbiddenDevice().examine(device("060101"), computer())
    assert (violation.severity, violation.kind, violation.identity) == (None, None, STICK.session)


def test_a_built_in_camera_is_a_state() -> None:
    (violation,) = ForbiddenDevice().examine(device("0e0100", built_in=True), computer())
    assert violation.kind is Kind.STATE
    assert "内置" in violation.message.zh


def test_a_policy_may_allow_a_kind() -> None:
    check = ForbiddenDevice(forbidden=(DeviceKind.PHONE,))
    assert list(check.examine(device("0e0100"), computer())) == []
    assert len(list(check.examine(device("0e0100", "060101"), computer()))) == 1


def test_a_policy_may_call_a_kind_critical() -> None:
    (violation,) = ForbiddenDevice(critical=(DeviceKind.PHONE,)).examine(device("060101"), computer())
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
