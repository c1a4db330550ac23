"""Tests of reading devices: what they are part of, what could not be seen, and which plug-in it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.sources import devices, udev
from tests.umock import Bed, Event, recorded

needs_umockdev = pytest.mark.needs_tool("umockdev-wrapper")

STICK = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1"
PHONE = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2"
CAMERA = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-7/1-7.1"


@pytest.fixture
def reader() -> devices.Reader:
    """A reader of this computer."""
    return devices.Reader(udev.open_context())


@needs_umockdev
def test_hubs_are_no_devices() -> None:
    with Bed("cameras") as bed:
        assert sorted(device.product for device in bed.present()) == ["Dock Camera", "Integrated Camera"]


@needs_umockdev
def test_everything_of_a_stick_is_seen() -> None:
    stick = recorded()["DataTraveler 3.0"]
    assert (stick.path, stick.bus, stick.missing) == (STICK, "usb", {})


@needs_umockdev
def test_the_disk_of_a_stick_that_was_just_plugged_in_is_awaited() -> None:
    with Bed() as bed:
        bed.add("stick-device")
        (early,) = bed.present()
        bed.add("stick-disk")
        (late,) = bed.present()
    assert early.missing == {"volumes": devices.NO_DISK_YET}
    assert late.missing == {}
    assert early.session == late.session


@needs_umockdev
def test_a_stick_whose_driver_is_forbidden_is_not_awaited_for_ever() -> None:
    with Bed() as bed:
        bed.add("stick-device")
        bed.set(STICK, "power/connected_duration", "20000")
        (stick,) = bed.present()
    assert stick.missing == {}
    assert stick.is_storage


@needs_umockdev
def test_a_file_system_is_unknown_where_udev_has_not_looked() -> None:
    assert recorded()["Samsung X5"].missing == {"volumes.fs": devices.NOT_BY_UDEV}


@needs_umockdev
def test_a_device_without_interfaces_and_descriptors_is_not_configured_yet() -> None:
    with Bed() as bed:
        bed.add("unconfigured")
        (device,) = bed.present()
    assert device.missing == {"interfaces": devices.NO_INTERFACES}


@needs_umockdev
def test_each_plug_in_is_a_session_of_its_own() -> None:
    sessions = set()
    with Bed() as bed:
        for number in ("6", "7", "8"):
            bed.add("stick-device", devnum=number)
            sessions |= {device.session for device in bed.present()}
            bed.drop(STICK)
    assert len(sessions) == 3


@needs_umockdev
def test_each_disc_in_a_drive_is_a_session_of_its_own() -> None:
    with Bed() as bed:
        bed.add("optical-disc")
        (first,) = bed.present()
        bed.set(first.path, "diskseq", "62")
        (second,) = bed.present()
    assert first.session != second.session


@needs_umockdev
def test_a_built_in_camera_is_the_same_one_after_every_start_of_the_computer() -> None:
    assert recorded()["Integrated Camera"].session == f"built-in {CAMERA.removeprefix('/sys')}"


def test_a_device_that_came_and_went_is_told_from_its_event(reader: devices.Reader) -> None:
    known = {"ID_SERIAL": "X_Y_1", "ID_SERIAL_SHORT": "1", "ID_USB_INTERFACES": ":080650:", "SEQNUM": "77"}
    device = reader.announced(Event(known))
    assert (device.serial, device.is_storage, device.missing) == ("1", True, {})


def test_what_the_kernel_alone_tells_of_a_device_that_came_and_went_is_little(reader: devices.Reader) -> None:
    device = reader.announced(Event({"PRODUCT": "781/5567/100", "SEQNUM": "77"}))
    assert device.missing == {"interfaces": devices.GONE, "serial": devices.GONE}


def test_two_devices_that_came_and_went_are_two_sessions(reader: devices.Reader) -> None:
    assert len({reader.announced(Event({"SEQNUM": number})).session for number in ("77", "78")}) == 2


def test_nothing_is_at_a_path_that_does_not_exist(reader: devices.Reader) -> None:
    assert reader.at("/sys/devices/no-such-device") is None


@needs_umockdev
def test_an_unreadable_mount_table_is_told(tmp_path: Path) -> None:
    with Bed("stick") as bed:
        (stick,) = bed.present(tmp_path / "mountinfo")
    assert stick.missing == {"volumes.mounted_at": devices.NO_MOUNTS}
