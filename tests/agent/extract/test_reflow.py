from __future__ import annotations

import random

import pytest

from agent.extract.glyph import Glyph, Piece
from agent.extract.reflow import merged, pieces


def row(text: str, x: float, y: float, *, size: float = 10, advance: float | None = None) -> list[Glyph]:
    """Glyphs of one size beside one another."""
    step = size if advance is None else advance
    return [Glyph(c, x + n * step, y, x + n * step + size, y + size) for n, c in enumerate(text)]


def column(text: str, x: float, y: float, *, size: float = 10, advance: float = 14) -> list[Glyph]:
    """Glyphs one below another."""
    return [Glyph(c, x, y - n * advance, x + size, y - n * advance + size) for n, c in enumerate(text)]


CASES = {
    "one line": (row("机密★10年", 50, 700), ["机密★10年"]),
    "spaced glyphs": (row("机密★10年", 50, 700, advance=20), ["机 密 ★ 1 0 年"]),
    "two lines, top first": (row("正文", 50, 600) + row("机密", 50, 700), ["机密", "正文"]),
    "columns side by side": (row("机密", 50, 700) + row("编号", 400, 700), ["机密", "编号"]),
    "vertical": (column("机密★10年", 50, 700), ["机密★10年"]),
    "vertical beside a line": (column("机密★", 50, 700) + row("正文正文", 200, 690), ["机密★", "正文正文"]),
    "two vertical lines": (column("机密★", 50, 700) + column("秘密★", 200, 700), ["机密★", "秘密★"]),
    "two digits in a vertical line": (
        column("机密★", 50, 700) + row("10", 50, 658, size=5) + column("年", 50, 644),
        ["机密★10年"],
    ),
    "two glyphs below one another are no vertical line": (column("机密", 50, 700), ["机", "密"]),
    "far below is another line": (column("机密", 50, 700) + column("年", 50, 400), ["机", "密", "年"]),
    "printed twice to look bold": (row("机密", 50, 700) + row("机密", 50.3, 700), ["机密"]),
    "double letters stay": (row("hello", 50, 700, advance=4), ["hello"]),
    "a little higher": (row("机", 50, 700) + row("密", 60, 703), ["机密"]),
    "nothing": ([], []),
}


@pytest.mark.parametrize("case", CASES)
def test_glyphs_are_put_together_as_they_are_seen(case: str) -> None:
    glyphs, expected = CASES[case]
    shuffled = list(glyphs)
    random.Random(1).shuffle(shuffled)
    assert [piece.text for piece in pieces(shuffled)] == expected


def test_a_space_that_is_there_is_not_doubled() -> None:
    glyphs = [Glyph("a", 0, 0, 5, 10), Glyph(" ", 5, 0, 8, 10), Glyph("b", 15, 0, 20, 10)]
    assert pieces(glyphs)[0].text == "a b"


def run(text: str, x: float, y: float, size: float = 10) -> Glyph:
    """Characters of one size beside one another as one glyph."""
    return Glyph(text, x, y, x + len(text) * size, y + size, last=x + (len(text) - 1) * size)


def apart(glyph: Glyph) -> list[Glyph]:
    return row(glyph.text, glyph.left, glyph.bottom)


@pytest.mark.parametrize("case", CASES)
def test_characters_that_stay_together_are_read_as_they_are_one_by_one(case: str) -> None:
    """Neighbours at the same height without a gap are made one glyph."""
    glyphs, expected = CASES[case]
    joined: list[Glyph] = []
    for glyph in glyphs:
        before = joined[-1] if joined else None
        if before and (before.right, before.bottom, before.top) == (glyph.left, glyph.bottom, glyph.top):
            joined[-1] = Glyph(before.text + glyph.text, before.left, before.bottom, glyph.right, glyph.top, last=glyph.left)
        else:
            joined.append(glyph)
    assert [piece.text for piece in pieces(joined, apart)] == expected


@pytest.mark.parametrize(
    ("glyphs", "expected"),
    [
        ([run("机密", 50, 700), run("★10年", 70, 700)], ["机密★10年"]),
        ([run("机密", 50, 700), run("★10年", 75, 700)], ["机密 ★10年"]),
        ([run("机密★10年", 50, 700), run("机密★10年", 50.3, 700)], ["机密★10年"]),
        ([run("机密★10年", 50, 700), *row("★", 70.3, 700)], ["机密★10年"]),
        ([*row("机★0", 50, 700, advance=20), *row("密1年", 60, 700, advance=20)], ["机密★10年"]),
        ([run("机密★10年", 50, 700), run("密★", 60.3, 700)], ["机密★10年"]),
        ([run("机密★10年", 50, 700), *row("，", 64, 700, size=2)], ["机密，★10年"]),
        ([run("机密", 50, 700), run("★1", 50, 686), run("0年", 50, 672)], ["机密★10年"]),
        ([run("第一行", 50, 700), run("第二行", 50, 686), run("第三行", 50, 672)], ["第一行", "第二行", "第三行"]),
    ],
)
def test_runs_of_characters_are_taken_apart_where_they_overlap(glyphs: list[Glyph], expected: list[str]) -> None:
    assert [piece.text for piece in pieces(glyphs, apart)] == expected


def test_lines_that_go_down_stand_where_they_begin() -> None:
    across = [Piece(row(text, 50, y)) for text, y in (("一", 700), ("三", 600), ("四", 500))]
    down = [Piece(row(text, 20, y)) for text, y in (("末", 400), ("二", 650))]
    assert [piece.text for piece in merged(across, down)] == ["一", "二", "三", "四", "末"]
    assert [piece.text for piece in merged([], down)] == ["二", "末"]
