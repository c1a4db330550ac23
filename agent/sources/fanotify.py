"""fanotify(7) by ctypes: changes of whole file systems, each told with the folder's handle and the file's name.

One mark covers a file system whatever its size, and the queue has no bound, so that nothing is lost in a burst. It needs Linux
5.9 and the rights CAP_SYS_ADMIN and CAP_DAC_READ_SEARCH.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

MOVED_FROM, MOVED_TO, CREATE, DELETE, CLOSE_WRITE = 0x40, 0x80, 0x100, 0x200, 0x8
OVERFLOW, ON_FOLDER = 0x4000, 0x40000000
_CHILDREN = 0x08000000
_WANTED = MOVED_FROM | MOVED_TO | CREATE | DELETE | CLOSE_WRITE | ON_FOLDER

_CLOEXEC, _NONBLOCK, _UNLIMITED, _REPORT_FOLDER_AND_NAME = 0x1, 0x2, 0x10, 0xC00
_ADD, _FILE_SYSTEM = 0x1, 0x100
_HERE = -100  # AT_FDCWD
_EVENT = struct.Struct("=IBBHQii")  # length, version, reserved, length of this part, mask, descriptor, process
_RECORD = struct.Struct("=BBH8sIi")  # kind, padding, length, file system, bytes of the handle, its type
_FOLDER_AND_NAME = 2
_BUFFER = 256 << 10


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to `name` in a folder of a file system; with OVERFLOW in `mask` there is neither."""

    mask: int
    process: int
    file_system: bytes = b""
    folder: bytes = b""
    name: bytes = b""


class Fanotify:
    """A group of marks and the queue of its events. Raises OSError where the kernel or the rights do not allow it."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        flags = _CLOEXEC | _NONBLOCK | _UNLIMITED | _REPORT_FOLDER_AND_NAME
        self._queue = _checked(self._libc.fanotify_init(flags, os.O_RDONLY))

    def fileno(self) -> int:
        """For poll."""
        return self._queue

    def watch(self, path: str) -> None:
        """Watch the whole file system that a path lies on; again is no harm. Raises OSError."""
        mask = ctypes.c_uint64(_WANTED)
        _checked(self._libc.fanotify_mark(self._queue, _ADD | _FILE_SYSTEM, mask, _HERE, os.fsencode(path)))

    def watch_folder(self, path: str) -> None:
        """Watch the files of one folder. Raises OSError."""
        mask = ctypes.c_uint64(CLOSE_WRITE | _CHILDREN)
        _checked(self._libc.fanotify_mark(self._queue, _ADD, mask, _HERE, os.fsencode(path)))

    def events(self) -> Iterator[Event]:
        """What has happened since the last call."""
        with suppress(BlockingIOError):
            while data := os.read(self._queue, _BUFFER):
                yield from parse(data)

    def folder(self, mount: int, handle: bytes) -> str:
        """The path of a folder now, by an open folder of its mount. Raises OSError where it is not there any more."""
        opened = _checked(self._libc.open_by_handle_at(mount, handle, os.O_PATH | os.O_CLOEXEC))
        try:
            return os.readlink(f"/proc/self/fd/{opened}")  # noqa: PTH115  plain text is enough here
        finally:
            os.close(opened)

    def close(self) -> None:
        """End all marks."""
        os.close(self._queue)


def parse(data: bytes) -> Iterator[Event]:
    """The events in what was read from the queue."""
    at = 0
    while at + _EVENT.size <= len(data):
        length, _, _, own, mask, _, process = _EVENT.unpack_from(data, at)
        yield from [Event(mask, process)] if mask & OVERFLOW else _named(data[at + own : at + length], mask, process)
        at += max(length, _EVENT.size)


def _named(records: bytes, mask: int, process: int) -> Iterator[Event]:
    at = 0
    while at + _RECORD.size <= len(records):
        kind, _, length, file_system, size, _ = _RECORD.unpack_from(records, at)
        if kind == _FOLDER_AND_NAME:
            handle = records[at + _RECORD.size - 8 : at + _RECORD.size + size]
            name = records[at + _RECORD.size + size : at + length].split(b"\0", 1)[0]
            yield Event(mask, process, file_system, handle, name)
        at += max(length, _RECORD.size)


def file_system(folder: int) -> bytes:
    """The id of the file system of an open folder, as events bear it."""
    return struct.pack("=Q", os.fstatvfs(folder).f_fsid)


def paths(group: Fanotify, event: Event, mount: int) -> Iterator[str]:
    """The path of what an event is about, by an open folder of its mount; none where it is another's or not there any more."""
    if file_system(mount) == event.file_system:
        with suppress(OSError):
            yield f"{group.folder(mount, event.folder).rstrip('/')}/{os.fsdecode(event.name)}"


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
