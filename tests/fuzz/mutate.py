"""Damage to bytes and to markup, without regard to what they mean. Every function takes its randomness from the generator."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

LARGEST = 2 << 20
"""Bytes of a damaged file, at most."""

Mutation = Callable[[Random, bytes], bytes]

_EXTREMES = (0, 1, 2, -1, -2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 1 << 62)
_WRITTEN = (b"0", b"1", b"-1", b"255", b"65536", b"2147483647", b"4294967295", b"-9223372036854775808", b"1e308", b"9" * 30, b"")
_INSERTED = (
    b"\0" * 16, b"\xff" * 16, b"PK\x03\x04", b"PK\x05\x06", bytes.fromhex("d0cf11e0a1b11ae1"), b"%PDF-1.7\n", b"{\\rtf1 ", b"]]>",
    b"<!--", b"<![CDATA[", b"&#0;", b"&#x10ffff;", b"&amp;", b"\xed\xa0\x80", b"\xef\xbb\xbf", "机密★10年".encode(), b"\r\n\r\n",
)  # fmt: skip
_TAG = re.compile(rb"<[^<>]{1,2000}>")
_NAME = re.compile(rb"(?<=[</])[\w:.\-\x80-\xff]+")
_VALUE = re.compile(rb'="([^"<>]{0,500})"')
_DIGITS = re.compile(rb"-?\d+(?:\.\d+)?")
_ENTITIES = (
    b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e SYSTEM "file:///etc/passwd">]>'
)


def cut(rng: Random, data: bytes, keep: int = 1) -> bytes:
    """The file ends early: anywhere, or close to its end. At least `keep` bytes stay."""
    if len(data) <= keep + 1:
        return data
    near = rng.random() < 0.4
    return data[: max(keep, len(data) - rng.randint(1, 96)) if near else rng.randrange(keep, len(data))]


def flipped(rng: Random, data: bytes) -> bytes:
    """A few bytes are others."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(out))
        out[at] = rng.choice((out[at] ^ 1 << rng.randrange(8), rng.randrange(256), 0, 0xFF))
    return bytes(out)


def numbered(rng: Random, data: bytes) -> bytes:
    """A number at an aligned place is an extreme one, the file's own length, or a little off."""
    width = rng.choice((1, 2, 2, 4, 4, 4, 8))
    if len(data) < width:
        return data
    at = rng.randrange(len(data) - width + 1) // width * width
    order = rng.choice(("little", "little", "big"))
    old = int.from_bytes(data[at : at + width], order)  # type: ignore[arg-type]  # one of the two that there are
    value = rng.choice((*_EXTREMES, len(data), old + 1, old - 1, old * 2, old + len(data))) % (1 << 8 * width)
    return data[:at] + value.to_bytes(width, order) + data[at + width :]  # type: ignore[arg-type]  # as above


def _block(rng: Random, data: bytes) -> tuple[int, int]:
    start = rng.randrange(len(data))
    return start, min(len(data), start + rng.choice((1, 4, 16, 64, 512, 4096, len(data))))


def deleted(rng: Random, data: bytes) -> bytes:
    """A block is gone."""
    start, end = _block(rng, data)
    return data[:start] + data[end:]


def copied(rng: Random, data: bytes) -> bytes:
    """A block stands in the place of another."""
    (start, end), at = _block(rng, data), rng.randrange(len(data))
    return data[:at] + data[start:end] + data[at + end - start :]


def repeated(rng: Random, data: bytes) -> bytes:
    """A block comes twice, or very often."""
    start, end = _block(rng, data)
    times = min(rng.choice((1, 1, 2, 30, 1000, 100_000)), LARGEST // (end - start))
    return data[:end] + data[start:end] * times + data[end:]


def inserted(rng: Random, data: bytes) -> bytes:
    """Something is in between that does not belong there."""
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice((*_INSERTED, rng.randbytes(rng.choice((1, 8, 300))))) + data[at:]


def counted(rng: Random, data: bytes) -> bytes:
    """A number in a text is another."""
    found = _DIGITS.search(data, rng.randrange(len(data))) or _DIGITS.search(data)
    return data[: found.start()] + rng.choice(_WRITTEN) + data[found.end() :] if found else data


def marked_up(rng: Random, data: bytes) -> bytes:
    """A tag is gone, doubled, nested in itself, renamed, or has other attributes; a whole stretch of tags comes again or not."""
    first = _TAG.search(data, rng.randrange(len(data))) or _TAG.search(data)
    if first is None:
        return flipped(rng, data)
    other = _TAG.search(data, rng.randrange(len(data))) or first
    before, tag, after = data[: first.start()], first[0], data[first.end() :]
    start, end = min(first.start(), other.start()), max(first.start(), other.start())
    times = min(rng.choice((2, 300, 20_000)), LARGEST // len(tag))
    return rng.choice(
        (
            lambda: before + after,
            lambda: before + tag * times + after,
            lambda: before + other[0] + after,
            lambda: before + _renamed(tag, other[0]) + after,
            lambda: before + _revalued(rng, tag, other[0]) + after,
            lambda: before + _revalued(rng, tag, other[0]) + after,
            lambda: data[:start] + data[end:],
            lambda: data[:end] + data[start:end] + data[end:],
            lambda: before + _ENTITIES + tag + b"&d;&e;" + after,
            lambda: before + tag + rng.choice(_INSERTED) + after,
        )
    )()


def _renamed(tag: bytes, other: bytes) -> bytes:
    name = _NAME.search(other)
    return _NAME.sub(lambda _: name[0], tag, count=1) if name else tag


def _revalued(rng: Random, tag: bytes, other: bytes) -> bytes:
    values = list(_VALUE.finditer(tag))
    if not values:
        return tag
    chosen, foreign = rng.choice(values), _VALUE.search(other)
    new = rng.choice((*_WRITTEN, b"x" * 70_000, b"urn:x", b"true", b"none", foreign[1] if foreign else b"#"))
    return tag[: chosen.start(1)] + new + tag[chosen.end(1) :]


_ANY: Sequence[Mutation] = (flipped, flipped, numbered, numbered, numbered, deleted, copied, repeated, inserted, cut)
_TEXT: Sequence[Mutation] = (counted, counted, deleted, copied, repeated, inserted, flipped, cut)
_MARKUP: Sequence[Mutation] = (marked_up, marked_up, marked_up, marked_up, *_TEXT)


def flat(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """One to three kinds of damage; now and then the end is another file's."""
    if others and rng.random() < 0.06:
        return spliced(rng, data, rng.choice(others))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if not data:
            break
        kinds = _ANY if b"\0" in data[:1024] else _MARKUP if b"<" in data[:256] else _TEXT
        data = rng.choice(kinds)(rng, data)[:LARGEST]
    return data


def spliced(rng: Random, data: bytes, other: bytes) -> bytes:
    """The beginning of one file and the end of another."""
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]
