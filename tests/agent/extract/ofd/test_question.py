from __future__ import annotations

import pytest

from agent.extract.ofd.question import could_bear, is_written, pieces
from tests.agent.extract.ofd_samples import Ofd, glyphs, layer, text

PATH = "<ofd:PathObject><ofd:AbbreviatedData>M 0 0 L 70 0 L 70 30 L 0 30 C</ofd:AbbreviatedData></ofd:PathObject>"


def page(*objects: str) -> list[bytes]:
    data = Ofd().part("Page", layer(*objects)).encode()
    return [data[:70], data[70:]]


@pytest.mark.parametrize(
    ("objects", "in_order", "scattered"),
    [
        ([text("机密★10年", 1, 1)], True, True),
        (glyphs("机密★", 1, 1), True, True),
        ([text("机", 1, 1), PATH, text("密", 6, 1)], True, True),
        ([text("密", 6, 1), text("这里是很长很长的一段正文文字", 1, 9), text("机", 1, 1)], False, True),
        ([text("部", 6, 1), text("这里是很长很长的一段正文文字", 1, 9), text("内", 1, 1)], False, True),
        ([text("★", 6, 1), text("这里是很长很长的一段正文文字", 1, 9), text("公开", 1, 1)], False, True),
        ([text("&#23494;", 6, 1), text("正文", 1, 9)], False, True),
        (["<ofd:PageRes>Res.xml</ofd:PageRes>", text("正文", 1, 1)], True, True),
        ([text("密切联系群众", 1, 1)], False, False),
        ([text("会议通知", 1, 1)], False, False),
    ],
)
def test_a_page_is_asked_in_order_and_scattered(objects: list[str], in_order: bool, scattered: bool) -> None:
    assert could_bear(page(*objects), scattered=False) is in_order
    assert could_bear(page(*objects), scattered=True) is scattered


def test_markup_that_is_cut_short_or_very_large_must_be_looked_at() -> None:
    assert could_bear([b"<Page><Content>"], scattered=False)
    assert could_bear([b"<Page>", *[b" " * (1 << 20)] * 5, b"</Page>"], scattered=False)


@pytest.mark.parametrize(
    ("objects", "expected"),
    [([text("密", 1, 1)], True), ([PATH], False), ([text("", 1, 1)], False), ([text(" \n", 1, 1)], False)],
)
def test_a_page_is_written_where_a_character_is(objects: list[str], expected: bool) -> None:
    assert is_written(page(*objects)) is expected


SHAPE = '<ofd:TextObject Size="4"{}><ofd:TextCode X="0" Y="4"{}>{}</ofd:TextCode></ofd:TextObject>'


@pytest.mark.parametrize(
    ("shape", "steps", "expected"),
    [
        ("", "", ["三期机密项目"]),
        ("", ' DeltaX="4 4 4 4 4"', ["三期机密项目"]),
        ("", ' DeltaX="4"', ["三期机密项目"]),
        ("", ' DeltaX="g 5 4.1"', ["三期机密项目"]),
        ("", " DeltaX='4 9 4 -4 4'", ["三期", "机密", "项目"]),
        ("", ' DeltaX="0 0 0 0 0"', [*"三期机密项目"]),
        ("", ' DeltaX="4 4" DeltaY="1 1"', [*"三期机密项目"]),
        ("", ' Delta-X="4"', [*"三期机密项目"]),
        (' CTM="1 0 0 9 0 0"', ' DeltaX="4"', [*"三期机密项目"]),
        (' HScale="0.5"', ' DeltaX="4"', [*"三期机密项目"]),
        (' ReadDirection="90"', "", [*"三期机密项目"]),
    ],
)
def test_what_stands_together_is_one_piece(shape: str, steps: str, expected: list[str]) -> None:
    assert pieces(SHAPE.format(shape, steps, "三期机密项目")) == expected


def test_references_leave_nothing_together() -> None:
    assert pieces(SHAPE.format("", "", "甲&amp;乙")) == [*"甲&amp;乙"]
    assert pieces("<ofd:TextCode>甲乙</ofd:TextCode>") == [*"甲乙"]


@pytest.mark.parametrize("text", ["三期机密项目", "第一期秘密花园", "涉及的内部文件"])
def test_within_a_sentence_nothing_is_suspected(text: str) -> None:
    assert not could_bear([SHAPE.format("", "", text).encode()], scattered=True)
    assert could_bear([SHAPE.format("", ' DeltaX="4 9 9"', text).encode()], scattered=True)
