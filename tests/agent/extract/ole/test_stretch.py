from __future__ import annotations

import io

import pytest

from agent.extract.base import Unreadable
from agent.extract.ole.stretch import part
from policies.vocabulary import Unread

STREAM = bytes(range(200))


def test_a_stretch_is_a_file_of_its_own() -> None:
    file = part(io.BytesIO(STREAM), 10, 50, len(STREAM))
    assert file.read() == STREAM[10:60]
    assert file.seek(-5, io.SEEK_END) == 45
    assert (file.read(3), file.read(), file.read()) == (STREAM[55:58], STREAM[58:60], b"")


def test_two_stretches_of_one_stream_do_not_disturb_each_other() -> None:
    stream = io.BytesIO(bytes(100_000) + b"end")
    one, other = part(stream, 0, 100_000, 100_003), part(stream, 100_000, 3, 100_003)
    assert one.read(50_000) == bytes(50_000)
    assert other.read() == b"end"
    assert one.read() == bytes(50_000)


def test_a_stretch_beyond_the_end_is_corrupt() -> None:
    with pytest.raises(Unreadable) as raised:
        part(io.BytesIO(STREAM), 190, 50, len(STREAM))
    assert raised.value.reason is Unread.CORRUPT
