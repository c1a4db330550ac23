"""Findings open on this computer: what opened, what ended. Each change is pending for the collector in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from agent.pending import Pending
from agent.store import Store
from policies.finding import Finding
from policies.vocabulary import Kind, Severity


@dataclass(frozen=True, slots=True)
class Difference:
    """What an observation changed. `opened` holds changed findings too."""

    opened: tuple[Finding, ...] = ()
    ended: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.ended)


class Ledger:
    """The open findings, kept in the state file."""

    def __init__(self, store: Store, pending: Pending) -> None:
        self._store = store
        self._pending = pending
        self._open_scopes: set[str] = set()
        self._read_at = -1

    def observe(self, source: str, scopes: Collection[str], findings: Iterable[Finding], now: datetime) -> Difference:
        """Take in what was judged: a state of these scopes that is not among the findings has ended. An incident stays.

        Raises sqlite3.OperationalError where nothing could be written; then nothing has changed.
        """
        seen = {finding.fingerprint: finding for finding in findings}
        if not seen and self._scopes().isdisjoint(scopes):
            return Difference()  # nearly every subject of a scan: nothing is wrong with it, and nothing was
        with self._store.transaction():
            opened = tuple(f for finding in seen.values() if (f := self._take_in(source, finding)) is not None)
            gone = [f for scope in scopes for f in self._states(scope) if f.fingerprint not in seen]
            self._end(gone, now)
        return Difference(opened, tuple(gone))

    def scopes(self, source: str, checks: Collection[str] | None = None) -> set[str]:
        """The scopes of a source's open states (of these checks). Those left unseen by a whole enumeration have ended: `observe`
        them without findings."""
        rows = self._store.rows("SELECT scope, check_id FROM open_findings WHERE source = ? AND incident = 0", (source,))
        return {scope for scope, check in rows if checks is None or check in checks}

    def open_findings(self) -> Iterator[Finding]:
        """All that is open, in the order of the fingerprints, read piece by piece."""
        return map(decode, self.bodies())

    def bodies(self, page: int = 500) -> Iterator[bytes]:
        """The same as JSON, read in pages so that a large ledger does not fill the memory."""
        query = "SELECT fingerprint, body FROM open_findings WHERE fingerprint > ? ORDER BY fingerprint LIMIT ?"
        last = ""
        while rows := self._store.rows(query, (last, page)):
            last = rows[-1][0]
            for _, body in rows:
                yield body

    def counts(self) -> dict[Severity, int]:
        """How many findings are open that no exemption excuses, by severity."""
        rows = dict(self._store.rows("SELECT severity, COUNT(*) FROM open_findings WHERE exempt = 0 GROUP BY severity"))
        return {severity: rows.get(severity.value, 0) for severity in Severity}

    def exempted(self) -> int:
        """How many open findings are excused."""
        count: int = self._store.value("SELECT COUNT(*) FROM open_findings WHERE exempt = 1")
        return count

    def _take_in(self, source: str, finding: Finding) -> Finding | None:
        """The finding as it is now kept, or None where nothing about it is new."""
        body = self._store.value("SELECT body FROM open_findings WHERE fingerprint = ?", (finding.fingerprint,))
        known = None if body is None else decode(body)
        if known is not None:
            if _is_over_as_known(known, finding) if known.kind is Kind.INCIDENT else _says_the_same(known, finding):
                return None
            finding = replace(finding, observed_at=known.observed_at)  # it is open since then
        self._store.execute(
            "INSERT OR REPLACE INTO open_findings VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                finding.fingerprint,
                source,
                finding.check,
                finding.scope,
                finding.kind is Kind.INCIDENT,
                finding.severity.value,
                finding.exemption is not None,
                msgspec.json.encode(finding),
            ),
        )
        self._open_scopes.add(finding.scope)
        self._pending.opened(finding)
        return finding

    def _scopes(self) -> set[str]:
        """The scopes in which something may be open; read again where another process has written."""
        version = self._store.foreign_version()
        if version != self._read_at:
            self._open_scopes = {scope for (scope,) in self._store.rows("SELECT DISTINCT scope FROM open_findings")}
            self._read_at = version
        return self._open_scopes

    def _states(self, scope: str) -> list[Finding]:
        rows = self._store.rows("SELECT body FROM open_findings WHERE scope = ? AND incident = 0", (scope,))
        return [decode(body) for (body,) in rows]

    def _end(self, gone: Iterable[Finding], now: datetime) -> None:
        for finding in gone:
            self._store.execute("DELETE FROM open_findings WHERE fingerprint = ?", (finding.fingerprint,))
            self._pending.ended(finding, now)


def decode(body: bytes) -> Finding:
    """A finding as it is kept."""
    return msgspec.json.decode(body, type=Finding)


def _is_over_as_known(known: Finding, new: Finding) -> bool:
    """An incident stays as it was told, but for its end (`ended_at` in the evidence), which may come later."""
    return new.evidence.get("ended_at") in (None, known.evidence.get("ended_at"))


def _says_the_same(known: Finding, new: Finding) -> bool:
    """Evidence is left out: figures in it may differ at every look, and what they mean stands in the message and severity."""
    return all(
        getattr(known, name) == getattr(new, name)
        for name in ("check", "severity", "subject", "message", "clauses", "scope", "exemption")
    )
