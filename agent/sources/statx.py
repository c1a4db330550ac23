"""statx(2): what stat(2) does not tell of a file: its mount, and whether its contents are encrypted on the disk."""

from __future__ import annotations

import ctypes
import os
import struct
from dataclasses import dataclass

_AT_FDCWD = -100
_AT_SYMLINK_NOFOLLOW = 0x100
_AT_NO_AUTOMOUNT = 0x800
_AT_EMPTY_PATH = 0x1000
_AT_STATX_DONT_SYNC = 0x4000  # no question to a file server
_STATX_MNT_ID = 0x1000  # since Linux 5.8
_STATX_ATTR_ENCRYPTED = 0x800
_SIZE = 256
_LAYOUT = struct.Struct("=I4xQ40xQ")  # mask, attributes, attributes_mask
_MOUNT = struct.Struct("=Q")
_MOUNT_AT = 144


@dataclass(frozen=True, slots=True)
class Look:
    """`mount`: the mount's number in mountinfo, None where the kernel does not tell. `encrypted`: by fscrypt or its like; None
    where the file system knows no such thing.
    """

    mount: int | None
    encrypted: bool | None


def look(path: str, fd: int | None = None) -> Look | None:
    """What the kernel tells of an open file, or of what lies at a path; None where it tells nothing."""
    if _statx is None:
        return None
    buffer = ctypes.create_string_buffer(_SIZE)
    flags = _AT_SYMLINK_NOFOLLOW | _AT_NO_AUTOMOUNT | _AT_STATX_DONT_SYNC
    if fd is None:
        failed = _statx(_AT_FDCWD, os.fsencode(path), flags, _STATX_MNT_ID, buffer)
    else:
        failed = _statx(fd, b"", flags | _AT_EMPTY_PATH, _STATX_MNT_ID, buffer)
    return None if failed else _decoded(buffer.raw)


def _decoded(raw: bytes) -> Look:
    mask, attributes, known = _LAYOUT.unpack_from(raw)
    mount = _MOUNT.unpack_from(raw, _MOUNT_AT)[0] if mask & _STATX_MNT_ID else None
    return Look(mount, bool(attributes & _STATX_ATTR_ENCRYPTED) if known & _STATX_ATTR_ENCRYPTED else None)


_statx = getattr(ctypes.CDLL(None, use_errno=True), "statx", None)  # glibc has it since 2.28
if _statx is not None:
    _statx.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_char_p)
    _statx.restype = ctypes.c_int
