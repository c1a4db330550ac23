"""The numbers of a computer's reports: which have arrived, up to where they are complete, which are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, insert, select, union_all, update

from collector.store.tables import computer, envelope, given_up

MAX_ASKED = 100
"""How many missing reports are asked for at once."""


def advance(connection: Connection, computer_id: str) -> int:
    """Note up to which number the reports are complete, and return it."""
    start: int = connection.execute(select(computer.c.complete_to).where(computer.c.id == computer_id)).scalar_one()
    complete = start
    for sequence in _known_after(connection, computer_id, start):
        if sequence > complete + 1:
            break
        complete = sequence
    if complete != start:
        connection.execute(update(computer).where(computer.c.id == computer_id).values(complete_to=complete))
    return complete


def missing(connection: Connection, computer_id: str, complete: int) -> list[int]:
    """The first holes above `complete`, at most MAX_ASKED."""
    holes: list[int] = []
    expected = complete + 1
    for sequence in _known_after(connection, computer_id, complete):
        holes += range(expected, min(sequence, expected + MAX_ASKED - len(holes)))
        if len(holes) == MAX_ASKED:
            break
        expected = sequence + 1
    return holes


def highest(connection: Connection, computer_id: str) -> int:
    """The highest number that has arrived, 0 for none."""
    found = connection.execute(select(func.max(envelope.c.sequence)).where(envelope.c.computer == computer_id)).scalar_one()
    return found or 0


def give_up(connection: Connection, computer_id: str, sequences: Iterable[int]) -> None:
    """Numbers that the computer no longer has: nobody asks for them again. Those known already are passed over."""
    wanted = sorted(set(sequences))
    known = set(_known_after(connection, computer_id, wanted[0] - 1)) if wanted else set()
    rows = [{"computer": computer_id, "sequence": sequence} for sequence in wanted if sequence not in known]
    if rows:
        connection.execute(insert(given_up), rows)


def _known_after(connection: Connection, computer_id: str, sequence: int) -> Iterator[int]:
    """Every number above `sequence` that has arrived or is given up, ascending."""
    parts = [
        select(table.c.sequence).where(table.c.computer == computer_id, table.c.sequence > sequence)
        for table in (envelope, given_up)
    ]
    return connection.execute(union_all(*parts).order_by("sequence")).scalars()
