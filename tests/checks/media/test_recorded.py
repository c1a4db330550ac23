"""What all media checks say of devices that were recorded on real computers."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.facts import load
from checks.catalog import discover
from checks.subjects import Device
from policies.register import Medium
from policies.vocabulary import Level
from tests.checks.media.samples import ROW, computer
from tests.umock import Bed

DEVICES = {
    d.product: d for d in load(Path(__file__).parents[2] / "data/facts/usb-devices.json").facts["media"] if isinstance(d, Device)
}
CHECKS = {id: kind() for id, kind in discover().items() if kind.subject is Device}
PHONE = Medium(number="P-1", level=Level.NEIBU, serial="0123456789ABCDEF")


def said(device: Device, *media: Medium) -> set[str]:
    """The media checks that find something wrong with a device."""
    where = computer(*media)
    return {id.removeprefix("media.") for id, c in CHECKS.items() if c.applies(device, where) and list(c.examine(device, where))}


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        ("Canon Digital Camera", {"unregistered", "forbidden-device"}),
        ("MiniPro", {"unregistered", "forbidden-device", "identity-unreliable"}),  # its serial number is the chip maker's sample
        ("Integrated Camera", {"forbidden-device"}),
        ("Security Key by Yubico", set()),
        ("Ergo Pro Keyboard", set()),
        ("Kensington Eagle Trackball", set()),
        ("0007", set()),
    ],
)
def test_recorded_devices_are_judged(product: str, expected: set[str]) -> None:
    assert said(DEVICES[product]) == expected


def test_a_phone_in_the_register_is_forbidden_all_the_same() -> None:
    assert said(DEVICES["MiniPro"], PHONE) == {"forbidden-device", "identity-unreliable"}


@pytest.mark.needs_tool("umockdev-wrapper")
def test_a_stick_recorded_in_a_virtual_machine_is_right_once_it_is_registered() -> None:
    with Bed("qemu-stick") as bed:
        (stick,) = bed.present()
    assert stick.fs_uuids == ("e4d643a1-54ae-4f42-97c2-4343bdae21a9",)
    assert said(stick) == {"unregistered"}
    assert said(stick, ROW, Medium(number="Q-1", level=Level.JIMI, serial="REC0001")) == set()
