"""What an interface is for, by its codes and its driver."""

from __future__ import annotations

import pytest

from checks.device_kinds import DeviceKind, kind_of
from tests.checks.media.samples import interface


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


@pytest.mark.parametrize("kind", DeviceKind)
def test_every_kind_has_a_name_in_both_languages(kind: DeviceKind) -> None:
    assert kind.text.zh
    assert kind.text.en
