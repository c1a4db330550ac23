"""How much of the computer's files a scan has seen and read: what was not read is counted, never left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypedDict

from policies.vocabulary import Unread

MOST_LISTED = 1000
"""So many files that were not read in full are named; all are counted."""


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file (or a folder that cannot be listed) of which not all is known."""

    path: str
    reason: Unread


class CoverageFields(TypedDict):
    """The shape that a scan's result prints."""

    files_seen: int
    files_read: int
    files_unchanged: int
    bytes_read: int
    files_not_assessed: dict[str, int]


@dataclass(slots=True, kw_only=True)
class Coverage:
    """Counts of one scan, filled while it runs.

    `files_seen` = `files_read` (now) + `files_unchanged` (since they were read) + those not opened (no permission, too large).
    `bytes_read`: bytes of the files read now. `files_not_assessed`: every file not read in full, now or when it was last read;
    a folder that cannot be listed counts as one file without permission. `unread`: the first of them, by name.
    """

    files_seen: int = 0
    files_read: int = 0
    files_unchanged: int = 0
    bytes_read: int = 0
    files_not_assessed: Counter[Unread] = field(default_factory=Counter)
    unread: list[UnreadFile] = field(default_factory=list)

    def not_read(self, path: str, reason: Unread) -> None:
        """Count a document that was not read in full."""
        self.files_not_assessed[reason] += 1
        if len(self.unread) < MOST_LISTED:
            self.unread.append(UnreadFile(path, reason))

    def fields(self) -> CoverageFields:
        """The counts with every reason named, as they are printed."""
        return CoverageFields(
            files_seen=self.files_seen,
            files_read=self.files_read,
            files_unchanged=self.files_unchanged,
            bytes_read=self.bytes_read,
            files_not_assessed={reason.value: self.files_not_assessed[reason] for reason in Unread},
        )
