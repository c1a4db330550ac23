from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlalchemy import insert

from collector.store import sequences
from collector.store.store import Store
from collector.store.tables import envelope
from tests.collector.samples import NOON, Sender


def arrive(store: Store, sender: Sender, numbers: Iterable[int]) -> None:
    common = {"computer": sender.id, "digest": "", "state_digest": "", "raw": b"", "full": False}
    times = dict.fromkeys(("sealed_at", "received_at", "created_at"), NOON)
    with store.write() as connection:
        connection.execute(insert(envelope), [common | times | {"sequence": number} for number in numbers])


@pytest.mark.parametrize(
    ("arrived", "lost", "complete", "missing", "highest"),
    [
        ([], [], 0, [], 0),
        ([1, 2, 3], [], 3, [], 3),
        ([2], [], 0, [1], 2),
        ([1, 4, 6], [], 1, [2, 3, 5], 6),
        ([1, 4], [2, 3], 4, [], 4),
        ([1, 4], [3], 1, [2], 4),
        ([1, 2, 4], [2, 3], 4, [], 4),
        ([10**15], [], 0, list(range(1, 101)), 10**15),
        ([1, 52, 10**15], [], 1, [*range(2, 52), *range(53, 103)], 10**15),
    ],
)
def test_holes_are_known(
    store: Store, sender: Sender, arrived: list[int], lost: list[int], complete: int, missing: list[int], highest: int
) -> None:
    if arrived:
        arrive(store, sender, arrived)
    with store.write() as connection:
        sequences.give_up(connection, sender.id, lost)
        assert sequences.advance(connection, sender.id) == complete
        assert sequences.missing(connection, sender.id, complete) == missing
        assert sequences.highest(connection, sender.id) == highest


def test_what_is_complete_is_remembered(store: Store, sender: Sender) -> None:
    arrive(store, sender, [1, 2])
    with store.write() as connection:
        assert sequences.advance(connection, sender.id) == 2
    arrive(store, sender, [3])
    with store.write() as connection:
        assert sequences.advance(connection, sender.id) == 3


def test_a_number_can_be_given_up_twice(store: Store, sender: Sender) -> None:
    arrive(store, sender, [5])
    with store.write() as connection:
        sequences.give_up(connection, sender.id, [1, 2, 2])
        sequences.give_up(connection, sender.id, [2, 3, 5])
        assert sequences.missing(connection, sender.id, 3) == [4]
