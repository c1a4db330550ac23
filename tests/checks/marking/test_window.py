"""The moving window: neighbours, the cover, and lines that together spell a mark, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checks.marking.text import Block, lines_of
from checks.marking.window import COVER_LINES, NEIGHBOURS, Situation, joined_marks, situations
from policies.vocabulary import Place


def joined(*texts: str) -> list[str]:
    return [line.text for line in joined_marks(lines_of(Block(text, Place.BODY) for text in texts))]


def seen(*blocks: Block) -> list[Situation]:
    return list(situations(lines_of(blocks)))


@pytest.mark.parametrize(
    "lines",
    [
        [*"机密★10年"],
        ["机密★", "10年"],
        ["机密", "★", "10", "年"],
        ["机密", "★10年"],
        ["绝密★", "启用前"],
        [*"绝密★长期"],
        [*"秘密"],
    ],
)
def test_lines_that_spell_one_mark_are_put_together(lines: list[str]) -> None:
    assert joined("标题", *lines, "正文") == ["标题", "".join(lines), "正文"]


@pytest.mark.parametrize(
    "lines",
    [
        ["机密", "特急"],
        ["绝密", "机密", "秘密"],
        ["机密★5年", "特急"],
        ["机密★", "关于"],
        ["机", "器"],
        ["秘", "书", "处"],
        ["机密", "10年"],
    ],
)
def test_other_short_lines_stay_apart(lines: list[str]) -> None:
    assert joined(*lines) == lines


def test_lines_of_different_flows_are_not_put_together() -> None:
    blocks = [Block("机密★", Place.HEADER), Block("10年", Place.BODY)]
    assert [line.text for line in joined_marks(lines_of(blocks))] == ["机密★", "10年"]


def test_a_line_knows_its_nearest_neighbours_of_the_same_flow() -> None:
    blocks = [Block(f"第{i}行", Place.BODY) for i in range(9)]
    blocks.insert(4, Block("页眉", Place.HEADER))
    middle = seen(*blocks)[5]
    assert [line.text for line in middle.before] == ["第2行", "第3行"]
    assert [line.text for line in middle.after] == ["第5行", "第6行", "第7行"]
    assert middle.previous == "第3行"


def test_the_first_lines_of_the_first_page_are_the_cover() -> None:
    places = [one.place for one in seen(*(Block(f"\n第{i}行\n", Place.BODY) for i in range(COVER_LINES + 2)))]
    assert places == [Place.COVER] * COVER_LINES + [Place.BODY] * 2


def test_a_header_takes_no_line_of_the_cover() -> None:
    blocks = [Block("页眉", Place.HEADER)] * 5 + [Block("正文", Place.BODY)] * COVER_LINES
    assert [one.place for one in seen(*blocks)] == [Place.HEADER] * 5 + [Place.COVER] * COVER_LINES


@pytest.mark.parametrize(("page", "place"), [(0, Place.COVER), (1, Place.COVER), (2, Place.BODY)])
def test_only_the_first_page_has_a_cover(page: int, place: Place) -> None:
    assert seen(Block("正文", Place.BODY, page=page))[0].place is place


def test_every_member_has_a_cover_of_its_own() -> None:
    blocks = [Block("正文", Place.BODY, member=name) for name in ("a", "b") for _ in range(COVER_LINES + 1)]
    assert [one.place for one in seen(*blocks)].count(Place.COVER) == 2 * COVER_LINES


@pytest.mark.parametrize(
    ("place", "prominent"),
    [
        (Place.HEADER, True),
        (Place.WATERMARK, True),
        (Place.TEXTBOX, True),
        (Place.SUBJECT, True),
        (Place.HIDDEN, False),
        (Place.DELETED, False),
    ],
)
def test_a_place_is_prominent_or_not(place: Place, prominent: bool) -> None:
    assert seen(*[Block("正文", Place.BODY)] * 20, Block("文字", place))[-1].prominent is prominent


def test_a_text_that_speaks_of_secrecy_is_known_as_such() -> None:
    rule, plain = Block("涉密人员应当遵守保密规定，严守国家秘密。", Place.BODY), Block("各单位要认真组织学习。", Place.BODY)
    assert seen(*[rule] * 6)[-1].about_secrecy
    assert not seen(*[plain] * 6)[-1].about_secrecy
    assert not seen(*[rule] * 2, *[plain] * 100)[-1].about_secrecy


@pytest.mark.parametrize("header", ["密级", "序号\t标题\t密级\t份数"])
def test_the_heading_of_a_column_of_levels_is_seen_on_its_page(header: str) -> None:
    blocks = [Block(header, Place.CELL), Block("值", Place.CELL), Block("值", Place.CELL, page=2)]
    assert [one.level_column for one in seen(*blocks)] == [True, True, False]


def test_only_a_few_blocks_are_held_at_a_time() -> None:
    taken = 0

    def endless() -> Iterator[Block]:
        nonlocal taken
        while True:
            taken += 1
            yield Block(f"第{taken}行文字", Place.BODY)

    stream = situations(lines_of(endless()))
    for _ in range(1000):
        next(stream)
    assert taken <= 1000 + NEIGHBOURS + 2
