"""The daemon: watches first, then enumerates, then judges what changes and what is due, until it is told to stop."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from agent.inbox import Inbox, Item, Reload, SourceState
from agent.memory import Books
from agent.notify import Notifier
from agent.scan import needed
from agent.schedule import Moment, due, leap
from agent.sources.base import Blind, Change, Source
from agent.spool import Header
from agent.store import HEARTBEAT
from agent.uplink import Backoff
from agent.watch import Watcher
from agent.work import Setup, Worker, gap_until
from checks.catalog import BoundRule
from policies.strict_yaml import ConfigError
from policies.vocabulary import Text

log = logging.getLogger(__name__)

BEAT_SECONDS = 60.0
"""How often an idle daemon wakes to say that it lives."""
SETTLE_SECONDS = 10.0
"""How long a start waits for the watches; a source that takes longer is enumerated again once it is ready."""
TAKEN_BETWEEN = 8
"""Changes judged between two subjects of an enumeration: whoever writes files without end must not keep it from its end."""
GLANCE_SECONDS = 0.005
"""How often it is looked at most whether something changed while a source reads much of which nothing is to be told."""
LONG = "documents"
"""The one source whose enumeration takes long: another's may come in the middle of it."""
STOP_SECONDS = 1.5
WHOLE = ""
"""The name of the whole scan among the checks of the schedule."""
NOT_RUNNING = Text("监控程序未运行", "the agent was not running")
DAMAGED = Text("状态文件已损坏，此前未上报的记录丢失", "the state file was damaged; what it held unreported is lost")
SLEPT = Text("计算机曾休眠", "the computer slept")
CLOCK_SET = Text("系统时钟被调整", "the clock was set")


class EndedError(Exception):
    """The daemon is to end: what is under way is left where it is."""


class Reporter(Protocol):
    """What carries reports away (see `agent.uplink`)."""

    def start(self) -> None:
        """Begin."""
        ...

    def wake(self) -> None:
        """There is something to tell."""
        ...

    def stop(self, timeout: float) -> bool:
        """End; False where that takes longer than `timeout` seconds."""
        ...


