"""The daemon's work: reads what changed, judges it, and takes the judgement into the ledger. One thread does it all."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from agent.coverage import Coverage
from agent.engine import Engine, Judgement, unavailable
from agent.facts import SUBJECTS
from agent.memory import Books
from agent.passports import Passports, is_kept
from agent.scan import needed
from agent.sources.base import Change, Source, SourceUnavailable
from agent.spool import Header
from agent.tally import Tally
from checks.subjects import Device, Subject
from policies.mistakes import system_reason
from policies.report import Gap, Scan, Sighting
from policies.vocabulary import Text

log = logging.getLogger(__name__)

T = TypeVar("T")

NO_SOURCE = Text("本机不读取这类信息", "this is not read on this computer")
REMEMBERED = 4096
"""Changes during an enumeration that are kept in mind: more than can be taken while a file waits to be told of."""
FIRST_RETRY = 1.0
LONGEST_RETRY = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the configuration gives: the engine, what stands on reports, how often everything is looked at."""

    engine: Engine
    header: Header
    whole_every: timedelta = timedelta(days=1)
    coverage: Coverage = field(default_factory=Coverage)
    """The counts that the document source adds to."""
    sources: object = None
    """What the sources were made with, to compare: other settings need other sources."""


class _Round:
    """An enumeration under way.

    `unseen`: scopes of open states that neither it nor a change meanwhile has come upon; `hidden`: it came upon something behind
    which others may be hidden: then nothing has ended.
    """

    def __init__(self, unseen: set[str]) -> None:
        self.unseen = unseen
        self.hidden = False
        self._changed: dict[str, None] = {}

    def note_change(self, key: str) -> None:
        """A thing was judged by itself, as it is now."""
        self._changed.pop(key, None)
        self._changed[key] = None
        if len(self._changed) > REMEMBERED:
            del self._changed[next(iter(self._changed))]

    def has_newer(self, key: str) -> bool:
        """Whether a thing has changed and was judged meanwhile: what is told of it now may have been read before that."""
        return key in self._changed


