from __future__ import annotations

import struct

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.mapi import BINARY, STRING, UNICODE, values
from policies.vocabulary import Unread


def one(kind: int, identifier: int, value: bytes, name: bytes = b"", number: int = 1) -> bytes:
    """One property; a value without fixed size with its length, padded."""
    head = struct.pack("<HH", kind, identifier) + name
    if kind in (STRING, UNICODE, BINARY):
        return head + struct.pack("<II", number, len(value)) + value + bytes(-len(value) % 4)
    return head + value + bytes(-len(value) % 4)


def test_values_of_every_kind_are_passed() -> None:
    named = bytes(16) + struct.pack("<II", 0, 5)
    texted = bytes(16) + struct.pack("<II", 1, 6) + b"a\0b\0\0\0" + bytes(2)
    properties = [
        one(2, 0x0001, b"\1\0"),
        one(0x40, 0x0039, bytes(8)),
        one(0x48, 0x0040, bytes(16)),
        one(STRING, 0x0037, b"subject\0"),
        one(3, 0x8001, bytes(4), named),
        one(UNICODE, 0x8002, "值".encode("utf-16-le"), texted),
        one(BINARY, 0x1009, b"abcde"),
    ]
    found = values(struct.pack("<I", len(properties)) + b"".join(properties), Budget())
    assert found[0x0037] == (STRING, b"subject\0")
    assert found[0x8002] == (UNICODE, "值".encode("utf-16-le"))
    assert found[0x1009] == (BINARY, b"abcde")


def test_of_several_values_the_first_counts() -> None:
    several = struct.pack("<HHI", 0x1003, 0x3001, 2) + struct.pack("<II", 7, 8)
    found = values(struct.pack("<I", 2) + several + one(STRING, 0x0037, b"x"), Budget())
    assert found == {0x3001: (3, struct.pack("<I", 7)), 0x0037: (STRING, b"x")}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        struct.pack("<I", 1),
        struct.pack("<I", 0xFFFFFFFF) + one(STRING, 0x37, b"x"),
        struct.pack("<I", 1) + struct.pack("<HHII", STRING, 0x37, 1, 0xFFFFFFFF),
        struct.pack("<I", 1) + struct.pack("<HH", 0x99, 0x37),
        struct.pack("<I", 1) + struct.pack("<HH", 3, 0x8000) + bytes(4),
    ],
)
def test_damage_is_told(data: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        values(data, Budget())
    assert raised.value.reason is Unread.CORRUPT
