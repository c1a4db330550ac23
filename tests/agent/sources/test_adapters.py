"""Adapters and modems in trees that are laid out like the sysfs of real machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.sources.adapters import adapters, may_be_one
from tests.agent.sources.test_hardware import Sysfs

USB = "devices/pci0000:00/0000:00:14.0/usb1/1-2"
PCI = "devices/pci0000:00/0000:00:1c.0/0000:02:00.0"


@pytest.fixture
def sysfs(tmp_path: Path) -> Sysfs:
    return Sysfs(tmp_path)


def on_usb(sysfs: Sysfs, codes: str, driver: str = "", interface: str = "") -> None:
    """A USB device with one interface of these class codes."""
    sysfs.device(USB, "usb", "usb", idVendor="1234", idProduct="5678", manufacturer="Maker", product="Thing")
    names = ("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol")
    sysfs.device(f"{USB}/1-2:1.0", "usb", driver, **dict(zip(names, (codes[:2], codes[2:4], codes[4:]), strict=True)))
    if interface:
        sysfs.entry(f"{USB}/1-2:1.0/net/{interface}", "net")


@pytest.mark.parametrize(
    ("codes", "driver", "interface", "kind"),
    [
        ("020600", "cdc_ether", "eth1", "usb-network"),
        ("020d00", "", "", "usb-network"),
        ("020c07", "cdc_eem", "", "usb-network"),
        ("e00103", "rndis_host", "usb0", "usb-network"),
        ("ef0401", "rndis_host", "", "usb-network"),
        ("fffd01", "ipheth", "eth1", "usb-network"),
        ("ffff00", "r8152", "eth1", "usb-network"),
        ("ffff00", "r8152", "", None),
        ("020201", "cdc_acm", "", "modem"),
        ("020201", "", "", "modem"),
        ("ff0000", "option", "", "modem"),
        ("020200", "cdc_acm", "", None),
        ("0a0000", "cdc_acm", "", None),
        ("080650", "usb-storage", "", None),
        ("030101", "usbhid", "", None),
    ],
)
def test_usb_devices(sysfs: Sysfs, codes: str, driver: str, interface: str, kind: str | None) -> None:
    on_usb(sysfs, codes, driver, interface)
    assert [adapter.kind for adapter in adapters(sysfs.root)] == ([kind] if kind else [])


def test_what_is_known_of_one(sysfs: Sysfs) -> None:
    on_usb(sysfs, "020600", "cdc_ether", "eth1")
    (adapter,) = adapters(sysfs.root)
    assert (adapter.name, adapter.ids, adapter.bus, adapter.driver) == ("Maker Thing", "1234:5678", "usb", "cdc_ether")
    assert adapter.interfaces == ("eth1",)
    assert adapter.path == str(sysfs.root / USB)


def test_a_telephone_that_is_modem_and_network_is_both(sysfs: Sysfs) -> None:
    on_usb(sysfs, "e00103", "rndis_host", "usb0")
    codes = {"bInterfaceClass": "02", "bInterfaceSubClass": "02", "bInterfaceProtocol": "01"}
    sysfs.device(f"{USB}/1-2:1.2", "usb", "cdc_acm", **codes)
    assert sorted(adapter.kind for adapter in adapters(sysfs.root)) == ["modem", "usb-network"]


@pytest.mark.parametrize(("code", "kind"), [("0x070300", "modem"), ("0x078000", None), ("0x020000", None)])
def test_pci_cards(sysfs: Sysfs, code: str, kind: str | None) -> None:
    sysfs.device(PCI, "pci", "serial", vendor="0x11c1", device="0x0440", **{"class": code})
    found = adapters(sysfs.root)
    assert [(adapter.kind, adapter.ids) for adapter in found] == ([(kind, "11c1:0440")] if kind else [])


def test_this_computer_s_own_are_read_without_an_error() -> None:
    for adapter in adapters():
        assert Path(adapter.path).exists()


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        (b"usb:v0525pA4A2d0000dc02dsc00dp00ic02isc02ip01in00", True),
        (b"usb:v12D1p1506d0102dc00dsc00dp00icFFisc02ip12in00", True),
        (b"pci:v00008086d00002448sv00sd00bc07sc03i00", True),
        (b"usb:v0951p1666d0110dc00dsc00dp00ic08isc06ip50in00", False),
        (b"usb:v046DpC31Cd6402dc00dsc00dp00ic03isc01ip01in00", False),
        (b"pci:v00008086d00002448sv00sd00bc02sc00i00", False),
    ],
)
def test_an_announcement_of_what_may_be_one_is_told_from_others(alias: bytes, expected: bool) -> None:
    assert may_be_one(b"add@/devices/x\0ACTION=add\0SUBSYSTEM=usb\0MODALIAS=" + alias + b"\0SEQNUM=1\0") is expected
