"""The cheap question: a no is certain, and a yes is not said of every text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.marking.candidate import Candidate
from checks.marking.forms import state_marks
from checks.marking.normalise import Folded
from checks.marking.phrases import declassification, partial_notes
from checks.marking.reader import readings
from checks.marking.regimes import other_marks
from checks.marking.text import Block
from checks.marking.trace import could_bear, signs
from policies.vocabulary import Place
from tests.checks.marking.test_reader import ALPHABET
from tests.checks.marking.test_rows import NO_MARKS, ON_THE_COVER, OTHER_REGIMES

SIGNS = "绝絕机機秘祕密级内內部开開公敏感受控非⾮商涉解★☆*＊SECRETConfidential \n\t\u200b\u3000字a"


@pytest.mark.parametrize("text", [*ON_THE_COVER, *OTHER_REGIMES])
def test_a_text_with_a_mark_may_bear_one(text: str) -> None:
    assert could_bear(text)
    assert could_bear("各单位要认真组织学习。" * 50 + text + "各单位要认真组织学习。" * 50)


@pytest.mark.parametrize("text", ["机密★10年", "内部资料 注意保存", "绝密★启用前", "敏感★3年", "⾮密★", "CONFIDENTIAL"])
@pytest.mark.parametrize("between", ["\n", "  ", "\n      ", "\u200b", "\n" * 40])
def test_markup_and_line_ends_within_a_mark_hide_it_not(text: str, between: str) -> None:
    spread = re.sub("(?<=[^A-Z])(?=.)", between, text)
    assert could_bear(spread)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain text about a secretary and her confidence",
        "各单位要认真组织学习，抓好贯彻落实。",
        "密切配合，精密加工，严密组织，稠密的树林",
        "内容丰富，国内外市场，室内装修",
        "开展工作，公开招标，敏感词，受控文件",
        "★号条款 * 列表 ★★★★★",
        "机关、机构、机器；绝对；秘书长",
        "2015年3月1日",
    ],
)
def test_an_ordinary_text_bears_none(text: str) -> None:
    assert not could_bear(text)


def test_ordinary_prose_is_let_go() -> None:
    prose = Path(__file__).with_name("running_text.txt").read_text(encoding="utf-8").splitlines()
    plain = [line for line in prose if not re.search("密|内部|★|SECRET|onfidential", line)]
    assert not any(map(could_bear, plain))


@given(st.text(alphabet=ALPHABET, max_size=200), st.sampled_from(Place))
def test_where_the_answer_is_no_there_is_no_candidate(text: str, place: Place) -> None:
    if not could_bear(text):
        assert readings([Block(text, place)]) == []


@given(st.lists(st.text(alphabet=SIGNS, max_size=40), max_size=12), st.sampled_from(["", "\n", "\n\n   ", " "]))
def test_where_the_answer_is_no_for_a_whole_there_is_no_candidate_in_its_parts(parts: list[str], between: str) -> None:
    if not could_bear(between.join(parts)):
        assert readings(Block(part, Place.BODY) for part in parts) == []


@given(st.lists(st.sampled_from([*NO_MARKS, *ON_THE_COVER, *"机密★10年", "正文", ""]), max_size=12))
def test_the_answer_for_a_whole_is_never_no_where_one_of_its_lines_says_yes(parts: list[str]) -> None:
    found = readings(Block(part, Place.BODY) for part in parts)
    assert could_bear("\n".join(parts)) or found == []


@given(st.text(alphabet=SIGNS, max_size=300))
def test_a_sign_tells_where_it_stands(text: str) -> None:
    for at in signs(text):
        assert text[at] in "密内內开開感控SCcT"
        assert could_bear(text)


@pytest.mark.parametrize(
    "text",
    [
        *("国家秘密", "國家祕密", "涉密人员", "非密", "保密", "机关密件", "商场密码", "内容全部", "公开的★", "绝对保密", "密?密"),
        "secret, Secretary, CONFIDENCE",
    ],
)
def test_words_of_secrecy_that_are_no_part_of_a_mark_are_no_signs(text: str) -> None:
    assert list(signs(text)) == []


@pytest.mark.parametrize(
    "text",
    ["非密★", "非涉密 ★", "国家 秘密", "核心商密", "解密", "机|密", "机\u200b密", "内　部", "公开★", "绝" + " " * 99 + "密"],
)
def test_what_the_grammar_reads_is_a_sign(text: str) -> None:
    assert list(signs(text)) != []


def candidates(text: str) -> list[Candidate]:
    """What the grammar finds in a line, whether it would read it or not."""
    folded = Folded(text)
    sentence = declassification(folded)
    return [*([sentence] if sentence else []), *other_marks(folded), *partial_notes(folded), *state_marks(folded)]


@given(st.text(alphabet=SIGNS + ALPHABET, max_size=60))
def test_a_line_without_a_sign_holds_no_candidate(text: str) -> None:
    if next(signs(text), None) is None:
        assert candidates(text) == []


@given(st.text(alphabet=SIGNS, max_size=120), st.text(alphabet=SIGNS, max_size=120), st.text(alphabet=SIGNS, max_size=120))
def test_more_text_never_makes_a_yes_a_no(before: str, text: str, after: str) -> None:
    if could_bear(text):
        assert could_bear(before + text + after)
