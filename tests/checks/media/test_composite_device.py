"""Tests of media.composite-device, on made facts and on recorded devices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.media.composite_device import CompositeDevice
from policies.vocabulary import Kind
from tests.checks.media.samples import STICK, computer, interface, usb_device
from tests.umock import recorded

DISK, UAS, KEYBOARD, MOUSE, CONSUMER = "080650", "080662", "030101", "030102", "030000"
ECM, MODEM, BLUETOOTH, HEADSET, CAMERA, SMART_CARD, DATA = "020600", "020201", "e00101", "010100", "0e0100", "0b0000", "0a0000"


@pytest.mark.parametrize(
    ("codes", "functions"),
    [
        ((DISK,), 0),
        ((DISK, UAS), 0),
        ((KEYBOARD, MOUSE, CONSUMER), 0),
        ((HEADSET, CONSUMER), 0),
        ((CAMERA, HEADSET), 0),
        ((ECM, DATA), 0),
        ((ECM, MODEM), 0),  # no disk and no keyboard: forbidden-device speaks of it
        ((SMART_CARD, KEYBOARD), 0),
        ((DISK, KEYBOARD), 2),
        ((DISK, MOUSE), 2),
        ((KEYBOARD, ECM, DATA), 2),
        ((DISK, MODEM), 2),
        ((KEYBOARD, BLUETOOTH), 2),
        ((DISK, KEYBOARD, ECM), 3),
    ],
)
def test_a_device_is_judged_as_a_whole(codes: tuple[str, ...], functions: int) -> None:
    found = list(CompositeDevice().examine(usb_device(*codes), computer()))
    named = [violation.evidence["functions"] for violation in found]
    assert [len(names) for names in named if isinstance(names, list)] == ([functions] if functions else [])


def test_a_network_card_of_a_maker_s_own_class_is_told_by_its_driver() -> None:
    device = replace(STICK, interfaces=(interface(DISK), interface("ff0000", driver="r8152")))
    assert list(CompositeDevice().examine(device, computer()))


def test_plugging_one_in_is_an_incident_and_one_that_is_built_in_a_state() -> None:
    (plugged,) = CompositeDevice().examine(usb_device(DISK, KEYBOARD), computer())
    (built_in,) = CompositeDevice().examine(usb_device(DISK, KEYBOARD, built_in=True), computer())
    assert (plugged.kind, built_in.kind) == (None, Kind.STATE)
    assert "拔出" in plugged.message.zh
    assert "内置" in built_in.message.zh


def test_only_usb_devices_are_several_things_at_once() -> None:
    card = replace(usb_device(DISK, KEYBOARD), bus="mmc")
    assert not CompositeDevice().applies(card, computer())
    assert list(CompositeDevice().examine(card, computer())) == []


@pytest.mark.needs_tool("umockdev-wrapper")
@pytest.mark.parametrize("product", ["DataTraveler 3.0", "USB Keyboard", "Integrated Camera", "Pixel 6", "USB2.0-CRW"])
def test_recorded_devices_are_each_one_thing(product: str) -> None:
    assert list(CompositeDevice().examine(recorded()[product], computer())) == []
