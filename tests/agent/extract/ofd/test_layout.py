from __future__ import annotations

import math

import pytest

from agent.extract.ofd.content import IDENTITY, Matrix, Run
from agent.extract.ofd.layout import lines
from policies.vocabulary import Place


def run(
    text: str,
    x: float,
    y: float,
    *,
    matrix: Matrix = IDENTITY,
    step: tuple[float, float] = (5, 0),
    bold: bool = False,
    shown: bool = True,
) -> Run:
    points = tuple((x + n * step[0], y + n * step[1]) for n in range(len(text)))
    return Run(text, points, 5.0, 1.0, matrix, bold=bold, shown=shown)


def turned(degrees: float, x: float = 0, y: float = 0) -> Matrix:
    angle = math.radians(degrees)
    return (math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle), x, y)


def test_lines_come_from_the_top_down() -> None:
    found = lines([run("下", 10, 50), run("上", 10, 10), run("密", 15, 10)], Place.BODY, 2)
    assert [(block.text, block.page) for block in found] == [("上密", 2), ("下", 2)]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_text_turned_by_a_quarter_is_read_in_its_own_direction(degrees: int) -> None:
    pieces = [run(c, 10 + 5 * n, 10, matrix=turned(degrees, 50, 50)) for n, c in enumerate("机密★十年")]
    (block,) = lines(pieces[::-1], Place.BODY, 1)
    assert (block.text, block.place) == ("机密★十年", Place.BODY)


def test_text_aslant_is_a_watermark_of_the_page() -> None:
    found = list(lines([run("机密", 10, 10, matrix=turned(45)), run("正文", 10, 10)], Place.BODY, 1))
    assert [(block.text, block.place) for block in found] == [("正文", Place.BODY), ("机密", Place.WATERMARK)]


def test_text_aslant_in_a_note_stays_in_its_place() -> None:
    (block,) = lines([run("机密", 10, 10, matrix=turned(45))], Place.TEXTBOX, 1)
    assert (block.place, block.left) == (Place.TEXTBOX, None)


def test_mirrored_text_is_read_as_it_is_written() -> None:
    (block,) = lines([run("机密", 10, 10, matrix=(1, 0, 0, -1, 0, 0))], Place.BODY, 1)
    assert block.text == "机密"


def test_hidden_text_is_no_part_of_a_line() -> None:
    found = list(lines([run("机", 10, 10), run("藏", 15, 10, shown=False), run("密", 15, 10)], Place.BODY, 1))
    assert [(block.text, block.place) for block in found] == [("机密", Place.BODY), ("藏", Place.HIDDEN)]


def test_short_vertical_lines_stand_among_the_others() -> None:
    found = lines([run("乙丙", 10, 60), run("机密", 10, 20, step=(0, 6)), run("甲", 10, 5)], Place.BODY, 1)
    assert [block.text for block in found] == ["甲", "机密", "乙丙"]


def test_a_code_that_wraps_is_no_vertical_line() -> None:
    points = ((0.0, 5.0), (5.0, 5.0), (0.0, 15.0), (5.0, 15.0))
    found = lines([Run("机密公开", points, 5.0, 1.0, IDENTITY, bold=False, shown=True)], Place.BODY, 1)
    assert [block.text for block in found] == ["机密", "公开"]


def test_the_look_comes_from_the_first_character_and_the_scale_counts() -> None:
    small, large = run("小", 10, 50), run("大", 10, 10, matrix=(2, 0, 0, 2, 0, 0), bold=True)
    assert [(b.text, b.bold, b.large) for b in lines([small, large], Place.BODY, 1)] == [("大", True, True), ("小", False, False)]


def test_white_space_alone_makes_no_line() -> None:
    assert list(lines([run("  ", 1, 1)], Place.BODY, 1)) == []


def test_a_character_that_stands_within_another_code_s_word_is_read_there() -> None:
    found = lines([run("机★年", 10, 10, step=(10, 0)), run("密十", 15, 10, step=(10, 0))], Place.BODY, 1)
    assert [block.text for block in found] == ["机密★十年"]
    found = lines([run("机密★年", 10, 10, step=(6, 0)), run("中", 23, 10)], Place.BODY, 1)
    assert [block.text for block in found] == ["机密★中年"]


@pytest.mark.parametrize("narrow", ["2026", "No.7"])
def test_wide_and_narrow_characters_stand_together_as_they_are_set(narrow: str) -> None:
    set_close = Run(
        f"机密{narrow}", ((0, 5), (5, 5), *((10 + 2.5 * n, 5) for n in range(4))), 5.0, 1.0, IDENTITY, bold=False, shown=True
    )
    set_wide = run(f"机密{narrow}", 0, 50)
    assert [block.text for block in lines([set_close, set_wide], Place.BODY, 1)] == [f"机密{narrow}", f"机密{' '.join(narrow)}"]


def test_words_printed_twice_are_read_once() -> None:
    assert [b.text for b in lines([run("机密★十年", 10, 10), run("密★十年", 15.2, 10)], Place.BODY, 1)] == ["机密★十年"]


def test_white_space_parts_words_and_columns() -> None:
    found = lines([run("机密　公开", 10, 10), run("甲乙　　　　丙丁", 10, 50)], Place.BODY, 1)
    assert [block.text for block in found] == ["机密 公开", "甲乙", "丙丁"]


def test_the_look_is_that_of_the_code_it_comes_from() -> None:
    found = lines([run("细体", 10, 10), run("粗体的字", 10, 50, bold=True)], Place.BODY, 1)
    assert [(block.text, block.bold) for block in found] == [("细体", False), ("粗体的字", True)]
