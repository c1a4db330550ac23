"""Netlink framing, whatever comes in."""

from __future__ import annotations

import errno
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sources.netlink import NETLINK_ROUTE, Netlink, attributes, heard, messages, nested, number, pack, subscribe, text

GETLINK, GETROUTE = 18, 26
RTNLGRP_LINK = 1


def message(kind: int, body: bytes, length: int | None = None) -> bytes:
    return struct.pack("=IHHII", len(body) + 16 if length is None else length, kind, 0, 7, 0) + body


def test_messages_of_one_datagram_are_taken_apart() -> None:
    data = message(16, b"abcd") + message(17, b"xy") + b"\0\0" + message(3, b"")
    assert [(m.type, m.sequence, m.body) for m in messages(data)] == [(16, 7, b"abcd"), (17, 7, b"xy"), (3, 7, b"")]


@pytest.mark.parametrize("length", [0, 15, 21, 1 << 31])
def test_a_message_of_false_length_ends_the_reading(length: int) -> None:
    assert [m.type for m in messages(message(16, b"abcd") + message(17, b"abcd", length))] == [16]


@given(st.dictionaries(st.integers(1, 0x3FFF), st.binary(max_size=40), max_size=6))
def test_attributes_come_back_as_they_were_packed(values: dict[int, bytes]) -> None:
    assert attributes(pack(values)) == values


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    assert len(list(messages(data))) <= len(data) // 16
    assert len(attributes(data)) <= len(data) // 4


@given(st.dictionaries(st.integers(1, 99), st.binary(max_size=12), min_size=1, max_size=5), st.integers(0, 80))
def test_cut_attributes_are_left_out_and_the_others_kept(values: dict[int, bytes], size: int) -> None:
    found = attributes(pack(values)[:size])
    assert all(values[kind] == value for kind, value in found.items())


def test_flags_of_an_attribute_are_no_part_of_its_type() -> None:
    assert attributes(struct.pack("=HHI", 8, 0x8000 | 18, 5)) == {18: struct.pack("=I", 5)}


def test_the_kernel_answers_a_dump() -> None:
    with Netlink() as kernel:
        found = kernel.dump(GETLINK, bytes(16))
    assert {m.type for m in found} == {16}


def test_a_refusal_has_the_kernels_error_number() -> None:
    with Netlink() as kernel, pytest.raises(OSError, match="No such device") as refused:
        kernel.ask(GETLINK, struct.pack("=BxHiII", 0, 0, 0x7FFFFFF0, 0, 0), {})
    assert refused.value.errno == errno.ENODEV


def test_a_socket_goes_on_after_a_refusal() -> None:
    with Netlink() as kernel:
        with pytest.raises(OSError, match="No such device"):
            kernel.ask(GETLINK, struct.pack("=BxHiII", 0, 0, 0x7FFFFFF0, 0, 0), {})
        assert kernel.ask(GETLINK, struct.pack("=BxHiII", 0, 0, 1, 0, 0), {}).type == 16


def test_a_table_that_never_holds_still_is_an_error() -> None:
    with Netlink() as kernel, pytest.raises(InterruptedError):
        kernel.dump(GETLINK, bytes(16), tries=0)


def test_nothing_waits_at_a_new_listener() -> None:
    with subscribe(NETLINK_ROUTE, RTNLGRP_LINK, 1 << 16) as listener:
        assert list(heard(listener)) == []


@given(st.lists(st.binary(max_size=40), max_size=6), st.integers(0, 300))
def test_a_list_keeps_its_order_and_ends_where_it_is_cut(values: list[bytes], size: int) -> None:
    data = b"".join(pack({1: value}) for value in values)
    assert nested(data) == values
    found = nested(data[:size])
    assert values[: len(found)] == found


@pytest.mark.parametrize(("value", "said"), [(None, ""), (b"", ""), (b"eth0\0", "eth0"), (b"a\0b", "a"), (b"\xff\0", "\ufffd")])
def test_names_end_at_nul(value: bytes | None, said: str) -> None:
    assert text(value) == said


@pytest.mark.parametrize(("value", "said"), [(None, None), (b"", None), (b"\1\0\0", None), (struct.pack("=IB", 7, 1), 7)])
def test_numbers_have_32_bits(value: bytes | None, said: int | None) -> None:
    assert number(value) == said
