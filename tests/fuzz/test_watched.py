from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

import pytest

from agent.extract.base import Budget, Extractor, Unreadable
from agent.extract.registry import Extraction
from agent.extract.txt import Txt
from checks.marking.text import Block
from policies.vocabulary import Unread
from tests.fuzz.watched import watched


class Falling(Extractor):
    name: ClassVar[str] = "falling"

    def __init__(self, error: Exception) -> None:
        self._error = error

    def rank(self, head: bytes) -> float:
        return 1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        raise self._error
        yield


@pytest.mark.parametrize(
    ("error", "noted"), [(KeyError("东风"), ["KeyError at test_watched.py:27"]), (Unreadable(Unread.CORRUPT), [])]
)
def test_what_a_parser_raises_unawares_is_noted_without_its_message(error: Exception, noted: list[str]) -> None:
    notes: list[str] = []
    extraction = Extraction([watched(Falling(error), notes)], io.BytesIO(b"x"), Budget())
    assert list(extraction.blocks()) == []
    assert (extraction.reason, extraction.format, notes) == (Unread.CORRUPT, "falling", noted)


def test_a_watched_extractor_reads_as_before() -> None:
    extraction = Extraction([watched(Txt(), [])], io.BytesIO("机密★10年".encode()), Budget())
    assert [block.text for block in extraction.blocks()] == ["机密★10年"]
    assert watched(Txt(), []).forward == Txt.forward
