"""What an extractor gives of a file: its blocks, its members, and why it stopped."""

from __future__ import annotations

import io
from collections.abc import Iterable

from agent.extract.base import Budget, Extractor, Member, Unreadable
from checks.marking.text import Block
from policies.vocabulary import Place, Unread


def outcome(extractor: Extractor, data: bytes, budget: Budget | None = None) -> tuple[list[Block], list[Member], Unread | None]:
    """All that an extractor gives of a file."""
    blocks: list[Block] = []
    members: list[Member] = []
    try:
        for part in extractor.blocks(io.BytesIO(data), budget or Budget()):
            if isinstance(part, Member):
                members.append(part)
            else:
                blocks.append(part)
    except Unreadable as error:
        return blocks, members, error.reason
    return blocks, members, None


def texts(blocks: Iterable[Block], place: Place) -> list[str]:
    """The texts that stand in one place."""
    return [block.text for block in blocks if block.place is place]
