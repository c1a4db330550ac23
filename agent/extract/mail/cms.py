"""S/MIME (RFC 8551, Cryptographic Message Syntax RFC 5652): a signed mail's content is read, a sealed one is told."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Member, Unreadable
from checks.marking.text import Block
from policies.vocabulary import Unread

_LONGEST = 16 << 20
_NAME = bytes.fromhex("06092a864886f70d0107")  # the object identifiers of content types, up to their last number
_BEGINNING = re.compile(rb"\x30(?:[\0-\x7f]|\x80|[\x81-\x84].{1,4}?)" + re.escape(_NAME) + rb"[\1-\7]", re.DOTALL)
_SIGNED = 2
_OCTETS, _OCTETS_IN_PIECES, _SEQUENCE, _EXPLICIT = 0x04, 0x24, 0x30, 0xA0


class Cms(Extractor):
    """One message; a signature that stands beside what it signs holds no text."""

    name: ClassVar[str] = "cms"

    def rank(self, head: bytes) -> float:
        return 0.9 if _BEGINNING.match(head) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        with budget.keeping(2 * _LONGEST):
            data = file.read(_LONGEST + 1)
            if len(data) > _LONGEST:
                raise Unreadable(Unread.TOO_LARGE)
            if data[data.index(_NAME) + len(_NAME)] != _SIGNED:
                raise Unreadable(Unread.ENCRYPTED)
            content = _signed_content(data, budget)
            yield MARKLESS if content is None else Member("", io.BytesIO(content))


def _signed_content(data: bytes, budget: Budget) -> bytes | None:
    """SignedData's content, None where it lies elsewhere: behind the second object identifier, in octets, maybe in pieces."""
    at = data.find(_NAME, data.index(_NAME) + len(_NAME))
    if at < 0:
        raise Unreadable(Unread.CORRUPT)
    is_all = data[at - 2 : at] == bytes([_SEQUENCE, len(_NAME) + 1])
    at += len(_NAME) + 1
    if is_all or data[at : at + 1] != bytes([_EXPLICIT]):
        return None
    _, at, _ = _header(data, at)
    kind, at, end = _header(data, at)
    if kind == _OCTETS:
        return data[at:end]
    if kind != _OCTETS_IN_PIECES:
        raise Unreadable(Unread.CORRUPT)
    return b"".join(_pieces(data, at, end, budget))


def _pieces(data: bytes, at: int, end: int, budget: Budget) -> Iterator[bytes]:
    while at < end and data[at : at + 2] != b"\0\0":
        budget.tick()
        kind, begin, at = _header(data, at)
        if kind != _OCTETS:
            raise Unreadable(Unread.CORRUPT)
        yield data[begin:at]


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """A value's tag, where it begins and where it ends; one without a length ends with what holds it. Raises Unreadable."""
    if at + 2 > len(data):
        raise Unreadable(Unread.CORRUPT)
    kind, length, begin = data[at], data[at + 1], at + 2
    if length == 0x80:
        return kind, begin, len(data)
    if length > 0x80:
        begin += length - 0x80
        length = int.from_bytes(data[at + 2 : begin], "big")
    if begin + length > len(data):
        raise Unreadable(Unread.CORRUPT)
    return kind, begin, begin + length
