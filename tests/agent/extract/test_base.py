from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.extract.base import Budget, Unreadable
from policies.vocabulary import Unread


def _twice(budget: Budget) -> None:
    budget.spend(60)
    budget.spend(60)


SPENDING: dict[str, tuple[Callable[[Budget], None], Unread]] = {
    "more bytes than allowed": (lambda b: b.spend(101), Unread.TOO_LARGE),
    "more bytes in several steps": (_twice, Unread.TOO_LARGE),
    "a stream that swells": (lambda b: b.unpacked(1001, 100), Unread.BOMB),
    "too many members": (lambda b: b.opened(11), Unread.BOMB),
    "too deep": (lambda b: b.nested(6), Unread.BOMB),
}


@pytest.mark.parametrize("case", SPENDING)
def test_what_goes_beyond_the_budget_ends_the_reading(case: str) -> None:
    spend, reason = SPENDING[case]
    with pytest.raises(Unreadable) as raised:
        spend(Budget(out=100, ratio=10, slack=500, members=10, depth=5))
    assert raised.value.reason is reason


def test_what_stays_within_the_budget_passes() -> None:
    budget = Budget(out=100, ratio=10, slack=500, members=10, depth=5)
    budget.spend(100)
    budget.unpacked(500, 1)
    budget.unpacked(1000, 100)
    budget.opened(10)
    budget.nested(5)
    assert budget.out == 0


def test_a_file_that_takes_too_long_is_ended() -> None:
    now = [0.0]
    budget = Budget(seconds=10, clock=lambda: now[0])
    budget.tick()
    now[0] = 10.1
    with pytest.raises(Unreadable) as raised:
        budget.spend(1)
    assert raised.value.reason is Unread.TIMEOUT


def test_memory_is_counted_for_as_long_as_it_is_kept() -> None:
    budget = Budget(memory=100)
    with budget.keeping(60), pytest.raises(Unreadable) as raised, budget.keeping(41):
        pass
    assert raised.value.reason is Unread.TOO_LARGE
    with budget.keeping(100):
        assert budget.memory == 0
    assert budget.memory == 100


def test_files_in_files_are_counted_at_all_depths_together() -> None:
    budget = Budget(members=2, nesting=3)
    budget.descended(3)
    with pytest.raises(Unreadable):
        budget.descended(4)
    with pytest.raises(Unreadable) as raised:
        budget.descended(1)
    assert raised.value.reason is Unread.BOMB
