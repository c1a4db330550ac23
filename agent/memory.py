"""All that the agent remembers, opened together: the state file and the ledger, outbox and notes in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.ledger import Ledger
from agent.notes import Notes
from agent.pending import Limits, Pending
from agent.spool import Author, Spool
from agent.store import DATABASE, Store
from policies.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The parts, over one state file."""

    store: Store
    ledger: Ledger
    pending: Pending
    notes: Notes
    spool: Spool


def open_memory(
    folder: Path, author: Author, redact: Callable[[Finding], Finding], now: datetime, limits: Limits | None = None
) -> Memory:
    """Open the state file in a folder and what lies in it. Raises as `Store` does."""
    limits = limits or Limits()
    store = Store(folder / DATABASE, now)
    pending = Pending(store, limits)
    ledger = Ledger(store, pending)
    notes = Notes(store, pending, limits)
    spool = Spool(store, ledger, pending, notes, author=author, redact=redact, limits=limits)
    return Memory(store=store, ledger=ledger, pending=pending, notes=notes, spool=spool)
