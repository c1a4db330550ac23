"""What Wi-Fi does, in the kernel's messages. The kernels that tests run on have no Wi-Fi: the messages are laid out by hand, as
linux/nl80211.h has them; the tests in virtual machines hold the same against a simulated card."""

from __future__ import annotations

import errno
import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.sources import genetlink, nl80211
from agent.sources.netlink import Message, Netlink, pack
from checks.subjects import Association

FAMILY = 30
GET_INTERFACE, GET_STATION, GET_SCAN = 5, 17, 32
OWN, CELL = bytes.fromhex("020000000001"), bytes.fromhex("02000000aa01")
BEACON = b"\x01\x02ab" + b"\x00\x05guest" + b"\x03\x01\x06"


def u32(value: int) -> bytes:
    return struct.pack("=I", value)


def message(values: Mapping[int, bytes]) -> Message:
    return Message(type=FAMILY, flags=0, sequence=1, body=genetlink.header(0) + pack(values))


def interface(mode: int, **more: bytes) -> Message:
    """wlan0, of index 7."""
    ssid = {52: more["ssid"]} if "ssid" in more else {}
    return message({3: u32(7), 4: b"wlan0\0", 5: u32(mode), 6: OWN, **ssid})


def cell(status: int | None, elements: bytes = BEACON) -> Message:
    state = {} if status is None else {9: u32(status)}
    return message({47: pack({1: CELL, 6: elements, **state})})


class Kernel(Netlink):
    """Answers dumps by the command asked for; an error number is raised."""

    def __init__(self, answers: Mapping[int, list[Message] | int]) -> None:
        super().__init__(genetlink.NETLINK_GENERIC)
        self._by_command = answers

    def dump(self, kind: int, header: bytes, tries: int = 8) -> list[Message]:
        """The scripted answer."""
        answer = self._by_command.get(header[0], [])
        if isinstance(answer, int):
            raise OSError(answer, "refused")
        return answer


def read(answers: Mapping[int, list[Message] | int]) -> dict[int, Association]:
    with Kernel(answers) as kernel:
        return dict(nl80211.interfaces(kernel, FAMILY))


def test_an_interface_that_is_joined_to_a_cell() -> None:
    scan = [cell(None, b"\x00\x05other"), cell(0), cell(1)]
    found = read({GET_INTERFACE: [interface(2)], GET_SCAN: scan, GET_STATION: [message({6: CELL})]})
    assert found == {7: Association(interface="wlan0", mode="managed", ssid="guest", bssid="02:00:00:00:aa:01", peers=1)}


@pytest.mark.parametrize("scan", [[], [cell(None)], [cell(0)], errno.EOPNOTSUPP, errno.ENETDOWN])
def test_an_interface_that_is_joined_to_nobody(scan: list[Message] | int) -> None:
    assert read({GET_INTERFACE: [interface(2)], GET_SCAN: scan}) == {7: Association(interface="wlan0", mode="managed")}


def test_an_access_point_offers_its_own_cell() -> None:
    stations = [message({6: CELL}), message({6: OWN})]
    found = read({GET_INTERFACE: [interface(3, ssid=b"mine")], GET_STATION: stations})
    assert found == {7: Association(interface="wlan0", mode="ap", ssid="mine", bssid="02:00:00:00:00:01", peers=2)}


def test_a_cell_that_two_computers_make() -> None:
    found = read({GET_INTERFACE: [interface(1)], GET_SCAN: [cell(2)]})
    assert (found[7].mode, found[7].bssid) == ("ad-hoc", "02:00:00:00:aa:01")


def test_a_device_without_a_network_interface_is_passed_over() -> None:
    assert read({GET_INTERFACE: [message({5: u32(10)})]}) == {}


def test_another_error_is_not_hidden() -> None:
    with pytest.raises(PermissionError):
        read({GET_INTERFACE: [interface(2)], GET_SCAN: errno.EPERM})


@pytest.mark.parametrize("elements", [b"", b"\x00", b"\x00\x09guest", b"\x01\xff", b"\x00\x00", b"\x01\x00\x01\x00"])
def test_elements_that_are_cut_short_name_no_network(elements: bytes) -> None:
    assert read({GET_INTERFACE: [interface(2)], GET_SCAN: [cell(1, elements)]})[7].ssid == ""


def test_a_computer_without_wifi_is_not_asked(tmp_path: Path) -> None:
    assert nl80211.associations(tmp_path) == {}


def test_a_kernel_without_wifi_has_none(tmp_path: Path) -> None:
    (tmp_path / "class/ieee80211").mkdir(parents=True)
    with Netlink(genetlink.NETLINK_GENERIC) as kernel:
        there = genetlink.family(kernel, "nl80211")
    assert there is not None or nl80211.associations(tmp_path) == {}


def test_announcements_can_be_heard_also_where_wifi_is_not_there_yet() -> None:
    wifi = nl80211.Announcements(1 << 16)
    with wifi.listener as listener:
        assert not wifi.is_news(listener)
