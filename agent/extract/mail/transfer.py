"""Content transfer encodings of mail (RFC 2045 section 6, and the older uuencode), undone piece by piece."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Iterator

from agent.extract.base import Unreadable
from policies.vocabulary import Unread

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOISE = bytes(set(range(256)) - set(_ALPHABET))
_LONGEST_LINE = 64 << 10
_PLAIN = ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits")
_UU = ("x-uuencode", "uuencode", "x-uue", "uue")


def decoded(encoding: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes that were encoded. Raises Unreadable: CORRUPT at the end where the last are missing."""
    if encoding in _PLAIN:
        yield from chunks
    elif encoding == "base64":
        yield from _base64(chunks)
    elif encoding == "quoted-printable":
        yield from _quoted(chunks)
    elif encoding in _UU:
        yield from _uuencoded(chunks)
    else:
        raise Unreadable(Unread.UNSUPPORTED)


def unbase64(data: bytes) -> bytes:
    """One run of base64 without padding; other characters, and a last one that stands for less than a byte, are left out."""
    clean = data.translate(None, _NOISE)
    whole = clean[:-1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _base64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Programs that join encoded pieces leave padding in the middle: what comes after it counts too."""
    rest = b""
    for chunk in chunks:
        *padded, data = (rest + chunk.translate(None, _NOISE)).split(b"=")
        yield b"".join(map(unbase64, padded))
        whole = len(data) & ~3
        yield binascii.a2b_base64(data[:whole])
        rest = data[whole:]
    yield unbase64(rest)
    if len(rest) == 1:
        raise Unreadable(Unread.CORRUPT)


def _quoted(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        rest += chunk
        cut = rest.rfind(b"\n") + 1
        if cut == 0 and len(rest) > _LONGEST_LINE:
            cut = len(rest) - 2  # an escape is three characters long
        yield binascii.a2b_qp(rest[:cut])
        rest = rest[cut:]
    yield binascii.a2b_qp(rest)


def _uuencoded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    lines = _lines(chunks)
    if not any(line.startswith(b"begin ") for line in lines):
        raise Unreadable(Unread.CORRUPT)
    for line in lines:
        if line.rstrip() == b"end":
            return
        yield _uu_line(line.rstrip(b"\r\n"))
    raise Unreadable(Unread.CORRUPT)


def _uu_line(line: bytes) -> bytes:
    """Some programs write more characters than a line's length asks for."""
    length = ((line[0] - 32) & 63) if line else 0
    try:
        return binascii.a2b_uu(line[: 1 + (length + 2) // 3 * 4])
    except binascii.Error as error:
        raise Unreadable(Unread.CORRUPT) from error


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        if len(rest) > _LONGEST_LINE:
            raise Unreadable(Unread.CORRUPT)
    if rest:
        yield rest
