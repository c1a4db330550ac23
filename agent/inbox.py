"""One queue for all that the daemon must look at: equal changes are merged, each source has its share, overflow becomes "rescan".

A change without facts says only "read this again", so two of one key are one. A change with facts is kept in its order: the
thing may be gone by the time it is judged.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass, replace
from itertools import count

from agent.sources.base import Blind, Change
from policies.vocabulary import Text

OVERFLOW = Text("变化过多，队列已满", "more changes than the queue holds")


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source fares: watching, or not, and why."""

    source: str
    watching: bool
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Reload:
    """Somebody asked for the configuration to be read again."""


Item = Change | Blind | SourceState | Reload


class Inbox:
    """Safe to use from several threads. `limit` is how many changes of each source may wait."""

    def __init__(self, limit: int = 4096) -> None:
        self._limit = limit
        self._items: dict[Hashable, Item] = {}
        self._waiting: dict[str, int] = {}
        self._numbers = count()
        self._closed = False
        self._condition = threading.Condition()

    def post(self, item: Item) -> None:
        """Add an item; never blocks for long, never fails. After `close` nothing is taken any more."""
        with self._condition:
            if self._closed:
                return
            if isinstance(item, Change):
                self._add_change(item)
            elif isinstance(item, Blind):
                self._add_blind(item)
            elif isinstance(item, SourceState):
                self._items.pop(("state", item.source), None)  # the newest word counts, and comes last
                self._items["state", item.source] = item
            else:
                self._items["reload"] = item
            self._condition.notify()

    def get(self, timeout: float | None = None, *, but: str = "") -> Item | None:
        """The oldest item that is no change of the source `but`; None where none comes within `timeout` seconds, or the inbox is
        closed."""
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._oldest(but) is not None, timeout)
            if self._closed or (key := self._oldest(but)) is None:
                return None
            item = self._items.pop(key)
            if isinstance(item, Change):
                self._waiting[item.source] -= 1
            return item

    def close(self) -> None:
        """Wake whoever waits; what still lies here is dropped (the next start enumerates everything)."""
        with self._condition:
            self._closed = True
            self._items.clear()
            self._condition.notify_all()

    def __len__(self) -> int:
        with self._condition:
            return len(self._items)

    def _oldest(self, but: str) -> Hashable | None:
        return next((key for key, item in self._items.items() if not (isinstance(item, Change) and item.source == but)), None)

    def _add_change(self, change: Change) -> None:
        key = ("change", change.source, change.key) if change.subject is None else ("facts", next(self._numbers))
        if key in self._items:
            return
        if self._waiting.get(change.source, 0) >= self._limit:
            self._overflow(change)
            return
        self._items[key] = change
        self._waiting[change.source] = self._waiting.get(change.source, 0) + 1

    def _add_blind(self, blind: Blind) -> None:
        """Two of one source are one, from the earlier time on; it keeps its place."""
        known = self._items.get(("blind", blind.source))
        if isinstance(known, Blind):
            blind = replace(known, began_at=min(known.began_at, blind.began_at))
        self._items["blind", blind.source] = blind

    def _overflow(self, change: Change) -> None:
        dropped = {key: item for key, item in self._items.items() if isinstance(item, Change) and item.source == change.source}
        for key in dropped:
            del self._items[key]
        self._waiting[change.source] = 0
        began = min((item.at for item in dropped.values()), default=change.at)
        self._add_blind(Blind(source=change.source, began_at=min(began, change.at), reason=OVERFLOW))
