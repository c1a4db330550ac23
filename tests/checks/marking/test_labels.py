"""Labels and rows of boxes."""

from __future__ import annotations

import pytest

from checks.marking.labels import LABEL_ALONE, label_start, labelled_term, tick_boxes
from checks.marking.normalise import Folded
from policies.vocabulary import Level


@pytest.mark.parametrize(
    ("before", "start"),
    [
        ("密级:", 0),
        ("密 级 : ", 0),
        ("密级 ", 0),
        ("(密级:", 1),
        ("文件密级=", 0),
        ("保密等级:", 0),
        ("密级和保密期限:", 0),
        ("编号 密级:", 3),
    ],
)
def test_a_label_before_a_level_is_found(before: str, start: int) -> None:
    assert label_start(before + "机密", len(before)) == start


@pytest.mark.parametrize("before", ["", "密级", "标明密级,", "加密级别:", "密码:"])
def test_other_words_before_a_level_are_no_label(before: str) -> None:
    assert label_start(before + "机密", len(before)) is None


@pytest.mark.parametrize("after", [" 保密期限:10年", ";期限=10年", ",保密期限10年", " 期 限 : 10年", "(期限:10年)"])
def test_a_labelled_term_is_read(after: str) -> None:
    term = labelled_term("机密" + after, 2)
    assert term is not None
    assert term.words == "10年"


def test_a_term_without_a_label_of_its_own_is_left() -> None:
    assert labelled_term("机密 10年", 2) is None


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("密级：☑机密 □秘密", Level.JIMI),
        ("密级：□机密 ☑秘密", Level.MIMI),
        ("□绝密 ■机密 □秘密", Level.JIMI),
        ("绝密□ 机密☑ 秘密□", Level.JIMI),
        ("密级：( )绝密 (√)机密 ( )秘密", Level.JIMI),
        ("☑机密级", Level.JIMI),
        ("密级：□秘密 ☑内部", Level.NEIBU),
    ],
)
def test_the_ticked_level_is_the_mark(text: str, level: Level) -> None:
    (row,) = tick_boxes(Folded(text))
    assert row.candidate is not None
    assert row.candidate.level is level


@pytest.mark.parametrize(
    "text",
    [
        "密级：□绝密□机密□秘密",
        "□绝密 □秘密 □内部资料 ■公开",
        "☑机密 ☑秘密",
        "密级：□机密",
        "●绝密 ●机密 ●秘密",
        "☑普通商密 □秘密",
    ],
)
def test_a_row_without_one_ticked_level_takes_its_stretch_and_marks_nothing(text: str) -> None:
    (row,) = tick_boxes(Folded(text))
    assert row.candidate is None
    assert row.end == len(Folded(text).text)


@pytest.mark.parametrize("text", ["●机密", "机密", "□同意 □不同意", ""])
def test_other_boxes_are_no_row_of_levels(text: str) -> None:
    assert tick_boxes(Folded(text)) == []


@pytest.mark.parametrize(
    ("cell", "label"), [("密级", True), (" 密 级：", True), ("涉密等级", True), ("密级：机密", False), ("定密", False)]
)
def test_a_cell_is_a_label_or_not(cell: str, label: bool) -> None:
    assert bool(LABEL_ALONE.fullmatch(Folded(cell).text)) is label
