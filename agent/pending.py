"""Changes that nobody has been told of yet, joined by what they are about while the collector is away, within a limit.

Beyond the limit the oldest changes of states are folded into a count, and the next report tells the whole open state instead.
Incidents are folded last. Every change that is not told by itself is counted in `Merged`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from agent.store import Store
from policies.finding import Finding
from policies.report import Ended, Merged
from policies.vocabulary import Kind

FULL = "full"
"""Remembered in the store: the next report must tell the whole open state."""
ROW_BYTES = 200
"""What a row takes beside its body, indexes included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large the outbox may grow. Bytes are of unpacked JSON, `kept_bytes` of sealed envelopes."""

    pending_bytes: int = 64 << 20
    pending_rows: int = 100_000
    scans: int = 20
    gaps: int = 200
    report_findings: int = 2_000
    report_bytes: int = 8 << 20
    full_findings: int = 20_000
    full_bytes: int = 16 << 20
    kept_bytes: int = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The changes that go into one report."""

    opened: tuple[Finding, ...] = ()
    ended: tuple[Ended, ...] = ()
    merged: tuple[Merged, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.ended or self.merged)


class Pending:
    """The changes to tell. Each method is a transaction, or part of the one that it is called in."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits

    def opened(self, finding: Finding) -> None:
        """A finding is new, or not what it was."""
        body = msgspec.json.encode(finding)
        with self._store.transaction():
            known = self._row(finding.fingerprint)
            if known is not None:
                at, ended_at, opening = known
                self.count(finding.check, _changes(opening, ended_at), ended_at or at, stamp(finding.observed_at))
            self._put(finding.fingerprint, finding, finding.observed_at, body, None)
            self._fold()

    def ended(self, finding: Finding, at: datetime) -> None:
        """A state is no longer true. An opening that is still pending stays with it; it ends no earlier than it began."""
        at = max(at, finding.observed_at)
        with self._store.transaction():
            known = self._row(finding.fingerprint)
            self._put(finding.fingerprint, finding, at, known[2] if known else None, at)
            self._fold()

    def size(self) -> tuple[int, int]:
        """Rows and bytes that are pending."""
        rows, size = self._store.rows("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM pending_findings")[0]
        return rows, size

    def merged(self) -> tuple[Merged, ...]:
        """What was counted instead of being kept."""
        rows = self._store.rows("SELECT * FROM merged ORDER BY check_id")
        return tuple(Merged(check=c, count=n, first_at=from_stamp(first), last_at=from_stamp(last)) for c, n, first, last in rows)

    def take(self) -> Batch:
        """Remove the oldest findings that fit one report, and all the rest. Call it in the transaction that seals the report."""
        findings = self._take_findings()
        batch = Batch(
            opened=tuple(msgspec.json.decode(body, type=Finding) for _, body, _ in findings if body is not None),
            ended=tuple(Ended(fingerprint=name, ended_at=from_stamp(end)) for name, _, end in findings if end is not None),
            merged=self.merged(),
        )
        self._store.execute("DELETE FROM merged")
        return batch

    def settle(self) -> tuple[Ended, ...]:
        """For a report of the whole open state: drop the openings that it tells anyway, and remove the ends that belong in it."""
        self._store.execute("DELETE FROM pending_findings WHERE ended_at IS NULL")
        query = "SELECT fingerprint, ended_at FROM pending_findings WHERE finding IS NULL"
        ended = tuple(Ended(fingerprint=name, ended_at=from_stamp(end)) for name, end in self._store.rows(query))
        self._store.execute("DELETE FROM pending_findings WHERE finding IS NULL")
        return ended

    def _row(self, fingerprint: str) -> tuple[str, str | None, bytes | None] | None:
        rows = self._store.rows("SELECT at, ended_at, finding FROM pending_findings WHERE fingerprint = ?", (fingerprint,))
        return rows[0] if rows else None

    def _put(self, fingerprint: str, finding: Finding, at: datetime, body: bytes | None, end: datetime | None) -> None:
        self._store.execute(
            """INSERT INTO pending_findings (fingerprint, check_id, incident, at, finding, ended_at, size)
               VALUES (?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (fingerprint) DO UPDATE SET
                   incident = excluded.incident, finding = excluded.finding,
                   ended_at = excluded.ended_at, size = excluded.size""",
            (
                fingerprint,
                finding.check,
                finding.kind is Kind.INCIDENT,
                stamp(at),
                body,
                end and stamp(end),
                len(body or b"") + ROW_BYTES,
            ),
        )

    def count(self, check: str, count: int, first: str, last: str) -> None:
        """Changes of a check that are not told by themselves; `first` and `last` are stamps."""
        self._store.execute(
            """INSERT INTO merged VALUES (?, ?, ?, ?)
               ON CONFLICT (check_id) DO UPDATE SET count = count + excluded.count,
                   first_at = MIN(first_at, excluded.first_at), last_at = MAX(last_at, excluded.last_at)""",
            (check, count, min(first, last), max(first, last)),
        )

    def _fold(self) -> None:
        """Where the limit is passed, fold down to nine tenths of it, so that this is not done for every further change."""
        rows, size = self.size()
        if rows <= self._limits.pending_rows and size <= self._limits.pending_bytes:
            return
        while rows > self._limits.pending_rows * 9 // 10 or size > self._limits.pending_bytes * 9 // 10:
            if not (self._fold_oldest(0, rows // 10 + 1) or self._fold_oldest(1, rows // 10 + 1)):
                return
            rows, size = self.size()

    def _fold_oldest(self, incident: int, most: int) -> bool:
        query = "SELECT id, check_id, at, ended_at, finding FROM pending_findings WHERE incident = ? ORDER BY id LIMIT ?"
        folded = self._store.rows(query, (incident, most))
        for row, check, at, ended_at, opening in folded:
            self.count(check, _changes(opening, ended_at), at, ended_at or at)
            self._store.execute("DELETE FROM pending_findings WHERE id = ?", (row,))
        if folded:
            self._store.remember(FULL, True)
        return bool(folded)

    def _take_findings(self) -> list[tuple[str, bytes | None, str | None]]:
        query = "SELECT id, size, fingerprint, finding, ended_at FROM pending_findings ORDER BY id LIMIT ?"
        taken: list[tuple[str, bytes | None, str | None]] = []
        room, last = self._limits.report_bytes, 0
        for row, size, *change in self._store.rows(query, (self._limits.report_findings,)):
            if taken and size > room:
                break
            room, last = room - size, row
            taken.append((change[0], change[1], change[2]))
        self._store.execute("DELETE FROM pending_findings WHERE id <= ?", (last,))
        return taken


def _changes(opening: bytes | None, ended_at: str | None) -> int:
    """How many changes a row tells: that it opened, that it ended, or both."""
    return (opening is not None) + (ended_at is not None)


def stamp(time: datetime) -> str:
    """A time as it is kept: in UTC and of one length, so that stamps sort as times do."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def from_stamp(text: str) -> datetime:
    """The time of a stamp."""
    return datetime.fromisoformat(text)