class Daemon:
    """Keeps the ledger true. `configure` reads policy and computer anew; it raises ValueError or OSError. `tidy` is called when a
    scan has ended: what it took may be given back.
    """

    def __init__(
        self,
        memory: Books,
        sources: Mapping[str, Source],
        configure: Callable[[], Setup],
        moment: Callable[[], Moment],
        notifier: Notifier,
        *,
        inbox: Inbox | None = None,
        retry: Backoff | None = None,
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        self.inbox = inbox or Inbox()
        self._memory = memory
        self._configure = configure
        self._moment = moment
        self._notifier = notifier
        self._tidy = tidy
        self.changed_sources = False
        """It ended because a new configuration needs other sources: whoever made it should make another."""
        self._stop = threading.Event()
        self._uplink: Reporter | None = None
        self._worker = Worker(memory, sources, configure(), self._now, go_on=self._go_on, pause=self._pause)
        pause = (retry or Backoff(cap=300.0)).after
        self._watchers = {name: Watcher(source, self.inbox, self._now, pause) for name, source in sources.items()}
        self._states: dict[str, SourceState] = {}
        self._rescan: set[str] = set()
        self._reload = False
        self._ran: dict[str, datetime] = {}
        self._last = moment()
        self._beat = min(BEAT_SECONDS, (notifier.watchdog_seconds or 2 * BEAT_SECONDS) / 2)
        self._beaten_at: float | None = None
        self._glanced_at = 0.0
        self._aside = False

    @property
    def header(self) -> Header:
        """What stands on a report that is sealed now."""
        return self._worker.setup.header

    def attach(self, uplink: Reporter) -> None:
        """Report through this uplink; call it before `run`. Without one, reports wait to be carried by hand."""
        self._uplink = uplink

    def stop(self) -> None:
        """End soon; from any thread."""
        self._stop.set()
        self.inbox.close()
        for watcher in self._watchers.values():
            watcher.close()

    def reload(self) -> None:
        """Read the configuration again soon; from any thread."""
        self.inbox.post(Reload())

    def glance(self, *, aside: bool = False) -> None:
        """See to what changed, where it is time again. For a source to call between two of many things that it tells as one.

        `aside`: it is in the middle of one that takes long, and cannot be asked for another. Raises EndedError then, where the
        daemon is to end.
        """
        if aside and self._stop.is_set():
            raise EndedError
        if time.monotonic() - self._glanced_at < GLANCE_SECONDS:
            return
        before, self._aside = self._aside, self._aside or aside
        try:
            self._go_on()
        finally:
            self._aside = before

    def run(self) -> int:
        """Work until `stop`; answers the exit code."""
        self._begin()
        with suppress(EndedError):
            while not self._stop.is_set():
                self._turn()
        self._end()
        return 0

    def _begin(self) -> None:
        self._worker.persist(self._note_absence)
        for watcher in self._watchers.values():
            watcher.start()
        deadline = time.monotonic() + SETTLE_SECONDS
        for watcher in self._watchers.values():
            watcher.settled.wait(max(0.0, deadline - time.monotonic()))
        if self._uplink is not None:
            self._uplink.start()
        self._notifier.ready("首次检查中 / first scan under way")
        self._note_policy()

    def _note_absence(self) -> None:
        """Between the last beat and now nobody looked; and what a damaged state file held is gone."""
        store, now = self._memory.store, self._now()
        with store.transaction():
            if (beat := store.recall(HEARTBEAT)) is not None:
                self._memory.notes.blind(gap_until(now, "agent", datetime.fromisoformat(beat), NOT_RUNNING))
            if store.recall("damaged"):
                self._memory.notes.blind(gap_until(now, "agent", now, DAMAGED))
                store.remember("damaged", None)
            store.remember("started", now)
            store.remember(HEARTBEAT, now)
            store.remember("sources", {})

    def _turn(self) -> None:
        """One round: what was asked for, what must be enumerated again, what is due, then one item or a sleep."""
        self._pulse()
        if self._reload:
            self._reload = False
            self._configure_again()
        if self._rescan:
            self._enumerate(self._rescan.pop())
        wait = self._run_due()
        if not self._rescan and (item := self.inbox.get(wait)) is not None:
            self._handle(item)

    def _enumerate(self, name: str, checks: tuple[str, ...] | None = None) -> None:
        self._worker.enumerate(name, checks=checks)
        self._wake_uplink()

    def _run_due(self) -> float:
        """Run what is due; answers how long to sleep then at most, in seconds."""
        rules = self._worker.setup.engine.rules
        every = _periods(rules) | {WHOLE: self._worker.setup.whole_every}
        plan = due(self._ran, every, self._now())
        if not plan.now:
            rest = (self._beaten_at or 0.0) + self._beat - time.monotonic()
            return max(0.05, rest if plan.wait is None else min(rest, plan.wait.total_seconds()))
        if WHOLE in plan.now:
            finished = self._worker.scan(self._note_run)
            self._tidy()
            ran: tuple[str, ...] = (WHOLE,)
        else:
            finished = all(self._worker.enumerate(name, checks=plan.now) for name in self._sources_of(plan.now))
            ran = plan.now
        if finished:
            self._ran |= dict.fromkeys(ran, self._now())
            self._wake_uplink()
        return 0.0

    def _run_due_aside(self) -> None:
        """What is due again does not wait for the end of an enumeration that takes long, where it is about other things."""
        busy = {LONG, *self._worker.under_way}
        again = (rule for rule in self._worker.setup.engine.rules if rule.check.id in self._ran)
        ready = due(self._ran, _periods(rule for rule in again if busy.isdisjoint(needed([rule]))), self._now()).now
        for name in self._sources_of(ready):
            self._enumerate(name, ready)
        self._ran |= dict.fromkeys(ready, self._now())

    def _note_run(self, name: str) -> None:
        """All checks of a source have run, the first of others in a scan."""
        rules = self._worker.setup.engine.rules
        self._ran |= dict.fromkeys((rule.check.id for rule in rules if needed([rule]) == [name]), self._now())

    def _sources_of(self, checks: tuple[str, ...]) -> list[str]:
        return needed(rule for rule in self._worker.setup.engine.rules if rule.check.id in checks)

    def _handle(self, item: Item) -> None:
        """Never enumerates by itself: it is also called in the middle of an enumeration."""
        match item:
            case Change(source="register"):
                self._reload = True
            case Change(key=""):
                self._rescan.add(item.source)
            case Change():
                if self._worker.take(item):
                    self._wake_uplink()
            case Blind():
                self._worker.blind(item.source, item.began_at, item.reason)
                self._rescan.add(item.source)
            case SourceState():
                self._note_source(item)
            case Reload():
                self._reload = True

    def _go_on(self) -> bool:
        """Between two subjects: what changes meanwhile does not wait for the end of an enumeration, nor hold it up for ever."""
        beats = self._pulse()
        for _ in range(TAKEN_BETWEEN):
            if self._stop.is_set() or (item := self.inbox.get(0.0, but=LONG if self._aside else "")) is None:
                break
            self._handle(item)
            beats |= self._pulse()
        if beats:
            self._run_due_aside()
        for name in self._rescan - {LONG, *self._worker.under_way}:
            self._rescan.discard(name)
            self._enumerate(name)
        self._glanced_at = time.monotonic()
        return not self._stop.is_set()

    def _pause(self, seconds: float) -> bool:
        """Sleep, and still say that the daemon lives: waiting for room on the disk is no hang."""
        deadline = time.monotonic() + seconds
        while (rest := deadline - time.monotonic()) > 0 and not self._stop.wait(min(rest, self._beat)):
            self._notifier.alive(self._status())
        return not self._stop.is_set()

    def _pulse(self) -> bool:
        """At most once a beat: remember that the daemon lived, tell systemd, look whether the clocks leapt.

        Answers whether it was time.
        """
        at = time.monotonic()
        if self._beaten_at is not None and at - self._beaten_at < self._beat:
            return False
        self._beaten_at = at
        self._look_at_clocks()
        self._notifier.alive(self._status())
        try:
            self._remember(HEARTBEAT, self._now())
            self._worker.trouble = ""
            if self._uplink is not None and self._memory.waiting():  # a scan by hand leaves its report to the daemon
                self._uplink.wake()
        except sqlite3.OperationalError as error:
            self._worker.trouble = str(error)
        return True

    def _look_at_clocks(self) -> None:
        before, self._last = self._last, self._moment()
        found = leap(before, self._last)
        if not found:
            return
        slept = found.slept > abs(found.moved)
        began = self._last.wall - max(found.slept, timedelta()) if slept else before.wall
        for name in self._watchers:
            self._worker.blind(name, began, SLEPT if slept else CLOCK_SET)
            self._rescan.add(name)

    def _configure_again(self) -> None:
        """A configuration that cannot be taken is refused and told; the old one stays in force."""
        try:
            new = self._configure()
        except (ValueError, OSError) as error:
            self._refuse_configuration(error)
        else:
            self.changed_sources = new.sources != self._worker.setup.sources
            if self.changed_sources:
                self.stop()
                return
            self._worker.setup = new
            self._ran.clear()
            self._note_policy()
        self._wake_uplink()

    def _refuse_configuration(self, error: ValueError | OSError) -> None:
        log.error("the configuration is refused, the old one stays: %s", error)
        why = error.text if isinstance(error, ConfigError) else Text(str(error), str(error))
        reason = Text(f"新配置被拒绝，沿用旧配置：{why.zh}", f"the new configuration is refused, the old one stays: {why.en}")
        self._worker.blind("policy", self._now(), reason)
        self._worker.persist(lambda: self._remember("configuration_error", {"zh": reason.zh, "en": reason.en}))

    def _note_policy(self) -> None:
        policy, register = self.header.policy, self._worker.setup.engine.computer.register
        self._worker.persist(lambda: self._remember("policy", policy))
        self._worker.persist(lambda: self._remember("register", register and register.issue))
        self._worker.persist(lambda: self._remember("configuration_error", None))

    def _note_source(self, state: SourceState) -> None:
        if self._states.get(state.source) == state:
            return
        self._states[state.source] = state
        self._worker.persist(lambda: self._remember("sources", self._states))

    def _remember(self, key: str, value: object) -> None:
        with self._memory.store.transaction():
            self._memory.store.remember(key, value)

    def _wake_uplink(self) -> None:
        if self._uplink is not None:
            self._uplink.wake()

    def _status(self) -> str:
        if self._worker.trouble:
            return f"无法写入状态文件 / the state file cannot be written: {self._worker.trouble}"
        blind = sorted(name for name, state in self._states.items() if not state.watching)
        return f"部分未监视 / not watching: {', '.join(blind)}" if blind else "监视中 / watching"

    def _now(self) -> datetime:
        return self._moment().wall

    def _end(self) -> None:
        """Everything is on disk already; what is left is to be tidy within the time."""
        if not self.changed_sources:  # whoever begins anew goes on: systemd kills what lives on after this word
            self._notifier.stopping()
        deadline = time.monotonic() + STOP_SECONDS
        idle = self._uplink is None or self._uplink.stop(max(0.0, deadline - time.monotonic()))
        ended = [watcher.join(max(0.0, deadline - time.monotonic())) for watcher in self._watchers.values()]
        try:
            self._remember(HEARTBEAT, self._now())
        except sqlite3.OperationalError as error:
            log.error("the last heartbeat could not be written: %s", error)
        if idle and all(ended):
            self._memory.store.close()


def _periods(rules: Iterable[BoundRule]) -> dict[str, timedelta]:
    return {rule.check.id: rule.every for rule in rules}


def read_clocks(wall: Callable[[], datetime]) -> Moment:
    """The three clocks now."""
    return Moment(wall(), time.clock_gettime(time.CLOCK_MONOTONIC), time.clock_gettime(time.CLOCK_BOOTTIME))
