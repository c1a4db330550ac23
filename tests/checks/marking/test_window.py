"""The moving window: neighbours, the cover, and lines that together spell a mark, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from checks.marking.lines import lines_of
from checks.marking.progress import COVER_LINES
from checks.marking.text import Block
from checks.marking.window import NEIGHBOURS, Situation, joined_marks, situations
from policies.vocabulary import Place


def joined(*texts: str) -> list[str]:
    return [line.text for line in joined_marks(lines_of(Block(text, Place.BODY) for text in texts))]


def seen(*blocks: Block) -> list[Situation]:
    return list(situations(blocks))


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
        ["机密★", "1"],
        ["机密★", "密级"],
    ],
)
def test_other_short_lines_stay_apart(lines: list[str]) -> None:
    assert joined(*lines) == lines


def test_what_follows_a_whole_mark_stays_apart() -> None:
    assert joined("机密", "★", "1") == ["机密★", "1"]
    assert joined(*"机密★10年", "一") == ["机密★10年", "一"]


def test_lines_of_different_flows_are_not_put_together() -> None:
    blocks = [Block("机密★", Place.HEADER), Block("10年", Place.BODY)]
    assert [line.text for line in joined_marks(lines_of(blocks))] == ["机密★", "10年"]


def test_only_lines_with_a_sign_are_situations() -> None:
    blocks = [Block(text, Place.BODY) for text in ("正文", "机密★10年", "密切配合", "内部资料", "2015年3月1日")]
    assert [one.line.text for one in seen(*blocks)] == ["机密★10年", "内部资料"]


def test_a_line_knows_its_nearest_neighbours_of_the_same_flow() -> None:
    blocks = [Block(f"第{i}行", Place.BODY) for i in range(9)]
    blocks[4:4] = [Block("页眉", Place.HEADER), Block("机密★", Place.BODY)]
    (middle,) = seen(*blocks)
    assert [line.text for line in middle.before] == ["第2行", "第3行"]
    assert [line.text for line in middle.after] == ["第4行", "第5行", "第6行"]
    assert middle.previous == "第3行"
    assert middle.earlier == ("第2行",)
    assert middle.following == ("第4行", "第5行", "第6行")


def test_lines_at_the_end_have_fewer_neighbours() -> None:
    (last,) = seen(Block("正文", Place.BODY), Block("机密★", Place.BODY))
    assert (last.following, last.previous) == ((), "正文")


def test_neighbours_are_the_same_in_a_long_text() -> None:
    lines = [f"第{i}行" for i in range(2000)]
    lines[1000:1000] = ["机密★"]
    for blocks in ([Block("\n".join(lines), Place.BODY)], [Block(text, Place.BODY) for text in lines]):
        (middle,) = situations(blocks)
        assert middle.following == ("第1000行", "第1001行", "第1002行")
        assert (middle.previous, *middle.earlier) == ("第999行", "第998行", "第997行")


def test_the_first_lines_of_the_first_page_are_the_cover() -> None:
    places = [one.place for one in seen(*(Block(f"\n机密{i}\n", Place.BODY) for i in range(COVER_LINES + 2)))]
    assert places == [Place.COVER] * COVER_LINES + [Place.BODY] * 2


def test_a_header_takes_no_line_of_the_cover() -> None:
    blocks = [Block("机密", Place.HEADER)] * 5 + [Block("机密", Place.BODY)] * COVER_LINES
    assert [one.place for one in seen(*blocks)] == [Place.HEADER] * 5 + [Place.COVER] * COVER_LINES


@pytest.mark.parametrize(("page", "place"), [(0, Place.COVER), (1, Place.COVER), (2, Place.BODY)])
def test_only_the_first_page_has_a_cover(page: int, place: Place) -> None:
    assert seen(Block("机密", Place.BODY, page=page))[0].place is place


def test_every_member_has_a_cover_of_its_own() -> None:
    blocks = [Block("机密", Place.BODY, member=name) for name in ("a", "b") for _ in range(COVER_LINES + 1)]
    assert [one.place for one in seen(*blocks)].count(Place.COVER) == 2 * COVER_LINES


def test_after_a_file_within_a_document_is_not_on_its_cover_again() -> None:
    blocks = [Block("正文", Place.BODY)] * 20 + [Block("机密", Place.BODY, member="a"), Block("机密", Place.BODY)]
    assert [one.place for one in seen(*blocks)] == [Place.COVER, Place.BODY]


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
    assert seen(*[Block("正文", Place.BODY)] * 20, Block("机密", place))[-1].prominent is prominent


def test_what_is_known_of_the_document_so_far_goes_with_the_line() -> None:
    rule, mark = Block("涉密人员应当遵守保密规定，严守国家秘密。", Place.BODY), Block("机密★", Place.BODY)
    situations_ = seen(mark, *[rule] * 6, mark)
    assert (situations_[0].about_secrecy, situations_[-1].about_secrecy) == (False, True)
    heading, value = Block("密级", Place.CELL), Block("机密★", Place.CELL)
    assert [one.level_column for one in seen(value, heading, value)] == [False, True]


def test_the_date_of_the_document_is_found_while_its_lines_go_by() -> None:
    blocks = [Block("机密★", Place.BODY), Block("××局", Place.BODY), Block("2015年3月1日", Place.BODY)]
    (mark,) = seen(*blocks)
    assert mark.line.document.dating.day == date(2015, 3, 1)


def test_only_a_few_blocks_are_held_at_a_time() -> None:
    taken = 0

    def endless() -> Iterator[Block]:
        nonlocal taken
        while True:
            taken += 1
            yield Block("机密", Place.HEADER if taken % 2 else Place.BODY)

    stream = situations(endless())
    for _ in range(1000):
        next(stream)
    assert taken <= 1000 + NEIGHBOURS + 2
