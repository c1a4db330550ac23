"""The filters with which a PDF packs text and tables (ISO 32000-1, 7.4): Flate with predictors, ASCII85, ASCIIHex."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from agent.extract.base import Budget
from agent.extract.pdf.syntax import Damaged, Dictionary, Unsure, Value, hexadecimal

LARGEST = 8 << 20
"""Bytes that a stream of text or tables may become; larger ones are not for the lean reader."""

_PIECE = 256 << 10
_SHRED = 64  # bytes at a time of what is damaged: all of what comes out together with the damage is lost
_SHORT = {"Fl": "FlateDecode", "A85": "ASCII85Decode", "AHx": "ASCIIHexDecode"}
_PNG_FIRST = 10
_PNG_NONE, _PNG_SUB, _PNG_UP = 0, 1, 2
_GROUP = 5
_PADDING = b"u" * 4
_JUNK = re.compile(rb"[\0\t\n\f\r ]+")


def decoded(data: bytes, filters: list[tuple[Value, Dictionary]], budget: Budget, most: int = LARGEST) -> bytes:
    """A stream's bytes after its filters, at most so many. Raises Unsure, Damaged, Unreadable for a bomb."""
    for name, parameters in filters:
        name = _SHORT.get(name, name)
        if name == "FlateDecode":
            data = _predicted(_inflated(data, budget, most), parameters)
        elif name == "ASCII85Decode":
            data = _ascii85(data)
        elif name == "ASCIIHexDecode":
            data = _ascii_hex(data)
        else:
            raise Unsure
    budget.spend(len(data))
    return data


def _inflated(data: bytes, budget: Budget, most: int) -> bytes:
    """Everything, or nothing: a stream that does not end is damaged."""
    unpacker = zlib.decompressobj()
    out: list[bytes] = []
    size = 0
    try:
        while not unpacker.eof:
            piece = unpacker.decompress(unpacker.unconsumed_tail if out else data, _PIECE)
            if not piece and not unpacker.eof:
                raise Damaged
            out.append(piece)
            size += len(piece)
            budget.unpacked(size, len(data))
            if size > most:
                raise Unsure
    except zlib.error:
        raise Damaged from None
    return b"".join(out)


def beginning(data: bytes, most: int = LARGEST) -> bytes:
    """What a damaged Flate stream unpacks to, as far as it goes: about what other programs show of it. At most so many bytes."""
    unpacker, out = zlib.decompressobj(), bytearray()
    try:
        for at in range(0, len(data), _SHRED):
            out += unpacker.decompress(data[at : at + _SHRED])
            if unpacker.eof or len(out) >= most:
                break
    except zlib.error:
        pass
    return bytes(out[:most])


def _predicted(data: bytes, parameters: Dictionary) -> bytes:
    """Undoes a PNG predictor of one byte a value; of its rows only those that tables use are known here."""
    predictor = parameters.get("Predictor", 1)
    if predictor == 1:
        return data
    width = parameters.get("Columns", 1)
    one_byte = parameters.get("Colors", 1) == 1 and parameters.get("BitsPerComponent", 8) == 8
    if not isinstance(predictor, int) or predictor < _PNG_FIRST or not one_byte or not isinstance(width, int) or width < 1:
        raise Unsure
    return b"".join(_rows(data, width))


def _rows(data: bytes, width: int) -> Iterator[bytes]:
    above = bytes(width)
    for start in range(0, len(data), width + 1):
        kind, row = data[start], data[start + 1 : start + 1 + width]
        if len(row) < width:
            raise Damaged
        if kind == _PNG_UP:
            row = bytes([a + b & 255 for a, b in zip(above, row, strict=True)])
        elif kind == _PNG_SUB:
            row = _summed(row)
        elif kind != _PNG_NONE:
            raise Unsure
        yield row
        above = row


def _summed(row: bytes) -> bytes:
    total = 0
    return bytes([total := total + value & 255 for value in row])


def _ascii85(data: bytes) -> bytes:
    """Base 85 up to its end mark."""
    body, end, _ = data.partition(b"~>")
    if not end:
        raise Damaged
    body = _JUNK.sub(b"", body).removeprefix(b"<~").replace(b"z", b"!!!!!")
    missing = -len(body) % _GROUP
    if missing == _GROUP - 1 or (body and not (min(body) >= ord("!") and max(body) <= ord("u"))):
        raise Damaged
    return _base85((body + _PADDING[:missing]).translate(_MINUS_33))[: (len(body) + missing) // _GROUP * 4 - missing]


def _base85(digits: bytes) -> bytes:
    """Groups of five digits to groups of four bytes: all at once, in lanes of eight bytes of one great number."""
    count = len(digits) // _GROUP
    total = 0
    for column in range(_GROUP):
        lanes = bytearray(8 * count)
        lanes[7::8] = digits[column::_GROUP]
        total = total * 85 + int.from_bytes(lanes)
    lanes = bytearray(total.to_bytes(8 * count))
    if any(lanes[3::8]):  # more than four bytes hold
        raise Damaged
    out = bytearray(4 * count)
    for place in range(4):
        out[place::4] = lanes[4 + place :: 8]
    return bytes(out)


_MINUS_33 = bytes((value - 33) % 256 for value in range(256))


def _ascii_hex(data: bytes) -> bytes:
    digits, _, _ = data.partition(b">")
    try:
        return hexadecimal(digits)
    except ValueError:
        raise Damaged from None
