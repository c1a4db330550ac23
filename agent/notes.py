"""Scans, gaps and sightings that nobody has been told of yet: few and small, joined where they say the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from agent.pending import FULL, ROW_BYTES, Limits, Pending, stamp
from agent.store import Store
from policies.report import Gap, Scan, Sighting

SCANS = "scan"
"""The name under which scans that were not told by themselves are counted in `Merged`."""
WHOLE_SCAN = "whole_scan"
"""Remembered in the store: when the last scan of everything was finished."""

Note = TypeVar("Note", Scan, Gap, Sighting)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBatch:
    """The notes that go into one report."""

    scans: tuple[Scan, ...] = ()
    gaps: tuple[Gap, ...] = ()
    sightings: tuple[Sighting, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.scans or self.gaps or self.sightings)


class Notes:
    """What is to be told beside the findings. Each method is a transaction, or part of the one that it is called in."""

    def __init__(self, store: Store, pending: Pending, limits: Limits) -> None:
        self._store = store
        self._pending = pending
        self._limits = limits

    def scanned(self, scan: Scan) -> None:
        """A scan was made. The last few are kept, and the last whole one of each quarter (by this computer's time zone)."""
        local = scan.finished_at.astimezone()
        with self._store.transaction():
            self._add("scan", f"{local.year}Q{(local.month + 2) // 3}" if scan.whole else "", scan)
            if scan.whole:
                self._store.remember(WHOLE_SCAN, scan.finished_at)
            self._drop_scans()

    def blind(self, gap: Gap) -> None:
        """A source was blind. Gaps of one source that touch become one, and so do the two oldest where there are too many."""
        with self._store.transaction():
            rows = self._rows("gap", gap.source, Gap)
            if rows and gap.began_at <= rows[-1][1].ended_at:
                self._set(rows[-1][0], _wider(rows[-1][1], gap))
            else:
                self._add("gap", gap.source, gap)
                self._join_oldest(gap.source)

    def sighted(self, sighting: Sighting) -> None:
        """A registered medium was seen: one note for each medium."""
        with self._store.transaction():
            for row, known in self._rows("sighting", sighting.number, Sighting):
                first, last = min(known.first_at, sighting.first_at), max(known.last_at, sighting.last_at)
                self._set(row, replace(known, first_at=first, last_at=last))
                return
            self._add("sighting", sighting.number, sighting)

    def gaps(self) -> tuple[Gap, ...]:
        """The gaps that are still to be told."""
        rows = self._store.rows("SELECT body FROM pending_notes WHERE kind = 'gap' ORDER BY id")
        return tuple(msgspec.json.decode(body, type=Gap) for (body,) in rows)

    def count(self) -> int:
        """How many notes are pending."""
        count: int = self._store.value("SELECT COUNT(*) FROM pending_notes")
        return count

    def take(self) -> NoteBatch:
        """Remove all notes. Call it in the transaction that seals the report."""
        return NoteBatch(scans=self._take("scan", Scan), gaps=self._take("gap", Gap), sightings=self._take("sighting", Sighting))

    def _take(self, kind: str, shape: type[Note]) -> tuple[Note, ...]:
        rows = self._store.rows("SELECT body FROM pending_notes WHERE kind = ? ORDER BY id", (kind,))
        self._store.execute("DELETE FROM pending_notes WHERE kind = ?", (kind,))
        return tuple(msgspec.json.decode(body, type=shape) for (body,) in rows)

    def _rows(self, kind: str, key: str, shape: type[Note]) -> list[tuple[int, Note]]:
        rows = self._store.rows("SELECT id, body FROM pending_notes WHERE kind = ? AND key = ? ORDER BY id", (kind, key))
        return [(row, msgspec.json.decode(body, type=shape)) for row, body in rows]

    def _add(self, kind: str, key: str, note: Scan | Gap | Sighting) -> None:
        body = msgspec.json.encode(note)
        values = (kind, key, body, len(body) + ROW_BYTES)
        self._store.execute("INSERT INTO pending_notes (kind, key, body, size) VALUES (?, ?, ?, ?)", values)

    def _set(self, row: int, note: Gap | Sighting) -> None:
        body = msgspec.json.encode(note)
        self._store.execute("UPDATE pending_notes SET body = ?, size = ? WHERE id = ?", (body, len(body) + ROW_BYTES, row))

    def _delete(self, row: int) -> None:
        self._store.execute("DELETE FROM pending_notes WHERE id = ?", (row,))

    def _join_oldest(self, source: str) -> None:
        rows = self._rows("gap", source, Gap)
        if len(rows) > self._limits.gaps:
            (first, oldest), (second, next_oldest) = rows[:2]
            self._delete(first)
            self._set(second, _wider(oldest, next_oldest))

    def _drop_scans(self) -> None:
        rows = self._store.rows("SELECT id, key, body FROM pending_notes WHERE kind = 'scan' ORDER BY id")
        last_whole = {key: row for row, key, _ in rows if key}
        for row, _, body in rows[: -self._limits.scans]:
            if row not in last_whole.values():
                at = stamp(msgspec.json.decode(body, type=Scan).finished_at)
                self._pending.count(SCANS, 1, at, at)
                self._delete(row)


def _wider(first: Gap, second: Gap) -> Gap:
    """One gap over both. Where they do not touch it claims less sight than there was, never more."""
    return replace(first, began_at=min(first.began_at, second.began_at), ended_at=max(first.ended_at, second.ended_at))


def waiting(store: Store, pending: Pending, notes: Notes) -> bool:
    """Whether anything is to be told: changes, what was merged of them, notes, or the whole state."""
    return bool(store.recall(FULL) or pending.size()[0] or notes.count() or pending.merged())
