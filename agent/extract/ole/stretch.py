"""A stretch of a stream as a file of its own, without a copy."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, cast

from agent.extract.base import Unreadable
from policies.vocabulary import Unread

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def part(stream: BinaryIO, start: int, size: int, end: int) -> BinaryIO:
    """So many bytes of a stream that ends at `end`, read when they are asked for. Raises Unreadable where there are fewer."""
    if start + size > end:
        raise Unreadable(Unread.CORRUPT)
    return cast(BinaryIO, io.BufferedReader(_Stretch(stream, start, size)))


class _Stretch(io.RawIOBase):
    """A part of a stream as a file."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream = stream
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        self._stream.seek(self._start + self._at)
        data = self._stream.read(max(0, min(len(view), self._size - self._at)))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
