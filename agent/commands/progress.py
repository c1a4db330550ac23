"""A line on the terminal that says how far a scan is. Only on a terminal, and never a file's name."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType

import click

from agent.coverage import Coverage
from policies.cli import say
from policies.vocabulary import Text

_EVERY_SECONDS = 0.2
_MEGABYTE = 1 << 20


class Progress:
    """Counts and rate of the scan that fills `coverage`. `clock` counts seconds."""

    def __init__(self, coverage: Coverage, clock: Callable[[], float] = time.monotonic) -> None:
        self._coverage = coverage
        self._clock = clock
        self._begun = self._shown = clock()
        self._on = sys.stderr is not None and sys.stderr.isatty()  # None where it was closed before we began

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._on:
            click.echo("\r\x1b[K", nl=False, err=True)

    def step(self) -> None:
        """Something was read."""
        now = self._clock()
        if self._on and now - self._shown >= _EVERY_SECONDS:
            self._shown = now
            click.echo(f"\r\x1b[K{say(self._text(now))}", nl=False, err=True)

    def _text(self, now: float) -> Text:
        seen, megabytes = self._coverage.files_seen, self._coverage.bytes_read // _MEGABYTE
        rate = seen / max(now - self._begun, 0.001)
        return Text(
            f"已查 {seen} 个文件，读取 {megabytes} MB，每秒 {rate:.0f} 个",
            f"{seen} files, {megabytes} MB read, {rate:.0f} files/s",
        )
