"""Device announcements, as a kernel sends them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sources.uevents import listen, subsystem, subsystems

ADDED = b"add@/devices/virtual/net/wlan0\0ACTION=add\0DEVPATH=/devices/virtual/net/wlan0\0SUBSYSTEM=net\0SEQNUM=7\0"


@pytest.mark.parametrize(
    ("announcement", "name"),
    [(ADDED, "net"), (ADDED.replace(b"=net", b"=rfkill"), "rfkill"), (b"libudev\0\xfe\xed\xca\xfe", ""), (b"", "")],
)
def test_the_subsystem_is_read(announcement: bytes, name: str) -> None:
    assert subsystem(announcement) == name


@given(st.binary(max_size=120))
def test_any_bytes_are_read_without_an_error(announcement: bytes) -> None:
    assert isinstance(subsystem(announcement), str)


def test_nothing_waits_at_a_new_listener() -> None:
    with listen(1 << 16) as listener:
        assert listener.fileno() >= 0
        assert all(isinstance(name, str) for name in subsystems(listener))
