"""Writes a result to standard output, or to a file: whole or not at all, and for its owner only."""

from __future__ import annotations

import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from policies.cli import Failure
from policies.mistakes import system_reason
from policies.vocabulary import Text

STANDARD_OUTPUT = Path("-")


def emit(text: str | bytes) -> bool:
    """Print a result as it is. Answers False where nobody reads any further, as behind `| head`: that is no error."""
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        _close_output()
        return False
    except OSError as error:
        _close_output()
        reason = system_reason(error)
        raise Failure(Text(f"无法写入标准输出：{reason.zh}", f"cannot write to standard output: {reason.en}")) from None
    return True


def write(text: str, path: Path | None) -> None:
    """Print a text, or put it in a file. None and `-` are standard output; a device, a pipe or a link is written to as it is."""
    if path is None or path == STANDARD_OUTPUT:
        emit(text)
        return
    with _told(path):
        if _is_file(path):
            _replace(path, text)
        else:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_TRUNC), "w", encoding="utf-8", newline="") as there:
                there.write(text)


def refuse_early(path: Path | None) -> None:
    """Raises the Failure that `write` would raise, before the work whose result it is."""
    if path is None or path == STANDARD_OUTPUT:
        return
    with _told(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if _is_file(path):
            descriptor, part = _part(path)
            os.close(descriptor)
            part.unlink()
        else:
            path.stat()  # a link that leads nowhere


def _is_file(path: Path) -> bool:
    """Whether a plain file stands here or may come to. A device, a pipe or a link (/dev/stdout) must not be replaced by one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return True


def _replace(path: Path, text: str) -> None:
    descriptor, part = _part(path)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink()
        raise


def _part(path: Path) -> tuple[int, Path]:
    """A file of its own beside the one to be, for its owner only."""
    descriptor, name = tempfile.mkstemp(prefix=".shoumi-", suffix=".part", dir=path.parent)
    return descriptor, Path(name)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise Failure(Text(f"无法写入 {path}：目录不存在", f"cannot write {path}: there is no such folder")) from None
    except OSError as error:
        reason = system_reason(error)
        raise Failure(Text(f"无法写入 {path}：{reason.zh}", f"cannot write {path}: {reason.en}")) from None


def _close_output() -> None:
    """Else Python would try once more at its end, and complain."""
    with suppress(OSError):
        sys.stdout.close()
