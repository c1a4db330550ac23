"""A file that comes out of another one piece by piece: read forward only, or held in memory within the budget."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from agent.extract.base import HEAD, Budget, Unreadable
from policies.vocabulary import Unread

_PIECE = 1 << 20


class Forward(io.RawIOBase):
    """A file of chunks that goes forward only; its beginning (`HEAD` bytes) may be read again.

    Where the chunks end in an Unreadable, what came before is given first.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._head = bytearray()
        self._ahead = b""
        self._at = 0
        self._taken = 0
        self._failure: Unreadable | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer only at the end; all that are left where no size is given."""
        out = bytes(self._head[self._at : self._at + size if size >= 0 else None])
        parts, wanted = [out], size - len(out) if size >= 0 else -1
        while wanted != 0 and (piece := self._next(wanted)):
            parts.append(piece)
            wanted = wanted - len(piece) if wanted > 0 else wanted
        data = b"".join(parts) if len(parts) > 1 else out
        if self._failure is not None and not data and size != 0:
            raise self._failure
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Back to the beginning, while no more than the head was read."""
        if offset or whence or self._taken > len(self._head):
            raise io.UnsupportedOperation("this file goes forward only")
        self._at = 0
        return 0

    def tell(self) -> int:
        return self._at

    def _next(self, most: int) -> bytes:
        piece, self._ahead = self._ahead, b""
        while not piece:
            try:
                piece = next(self._chunks)
            except StopIteration:
                return b""
            except Unreadable as error:
                self._failure = error
                return b""
        if 0 <= most < len(piece):
            piece, self._ahead = piece[:most], piece[most:]
        if self._taken < HEAD:
            self._head += piece[: HEAD - self._taken]
        self._taken += len(piece)
        return piece


def forward(chunks: Iterator[bytes]) -> BinaryIO:
    """Chunks as a file that goes forward only."""
    return cast(BinaryIO, Forward(chunks))


def held(file: BinaryIO, budget: Budget) -> tuple[BinaryIO, int]:
    """What is left of a file, in memory, and its size. Raises Unreadable where it is too large."""
    most = min(budget.held, budget.memory)
    kept = io.BytesIO()
    while piece := file.read(_PIECE):
        if kept.tell() + len(piece) > most:
            raise Unreadable(Unread.TOO_LARGE)
        kept.write(piece)
    kept.seek(0)
    return kept, kept.getbuffer().nbytes
