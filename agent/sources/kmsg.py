"""The kernel's log of this start of the computer, as the kernel itself keeps it (/dev/kmsg, ABI/testing/dev-kmsg).

It is a ring of some hundred kilobytes: what has fallen out of it is not known.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from agent.sources.kernel_lines import MOST_LINES, Line

KMSG = Path("/dev/kmsg")
_RECORD_BYTES = 16 << 10


def read(path: Path = KMSG) -> list[bytes]:
    """The records that are in the log now. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return list(drained(descriptor))
    finally:
        os.close(descriptor)


def drained(descriptor: int) -> Iterator[bytes]:
    """The records that wait, one for each read. Raises OSError."""
    for _ in range(MOST_LINES):
        try:
            record = os.read(descriptor, _RECORD_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.EPIPE:  # EPIPE: this record was overwritten before it was read
                raise
            continue
        if not record:
            return
        yield record


def lines(records: Iterable[bytes], boot: str, began: datetime) -> Iterator[Line]:
    """Records as lines. `began`: when the log's clock began, which stands still in suspend as CLOCK_MONOTONIC does."""
    for record in records:
        microseconds, text = message(record)
        yield Line(began + timedelta(microseconds=microseconds), boot, text)


def message(record: bytes) -> tuple[int, str]:
    """Time and text of "level,number,microseconds,flags;text\\n KEY=value"; the time 0 where it is no record."""
    head, _, rest = record.partition(b";")
    parts = head.split(b",")
    at = int(parts[2][:18]) if len(parts) > 2 and parts[2].isdigit() else 0
    return at, rest.split(b"\n", 1)[0].decode("utf-8", "replace")
