"""Tests of who a device is, on recordings and on events."""

from __future__ import annotations

import pytest

from agent.sources import identity
from tests.umock import Event, recorded


@pytest.mark.needs_tool("umockdev-wrapper")
@pytest.mark.parametrize(
    ("product", "vendor_id", "product_id", "vendor", "serial"),
    [
        ("DataTraveler 3.0", "0951", "1666", "Kingston", "60A44C413FDE"),
        ("USB Keyboard", "046d", "c31c", "Logitech", ""),
        ("My Passport", "1058", "0820", "Western Digital", ""),
        ("SU32G", "000003", "5344", "", "0x1a2b3c4d"),
        ("WDC_WD10EZEX", "", "", "ATA", "WD-WCC1234"),
        ("Samsung X5", "", "", "", "S4X5NF0M"),
        ("DVDRAM_GUD1N", "", "", "HL-DT-ST", ""),  # the disc has no serial number, the drive's is not its
    ],
)
def test_a_device_is_named_by_what_it_says(product: str, vendor_id: str, product_id: str, vendor: str, serial: str) -> None:
    device = recorded()[product]
    assert (device.vendor_id, device.product_id, device.vendor, device.serial) == (vendor_id, product_id, vendor, serial)


def test_a_device_that_is_gone_is_named_by_udev_s_event() -> None:
    event = Event({"ID_VENDOR_ID": "0951", "ID_MODEL_ID": "1666", "ID_VENDOR": "Kingston", "ID_SERIAL_SHORT": "60A4"})
    who = identity.of_usb_event(event)
    assert (who.vendor_id, who.product_id, who.vendor, who.serial) == ("0951", "1666", "Kingston", "60A4")


@pytest.mark.parametrize(
    ("product", "ids"), [("781/5567/100", ("0781", "5567")), ("46d/c31c/6400", ("046d", "c31c")), ("", ("0000", "0000"))]
)
def test_a_device_that_is_gone_is_named_by_the_kernel_s_event(product: str, ids: tuple[str, str]) -> None:
    who = identity.of_usb_event(Event({"PRODUCT": product}))
    assert (who.vendor_id, who.product_id) == ids
