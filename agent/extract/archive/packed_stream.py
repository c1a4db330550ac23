"""What gzip, bzip2 and LZMA streams unpack to, piece by piece and within a budget."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from agent.extract.base import Budget, Unreadable
from policies.vocabulary import Unread

_CHUNK = 128 << 10


class Decoder(Protocol):
    """What bz2 and lzma offer alike."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Inflater:
    """zlib's decompressor, which keeps its input itself in the same manner."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        out = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        self.needs_input = not self._zlib.unconsumed_tail and len(out) < max_length
        return out


def decoded(
    file: BinaryIO, budget: Budget, make: Callable[[], Decoder], magic: bytes, most: int | None = None
) -> Iterator[bytes]:
    """What a file of one or more streams unpacks to. Raises Unreadable, after all that could be unpacked."""
    streams = _Streams(file, budget, make, magic, budget.out if most is None else most)
    try:
        yield from streams.content()
    except lzma.LZMAError as error:
        raise Unreadable(Unread.TOO_LARGE if "emory" in str(error) else Unread.CORRUPT) from None
    except (zlib.error, OSError, ValueError):  # bz2 raises these
        raise Unreadable(Unread.CORRUPT) from None


class _Streams:
    """The streams of a file, one behind the other; zeros between them are padding."""

    def __init__(self, file: BinaryIO, budget: Budget, make: Callable[[], Decoder], magic: bytes, most: int) -> None:
        self._file = file
        self._budget = budget
        self._make = make
        self._magic = magic
        self._most = most
        self._packed = 0
        self._out = 0
        self._ahead = b""

    def content(self) -> Iterator[bytes]:
        """What all streams unpack to."""
        yield from self._stream(self._make())
        while self._goes_on():
            if not self._ahead.startswith(self._magic[: len(self._ahead)]):
                raise Unreadable(Unread.CORRUPT)
            yield from self._stream(self._make())

    def _stream(self, decoder: Decoder) -> Iterator[bytes]:
        while not decoder.eof:
            if decoder.needs_input and not self._ahead and not self._fill():
                raise Unreadable(Unread.CORRUPT)
            data, self._ahead = (self._ahead, b"") if decoder.needs_input else (b"", self._ahead)
            chunk = decoder.decompress(data, _CHUNK)
            self._out += len(chunk)
            self._budget.unpacked(self._out, self._packed)
            self._budget.spend(len(chunk))
            if self._out > self._most:
                raise Unreadable(Unread.TOO_LARGE)
            yield chunk
        self._ahead = decoder.unused_data + self._ahead

    def _goes_on(self) -> bool:
        """Whether anything but padding follows a stream."""
        self._ahead = self._ahead.lstrip(b"\0")
        while not self._ahead and self._fill():
            self._ahead = self._ahead.lstrip(b"\0")
        return bool(self._ahead)

    def _fill(self) -> bool:
        """Take more of the file; False at its end."""
        self._ahead = self._file.read(_CHUNK)
        self._packed += len(self._ahead)
        return bool(self._ahead)
