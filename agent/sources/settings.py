"""Settings files, read as text: small ones, of whoever they are, without ever waiting for one."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

LIMIT = 1 << 18
"""Bytes of a settings file that are read; more is none that a person wrote."""
_NO_FILE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENXIO})  # the last for a socket


def read(path: Path) -> str:
    """A file's text, or "" where there is no such file. Raises OSError where it may not be read.

    A user may have put anything there: a pipe or a device is not opened to be waited for.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        if error.errno in _NO_FILE:
            return ""
        raise
    try:
        said = os.read(file, LIMIT) if stat.S_ISREG(os.fstat(file).st_mode) else b""
    finally:
        os.close(file)
    return said.decode("utf-8", "replace")


def lines(path: Path) -> Iterator[str]:
    """The lines of a file that say something: stripped, without the empty ones and comments (# or ;)."""
    for line in read(path).splitlines():
        said = line.strip()
        if said and said[0] not in "#;":
            yield said


def matching(root: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """The files below a root whose paths match, in order. What may not be listed is passed over: it is not there to be read."""
    for pattern in patterns:
        yield from sorted(root.glob(pattern)) if "*" in pattern else [root / pattern]


def homes(root: Path) -> tuple[Path, ...]:
    """The home folders of all accounts (passwd(5)) that are there, each once."""
    named = (line.split(":") for line in read(root / "etc/passwd").splitlines())
    folders = dict.fromkeys(fields[5].lstrip("/") for fields in named if len(fields) > 6 and fields[5].strip("/"))
    return tuple(root / folder for folder in folders if (root / folder).is_dir())
