"""What interfaces are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.sources.nic import bus_of, driver_and_bus, ids_and_code, is_wireless


@pytest.mark.parametrize(
    ("place", "bus"),
    [("0000:02:00.0", "pci"), ("usb-0000:00:14.0-3", "usb"), ("virtio0", ""), ("tap", ""), ("N/A", ""), ("", "")],
)
def test_the_bus_is_told_from_the_place_on_it(place: str, bus: str) -> None:
    assert bus_of(place) == bus


def test_loopback_and_what_is_not_there_have_no_driver() -> None:
    assert driver_and_bus("lo") == ("", "")
    assert driver_and_bus("no-such-link") == ("", "")


@pytest.mark.parametrize(
    ("index", "mark", "wireless"), [("7", "phy80211", True), ("7", "wireless", True), ("8", "phy80211", False), ("7", "", False)]
)
def test_sysfs_is_believed_only_of_this_very_interface(tmp_path: Path, index: str, mark: str, wireless: bool) -> None:
    folder = tmp_path / "class/net/no-such-link"
    (folder / mark).mkdir(parents=True)
    (folder / "ifindex").write_text(f"{index}\n")
    assert is_wireless("no-such-link", 7, tmp_path) is wireless


def test_loopback_is_not_wireless() -> None:
    assert not is_wireless("lo", 1)


def interface(root: Path, at: str, /, **attributes: str) -> None:
    """An interface of index 7 and the device that it belongs to, with the device's attributes."""
    folder = root / "class/net/eth9"
    folder.mkdir(parents=True)
    (folder / "ifindex").write_text("7\n")
    place = root / "devices" / at
    place.mkdir(parents=True)
    (folder / "device").symlink_to(place)
    for name, value in attributes.items():
        (place / name).write_text(f"{value}\n")


def test_a_pci_card_s_hardware(tmp_path: Path) -> None:
    interface(tmp_path, "pci0000:00/0000:02:00.0", vendor="0x8086", device="0x15d8", **{"class": "0x020000"})
    assert ids_and_code("eth9", 7, tmp_path) == ("8086:15d8", "020000")


def test_a_usb_adapter_s_hardware_is_its_device_s(tmp_path: Path) -> None:
    interface(tmp_path, "usb1/1-2/1-2:1.0", bInterfaceClass="02", bInterfaceSubClass="06", bInterfaceProtocol="00")
    for name, value in {"idVendor": "0bda", "idProduct": "8153"}.items():
        (tmp_path / "devices/usb1/1-2" / name).write_text(f"{value}\n")
    assert ids_and_code("eth9", 7, tmp_path) == ("0bda:8153", "020600")


def test_hardware_is_believed_only_of_this_very_interface(tmp_path: Path) -> None:
    interface(tmp_path, "pci0000:00/0000:02:00.0", vendor="0x8086", device="0x15d8")
    assert ids_and_code("eth9", 8, tmp_path) == ("", "")
    assert ids_and_code("eth8", 7, tmp_path) == ("", "")
