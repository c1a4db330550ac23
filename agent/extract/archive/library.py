"""The functions of the system's libarchive that read archives. It may be missing on a computer.

It is loaded by its name, which has been the same since version 3.0: to look for it would start programs. Its messages hold names
of files, so they are only looked at here, never passed on.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from types import MappingProxyType

_NAME = "libarchive.so.13"

READ = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
SEEK = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int)
EOF, WARN, FATAL = 1, -20, -30

_HANDLE = ctypes.c_void_p
_SIGNATURES: Mapping[str, tuple[type, list[type]]] = MappingProxyType(
    {
        "read_new": (_HANDLE, []),
        "read_free": (ctypes.c_int, [_HANDLE]),
        "read_set_seek_callback": (ctypes.c_int, [_HANDLE, SEEK]),
        "read_open": (ctypes.c_int, [_HANDLE, _HANDLE, _HANDLE, READ, _HANDLE]),
        "read_next_header": (ctypes.c_int, [_HANDLE, ctypes.POINTER(ctypes.c_void_p)]),
        "read_data": (ctypes.c_ssize_t, [_HANDLE, _HANDLE, ctypes.c_size_t]),
        "read_has_encrypted_entries": (ctypes.c_int, [_HANDLE]),
        "errno": (ctypes.c_int, [_HANDLE]),
        "error_string": (ctypes.c_char_p, [_HANDLE]),
        "entry_filetype": (ctypes.c_uint, [_HANDLE]),
        "entry_hardlink": (ctypes.c_char_p, [_HANDLE]),
        "entry_is_encrypted": (ctypes.c_int, [_HANDLE]),
        "entry_pathname": (ctypes.c_char_p, [_HANDLE]),
        "entry_pathname_w": (ctypes.c_wchar_p, [_HANDLE]),
        "entry_size": (ctypes.c_int64, [_HANDLE]),
    }
)
_FORMATS = ("7zip", "ar", "cab", "cpio", "iso9660", "lha", "rar", "rar5", "raw", "tar")
_FILTERS = ("compress", "lz4", "lzip", "lzop", "zstd")

Functions = Mapping[str, Callable[..., int]]


def load(name: str = _NAME) -> Functions:
    """The functions by name without "archive_", formats and filters as far as it has them; none where the library is missing."""
    supports = [*(f"read_support_format_{kind}" for kind in _FORMATS), *(f"read_support_filter_{kind}" for kind in _FILTERS)]
    functions = {}
    try:
        library = ctypes.CDLL(name)
        for function, signature in _SIGNATURES.items():
            functions[function] = _prepared(library, function, *signature)
    except (OSError, AttributeError):
        return {}
    for function in supports:
        if hasattr(library, f"archive_{function}"):
            functions[function] = _prepared(library, function, ctypes.c_int, [_HANDLE])
    return functions


def _prepared(library: ctypes.CDLL, name: str, result: type, arguments: list[type]) -> Callable[..., int]:
    function = library[f"archive_{name}"]
    function.restype, function.argtypes = result, arguments
    return function


FUNCTIONS = load()


def available() -> bool:
    """Whether this computer has the library, without which 7z, rar and the like are told as not supported."""
    return bool(FUNCTIONS)
