"""Tests of libudev's rim: loading it, choosing the source of events, reading attributes and events."""

from __future__ import annotations

import select
from pathlib import Path

import pytest

from agent.sources import udev
from agent.sources.base import SourceUnavailable

NULL = Path("/sys/devices/virtual/mem/null")
"""A device that every kernel has; an event of it changes nothing."""


def listen(receive_buffer: int = udev.RECEIVE_BUFFER) -> udev.Events:
    """The kernel's own events of such devices."""
    return udev.Events(udev.open_context(), "kernel", ["mem"], receive_buffer)


def announce(times: int = 1) -> None:
    for _ in range(times):
        (NULL / "uevent").write_text("change")


def test_a_missing_libudev_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyudev._ctypeslib.utils.find_library", lambda name: None)  # a computer without it cannot be had
    with pytest.raises(SourceUnavailable) as caught:
        udev.open_context()
    assert "libudev" in caught.value.reason.zh
    assert "libudev" in caught.value.reason.en


def test_events_come_from_udev_where_it_runs_and_from_the_kernel_otherwise(tmp_path: Path) -> None:
    control = tmp_path / "control"
    assert udev.netlink_source(control) == "kernel"
    control.touch()
    assert udev.netlink_source(control) == "udev"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Kingston \n", "Kingston"),
        ("金士顿\n".encode(), "金士顿"),
        (b"\x1b[2Jevil\r\n\xff", "[2Jevil\N{REPLACEMENT CHARACTER}"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b".encode(), "ab"),
    ],
)
def test_only_printable_text_of_an_attribute_is_kept(tmp_path: Path, raw: bytes, text: str) -> None:
    (tmp_path / "product").write_bytes(raw)
    assert udev.attribute(tmp_path, "product") == text


def test_what_is_absent_is_empty(tmp_path: Path) -> None:
    assert udev.attribute(tmp_path, "serial") == ""
    assert udev.number(tmp_path, "size") is None
    assert udev.target(tmp_path / "driver") == ""
    assert udev.entries(tmp_path / "holders") == []


def test_a_number_may_be_hexadecimal(tmp_path: Path) -> None:
    (tmp_path / "bDeviceClass").write_text("ef\n")
    assert udev.number(tmp_path, "bDeviceClass", 16) == 0xEF
    assert udev.number(tmp_path, "bDeviceClass") is None


def test_a_node_that_is_gone_is_none() -> None:
    assert udev.node_at(udev.open_context(), "/sys/devices/no-such-device") is None


def test_a_node_is_found_by_its_path() -> None:
    node = udev.node_at(udev.open_context(), str(NULL))
    assert node is not None
    assert (node.sys_name, node.subsystem) == ("null", "mem")


@pytest.mark.needs_root
def test_an_event_of_the_kernel_is_heard() -> None:
    events = listen()
    announce()
    select.select([events], [], [], 60)
    assert [(event.action, event.sys_path) for event in events.drain()] == [("change", str(NULL))]


@pytest.mark.needs_root
def test_events_of_other_subsystems_are_not_heard() -> None:
    events, others = listen(), udev.Events(udev.open_context(), "kernel", ["no-such-subsystem"])
    announce()
    select.select([events], [], [], 60)  # the kernel gives an event to all who listen at once
    assert list(others.drain()) == []


@pytest.mark.needs_root
def test_events_that_the_kernel_threw_away_are_noticed() -> None:
    events = listen(receive_buffer=1)
    announce(1000)
    with pytest.raises(OSError, match=r".+"):
        list(events.drain())
