from __future__ import annotations

import pytest

from agent.extract.ofd.question import could_bear, is_written
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
