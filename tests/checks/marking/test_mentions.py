"""Whole texts of many kinds that speak of secrecy and bear no mark: none is found, and none that stands beside them is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.marking.reader import Outcome, read_marks, readings
from checks.marking.text import Block
from policies.vocabulary import Level, Place
from tests.checks.marking.layouts import LAYOUTS
from tests.checks.marking.samples import running

FOLDER = Path(__file__).parent / "mentions"
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt"))}


def forms(text: str) -> Iterator[list[Block]]:
    """A text as one block, as paragraphs on a first page, as paragraphs deep in a document, and as slides."""
    lines = text.split("\n")
    yield [Block(text, Place.BODY)]
    yield [Block(line, Place.BODY) for line in lines]
    yield running(*lines)
    yield [Block(line, Place.SLIDE, 2 + number // 7) for number, line in enumerate(lines)]


def test_there_are_texts_of_many_kinds() -> None:
    assert len(TEXTS) >= 14
    assert all(list(readings([Block(text, Place.BODY)])) for name, text in TEXTS.items() if name != "english")


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_only_mentions_secrecy_bears_no_mark(name: str) -> None:
    assert [read_marks(blocks) for blocks in forms(TEXTS[name])] == [[]] * 4


@pytest.mark.parametrize("name", ["ledger", "tender"])
def test_a_table_of_levels_bears_no_mark(name: str) -> None:
    lines = TEXTS[name].replace(" | ", "\t").split("\n")
    assert read_marks(Block(cell, Place.CELL) for line in lines for cell in line.split("\t")) == []
    assert read_marks(Block(line, Place.CELL) for line in lines) == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_mark_on_the_cover_of_such_a_text_is_found(name: str) -> None:
    for blocks in forms(f"机密★10年\n××局编\n\n{TEXTS[name]}"):
        (mark,) = read_marks(blocks)
        assert (mark.level, mark.term, mark.verdict.value) == (Level.JIMI, "10年", "valid")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_such_a_text_as_an_annex_adds_nothing_to_a_document(layout: str) -> None:
    blocks, found = LAYOUTS[layout]
    for text in TEXTS.values():
        marks = read_marks([*blocks, Block("附件", Place.BODY), Block(text, Place.BODY)])
        assert [(mark.level and mark.level.value, mark.term) for mark in marks] == [one[:2] for one in found]


def test_every_mention_can_be_shown_with_what_speaks_against_it() -> None:
    mentions = [one for text in TEXTS.values() for one in readings([Block(text, Place.BODY)])]
    assert len(mentions) > 250
    assert all(one.outcome is Outcome.MENTION and one.decision.against for one in mentions if one.decision.score < 0)
