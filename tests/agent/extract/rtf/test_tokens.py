from __future__ import annotations

import struct

import pytest

from agent.extract.rtf.tokens import (
    BINARY,
    CLOSE,
    ESCAPED,
    OPEN,
    RAW,
    SYMBOL,
    TEXT,
    UNICODE,
    WORDS,
    Tokens,
    escaped,
    units,
    units_apart,
    words,
)

DATA = rb"{\rtf1\ansi a\'bb\'fa\u26426?\u-10179\'3f\par{\*\x\bin3 }}}b\\\{c}d}"


def tokens(*pieces: bytes) -> list[tuple[int, bytes]]:
    """The tokens of some pieces; those that a border may divide are put together."""
    found: list[tuple[int, bytes]] = []
    for kind, value in Tokens().read(pieces):
        if found and found[-1][0] == kind and kind in (TEXT, ESCAPED, UNICODE, WORDS, RAW):
            found[-1] = (kind, found[-1][1] + value)
        else:
            found.append((kind, value))
    return found


def test_every_kind_of_token_is_told_from_the_others() -> None:
    assert tokens(DATA) == [
        (OPEN, b"{"),
        (WORDS, rb"\rtf1\ansi "),
        (TEXT, b"a"),
        (ESCAPED, rb"\'bb\'fa"),
        (UNICODE, rb"\u26426?\u-10179\'3f"),
        (WORDS, rb"\par"),
        (OPEN, b"{"),
        (SYMBOL, b"*"),
        (WORDS, rb"\x"),
        (BINARY, b"3"),
        (RAW, b"}}}"),
        (TEXT, b"b"),
        (SYMBOL, b"\\"),
        (SYMBOL, b"{"),
        (TEXT, b"c"),
        (CLOSE, b"}"),
        (TEXT, b"d"),
        (CLOSE, b"}"),
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 11, 30])
def test_it_does_not_matter_where_a_file_is_cut_into_pieces(size: int) -> None:
    pieces = [DATA[at : at + size] for at in range(0, len(DATA), size)]
    assert b"".join(value for _, value in tokens(*pieces)) == b"".join(value for _, value in tokens(DATA))


def test_line_breaks_of_the_file_are_no_text() -> None:
    assert tokens(b"a\r\nb\0c") == [(TEXT, b"abc")]


def test_a_group_may_be_left_out_whatever_it_holds() -> None:
    reader, found = Tokens(), []
    for kind, value in reader.read([rb"{a{\pict {x}\}\bin4 {{{{ 89ab", rb"cd}b}"]):
        found.append((kind, value))
        if value == rb"\pict ":
            reader.skip()
    assert found == [(OPEN, b"{"), (TEXT, b"a"), (OPEN, b"{"), (WORDS, rb"\pict "), (CLOSE, b"}"), (TEXT, b"b"), (CLOSE, b"}")]
    assert not reader.cut


def test_a_file_that_ends_within_a_group_is_cut() -> None:
    reader = Tokens()
    list(reader.read([b"{a{b}"]))
    assert reader.cut


def test_what_is_no_token_is_passed_by() -> None:
    assert tokens(rb"a\'zz\u x\\"[:-1]) == [(TEXT, b"a'zz"), (WORDS, rb"\u "), (TEXT, b"x")]


def test_control_words_are_taken_apart() -> None:
    assert words(rb"\par \fs32\li-720 \b0") == (("par", None), ("fs", 32), ("li", -720), ("b", 0))


def test_escaped_bytes_are_bytes() -> None:
    assert escaped(rb"\'bb\'FA") == b"\xbb\xfa"


def test_units_are_utf_16() -> None:
    assert units(rb"\u26426?\u-10179\'3f") == struct.pack("<HH", 26426, 0x10000 - 10179)
    assert units(rb"\u26426\'bb\'fa") is None
    assert units(rb"\u26426") is None
    assert units_apart(rb"\u26426\'bb\'fa\u9733 ?\u65") == [
        (struct.pack("<H", 26426), b"\xbb\xfa"),
        (struct.pack("<H", 9733), b"?"),
        (b"A\0", b""),
    ]
