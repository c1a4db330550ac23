"""The kernel's log as systemd's journal keeps it, also of earlier starts of the computer, read by `journalctl`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

import msgspec

from agent.sources.kernel_lines import MOST_LINES, Line

JOURNALCTL = ("journalctl", "--quiet", "--no-pager", "--output=json", "--output-fields=MESSAGE,_BOOT_ID", "_TRANSPORT=kernel")


class _Entry(msgspec.Struct, frozen=True):
    """What is used of an entry; a text that is no UTF-8 stands as a list of bytes."""

    realtime: str = msgspec.field(name="__REALTIME_TIMESTAMP", default="0")
    boot: str = msgspec.field(name="_BOOT_ID", default="")
    message: str | list[int] | None = msgspec.field(name="MESSAGE", default=None)


def read(since: datetime, program: Sequence[str] = JOURNALCTL) -> Iterator[Line]:
    """The kernel's lines after a time, oldest first. Raises OSError where there is no journal program."""
    command = [*program, f"--since=@{since.timestamp():.0f}"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        for raw in islice(process.stdout or (), MOST_LINES):
            if (line := parsed(raw)) is not None:
                yield line
        process.kill()


def parsed(raw: bytes) -> Line | None:
    """One entry, None where it is none that can be understood."""
    try:
        entry = msgspec.json.decode(raw, type=_Entry)
        at = datetime.fromtimestamp(int(entry.realtime) / 1e6, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    if entry.message is None:
        return None
    if isinstance(entry.message, str):
        return Line(at, entry.boot, entry.message)
    return Line(at, entry.boot, bytes(b & 0xFF for b in entry.message).decode("utf-8", "replace"))
