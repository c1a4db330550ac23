from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.extract.base import Budget, Unreadable
from agent.extract.pdf.filters import beginning, decoded
from agent.extract.pdf.syntax import Damaged, Dictionary, Unsure
from policies.vocabulary import Unread


def through(data: bytes, *names: str, parameters: Dictionary | None = None) -> bytes:
    return decoded(data, [(name, parameters or {}) for name in names], Budget())


@given(st.binary(max_size=300))
def test_what_was_packed_comes_back(data: bytes) -> None:
    ascii85 = base64.a85encode(data, wrapcol=60) + b"~>"
    assert through(ascii85, "ASCII85Decode") == data
    assert through(base64.a85encode(zlib.compress(data)) + b"~>", "A85", "Fl") == data
    assert through(data.hex().encode() + b">", "ASCIIHexDecode") == data
    assert through(zlib.compress(data), "FlateDecode") == data


def test_rows_of_a_predictor_are_put_together() -> None:
    rows = bytes([2, 1, 2, 3, 2, 1, 1, 1, 0, 9, 9, 9, 1, 5, 1, 1])
    parameters = {"Predictor": 12, "Columns": 3}
    assert through(zlib.compress(rows), "FlateDecode", parameters=parameters) == bytes([1, 2, 3, 2, 3, 4, 9, 9, 9, 5, 6, 7])


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (zlib.compress(b"a" * 999)[:-3], "FlateDecode"),
        (zlib.compress(b"a" * 999)[:-1] + b"\0", "FlateDecode"),
        (b"no zlib", "FlateDecode"),
        (b"87cUR", "ASCII85Decode"),
        (b"\x7f\x7f~>", "ASCII85Decode"),
        (b"uuuuu~>", "ASCII85Decode"),
        (b"xy>", "ASCIIHexDecode"),
    ],
)
def test_damage_is_told(data: bytes, name: str) -> None:
    with pytest.raises(Damaged):
        through(data, name)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("LZWDecode", {}), ("FlateDecode", {"Predictor": 2}), ("FlateDecode", {"Predictor": 15, "Colors": 3})],
)
def test_what_is_not_known_here_is_left_to_others(name: str, parameters: Dictionary) -> None:
    with pytest.raises(Unsure):
        through(zlib.compress(b"abc"), name, parameters=parameters)


def test_a_large_stream_is_left_to_others() -> None:
    with pytest.raises(Unsure):
        decoded(zlib.compress(bytes(range(256)) * 8), [("FlateDecode", {})], Budget(), most=1000)


def test_a_bomb_is_told() -> None:
    with pytest.raises(Unreadable) as error:
        decoded(zlib.compress(bytes(20_000_000)), [("FlateDecode", {})], Budget(slack=1 << 20), most=1 << 30)
    assert error.value.reason is Unread.BOMB


def test_of_a_damaged_stream_the_beginning_is_left() -> None:
    text = b"".join(b"%d " % number for number in range(50_000))
    packed = zlib.compress(text)
    half = beginning(packed[: len(packed) // 2] + b"\xff" * 99)
    assert text.startswith(half[: len(text) // 3])
    assert len(half) > len(text) // 3
    assert beginning(packed) == text
    assert beginning(packed, 100) == text[:100]
    assert beginning(b"no stream") == b""
