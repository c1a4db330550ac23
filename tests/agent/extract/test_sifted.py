from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.extract.base import MARKLESS, Budget, Member, Unreadable
from agent.extract.sifted import sifted
from checks.marking.text import Block
from policies.vocabulary import Place, Unread


def body(*texts: str) -> list[Block]:
    return [Block(text, Place.BODY) for text in texts]


def test_markless_parts_are_not_given() -> None:
    assert list(sifted(body("工作", "通知"), Budget())) == [MARKLESS]


def test_nothing_stands_for_text_that_no_reader_sees() -> None:
    assert list(sifted([Block("工作", Place.METADATA)], Budget())) == []


@pytest.mark.parametrize("parts", [body("工作", "机密", "通知"), body("机", "密", "通知")])
def test_where_any_part_could_bear_a_mark_all_are_given(parts: list[Block]) -> None:
    assert list(sifted(parts, Budget())) == parts


def test_mentions_are_given_where_they_are_asked_for() -> None:
    parts = body("工作", "保密")
    assert list(sifted(parts, Budget(mentions=True))) == parts


def test_a_file_within_the_file_is_given_with_what_stands_before_it() -> None:
    parts: list[Block | Member] = [*body("工作"), Member("x", None), *body("通知")]
    assert list(sifted(parts, Budget())) == parts


def test_only_so_much_is_held() -> None:
    parts = body(*["x" * 1000] * 2000)
    assert list(sifted(iter(parts), Budget())) == parts


@pytest.mark.parametrize(("text", "given"), [("机密", body("机密")), ("工作", [MARKLESS])])
def test_what_was_held_is_given_before_reading_ends(text: str, given: list[Block]) -> None:
    def broken() -> Iterator[Block]:
        yield Block(text, Place.BODY)
        raise Unreadable(Unread.CORRUPT)

    parts = sifted(broken(), Budget())
    assert [next(parts) for _ in given] == given
    with pytest.raises(Unreadable):
        next(parts)
