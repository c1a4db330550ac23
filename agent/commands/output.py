"""Writes a result to standard output, or to a file: whole or not at all, and for its owner only."""

from __future__ import annotations

import os
from pathlib import Path

import click

from policies.cli import Failure
from policies.vocabulary import Text


def write(text: str, path: Path | None) -> None:
    """Print a text, or put it in a file."""
    if path is None:
        click.echo(text, nl=False)
        return
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Failure(Text(f"无法写入 {path}：{error.strerror}", f"cannot write {path}: {error.strerror}")) from None
