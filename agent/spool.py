"""The durable outbox: changes are numbered and signed only when they are about to leave, and kept until acknowledged.

One transaction takes the changes, gives them the next number and keeps the envelope; so a number is never missing and never
used twice, whenever the program is killed. What the collector cannot get any more is declared lost in a full report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from agent.ledger import Ledger, decode
from agent.notes import NoteBatch, Notes, waiting
from agent.pending import FULL, Batch, Limits, Pending
from agent.store import Store
from policies.finding import Finding
from policies.report import Claim, PolicyName, Report, Signer, encode_envelope, seal, state_digest
from policies.vocabulary import Kind

SEQUENCE = "sequence"
COMPUTER = "computer"
FORSAKE = "forsake"
"""Remembered in the store: at the next full report, envelopes that nobody acknowledged are given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who writes reports: the computer's number, its key, this program's name and version, and the number of the first report."""

    computer: str
    key: Signer
    agent: str
    first: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What stands on every report: what the computer says it is, and which policy judged."""

    claim: Claim
    policy: PolicyName


class Spool:
    """Sealed envelopes, and the sealing of what is pending. `redact` is applied to findings as they leave."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        pending: Pending,
        notes: Notes,
        *,
        author: Author,
        redact: Callable[[Finding], Finding],
        limits: Limits,
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._pending = pending
        self._notes = notes
        self._author = author
        self._redact = redact
        self._limits = limits
        if store.recall(COMPUTER) != author.computer:
            self._begin()

    def seal(self, header: Header, now: datetime) -> int:
        """Seal what is pending, as much as one report holds, or the whole state where that is due. Answers how many envelopes."""
        with self._store.transaction():
            if self._store.recall(FULL):
                return self._seal_whole_state(header, now)
            batch, notes = self._pending.take(), self._notes.take()
            if not (batch or notes):
                return 0
            newest = self._seal(header, now, batch, notes)
            if self._trim() - newest > self._limits.kept_bytes:
                # Nobody acknowledges (reports are carried by hand): from time to time the whole state replaces the old ones.
                self._store.remember(FORSAKE, True)
                self._store.remember(FULL, True)
            return 1

    def next_envelope(self) -> tuple[int, bytes] | None:
        """The oldest envelope that waits to be acknowledged."""
        return next(self.unacknowledged(), None)

    def unacknowledged(self) -> Iterator[tuple[int, bytes]]:
        """The envelopes that wait to be acknowledged, oldest first, read one at a time."""
        query = """SELECT sequence, envelope FROM sealed WHERE acked = 0 AND refused IS NULL AND sequence > ?
                   ORDER BY sequence LIMIT 1"""
        last = 0
        while rows := self._store.rows(query, (last,)):
            last = rows[0][0]
            yield rows[0]

    def acknowledge(self, sequence: int) -> None:
        """The collector has stored an envelope."""
        with self._store.transaction():
            self._store.execute("UPDATE sealed SET acked = 1 WHERE sequence = ?", (sequence,))
            self._trim()
        self._store.shrink()

    def refuse(self, sequence: int, reason: str) -> None:
        """The collector will never store this envelope: its number is declared lost, and the whole state stands in for it."""
        with self._store.transaction():
            self._store.execute("UPDATE sealed SET refused = ? WHERE sequence = ?", (reason, sequence))
            self._store.execute("UPDATE lost SET declared_in = NULL WHERE declared_in = ?", (sequence,))
            self._lose([sequence])

    def resend(self, sequences: Iterable[int]) -> bool:
        """The collector lacks these. Those that are kept wait to be sent again; answers whether others must be declared lost.

        From the first number that is gone, all that are gone are declared at once: a collector asks for few at a time.
        """
        with self._store.transaction():
            last = self.last_sequence()
            asked = [sequence for sequence in sequences if 1 <= sequence <= last]
            gone = [sequence for sequence in asked if not self._send_again(sequence)]
            if not any(not self._declared(sequence) for sequence in gone):
                return False
            kept = {s for (s,) in self._store.rows("SELECT sequence FROM sealed WHERE refused IS NULL")}
            self._lose([s for s in range(min(gone), last + 1) if s not in kept])
            return True

    def ask_full(self) -> bool:
        """The collector wants the whole state. False where a report of it is waiting to be sent already."""
        if self._store.value("SELECT 1 FROM sealed WHERE whole_state = 1 AND acked = 0 AND refused IS NULL"):
            return False
        self._store.remember(FULL, True)
        return True

    def is_full(self, sequence: int) -> bool:
        """Whether the envelope of this number began a report of the whole state."""
        return bool(self._store.value("SELECT whole_state FROM sealed WHERE sequence = ?", (sequence,)))

    def skip_to(self, following: int) -> None:
        """The collector knows higher numbers than this computer does (its state came back from a copy): go on after them."""
        with self._store.transaction():
            if following - 1 > self.last_sequence():
                self._set_sequence(following - 1)
                self._store.remember(FULL, True)

    def last_sequence(self) -> int:
        """The highest number given, 0 for none."""
        return int(self._store.recall(SEQUENCE) or 0)

    def waiting(self) -> bool:
        """Whether anything is to be told."""
        return waiting(self._store, self._pending, self._notes)

    def _begin(self) -> None:
        """First use, or the computer has got another number: no envelope of the old one can be sent any more."""
        with self._store.transaction():
            lost_track = self._store.recall(COMPUTER) is None  # the numbers of a damaged file go on
            for table in ("sealed", "lost", "told"):
                self._store.execute(f"DELETE FROM {table}")  # noqa: S608  own words
            self._set_sequence(max(self._author.first - 1, self._store.watermark() if lost_track else 0))
            self._store.remember(COMPUTER, self._author.computer)
            self._store.remember(FULL, True)

    def _seal_whole_state(self, header: Header, now: datetime) -> int:
        if self._store.recall(FORSAKE):
            self._forsake()
        lost = tuple(s for (s,) in self._store.rows("SELECT sequence FROM lost WHERE declared_in IS NULL ORDER BY sequence"))
        self._store.execute("DELETE FROM told")
        ended = self._pending.settle()
        parts = 0
        for bodies in self._state_parts():
            opened = tuple(decode(body) for body in bodies)
            first = parts == 0
            batch = Batch(opened=opened, ended=ended if first else ())
            self._seal(header, now, batch, NoteBatch(), full=first, lost=lost if first else ())
            parts += 1
        self._store.remember(FULL, None)
        self._trim()
        return parts

    def _forsake(self) -> None:
        """Give up the envelopes that nobody acknowledged, and declare anew what they declared lost."""
        for (sequence,) in self._store.rows("SELECT sequence FROM sealed WHERE acked = 0 AND refused IS NULL"):
            self._store.execute("UPDATE lost SET declared_in = NULL WHERE declared_in = ?", (sequence,))
            self._lose([sequence])
            self._store.execute("DELETE FROM sealed WHERE sequence = ?", (sequence,))
        self._store.remember(FORSAKE, None)

    def _state_parts(self) -> Iterator[list[bytes]]:
        """The whole open state in parts that fit a report; one empty part where nothing is open."""
        part: list[bytes] = []
        size, none = 0, True
        for body in self._ledger.bodies():
            if part and (len(part) == self._limits.full_findings or size + len(body) > self._limits.full_bytes):
                yield part
                part, size, none = [], 0, False
            part.append(body)
            size += len(body)
        if part or none:
            yield part

    def _seal(
        self, header: Header, now: datetime, batch: Batch, notes: NoteBatch, full: bool = False, lost: tuple[int, ...] = ()
    ) -> int:
        """Number, sign and keep one report; answers its bytes."""
        sequence = self.last_sequence() + 1
        report = Report(
            created_at=now,
            agent=self._author.agent,
            claim=header.claim,
            policy=header.policy,
            opened=tuple(self._redact(finding) for finding in batch.opened),
            ended=batch.ended,
            scans=notes.scans,
            gaps=notes.gaps,
            sightings=notes.sightings,
            merged=batch.merged,
            full=full,
            lost=lost,
            digest=self._tell(batch),
        )
        envelope = encode_envelope(
            seal(self._author.key, computer=self._author.computer, sequence=sequence, time=now, report=report)
        )
        self._store.execute(
            "INSERT INTO sealed (sequence, envelope, size, whole_state) VALUES (?, ?, ?, ?)",
            (sequence, envelope, len(envelope), full),
        )
        if full:
            self._store.execute("UPDATE lost SET declared_in = ? WHERE declared_in IS NULL", (sequence,))
        self._set_sequence(sequence)
        return len(envelope)

    def _tell(self, batch: Batch) -> str:
        """Note which states the collector holds open after this report, and give their digest."""
        for finding in batch.opened:
            if finding.kind is Kind.STATE:
                self._store.execute("INSERT OR IGNORE INTO told VALUES (?)", (finding.fingerprint,))
        for ended in batch.ended:
            self._store.execute("DELETE FROM told WHERE fingerprint = ?", (ended.fingerprint,))
        return state_digest(fingerprint for (fingerprint,) in self._store.rows("SELECT fingerprint FROM told"))

    def _send_again(self, sequence: int) -> bool:
        return self._store.execute("UPDATE sealed SET acked = 0 WHERE sequence = ? AND refused IS NULL", (sequence,)) > 0

    def _set_sequence(self, sequence: int) -> None:
        self._store.remember(SEQUENCE, sequence)
        self._store.set_watermark(sequence)

    def _lose(self, sequences: list[int]) -> None:
        for sequence in sequences:
            self._store.execute("INSERT OR REPLACE INTO lost VALUES (?, NULL)", (sequence,))
        if sequences:
            self._store.remember(FULL, True)

    def _declared(self, sequence: int) -> bool:
        """Whether a report that still waits to be sent declares this number lost."""
        query = """SELECT 1 FROM lost JOIN sealed ON sealed.sequence = declared_in
                   WHERE lost.sequence = ? AND acked = 0 AND refused IS NULL"""
        return self._store.value(query, (sequence,)) is not None

    def _trim(self) -> int:
        """Envelopes that were acknowledged or refused make room for others. Answers the bytes that are still kept."""
        total: int = self._store.value("SELECT COALESCE(SUM(size), 0) FROM sealed")
        done = "SELECT sequence, size FROM sealed WHERE acked = 1 OR refused IS NOT NULL ORDER BY sequence"
        for sequence, size in self._store.rows(done):
            if total <= self._limits.kept_bytes:
                break
            self._store.execute("DELETE FROM sealed WHERE sequence = ?", (sequence,))
            total -= size
        return total
