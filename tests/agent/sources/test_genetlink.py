"""Generic netlink's families, asked of the real kernel."""

from __future__ import annotations

import struct

from agent.sources import genetlink
from agent.sources.netlink import Message, Netlink, pack


def test_the_controller_knows_itself_and_its_group() -> None:
    with Netlink(genetlink.NETLINK_GENERIC) as kernel:
        family = genetlink.family(kernel, "nlctrl")
    assert family == genetlink.Family(16, {"notify": 16})


def test_a_family_that_the_kernel_has_not_is_none() -> None:
    with Netlink(genetlink.NETLINK_GENERIC) as kernel:
        assert genetlink.family(kernel, "no-such-family") is None


def test_an_answer_s_fields_begin_after_its_header() -> None:
    message = Message(type=30, flags=0, sequence=1, body=genetlink.header(5) + pack({3: struct.pack("=I", 7)}))
    assert genetlink.fields(message) == {3: struct.pack("=I", 7)}
