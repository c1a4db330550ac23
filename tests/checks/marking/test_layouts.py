"""Marked documents in the layouts of offices: every planted mark is found, and nothing else."""

from __future__ import annotations

import pytest

from checks.marking.reader import read_marks
from checks.marking.text import Block
from checks.marking.trace import could_bear
from policies.vocabulary import Place
from tests.checks.marking.layouts import LAYOUTS


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_mark_is_found_with_its_level_term_verdict_and_place(name: str) -> None:
    blocks, found = LAYOUTS[name]
    marks = read_marks(blocks)
    assert [(m.level and m.level.value, m.term, m.verdict.value, m.place.value) for m in marks] == found


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_cheap_question_lets_every_marked_document_through(name: str) -> None:
    blocks, _ = LAYOUTS[name]
    assert could_bear("\n".join(block.text for block in blocks))


@pytest.mark.parametrize("name", LAYOUTS)
def test_far_in_a_long_file_a_document_is_read_as_alone(name: str) -> None:
    """A member of an archive after a long text."""
    blocks, found = LAYOUTS[name]
    before = Block("各单位要认真组织学习，抓好贯彻落实。\n" * 3000, Place.BODY, member="a.txt")
    marks = read_marks([before, *blocks])
    assert [(m.level and m.level.value, m.term, m.verdict.value, m.place.value) for m in marks] == found
