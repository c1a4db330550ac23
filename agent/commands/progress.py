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
    """Counts and rate of the scan that fills `coverage`, and how long it will take still. `clock` counts seconds."""

    def __init__(self, coverage: Coverage, clock: Callable[[], float] = time.monotonic) -> None:
        self._coverage = coverage
        self._clock = clock
        self._count: Callable[[], int] | None = None
        self._total = 0
        self._begun = self._shown = clock()
        self._on = sys.stderr is not None and sys.stderr.isatty()  # None where it was closed before we began

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._on:
            click.echo("\r\x1b[K", nl=False, err=True)

    def expect(self, count: Callable[[], int]) -> None:
        """How to learn how many files there are; asked once, and only where somebody looks."""
        self._count = count

    def step(self) -> None:
        """Something was read."""
        now = self._clock()
        if self._on and self._count is not None:
            self._total, self._count = self._count(), None
        if self._on and now - self._shown >= _EVERY_SECONDS:
            self._shown = now
            click.echo(f"\r\x1b[K{say(self._text(now))}", nl=False, err=True)

    def _text(self, now: float) -> Text:
        seen, megabytes = self._coverage.files_seen, self._coverage.bytes_read // _MEGABYTE
        rate = seen / max(now - self._begun, 0.001)
        left = max(0, self._total - seen) / rate if seen and self._total else None
        rest = Text("", "")
        if left is not None:
            rest = Text(f"，共 {self._total} 个，约余 {_span(left)}", f" of {self._total}, {_span(left)} left")
        return Text(
            f"已查 {seen} 个文件{rest.zh}，读取 {megabytes} MB，每秒 {rate:.0f} 个",
            f"{seen} files{rest.en}, {megabytes} MB read, {rate:.0f} files/s",
        )


def _span(seconds: float) -> str:
    """Hours, minutes and seconds, as a clock shows them."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
