from __future__ import annotations

import pytest

from agent.extract.question import bears, bears_in_any_order


@pytest.mark.parametrize(
    ("texts", "answer"),
    [
        ([], False),
        (["春节", "放假"], False),
        (["机密★10年"], True),
        (["x" * 40_000, "机", "密"], True),
        (["机", "x" * 40_000, "密"], False),
    ],
)
def test_a_mark_may_be_spread_over_texts_that_follow_one_another(texts: list[str], answer: bool) -> None:
    assert bears(texts) is answer


def test_a_mark_on_the_border_of_what_is_asked_at_once_is_seen() -> None:
    for size in range(16_370, 16_400):
        assert bears(["x" * size, "机", "密", "y" * 20_000])


def test_texts_in_another_order_are_asked_for_what_ends_a_mark() -> None:
    assert bears_in_any_order(["密", "x" * 40_000, "机"])
    assert bears_in_any_order([" 密★10年", "x" * 40_000, "机"])
    assert not bears_in_any_order(["保存", "x" * 40_000, "机"])
