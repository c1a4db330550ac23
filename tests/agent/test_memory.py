"""Ledger, outbox and notes lie in one file, so one transaction covers them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from agent.pending import Limits
from tests.agent.making import HEADER, NOW, finding, memory, observe
from tests.agent.test_notes import gap


def test_one_transaction_covers_all_parts(tmp_path: Path) -> None:
    with memory(tmp_path) as kept:
        with suppress(RuntimeError), kept.store.transaction():
            observe(kept, finding("a"))
            kept.notes.blind(gap("a", 0, 1))
            kept.spool.seal(HEADER, NOW)
            raise RuntimeError
        assert list(kept.ledger.open_findings()) == []
        assert (kept.pending.size()[0], kept.notes.count(), kept.spool.last_sequence()) == (0, 0, 0)


def test_the_limits_reach_every_part(tmp_path: Path) -> None:
    with memory(tmp_path, Limits(pending_rows=1, gaps=1)) as kept:
        observe(kept, finding("a"), finding("b"))
        kept.notes.blind(gap("a", 0, 1))
        kept.notes.blind(gap("a", 5, 6))
        assert kept.pending.size()[0] <= 1
        assert kept.notes.count() == 1