class Worker:
    """Judges and records. `go_on` is asked between two subjects, `pause` sleeps some seconds; both answer False at the end."""

    def __init__(
        self,
        memory: Books,
        sources: Mapping[str, Source],
        setup: Setup,
        now: Callable[[], datetime],
        *,
        go_on: Callable[[], bool],
        pause: Callable[[float], bool],
    ) -> None:
        self.setup = setup
        self.trouble = ""
        """Why nothing can be written just now, "" where all is well."""
        self._memory = memory
        self._passports = Passports(memory.store)
        self._sources = sources
        self._now = now
        self._go_on = go_on
        self._pause = pause
        self._rounds: dict[str, _Round] = {}

    @property
    def under_way(self) -> Collection[str]:
        """The sources that are being enumerated."""
        return self._rounds.keys()

    def take(self, change: Change) -> bool:
        """Judge one thing that changed. Answers whether there is something to tell."""
        subject = change.subject
        if subject is None:
            try:
                subject = self._sources[change.source].read(change.key)
            except (SourceUnavailable, OSError):
                return False  # what was open stays open; the next scan tells that it could not be assessed
        if (under_way := self._rounds.get(change.source)) is not None:
            under_way.note_change(change.key)
        return self._end(change) if subject is None else self._judge(change.source, subject)

    def _end(self, change: Change) -> bool:
        """The thing is gone."""
        engine = self.setup.engine
        gone = {engine.scope(rule.check.id, change.key) for rule in engine.rules}
        return bool(self.persist(lambda: self._memory.ledger.observe(change.source, gone, (), self._now())))

    def scan(self, ended: Callable[[str], None] = lambda name: None) -> bool:
        """Enumerate every source by every rule and record that as a whole scan; `ended` is told of each source that is through.
        False where the end came before.
        """
        started, before = self._now(), _counts(self.setup.coverage)
        tally = Tally(self.setup.engine.rules)
        for name in needed(self.setup.engine.rules):
            if not self.enumerate(name, tally, sight=True):
                return False
            ended(name)
        seen, read, unread = (after - count for after, count in zip(_counts(self.setup.coverage), before, strict=True))
        scan = Scan(
            started_at=started,
            finished_at=max(started, self._now()),
            whole=True,
            checks=tally.results(),
            files_seen=seen,
            files_read=read,
            files_not_assessed=unread,
        )
        self.persist(lambda: self._memory.notes.scanned(scan))
        return True

    def enumerate(
        self, name: str, tally: Tally | None = None, checks: Collection[str] | None = None, sight: bool = False
    ) -> bool:
        """Judge all that a source knows (by some checks); what was open and is not there any more ends. False: the end came.

        `go_on` may have another source enumerated in the middle of this one, never the same.
        """
        tally = tally or Tally(self.setup.engine.rules)
        if name not in self._sources:
            tally.add(unavailable(self.setup.engine.rules, SUBJECTS[name], NO_SOURCE))
            return True
        under_way = self._rounds[name] = _Round(self._memory.ledger.scopes(name, checks))
        try:
            for subject in self._sources[name].present():
                judgement = self.setup.engine.judge(subject, self._now(), checks)
                tally.add(judgement.outcomes)
                if not under_way.has_newer(subject.key):
                    self._record(name, subject, judgement, sight=sight, whole=checks is None)
                if not self._go_on():
                    return False
        except (SourceUnavailable, OSError) as error:
            tally.add(unavailable(self.setup.engine.rules, SUBJECTS[name], _why(error)))
            return True
        finally:
            del self._rounds[name]
        if not under_way.hidden:
            self.persist(lambda: self._memory.ledger.observe(name, under_way.unseen, (), self._now()))
        return True

    def blind(self, source: str, began_at: datetime, reason: Text) -> None:
        """A source saw nothing from a time until now."""
        gap = gap_until(self._now(), source, began_at, reason)
        self.persist(lambda: self._memory.notes.blind(gap))

    def persist(self, write: Callable[[], T]) -> T | None:
        """Write, and where the disk is full or the file is held, try again until it works. None where the end came before."""
        wait = FIRST_RETRY
        while True:
            try:
                written = write()
            except sqlite3.OperationalError as error:
                if not self.trouble:
                    log.error("the state file cannot be written, trying again: %s", error)
                self.trouble = str(error)
                if not self._pause(wait):
                    return None
                wait = min(wait * 2, LONGEST_RETRY)
            else:
                if self.trouble:
                    log.warning("the state file can be written again")
                self.trouble = ""
                return written

    def _judge(self, source: str, subject: Subject) -> bool:
        return self._record(source, subject, self.setup.engine.judge(subject, self._now()), sight=True, whole=True)

    def _record(self, source: str, subject: Subject, judgement: Judgement, *, sight: bool, whole: bool) -> bool:
        """`whole`: every check has judged it, so that what they compare it with may be forgotten for what it is now."""
        if (under_way := self._rounds.get(source)) is not None:
            under_way.unseen -= self.setup.engine.met(subject, judgement)
            under_way.hidden = under_way.hidden or subject.hides_others
        sighting = self._sighting(subject) if sight else None
        kept = subject if whole and is_kept(subject) else None
        return bool(self.persist(lambda: self._write(source, kept, judgement, sighting)))

    def _write(self, source: str, kept: Subject | None, judgement: Judgement, sighting: Sighting | None) -> bool:
        if sighting is None and kept is None:
            return bool(self._memory.ledger.observe(source, judgement.scopes, judgement.findings, self._now()))
        with self._memory.store.transaction():
            found = self._memory.ledger.observe(source, judgement.scopes, judgement.findings, self._now())
            if kept is not None:
                self._passports.note(kept, self.setup.engine.computer.register)
            if sighting is not None:
                self._memory.notes.sighted(sighting)
        return bool(found) or sighting is not None

    def _sighting(self, subject: Subject) -> Sighting | None:
        """That a registered medium was plugged in: the register and the world are compared at the collector."""
        register = self.setup.engine.computer.register
        if not isinstance(subject, Device) or register is None:
            return None
        medium = register.find(subject.vendor_id, subject.product_id, subject.serial)
        at = subject.observed_at
        return None if medium is None else Sighting(number=medium.number, first_at=at, last_at=at)


def gap_until(now: datetime, source: str, began_at: datetime, reason: Text) -> Gap:
    """A gap that ends now. Where the clock was set back meanwhile, it still spans both times."""
    return Gap(source=source, began_at=min(began_at, now), ended_at=max(began_at, now), reason=reason)


def _why(error: SourceUnavailable | OSError) -> Text:
    """The message of an OSError may hold the path of a classified file: only what went wrong is told."""
    if isinstance(error, SourceUnavailable):
        return error.reason
    reason = system_reason(error)
    return Text(f"读取失败：{reason.zh}", f"reading failed: {reason.en}")


def _counts(coverage: Coverage) -> tuple[int, int, int]:
    return coverage.files_seen, coverage.files_read, coverage.files_not_assessed.total()
