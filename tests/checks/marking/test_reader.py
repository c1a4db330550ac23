"""Whole documents: every mark once, no mention, whatever the text is like."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
import sys
import unicodedata
import weakref
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import checks.marking
from checks.marking.reader import LONGEST_TEXT, MOST_MARKS, read_marks, read_name, readings
from checks.marking.text import LONGEST_LINE, Block
from policies.vocabulary import Level, Place
from tests.checks.marking.samples import cover, running

RUNNING_TEXT = (Path(__file__).parent / "running_text.txt").read_text(encoding="utf-8").splitlines()

# These would be marks if they stood alone at a document's beginning.
MARKS_BY_PLACE = {"绝密", "机密", "秘密", "绝密级30年", "机密级20年", "秘密级10年"}

MARKS = {
    "机密★10年": ("机密", "10年"),
    "秘密★6个月": ("秘密", "6个月"),
    "绝密★长期": ("绝密", "长期"),
    "绝密★启用前": ("绝密", "启用前"),
    "机密★会议开始前": ("机密", "会议开始前"),
    "机密★2030年12月31日": ("机密", "2030-12-31"),
    "秘密★": ("秘密", None),
}
ALPHABET = (
    "绝絕机機秘祕密级級★☆⭐*＊·:：（）()【】[]“”0123１２×一十年个個月日长長期前后"
    "解内部商公开注如例本页属于国家□☑ \u3000\n\u200b特急SECRET"
)


def test_running_text_about_secrecy_holds_no_mark() -> None:
    assert len(RUNNING_TEXT) >= 150
    assert read_marks(cover(*RUNNING_TEXT)) == []
    assert read_marks(cover("\n".join(RUNNING_TEXT))) == []


@pytest.mark.parametrize("text", RUNNING_TEXT)
def test_a_line_of_running_text_holds_no_mark(text: str) -> None:
    assert read_marks(running(text)) == []
    if text not in MARKS_BY_PLACE:
        assert read_marks(cover(text)) == []


def test_words_of_secrecy_in_random_prose_are_mentions() -> None:
    source = random.Random(20240901)
    words = re.findall(
        "[^ ]+", "的 了 在 我们 发现 秘密 机密 绝密 保护 小说 工作 国家 十年 长期 任务 文件 技术 公开 内部 解密 他 ， 。 《 》"
    )
    prose = ["".join(source.choices(words, k=24)) for _ in range(2000)]
    assert [line for line in prose if read_marks(cover(line)) or read_marks(running(line))] == []


def test_a_running_text_does_not_hide_the_mark_on_its_cover() -> None:
    (mark,) = read_marks(cover("机密★10年", *RUNNING_TEXT))
    assert (mark.level, mark.text, mark.place) == (Level.JIMI, "机密★10年", Place.COVER)


def test_the_same_mark_is_given_once_for_each_place_and_member() -> None:
    blocks = [
        Block("机密★10年", place, page, member)
        for member in (None, "a.docx")
        for page in (1, 2)
        for place in (Place.HEADER, Place.BODY)
    ]
    marks = read_marks(blocks)
    assert [(mark.place, mark.member) for mark in marks] == [
        (Place.HEADER, None),
        (Place.COVER, None),
        (Place.BODY, None),
        (Place.HEADER, "a.docx"),
        (Place.COVER, "a.docx"),
        (Place.BODY, "a.docx"),
    ]


def test_a_mark_carries_itself_and_no_more_of_the_document() -> None:
    (mark,) = read_marks(cover("000023　机密★10年　关于某某同志任职的请示"))
    assert mark.text == "机密★10年"


@given(st.text(alphabet=ALPHABET, max_size=300))
def test_a_marks_text_is_short_and_stands_in_the_document(text: str) -> None:
    raw = re.sub(r"\s", "", text)
    for mark in read_marks(cover(text)):
        assert len(mark.text) <= LONGEST_TEXT
        assert re.sub(r"\s", "", mark.text) in raw


@given(st.lists(st.text(max_size=80), max_size=5), st.sampled_from(Place), st.integers(min_value=0, max_value=3))
def test_any_text_is_read_without_a_crash(texts: list[str], place: Place, page: int) -> None:
    read_marks(Block(text, place, page) for text in texts)


@given(st.text(alphabet=ALPHABET, max_size=200), st.sampled_from(Place))
def test_any_text_in_the_characters_of_marks_is_read_without_a_crash(text: str, place: Place) -> None:
    read_marks([Block(text, place)])


@given(st.text())
@example("机密★10年.docx")
def test_any_name_is_read_without_a_crash(name: str) -> None:
    assert all(mark.place is Place.NAME for mark in read_name(name))


@given(
    st.lists(
        st.one_of(st.sampled_from([*MARKS, "解密", "特急", "密级：", *"机密★10年"]), st.text(alphabet=ALPHABET)), max_size=12
    )
)
def test_the_reading_is_the_same_however_blocks_are_cut_at_line_ends(parts: list[str]) -> None:
    assert read_marks(cover("\n".join(parts))) == read_marks(cover(*parts))


def wide(character: str) -> str:
    """The full-width form of a digit."""
    return chr(ord(character) + 0xFEE0) if character.isascii() and character.isdigit() else character


@st.composite
def variants(draw: st.DrawFn) -> tuple[str, str]:
    """A mark, and the same with invisible characters, spaces, full-width digits and compatibility characters strewn in."""
    mark = draw(st.sampled_from(sorted(MARKS)))
    fillers = st.sampled_from(["", "", "", " ", "\u3000", "\u200b", "\ufeff", "\u00ad", "\u00a0"])
    spellings = {"年": "年\uf98e", "月": "月⽉", "日": "日⽇", "长": "长⻓長", "机": "机機", "绝": "绝絕", "秘": "秘祕"}
    out = ""
    for character in mark:
        spelt = draw(st.sampled_from(spellings.get(character, character + wide(character))))
        out += spelt + draw(fillers)
    return mark, out


@given(variants(), st.booleans())
def test_a_variant_of_a_valid_mark_keeps_level_and_term(variant: tuple[str, str], deep: bool) -> None:
    mark, written = variant
    (found,) = read_marks(running(written) if deep else cover(written))
    level, term = MARKS[mark]
    assert (found.level, found.term) == (Level(level), term)
    assert found.verdict.value in ("valid", "legacy")


@pytest.mark.parametrize("character", [c for c in map(chr, range(0x2E80, 0x2FE0)) if unicodedata.normalize("NFKC", c) in "月日"])
def test_a_radical_from_a_pdf_is_read_as_its_character(character: str) -> None:
    plain = unicodedata.normalize("NFKC", character)
    assert read_marks(cover("机密★2030年12月31日".replace(plain, character)))[0].term == "2030-12-31"


@pytest.mark.parametrize("position", [0, LONGEST_LINE - 5, LONGEST_LINE, 3 * LONGEST_LINE + 17])
def test_a_mark_in_a_very_long_line_is_found_wherever_the_line_is_sliced(position: int) -> None:
    text = "字" * position + " 机密★10年 " + "字" * (5 * LONGEST_LINE)
    assert [mark.text for mark in read_marks(cover(text))] == ["机密★10年"]


HOSTILE = [
    "机密",
    "机密★",
    "机密★1",
    "★",
    "密级：",
    "（",
    "□机密",
    "注：本页",
    "解密",
    "绝密★一二三",
    "1 ",
    "机 ",
    "内部",
    "【机密",
    "“机密★1年",
    "2015年3月1日\n",
    "××局 2015年",
    "成文日期：",
    "保密期限：\n机密★\n",
    "密级|期限|机密\t",
    "机\n",
    "国家秘密",
]


def calls(text: str) -> int:
    """How many Python functions reading a text enters: a measure of work that does not depend on the machine."""
    count = 0

    def counting(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counting)
    try:
        read_marks([Block(text, Place.BODY)])
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_the_text_and_not_faster(piece: str) -> None:
    read_marks([Block(piece * 500, Place.BODY)])
    small, large = calls(piece * 1000), calls(piece * 4000)
    assert large <= 6 * small + 1000


def nested_repeats(parsed: Any, inside: bool = False) -> Iterator[str]:
    """Repeats without an upper bound within other repeats: what makes a regular expression slow on hostile text."""
    for operator, argument in parsed:
        name = str(operator)
        if "REPEAT" in name:
            unbounded = int(argument[1]) > 1000
            if unbounded and inside:
                yield name
            yield from nested_repeats(argument[2], inside=True)
        elif name == "SUBPATTERN":
            yield from nested_repeats(argument[3], inside)
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from nested_repeats(branch, inside)


def test_no_pattern_of_the_grammar_repeats_without_bound_within_a_repeat() -> None:
    parser = importlib.import_module("re._parser")
    modules = [
        importlib.import_module(f"checks.marking.{module.name}") for module in pkgutil.iter_modules(checks.marking.__path__)
    ]
    patterns = [value for module in modules for value in vars(module).values() if isinstance(value, re.Pattern)]
    assert len(patterns) > 30
    assert [p.pattern for p in patterns if list(nested_repeats(parser.parse(p.pattern)))] == []
    assert list(nested_repeats(parser.parse("(a+){2,9}")))


def test_so_many_marks_are_no_document_but_a_higher_level_is_never_lost() -> None:
    texts = [f"秘密★{year}年{month}个月" for year in range(1, 40) for month in range(1, 40)]
    marks = read_marks(running(*texts, *["正文"] * 9, "绝密★30年"))
    assert len(marks) == MOST_MARKS + 1
    assert marks[-1].level is Level.JUEMI


def test_every_candidate_comes_with_its_reasons() -> None:
    mention, mark = readings(running("例如机密★5年", "机密★10年"))
    assert (mention.text, mention.mark) == ("机密★5年", None)
    assert "example" in mention.decision.against
    assert mark.mark is not None
    assert "alone-on-line" in mark.decision.favour


def test_a_reading_tells_where_it_stands() -> None:
    blocks = [
        Block("说明", Place.BODY),
        Block("\n例如机密★5年\n机密★10年", Place.BODY),
        Block("机密★10年", Place.HEADER, page=3, member="a.docx"),
    ]
    found = [(one.text, one.place, one.page, one.line, one.member, one.mark is not None) for one in readings(blocks)]
    assert found == [
        ("机密★5年", Place.COVER, 1, 3, None, False),
        ("机密★10年", Place.COVER, 1, 4, None, True),
        ("机密★10年", Place.HEADER, 3, 1, "a.docx", True),
    ]


def test_so_many_mentions_are_told_and_every_mark_once() -> None:
    found = readings(running(*["例如机密★5年"] * 9, "机密★10年", "机密★10年", "例如机密★5年"), mentions=3)
    assert [one.mark is not None for one in found] == [False] * 3 + [True]
    assert [one.mark is not None for one in readings(running("例如机密★5年", "机密★10年"), mentions=0)] == [True]


ISSUED = running("××市人民政府", "2015年3月1日")


def test_each_file_within_a_file_is_judged_by_its_own_date() -> None:
    def within(member: str | None, blocks: list[Block]) -> list[Block]:
        return [replace(block, member=member) for block in blocks]

    later = running("××局", "2024年10月1日")
    blocks = [
        *within(None, cover("机密★")),
        *within("a.docx", cover("机密★") + later),
        *within("b.docx", cover("机密★")),
        *within(None, ISSUED),
    ]
    assert [(mark.member, mark.verdict.value, mark.until) for mark in read_marks(blocks)] == [
        (None, "legacy", date(2035, 3, 1)),
        ("a.docx", "deviation", date(2044, 10, 1)),
        ("b.docx", "legacy", None),
    ]


def test_a_date_that_is_known_otherwise_goes_before_the_one_in_the_text() -> None:
    (mark,) = read_marks(cover("机密★5年") + ISSUED, dated=date(2020, 1, 1))
    assert mark.until == date(2025, 1, 1)


def test_a_date_before_the_mark_counts_as_well() -> None:
    (mark,) = read_marks(ISSUED + running("机密★5年"))
    assert mark.until == date(2020, 3, 1)


def test_the_date_of_a_long_text_is_found_far_from_its_mark() -> None:
    text = "\n".join(["机密★5年", *["各单位要认真组织学习，抓好贯彻落实。"] * 9000, "××市人民政府", "2015年3月1日"])
    for blocks in ([Block(text, Place.BODY)], cover(*text.split("\n"))):
        assert [mark.until for mark in read_marks(blocks)] == [date(2020, 3, 1)]


def test_marks_that_wait_for_a_date_keep_no_text_alive() -> None:
    """What is kept of a file of any size: the marks, and no block of it."""
    alive: set[int] = set()

    class Watched(str):
        __slots__ = ("__weakref__",)

    def blocks() -> Iterator[Block]:
        for number in range(300):
            text = Watched("各单位要认真组织学习。\n" * 20 + f"机密★{number + 1}年\n" + "各单位要认真组织学习。\n" * 20)
            alive.add(number)
            weakref.finalize(text, alive.discard, number)
            yield Block(text, Place.BODY)
            assert len(alive) <= 10

    assert len(read_marks(blocks())) == 300


def test_a_mark_that_nobody_sees_does_not_raise_the_level_for_the_parts() -> None:
    marks = read_marks([Block("绝密★30年", Place.DELETED), *cover("机密★5年"), *running("[绝密]有关情况")])
    assert [mark.notes for mark in marks] == [(), (), ("above-cover",)]
