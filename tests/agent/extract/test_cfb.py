from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget, NotThisFormat, Unreadable
from agent.extract.cfb import opened
from policies.vocabulary import Unread
from tests.agent.extract.samples import compound


def test_the_streams_are_listed_across_several_directory_sectors() -> None:
    names = {f"Stream {number}": bytes([number]) * 5000 for number in range(9)}
    found = opened(io.BytesIO(compound(names)), Budget())
    assert set(names) < set(found.streams)
    assert [found.start(name, 4) for name in names] == [bytes([number]) * 4 for number in range(9)]


def test_a_small_stream_lies_elsewhere_and_gives_nothing() -> None:
    assert opened(io.BytesIO(compound({"small": b"x" * 100})), Budget()).start("small", 4) == b""


@pytest.mark.parametrize("data", [b"", b"text", compound({})[:300]])
def test_anything_else_is_not_this_format(data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        opened(io.BytesIO(data), Budget())


def broken(at: int, value: bytes) -> bytes:
    data = bytearray(compound({}))
    data[at : at + len(value)] = value
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (broken(30, b"\x20"), Unread.CORRUPT),  # an absurd sector size
        (broken(512 + 4, b"\x01\0\0\0"), Unread.BOMB),  # a chain that bites its tail
        (broken(512 + 4, b"\0\0\x7f\0"), Unread.CORRUPT),  # a chain that leads out of the table
        (compound({})[:512], Unread.CORRUPT),  # no table at all
    ],
)
def test_a_damaged_file_is_told(data: bytes, reason: Unread) -> None:
    with pytest.raises(Unreadable) as raised:
        opened(io.BytesIO(data), Budget(members=100))
    assert raised.value.reason is reason
