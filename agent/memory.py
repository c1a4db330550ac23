"""All that the agent remembers, opened together: the state file and the ledger, notes and outbox in it.

What watches and judges writes into the books; only what sends or exports reports needs the outbox, and the key to sign them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.ledger import Ledger
from agent.notes import Notes, waiting
from agent.pending import Limits, Pending
from agent.spool import Author, Spool
from agent.store import DATABASE, Store
from policies.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What is true and what is still to be told, over one state file."""

    store: Store
    ledger: Ledger
    pending: Pending
    notes: Notes

    def waiting(self) -> bool:
        """Whether anything is to be told."""
        return waiting(self.store, self.pending, self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory(Books):
    """The books and the outbox, over one state file."""

    spool: Spool


def open_books(folder: Path, now: datetime, limits: Limits | None = None) -> Books:
    """Open the state file in a folder and what lies in it. Raises as `Store` does."""
    limits = limits or Limits()
    store = Store(folder / DATABASE, now)
    pending = Pending(store, limits)
    return Books(store=store, ledger=Ledger(store, pending), pending=pending, notes=Notes(store, pending, limits))


def open_memory(
    folder: Path, author: Author, redact: Callable[[Finding], Finding], now: datetime, limits: Limits | None = None
) -> Memory:
    """Open the state file with the outbox, to seal and send. Raises as `Store` does."""
    limits = limits or Limits()
    books = open_books(folder, now, limits)
    spool = Spool(books.store, books.ledger, books.pending, books.notes, author=author, redact=redact, limits=limits)
    return Memory(store=books.store, ledger=books.ledger, pending=books.pending, notes=books.notes, spool=spool)
