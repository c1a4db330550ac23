"""Tests of what USB devices say of themselves, on descriptors and on recordings."""

from __future__ import annotations

import pytest

from agent.sources import usb
from checks.subjects import Interface
from tests.umock import recorded

DEVICE = "12010002000000408107675500010102030109023700020100803209040000020806500007058102000200"


def codes(interfaces: tuple[Interface, ...]) -> list[tuple[int, int, int]]:
    return [(i.code, i.subclass, i.protocol) for i in interfaces]


def test_descriptors_name_every_interface_of_every_configuration() -> None:
    second = "0904010002ff420100" + "0705820200020009021200010200803209040000010601010000"
    assert codes(usb.described(bytes.fromhex(DEVICE + second))) == [(8, 6, 0x50), (0xFF, 0x42, 1), (6, 1, 1)]


@pytest.mark.parametrize("cut", [0, 1, 17, 19, 30, 35])
def test_cut_descriptors_name_no_interface(cut: int) -> None:
    assert usb.described(bytes.fromhex(DEVICE)[:cut]) == ()


def test_a_descriptor_of_no_length_ends_the_reading() -> None:
    assert usb.described(bytes(1 << 16)) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", []), (":080650:", [(8, 6, 0x50)]), (":080650:030101:", [(8, 6, 0x50), (3, 1, 1)]), (":08:", [])],
)
def test_udev_s_list_of_interfaces_is_read(text: str, expected: list[tuple[int, int, int]]) -> None:
    assert codes(usb.announced(text)) == expected


@pytest.mark.parametrize(("kernel", "hub"), [("9/0/1", True), ("0/0/0", False), ("239/2/1", False), ("", False)])
def test_a_hub_that_is_gone_is_known_by_its_event(kernel: str, hub: bool) -> None:
    assert usb.is_hub("/nonexistent", {"TYPE": kernel}) is hub


@pytest.mark.needs_tool("umockdev-wrapper")
def test_interfaces_come_with_driver_and_name() -> None:
    image, debugger = recorded()["Pixel 6"].interfaces
    assert (image.code, image.driver, image.name) == (6, "usbfs", "MTP")
    assert (debugger.code, debugger.subclass, debugger.protocol, debugger.name) == (0xFF, 0x42, 1, "ADB Interface")


@pytest.mark.needs_tool("umockdev-wrapper")
def test_mtp_behind_a_maker_s_own_class_is_told_by_udev() -> None:
    phone = recorded()["Xperia"]
    assert [i.name for i in phone.interfaces] == ["MTP"]
    assert phone.is_storage


@pytest.mark.needs_tool("umockdev-wrapper")
def test_a_blocked_stick_tells_its_interfaces_by_its_descriptors() -> None:
    stick = recorded()["Cruzer Blade"]
    assert codes(stick.interfaces) == [(8, 6, 0x50)]
    assert stick.is_storage


@pytest.mark.needs_tool("umockdev-wrapper")
def test_a_camera_on_the_computer_s_own_hub_is_built_in() -> None:
    assert recorded()["Integrated Camera"].built_in


@pytest.mark.needs_tool("umockdev-wrapper")
def test_a_camera_that_an_outside_hub_calls_fixed_is_not_built_in() -> None:
    assert not recorded()["Dock Camera"].built_in
