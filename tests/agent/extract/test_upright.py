from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from agent.extract.glyph import Glyph
from agent.extract.ofd.ofd import Ofd as OfdReader
from agent.extract.pdf.pdf import Pdf
from agent.extract.upright import columns
from policies.vocabulary import Place
from tests.agent.extract.ofd_samples import Ofd, layer, text
from tests.agent.extract.samples import collect, pdf, texts, written
from tests.agent.extract.test_reflow import column, row

MARK = "机密★10年"
DATED = "秘密★2031年12月31日"
PROSE = "各单位要认真落实有关工作，请于月底前反馈情况。" * 2
LINE = PROSE[:36]

Draw = Callable[[Canvas], None]


def page(*, left: float = 72, leading: float = 17, size: float = 12, line: str = LINE, count: int = 40) -> Draw:
    """Lines of dense text from the top."""
    return drawn(*(written(line, left, 800 - leading * number, size) for number in range(count)))


def upright(mark: str, x: float, y: float = 780, *, pitch: float = 20, size: float = 14) -> Draw:
    return drawn(*(written(character, x, y - pitch * number, size) for number, character in enumerate(mark)))


def drawn(*draws: Draw) -> Draw:
    def draw(canvas: Canvas) -> None:
        for one in draws:
            one(canvas)

    return draw


def aslant(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.translate(60, 60)
    canvas.rotate(90)
    written("内部资料注意保存", 0, 0, 14)(canvas)
    canvas.restoreState()


def table(canvas: Canvas) -> None:
    """A narrow column of cells, in which words break after each character, between two others."""
    for x in (72, 200, 226, 500):
        canvas.line(x, 400, x, 800)
    page(line="项目情况说明", leading=15.6, size=10.5, count=20)(canvas)
    page(left=232, line=LINE[:24], leading=15.6, size=10.5, count=20)(canvas)


BESIDE_TEXT: dict[str, tuple[Sequence[Draw], str]] = {
    "at the left": ([page(), upright(MARK, 40)], MARK),
    "at the right": ([page(), upright(MARK, 520)], MARK),
    "close to the text": ([page(), upright(MARK, 52)], MARK),
    "all but touching it": ([page(), upright(MARK, 56, pitch=14)], MARK),
    "in line with it": ([page(), upright(MARK, 40, 800 - 17 * 3, pitch=17, size=12)], MARK),
    "with a date": ([page(), upright(DATED, 40, pitch=9, size=9)], DATED),
    "spread out": ([page(), upright(MARK, 36, pitch=30, size=16)], MARK),
    "between two columns": ([page(line=LINE[:14]), page(left=330, line=LINE[:14]), upright(MARK, 285)], MARK),
    "beside lines with less between them": ([page(leading=12.5), upright(MARK, 40)], MARK),
    "without a star": ([page(), upright("秘密10年", 40)], "秘密10年"),
    "with figures side by side": ([page(), upright("机密★", 40), written("10", 40, 722, 7), upright("年", 40, 704)], MARK),
    "printed twice to look bold": ([page(), upright(MARK, 40), upright(MARK, 40.4)], MARK),
    "beside text that is aslant": ([page(), upright(MARK, 30), aslant], MARK),
    "in a cell": ([table, upright(MARK, 207, 790, pitch=15.6, size=10.5)], MARK),
    "beside another mark": ([page(), upright(MARK, 40), upright("秘密★5年", 15)], MARK),
}


@pytest.mark.parametrize("case", BESIDE_TEXT)
def test_a_mark_that_stands_upright_beside_text_is_read_whole(case: str) -> None:
    draws, mark = BESIDE_TEXT[case]
    found = texts(collect(Pdf(), pdf(drawn(*draws)))[0], Place.BODY)
    assert mark in found


def test_the_text_beside_it_stays_as_it_is() -> None:
    found = texts(collect(Pdf(), pdf(drawn(page(), upright(MARK, 40))))[0], Place.BODY)
    assert found == [LINE, LINE, MARK, *[LINE] * 38]


def test_two_marks_side_by_side_are_two_lines() -> None:
    draws = drawn(page(), upright(MARK, 40), upright("秘密★5年", 20))
    found = texts(collect(Pdf(), pdf(draws))[0], Place.BODY)
    assert {MARK, "秘密★5年"} < set(found)


def test_a_mark_upright_beside_text_is_read_in_ofd() -> None:
    objects = [text(LINE, 30, 20 + 6 * number, size=4.2) for number in range(30)]
    objects += [text(character, 15, 25 + 7 * number, size=5) for number, character in enumerate(MARK)]
    found, _ = collect(OfdReader(), Ofd(pages=(layer(*objects),)).build())
    assert texts(found, Place.BODY).count(LINE) == 30
    assert MARK in texts(found, Place.BODY)


@pytest.mark.parametrize("gap", [0.0, 0.5, 0.9])
def test_dense_text_is_not_read_downwards(gap: float) -> None:
    """Down each column of the page stands what would be a mark."""
    size = 10.0
    glyphs = [
        glyph for number, character in enumerate(MARK) for glyph in row(character * 30, 50, 700 - 14 * number, advance=size + gap)
    ]
    assert columns(glyphs) == ([], glyphs)


def test_spaced_labels_are_not_read_downwards() -> None:
    """The first characters of three lines are a level, but a form has them in line with the others."""
    glyphs = [glyph for n, line in enumerate(("机关", "密级", "编号")) for glyph in row(line, 50, 700 - 14 * n, advance=22)]
    assert columns(glyphs) == ([], glyphs)


def test_a_column_that_could_be_no_mark_stays_in_its_lines() -> None:
    glyphs = column("部门名称", 50, 700) + row("正文正文", 65, 690)
    assert columns(glyphs) == ([], glyphs)


def test_numbers_of_a_list_stay_with_their_lines() -> None:
    glyphs = [glyph for n in range(1, 6) for glyph in [*row(str(n), 50, 700 - 14 * n), *row("保密要求", 75, 700 - 14 * n)]]
    assert columns(glyphs) == ([], glyphs)


def test_random_text_in_a_grid_gives_no_column() -> None:
    rng = random.Random(3)
    glyphs = [g for n in range(40) for g in row("".join(rng.choices("机密秘绝内部年月10★的", k=36)), 50, 780 - 17 * n, size=12)]
    assert columns(glyphs) == ([], glyphs)


def test_a_mark_ends_where_the_text_below_it_begins() -> None:
    """Both begin at the same place on the line."""
    below = [glyph for number in range(5) for glyph in row("正文正文正文", 50, 600 - 14 * number)]
    beside = [glyph for number in range(8) for glyph in row("另一栏文字", 80, 705 - 13 * number)]
    found, rest = columns([*column(MARK, 50, 700, advance=15), *below, *beside])
    assert [piece.text for piece in found] == [MARK]
    assert len(rest) == len(below) + len(beside)


@pytest.mark.parametrize("size", [float("nan"), float("inf"), 1e30])
def test_boxes_that_are_no_places_are_no_harm(size: float) -> None:
    odd = [Glyph("密", size, size, size, size), Glyph("密", 0, -size, 10, size), Glyph("密", 0, 0, size, 10)]
    found, rest = columns([*odd, *column(MARK, 500, 700)])
    assert [piece.text for piece in found] == [MARK]
    assert len(rest) == len(odd)


def test_marks_on_top_of_one_another_are_no_column() -> None:
    glyphs = [Glyph(character, 50, 700 - n, 60, 710 - n) for n, character in enumerate(MARK * 3000)]
    assert columns(glyphs) == ([], glyphs)
