from __future__ import annotations

import io
import struct

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.records import content, lettered, lettering, record_at, walk
from policies.vocabulary import Unread
from tests.agent.extract.slides import container, record


def walked(data: bytes, budget: Budget | None = None) -> list[tuple[int, list[int], int]]:
    found = walk(io.BytesIO(data), 0, len(data), budget or Budget())
    return [(item.kind, [kind for kind, _ in item.within], item.size) for item in found]


def test_records_come_in_order_with_what_holds_them() -> None:
    data = container(1, record(2, b"ab"), container(3, record(4)), container(5)) + record(6)
    assert walked(data) == [(1, [], 34), (2, [1], 2), (3, [1], 8), (4, [1, 3], 0), (5, [1], 0), (6, [], 0)]


@pytest.mark.parametrize(
    "data", [record(1, b"abc")[:-1], container(1, record(2, b"ab")[:-1]), record(1)[:5], container(1, b"abc")]
)
def test_a_record_that_is_cut_off_is_corrupt(data: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        walked(data)
    assert raised.value.reason is Unread.CORRUPT


def test_records_nested_too_deep_are_a_bomb() -> None:
    data = b""
    for _ in range(300):
        data = container(1, data)
    with pytest.raises(Unreadable) as raised:
        walked(data)
    assert raised.value.reason is Unread.BOMB


def test_a_records_bytes_are_had_and_a_large_one_is_refused() -> None:
    file = io.BytesIO(record(1) + record(2, b"abc"))
    found = record_at(file, 8, 19)
    assert (found.kind, content(file, found, Budget())) == (2, b"abc")
    with pytest.raises(Unreadable) as raised:
        content(file, found, Budget(), most=2)
    assert raised.value.reason is Unread.TOO_LARGE


def test_a_record_beyond_the_end_is_corrupt() -> None:
    with pytest.raises(Unreadable) as raised:
        record_at(io.BytesIO(record(1, b"abc")), 0, 10)
    assert raised.value.reason is Unread.CORRUPT


TEXT = "机密★10年\0".encode("utf-16-le")
OPTIONS = struct.pack("<HIHIHI", 0x0180, 1, 0xC0C0, len(TEXT), 0x80C5, 4) + TEXT + b"font"


def test_the_text_of_lettering_is_found_among_other_properties() -> None:
    assert lettered(OPTIONS, 3) == "机密★10年"
    assert lettered(struct.pack("<HIHI", 0x80C5, 4, 0xC0C0, len(TEXT)) + b"font" + TEXT, 2) == "机密★10年"
    assert lettered(OPTIONS[:6], 1) == ""
    drawing = container(0xF002, container(0xF004, record(0xF00B, OPTIONS, instance=3)))
    assert list(lettering(io.BytesIO(drawing), 0, len(drawing), Budget())) == ["机密★10年"]


@pytest.mark.parametrize(("options", "count"), [(OPTIONS, 4000), (OPTIONS[:24], 3), (b"", 1)])
def test_properties_that_lie_are_corrupt(options: bytes, count: int) -> None:
    with pytest.raises(Unreadable) as raised:
        lettered(options, count)
    assert raised.value.reason is Unread.CORRUPT
