from __future__ import annotations

import random

import pytest

from agent.extract.reflow import Glyph, pieces


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
