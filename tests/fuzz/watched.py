"""Extractors that tell of the exceptions which the registry, as it should, turns into "corrupt"."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from agent.extract.base import Budget, Extractor, Member, NotThisFormat, Unreadable
from checks.marking.text import Block

_PROGRAM = Path(__file__).parents[2] / "agent"


def watched(extractor: Extractor, notes: list[str]) -> Extractor:
    """The same extractor; what it raises unawares is noted."""

    class Watched(Extractor):
        name = extractor.name
        forward = extractor.forward

        def rank(self, head: bytes) -> float:
            return extractor.rank(head)

        def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
            try:
                yield from extractor.blocks(file, budget)
            except (Unreadable, NotThisFormat):
                raise
            except Exception as error:
                notes.append(where(error))
                raise

    return Watched()


def where(error: BaseException) -> str:
    """The kind of an exception and the last line of the program that it came from. Never its message, which may hold text."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PROGRAM)] or frames
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"
