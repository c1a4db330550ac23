"""Compressed rich text of mails (MS-OXRTFCP), unpacked piece by piece."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from agent.extract.base import Budget, Unreadable
from policies.vocabulary import Unread

_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096
_PIECE = 16 << 10


def unpacked(data: bytes, budget: Budget) -> Iterator[bytes]:
    """The rich text. Raises Unreadable for damage, also where the checksum differs."""
    if len(data) < 16:
        raise Unreadable(Unread.CORRUPT)
    packed, size, kind, checksum = struct.unpack_from("<II4sI", data)
    body = data[16 : packed + 4]
    if packed + 4 > len(data) or kind not in (b"LZFu", b"MELA"):
        raise Unreadable(Unread.CORRUPT)
    if kind == b"MELA":
        yield body[:size]
        return
    if zlib.crc32(body, 0xFFFFFFFF) ^ 0xFFFFFFFF != checksum:
        raise Unreadable(Unread.CORRUPT)
    out = 0
    for piece in _pieces(body):
        out += len(piece)
        budget.unpacked(out, len(data))
        budget.spend(len(piece))
        yield piece
    if out != size:
        raise Unreadable(Unread.CORRUPT)


def _pieces(body: bytes) -> Iterator[bytes]:
    """Runs of eight tokens, each a byte or a reference into the last 4096 bytes; a reference to the end itself ends it."""
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\0"))
    end, at, piece = len(_DICTIONARY), 0, bytearray()
    while at < len(body):
        control, at = body[at], at + 1
        for bit in range(8):
            if not control >> bit & 1:
                found, at = body[at : at + 1], at + 1
            else:
                token, at = int.from_bytes(body[at : at + 2], "big"), at + 2
                if token >> 4 == end:
                    yield bytes(piece)
                    return
                found = _copied(window, token >> 4, (token & 15) + 2, end)
            for byte in found:
                window[end] = byte
                end = (end + 1) % _WINDOW
            piece += found
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()
    raise Unreadable(Unread.CORRUPT)


def _copied(window: bytearray, start: int, length: int, end: int) -> bytes:
    """So many bytes of the window; what is copied may reach into itself."""
    period = (end - start) % _WINDOW
    once = bytes(window[(start + step) % _WINDOW] for step in range(min(length, period)))
    return (once * (length // len(once) + 1))[:length]
