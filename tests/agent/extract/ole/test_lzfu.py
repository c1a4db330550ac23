from __future__ import annotations

import struct
import zlib

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.lzfu import unpacked
from policies.vocabulary import Unread

# The two examples of MS-OXRTFCP 4.1 and 4.2.
SIMPLE = bytes.fromhex("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0")
REPEATED = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


@pytest.mark.parametrize(
    ("data", "text"),
    [(SIMPLE, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"), (REPEATED, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}")],
)
def test_the_examples_of_the_standard_are_unpacked(data: bytes, text: bytes) -> None:
    assert b"".join(unpacked(data, Budget())) == text


def literal(text: bytes) -> bytes:
    """Rich text that is packed but not made shorter."""
    body = b"".join(b"\0" + text[at : at + 8] for at in range(0, len(text) - len(text) % 8, 8))
    rest = text[len(text) - len(text) % 8 :]
    end = (207 + len(text)) % 4096
    body += bytes([1 << len(rest)]) + rest + struct.pack(">H", end << 4)
    return header(body, len(text)) + body


def header(body: bytes, size: int, kind: bytes = b"LZFu") -> bytes:
    return struct.pack("<II4sI", len(body) + 12, size, kind, zlib.crc32(body, 0xFFFFFFFF) ^ 0xFFFFFFFF)


def test_a_long_text_wraps_around_the_window() -> None:
    text = b"{\\rtf1 " + b"0123456789" * 9000 + b"}"
    assert b"".join(unpacked(literal(text), Budget())) == text


def test_text_that_is_not_packed_is_given_as_it_is() -> None:
    assert b"".join(unpacked(header(b"{\\rtf1}", 7, b"MELA") + b"{\\rtf1}", Budget())) == b"{\\rtf1}"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SIMPLE[:-1],  # cut off
        SIMPLE[:20] + b"x" + SIMPLE[21:],  # its checksum differs
        header(b"\0abcdefgh", 8) + b"\0abcdefgh",  # without an end
        header(b"\x01\x0c\xf0", 9) + b"\x01\x0c\xf0",  # shorter than it says
        SIMPLE[:8] + b"none" + SIMPLE[12:],
    ],
)
def test_damage_is_told(data: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        b"".join(unpacked(data, Budget()))
    assert raised.value.reason is Unread.CORRUPT
