"""The files in an archive, unpacked one after the other by the system's libarchive: bytes go in by calls, no path is opened."""

from __future__ import annotations

import ctypes
import errno
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import BinaryIO

from agent.extract.archive.library import EOF, FATAL, FUNCTIONS, READ, SEEK, WARN, Functions
from agent.extract.base import Budget, Member, Unreadable
from agent.extract.charset import decode_line
from agent.extract.stream import Forward, forward
from policies.vocabulary import Unread

_CHUNK = 128 << 10
_PASSED_AT_ONCE = 64 << 20  # to get behind a longer file it is unpacked piece by piece, so that time is watched
_NO_NAME = "\ufffd"
_UNSUPPORTED = re.compile(rb"unsupported|not supported|unable to spawn|can't launch")


@contextmanager
def window(budget: Budget, size: int) -> Iterator[int]:
    """Keep memory for what a decoder looks back on, and tell how many bytes may come out.

    A window fills as bytes come out: where it is too large to be kept whole, no more may come out than there is room for.
    """
    whole = size <= budget.memory
    kept = size if whole else budget.memory // 2
    with budget.keeping(kept):
        yield budget.out if whole else kept


def members(
    file: BinaryIO, budget: Budget, format: str, *, most: int | None = None, marked_end: bool = False
) -> Iterator[Member]:
    """The files in an archive; folders, links and devices are no files. Raises Unreadable.

    `most`: bytes that may come out. `marked_end`: the format marks its end, so that one without was cut short.
    """
    with _Archive(file, budget, [f"read_support_format_{format}"], most) as archive:
        yield from archive.members()
        if marked_end and archive.source.at_end:
            raise Unreadable(Unread.CORRUPT)


def unpacked(file: BinaryIO, budget: Budget, filter: str, *, most: int | None = None) -> Iterator[bytes]:
    """What a single compressed file unpacks to. Raises Unreadable."""
    with _Archive(file, budget, ["read_support_format_raw", f"read_support_filter_{filter}"], most) as archive:
        while archive.next():
            yield from archive.content()


class _Carried:
    """An error that happened in a call from C, which cannot raise: it is kept here and raised behind the C function."""

    def __init__(self) -> None:
        self._error: BaseException | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        self._error = self._error or error
        return True

    def again(self) -> None:
        """Raise what was kept."""
        if self._error is not None:
            raise self._error


class _Source:
    """A file as libarchive asks for it."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        self.taken = 0
        self.at_end = False
        self.carried = _Carried()
        self.read = READ(self._read)
        self.seek = SEEK(self._seek)
        self._file = file
        self._budget = budget
        self._chunk = b""  # must live until the next call

    def _read(self, _archive: int, _data: int, pointer: ctypes._Pointer[ctypes.c_void_p]) -> int:
        with self.carried:
            self._budget.tick()
            self._chunk = self._file.read(_CHUNK)
            self.taken += len(self._chunk)
            self.at_end = not self._chunk
            pointer[0] = ctypes.cast(ctypes.c_char_p(self._chunk), ctypes.c_void_p)
            return len(self._chunk)
        return -1

    def _seek(self, _archive: int, _data: int, offset: int, whence: int) -> int:
        with self.carried:
            return self._file.seek(offset, whence)
        return -1


class _Archive:
    """One open archive."""

    def __init__(self, file: BinaryIO, budget: Budget, supports: list[str], most: int | None) -> None:
        if not {*supports} <= FUNCTIONS.keys():
            raise Unreadable(Unread.UNSUPPORTED)
        self._call: Functions = FUNCTIONS
        self._budget = budget
        self._most = budget.out if most is None else most
        self._out = 0
        self._lost: Unread | None = None  # behind a fatal error the library must not be asked any more
        self._known = False
        self.source = _Source(file, budget)
        self._buffer = ctypes.create_string_buffer(_CHUNK)
        self._entry = ctypes.c_void_p()
        self._handle = self._call["read_new"]()
        for support in supports:
            self._call[support](self._handle)
        if not isinstance(file, Forward):
            self._call["read_set_seek_callback"](self._handle, self.source.seek)

    def __enter__(self) -> _Archive:
        try:
            self._asked("read_open", None, None, self.source.read, None)
        except BaseException:
            self._call["read_free"](self._handle)
            raise
        self._known = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._call["read_free"](self._handle)

    def members(self) -> Iterator[Member]:
        """Every file; each is unpacked while it is read."""
        while self.next():
            if not self._is_file():
                continue
            if self._call["entry_is_encrypted"](self._entry):
                yield Member(self._name(), None, reason=Unread.ENCRYPTED)
                continue
            size = self._call["entry_size"](self._entry)
            yield Member(self._name(), forward(self.content()))
            if size > _PASSED_AT_ONCE:
                for _ in self._pieces():
                    pass

    def content(self) -> Iterator[bytes]:
        """What is left of the current file."""
        for chunk in self._pieces():
            self._budget.spend(len(chunk))
            yield chunk

    def next(self) -> bool:
        """Go to the next entry; False at the end."""
        self._budget.tick()
        return self._asked("read_next_header", ctypes.byref(self._entry)) != EOF

    def _pieces(self) -> Iterator[bytes]:
        while size := self._asked("read_data", self._buffer, _CHUNK):
            self._out += size
            self._budget.tick()
            self._budget.unpacked(self._out, self.source.taken)
            if self._out > self._most:
                raise Unreadable(Unread.TOO_LARGE)
            yield ctypes.string_at(self._buffer, size)

    def _is_file(self) -> bool:
        return stat.S_ISREG(self._call["entry_filetype"](self._entry)) and not self._call["entry_hardlink"](self._entry)

    def _name(self) -> str:
        """UTF-8, or what Chinese programs wrote; the library's own wide characters where it has no bytes."""
        raw: object = self._call["entry_pathname"](self._entry)
        if isinstance(raw, bytes):
            return decode_line(raw, "utf-8") or _NO_NAME
        try:
            return str(self._call["entry_pathname_w"](self._entry) or _NO_NAME)
        except ValueError:  # a character that is none
            return _NO_NAME

    def _asked(self, function: str, *arguments: object) -> int:
        """A function's result where it is none of the failures. Raises Unreadable."""
        if self._lost:
            raise Unreadable(self._lost)
        result = self._call[function](self._handle, *arguments)
        if result <= FATAL:
            self._lost = self._reason()
        self.source.carried.again()
        if result >= 0 or (result == WARN and not self._call["errno"](self._handle)):
            return result
        raise Unreadable(self._lost or self._reason())

    def _reason(self) -> Unread:
        message: object = self._call["error_string"](self._handle)
        words = message.lower() if isinstance(message, bytes) else b""
        if b"encrypt" in words or (self._known and self._call["read_has_encrypted_entries"](self._handle) > 0):
            return Unread.ENCRYPTED  # asked of an archive whose format it did not find, libarchive would crash
        if self._call["errno"](self._handle) == errno.ENOMEM:
            return Unread.TOO_LARGE
        return Unread.UNSUPPORTED if _UNSUPPORTED.search(words) else Unread.CORRUPT
