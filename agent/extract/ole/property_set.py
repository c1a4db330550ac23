"""Property sets (MS-OLEPS): title, subject, keywords and the properties that an author named, of compound documents."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from uuid import UUID

from agent.extract.base import Budget, Unreadable
from agent.extract.codepage import decode
from agent.extract.ole.cfb import Compound, whole
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_STREAMS = ("\x05SummaryInformation", "\x05DocumentSummaryInformation")
_NAMED_BY_AUTHOR = UUID("d5cdd505-2e9c-101b-9397-08002b2cf9ae").bytes_le
_DICTIONARY, _CODE_PAGE = 0, 1
_WIDE = 1200
_I2, _I4, _BSTR, _LPSTR, _LPWSTR, _VARIANT, _VECTOR = 2, 3, 8, 30, 31, 12, 0x1000
_MOST = 4096  # properties of a set, parts of a vector


def metadata(compound: Compound, budget: Budget) -> Iterator[Block]:
    """The texts of a document's properties; one that its author named as "name=value". Raises Unreadable for a damaged set."""
    for name in _STREAMS:
        stream = compound.open(name)
        data = whole(stream, budget, most=4 << 20) if stream else b""
        if not data:
            continue
        try:
            yield from (Block(text, Place.METADATA, page=0) for text in _texts(data) if text)
        except struct.error:
            raise Unreadable(Unread.CORRUPT) from None


def _texts(data: bytes) -> Iterator[str]:
    """The texts of each set in a stream."""
    order, sets = data[:2], struct.unpack_from("<I", data, 24)[0]
    if order != b"\xfe\xff" or sets > 8:
        raise Unreadable(Unread.CORRUPT)
    for number in range(sets):
        kind, at = struct.unpack_from("<16sI", data, 28 + 20 * number)
        yield from _Set(data, at).texts(named=kind == _NAMED_BY_AUTHOR)


class _Set:
    """One set: where each property's value lies, and the code page of them all."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        count = struct.unpack_from("<I", data, at + 4)[0]
        if count > _MOST:
            raise Unreadable(Unread.CORRUPT)
        pairs = [struct.unpack_from("<II", data, at + 8 + 8 * number) for number in range(count)]
        self._places = {identifier: at + offset for identifier, offset in pairs}
        self._code_page = self._number(self._places[_CODE_PAGE]) if _CODE_PAGE in self._places else 1252

    def texts(self, *, named: bool) -> Iterator[str]:
        """Each property's text, with the name that its author gave it where the set is of such."""
        names = self._names(self._places[_DICTIONARY]) if named and _DICTIONARY in self._places else {}
        for identifier, at in self._places.items():
            if identifier in (_DICTIONARY, _CODE_PAGE):
                continue
            for text in self._value(at, numbers=identifier in names):
                yield f"{names[identifier]}={text}" if identifier in names and text else text

    def _number(self, at: int) -> int:
        return int(struct.unpack_from("<H", self._data, at + 4)[0])

    def _names(self, at: int) -> dict[int, str]:
        """The dictionary (MS-OLEPS 2.17)."""
        count = struct.unpack_from("<I", self._data, at)[0]
        names, at = {}, at + 4
        for _ in range(min(count, _MOST)):
            identifier, length = struct.unpack_from("<II", self._data, at)
            size = 2 * length if self._code_page == _WIDE else length
            names[identifier] = self._text(at + 8, size)
            at += 8 + (size + 3 & ~3 if self._code_page == _WIDE else size)
        return names

    def _value(self, at: int, *, numbers: bool) -> Iterator[str]:
        kind = struct.unpack_from("<I", self._data, at)[0] & 0xFFFF
        if kind in (_VECTOR | _LPSTR, _VECTOR | _LPWSTR, _VECTOR | _VARIANT):
            yield from self._vector(kind & ~_VECTOR, at + 4)
        elif kind in (_LPSTR, _BSTR, _LPWSTR):
            yield self._string(kind, at + 4)[0]
        elif numbers and kind in (_I2, _I4):
            yield str(struct.unpack_from("<h" if kind == _I2 else "<i", self._data, at + 4)[0])

    def _vector(self, kind: int, at: int) -> Iterator[str]:
        count, at = struct.unpack_from("<I", self._data, at)[0], at + 4
        for _ in range(min(count, _MOST)):
            part = kind
            if kind == _VARIANT:
                part, at = struct.unpack_from("<I", self._data, at)[0] & 0xFFFF, at + 4
            if part in (_LPSTR, _BSTR, _LPWSTR):
                text, at = self._string(part, at)
                yield text
            else:
                at += 4  # a number: how many parts the heading before it has

    def _string(self, kind: int, at: int) -> tuple[str, int]:
        """A text and where the next value begins. Only vectors of wide strings are padded; most programs pad all alike."""
        length = struct.unpack_from("<I", self._data, at)[0]
        wide = kind == _LPWSTR
        size = 2 * length if wide else length
        text = self._text(at + 4, size, wide=wide)
        return text, at + 4 + (size + 3 & ~3 if wide or self._code_page == _WIDE else size)

    def _text(self, at: int, size: int, *, wide: bool = False) -> str:
        if at + size > len(self._data):
            raise Unreadable(Unread.CORRUPT)
        return decode(self._data[at : at + size], _WIDE if wide else self._code_page).partition("\0")[0].strip()
