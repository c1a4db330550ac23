"""Lists of MAPI properties as winmail.dat holds them (MS-OXTNEF 2.1.3.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from agent.extract.base import Budget, Unreadable
from policies.vocabulary import Unread

STRING, UNICODE, OBJECT, BINARY = 0x1E, 0x1F, 0x0D, 0x102
Values = Mapping[int, tuple[int, bytes]]

_MULTIPLE = 0x1000
_FIRST_NAMED = 0x8000
_FIXED = {2: 4, 3: 4, 4: 4, 10: 4, 11: 4, 5: 8, 6: 8, 7: 8, 20: 8, 64: 8, 72: 16}
_VARIABLE = (STRING, UNICODE, OBJECT, BINARY)


def values(data: bytes, budget: Budget) -> Values:
    """Type and first value of each property by its identifier. Raises Unreadable where the list is damaged."""
    try:
        return dict(_values(data, budget))
    except (struct.error, KeyError):
        raise Unreadable(Unread.CORRUPT) from None


def _values(data: bytes, budget: Budget) -> Iterator[tuple[int, tuple[int, bytes]]]:
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(count):
        budget.tick()
        kind, identifier = struct.unpack_from("<HH", data, at)
        at = _behind_name(data, at + 4) if identifier >= _FIRST_NAMED else at + 4
        plain, number = kind & ~_MULTIPLE, 1
        if kind & _MULTIPLE or plain in _VARIABLE:
            (number,) = struct.unpack_from("<I", data, at)
            at += 4
        for turn in range(number):
            value, at = _value(data, at, plain)
            if turn == 0:
                yield identifier, (plain, value)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    if kind in _VARIABLE:
        (size,) = struct.unpack_from("<I", data, at)
        at += 4
    else:
        size = _FIXED[kind]
    if at + size > len(data):
        raise Unreadable(Unread.CORRUPT)
    return data[at : at + size], at + size + -size % 4


def _behind_name(data: bytes, at: int) -> int:
    """A named property's own name comes before its value: a number, or a text."""
    is_text, size = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (size + -size % 4 if is_text else 0)
