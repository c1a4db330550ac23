"""What a source is: facts about what is present, and a stream of changes, both by one conversion.

A daemon watches first and enumerates then, so that nothing falls between. A source never judges.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from checks.subjects import Subject
from policies.vocabulary import Text


class SourceUnavailable(Exception):
    """A source cannot be read on this computer; its checks are not assessed for this reason."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something changed. With a `subject`: these are its facts at that moment (it may be gone since). Without: read `key` again.

    An empty key stands for all that the source knows.
    """

    source: str
    key: str
    at: datetime
    subject: Subject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """The source lost events since `began_at`: enumerate again and record the gap."""

    source: str
    began_at: datetime
    reason: Text


Post = Callable[[Change | Blind], None]

EVERYTHING = ""
"""In place of a file's path: any of them may have changed."""
Changed = Callable[[str], None]
Lost = Callable[[datetime, Text], None]
"""What files that change are told to: each path; and since when, and why, some are missing."""


class Source(Protocol):
    """One side of the computer."""

    name: str

    def present(self) -> Iterable[Subject]:
        """All that is there now. Raises SourceUnavailable."""
        ...

    def read(self, key: str) -> Subject | None:
        """One thing again, or None where it is gone. Raises SourceUnavailable."""
        ...

    def watch(self, post: Post, ready: threading.Event) -> None:
        """Post changes until `close`; sets `ready` once no further change can be missed. Runs in a thread of its own."""
        ...

    def close(self) -> None:
        """End `watch` soon; may be called from any thread, and more than once."""
        ...


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)
