"""What interfaces are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.sources.nic import bus_of, driver_and_bus, is_wireless


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
