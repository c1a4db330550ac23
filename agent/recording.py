"""Takes a scan into the ledger as it goes, so that it is reported like what the daemon sees: `agent scan --report`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from agent.engine import Engine, Judgement
from agent.memory import Books
from agent.passports import Passports, is_kept
from agent.scan import Result
from checks.subjects import Subject
from policies.report import Scan


class Recorder:
    """Hears of every judgement of a scan. `whole`: what is open and was not met any more has ended."""

    def __init__(self, memory: Books, engine: Engine, now: Callable[[], datetime], *, whole: bool) -> None:
        self._memory = memory
        self._passports = Passports(memory.store)
        self._engine = engine
        self._now = now
        self._whole = whole
        self._unmet: set[str] = set()
        self._hidden = False

    def begin(self, source: str) -> None:
        """A source is about to be enumerated."""
        self._unmet = self._memory.ledger.scopes(source)
        self._hidden = False

    def take(self, source: str, subject: Subject, judgement: Judgement) -> None:
        """A subject was judged."""
        self._unmet -= self._engine.met(subject, judgement)
        self._hidden = self._hidden or subject.hides_others
        if not self._whole or not is_kept(subject):
            self._memory.ledger.observe(source, judgement.scopes, judgement.findings, self._now())
            return
        with self._memory.store.transaction():
            self._memory.ledger.observe(source, judgement.scopes, judgement.findings, self._now())
            self._passports.note(subject, self._engine.computer.register)

    def end(self, source: str) -> None:
        """The source was enumerated to its end."""
        if self._whole and not self._hidden:
            self._memory.ledger.observe(source, self._unmet, (), self._now())

    def finish(self, result: Result) -> None:
        """The scan is over."""
        scan = Scan(
            started_at=result.started_at,
            finished_at=result.finished_at,
            whole=self._whole,
            checks=result.checks,
            files_seen=result.coverage.files_seen,
            files_read=result.coverage.files_read,
            files_not_assessed=result.coverage.files_not_assessed.total(),
        )
        self._memory.notes.scanned(scan)
