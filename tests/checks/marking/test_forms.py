"""The forms of state-secret marks in one line, before anybody asks whether they are marks or mentions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.marking.candidate import Shape
from checks.marking.forms import state_marks
from checks.marking.normalise import Folded
from policies.vocabulary import Level


@pytest.mark.parametrize(
    ("text", "part", "shape", "term"),
    [
        ("机密★10年", "机密★10年", Shape.FULL, "10年"),
        ("甲机密★10年乙", "机密★10年", Shape.FULL, "10年"),
        ("机密★", "机密★", Shape.STARRED, None),
        ("机密★ 试题", "机密★", Shape.STARRED, None),
        ("机密★试题", "机密★", Shape.STARRED, None),
        ("机密10年", "机密10年", Shape.TERMED, "10年"),
        ("机密-10年", "机密-10年", Shape.TERMED, "10年"),
        ("机密 启用前", "机密 启用前", Shape.TERMED, "启用前"),
        ("机密会议开始前", "机密", Shape.BARE, None),
        ("密级:机密", "密级:机密", Shape.LABELLED, None),
        ("机密文件", "机密文件", Shape.TITLE, None),
        ("机密文件柜", "机密", Shape.BARE, None),
        ("★机密", "★机密", Shape.DISORDERED, None),
        ("10年★机密", "10年★机密", Shape.FULL, "10年"),
        ("长期★绝密", "长期★绝密", Shape.FULL, "长期"),
        ("秘密***", "秘密", Shape.BARE, None),
        ("秘密★★★★☆", "秘密", Shape.BARE, None),
        ("【机密★10年】", "【机密★10年】", Shape.FULL, "10年"),
        ("机密★10年 指人专办", "机密★10年 指人专办", Shape.FULL, "10年"),
        ("机密级别", "机密", Shape.BARE, None),
    ],
)
def test_a_form_is_read_and_no_more_of_the_line(text: str, part: str, shape: Shape, term: str | None) -> None:
    (made,) = state_marks(Folded(text))
    assert (text[made.start : made.end], made.shape, made.term) == (part, shape, term)


@pytest.mark.parametrize("text", ["国家秘密", "商业秘密", "商业机密", "工作秘密★3年", "保密", "密级", "★1年质保", ""])
def test_words_that_are_no_level_make_no_candidate(text: str) -> None:
    assert list(state_marks(Folded(text))) == []


def test_several_marks_of_a_line_are_read_in_order() -> None:
    made = list(state_marks(Folded("绝密★30年 机密★20年 秘密★10年")))
    assert [one.level for one in made] == [Level.JUEMI, Level.JIMI, Level.MIMI]


@given(st.text(alphabet="绝机秘密级★☆*·:()【】[]0123年个月长期□☑ 特急解", max_size=60))
def test_candidates_lie_within_the_line(text: str) -> None:
    folded = Folded(text)
    made = list(state_marks(folded))
    assert all(0 <= one.start < one.end <= len(folded.text) for one in made)
