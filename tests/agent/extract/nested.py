"""A file with all that is in it, read by every extractor as the worker does it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agent.extract.base import Budget, Extractor
from agent.extract.registry import Extraction, extractors
from checks.marking.reader import read_marks
from checks.marking.text import Block
from checks.subjects import Mark
from policies.vocabulary import Place, Read, Unread

DOCUMENTS = Path(__file__).parents[2] / "data" / "documents"


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a file."""

    format: str
    read: Read
    reason: Unread | None
    blocks: list[Block]
    marks: list[Mark]

    @property
    def whole(self) -> bool:
        """Whether nothing stopped the reading."""
        return (self.read, self.reason) == (Read.FULL, None)

    @property
    def told(self) -> list[tuple[str, Place, str | None]]:
        """Text, place and member of each mark."""
        return [(mark.text, mark.place, mark.member) for mark in self.marks]

    def texts(self, place: Place = Place.BODY) -> list[str]:
        """The texts that stand in one place, without empty ones."""
        return [text for block in self.blocks if block.place is place and (text := block.text.strip("\r\n"))]


def found(data: bytes, budget: Budget | None = None) -> Found:
    """All that is in a file."""
    extraction = Extraction(_every(), io.BytesIO(data), budget or Budget())
    blocks = list(extraction.blocks())
    return Found(extraction.format, extraction.read, extraction.reason, blocks, read_marks(blocks))


@cache
def _every() -> tuple[Extractor, ...]:
    return extractors()
