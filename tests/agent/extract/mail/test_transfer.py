from __future__ import annotations

import base64
import binascii
import quopri
from collections.abc import Iterator

import pytest

from agent.extract.base import Unreadable
from agent.extract.mail.transfer import decoded, unbase64
from policies.vocabulary import Unread

CONTENT = "机密★10年，第一页。\r\n".encode() * 300 + bytes(range(256)) * 4


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def uuencoded(data: bytes) -> bytes:
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    return b"begin 644 file.bin\n" + lines + b"`\nend\n"


ENCODED = {
    "base64": base64.encodebytes(CONTENT),
    "quoted-printable": quopri.encodestring(CONTENT),
    "x-uuencode": uuencoded(CONTENT),
    "8bit": CONTENT,
    "": CONTENT,
}


@pytest.mark.parametrize("encoding", ENCODED)
@pytest.mark.parametrize("size", [1, 3, 77, 4096, 1 << 20])
def test_however_it_is_cut_the_content_comes_out(encoding: str, size: int) -> None:
    expected = CONTENT.replace(b"\r\n", b"\n") if encoding == "quoted-printable" else CONTENT
    found = b"".join(decoded(encoding, pieces(ENCODED[encoding], size)))
    assert found.replace(b"\r\n", b"\n") == expected.replace(b"\r\n", b"\n")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"QUJD", b"ABC"),
        (b"QU JD\r\n\t!", b"ABC"),
        (b"QQ==QkM=", b"ABC"),  # two pieces that were encoded one by one
        (b"QUJDRA", b"ABCD"),  # without padding
        (b"", b""),
    ],
)
def test_base64_is_read_as_programs_write_it(data: bytes, expected: bytes) -> None:
    assert b"".join(decoded("base64", [data])) == expected


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("base64", b"QUJDR"),
        ("x-uuencode", uuencoded(CONTENT)[:-5]),
        ("x-uuencode", b"no beginning\n"),
        ("uuencode", b"begin 644 a\n\x7f\n"),
    ],
)
def test_what_lacks_its_end_is_corrupt(encoding: str, data: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        list(decoded(encoding, [data]))
    assert raised.value.reason is Unread.CORRUPT


def test_what_came_before_the_damage_is_given() -> None:
    content = decoded("base64", [b"QUJD", b"R"])
    assert next(content) + next(content) == b"ABC"


def test_an_encoding_that_nobody_knows_is_told() -> None:
    with pytest.raises(Unreadable) as raised:
        list(decoded("x-secret", [b"abc"]))
    assert raised.value.reason is Unread.UNSUPPORTED


def test_a_line_without_end_is_not_kept() -> None:
    assert sum(len(chunk) for chunk in decoded("quoted-printable", pieces(b"a" * 200_000, 1000))) == 200_000
    with pytest.raises(Unreadable):
        list(decoded("x-uuencode", pieces(b"begin 644 a\n" + b"M" * 200_000, 1000)))


def test_a_last_character_alone_stands_for_nothing() -> None:
    assert (unbase64(b"QUJDR"), unbase64(b"QUJDRA"), unbase64(b"")) == (b"ABC", b"ABCD", b"")
