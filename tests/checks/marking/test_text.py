"""What an extractor gives to the grammar."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from checks.marking.text import LONGEST_LINE, OVERLAP, Block
from policies.vocabulary import Place


def test_a_block_says_as_little_as_its_format_knows() -> None:
    block = Block("机密★10年", Place.BODY)
    assert (block.page, block.member, block.left, block.within) == (1, None, None, None)
    assert (block.bold, block.large, block.struck) == (False, False, False)


def test_a_block_is_never_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Block("", Place.BODY).text = "机密"  # type: ignore[misc]


def test_two_slices_share_more_than_the_longest_mark() -> None:
    assert 40 < OVERLAP < LONGEST_LINE
