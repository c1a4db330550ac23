"""What the kernel's log tells of devices that are gone: lines as real kernels write them (6.1, 6.18)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agent.sources.kernel_lines import Line
from agent.sources.kernel_log import ONLY_LOGGED, gone, unwatched
from checks.media.unregistered import Unregistered
from checks.subjects import Device
from tests.checks.media.samples import computer

BOOT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
STICK = """\
usb 1-1: new high-speed USB device number 5 using xhci_hcd
usb 1-1: New USB device found, idVendor=0951, idProduct=1666, bcdDevice= 1.10
usb 1-1: New USB device strings: Mfr=1, Product=2, SerialNumber=3
usb 1-1: Product: DataTraveler 3.0
usb 1-1: Manufacturer: Kingston
usb 1-1: SerialNumber: 60A44C413FDE
usb-storage 1-1:1.0: USB Mass Storage device detected
scsi host6: usb-storage 1-1:1.0
sd 6:0:0:0: [sdb] Attached SCSI removable disk
usb 1-1: USB disconnect, device number 5
"""
UAS = """\
usb 2-1.4: New USB device found, idVendor=1058, idProduct=25a2, bcdDevice=10.21
usb 2-1.4: SerialNumber: 575837314133
scsi host7: uas
usb 2-1.4: USB disconnect, device number 3
"""
KEYBOARD = """\
usb 1-3: New USB device found, idVendor=046d, idProduct=c31c, bcdDevice=64.00
usb 1-3: Product: USB Keyboard
input: Logitech USB Keyboard as /devices/pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/0003:046D:C31C.0001/input/input9
usb 1-3: USB disconnect, device number 6
"""
HUB = """\
usb 1-4: New USB device found, idVendor=05e3, idProduct=0610, bcdDevice= 6.54
hub 1-4:1.0: USB hub found
usb 1-4: USB disconnect, device number 7
"""
PHONE = """\
usb 1-2: New USB device found, idVendor=18d1, idProduct=4ee1, bcdDevice= 5.10
usb 1-2: Product: Pixel 6
usb 1-2: USB disconnect, device number 8
"""


def logged(*logs: str, at: int = 60, boot: str = "boot-1") -> list[Line]:
    """Lines of which the first was written so many seconds after the start of the computer."""
    texts = [text for one in logs for text in one.splitlines()]
    return [Line(BOOT + timedelta(seconds=at + number), boot, text) for number, text in enumerate(texts)]


def devices(*logs: str, since: datetime = BOOT) -> list[Device]:
    return list(unwatched(since, lambda _: logged(*logs)))


def test_a_stick_that_came_and_went_is_told_with_all_that_names_it() -> None:
    (stick,) = devices(STICK)
    assert (stick.vendor_id, stick.product_id, stick.vendor, stick.product, stick.serial) == (
        "0951",
        "1666",
        "Kingston",
        "DataTraveler 3.0",
        "60A44C413FDE",
    )
    assert stick.observed_at == BOOT + timedelta(seconds=61)
    assert stick.is_storage
    assert stick.missing == {}


def test_it_is_an_incident_of_an_unregistered_medium() -> None:
    for log in (STICK, UAS):
        (device,) = devices(log)
        assert len(list(Unregistered().examine(device, computer()))) == 1


@pytest.mark.parametrize(
    ("log", "codes"), [(STICK, [8]), (UAS, [8]), (KEYBOARD, [3]), (STICK + KEYBOARD, [8, 3]), (HUB, []), (HUB + STICK, [8])]
)
def test_what_a_device_is_for_is_told_by_its_drivers_and_hubs_are_left_out(log: str, codes: list[int]) -> None:
    assert [i.code for device in devices(log) for i in device.interfaces] == codes


def test_a_device_of_which_no_driver_speaks_may_be_anything() -> None:
    (phone,) = devices(PHONE)
    assert (phone.product, phone.serial, phone.missing) == ("Pixel 6", "", {"interfaces": ONLY_LOGGED})
    assert Unregistered().applies(phone, computer())


def test_what_is_still_there_is_seen_without_the_log() -> None:
    assert devices(STICK.rpartition("usb 1-1: USB disconnect")[0]) == []


def test_what_was_watched_is_not_told_again() -> None:
    assert devices(STICK, since=BOOT + timedelta(seconds=61)) == []
    (second,) = devices(STICK, STICK, since=BOOT + timedelta(seconds=61))
    assert second.observed_at == BOOT + timedelta(seconds=71)


def test_each_plug_in_is_a_session_of_its_own() -> None:
    assert len({device.session for device in devices(STICK, STICK)}) == 2
    assert {device.session for device in devices(STICK)} <= {device.session for device in devices(STICK, STICK)}


def test_lines_of_a_device_that_was_never_announced_tell_nothing() -> None:
    assert gone([line for line in logged(STICK) if "New USB device found" not in line.text]) == []


def test_what_was_there_when_the_computer_ended_is_gone() -> None:
    still_there = STICK.rpartition("usb 1-1: USB disconnect")[0]
    assert [p.boot for p in gone([*logged(still_there), *logged(still_there, at=900, boot="boot-2")])] == ["boot-1"]


def test_control_characters_of_a_device_do_not_get_into_its_name() -> None:
    (stick,) = devices(STICK.replace("Kingston", "King\x1bston\x07"))
    assert stick.vendor == "Kingston"


def test_a_log_that_may_not_be_read_tells_nothing() -> None:
    def refuse(since: datetime) -> list[Line]:
        raise PermissionError(1, "Operation not permitted")

    assert list(unwatched(BOOT, refuse)) == []


def test_this_computer_s_log_can_be_asked() -> None:
    assert all(isinstance(device, Device) for device in unwatched(BOOT))
