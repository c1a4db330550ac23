"""What an extractor gives, held back while no mark could be in it: then the grammar need not read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.extract.base import MARKLESS, Budget, Member, Unreadable
from agent.extract.question import bears
from checks.marking.text import Block

_HELD = 1 << 20  # characters
_MOST = 20_000  # blocks


def sifted(parts: Iterable[Block | Member], budget: Budget) -> Iterator[Block | Member]:
    """All of the parts, or `MARKLESS` for those that are together markless and few enough to be held. Raises Unreadable."""
    held: list[Block] = []
    size = 0
    iterator = iter(parts)
    try:
        for part in iterator:
            if budget.mentions or isinstance(part, Member) or size > _HELD or len(held) > _MOST:
                yield from (*held, part)
                held = []
                yield from iterator
                return
            held.append(part)
            size += len(part.text)
    except Unreadable:
        yield from _worth(held)
        raise
    yield from _worth(held)


def _worth(held: list[Block]) -> Iterator[Block]:
    if bears(block.text for block in held):
        yield from held
    elif any(block.place.seen_by_a_reader for block in held):
        yield MARKLESS
