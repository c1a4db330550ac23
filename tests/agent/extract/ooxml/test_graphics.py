from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ooxml.graphics import Shapes, arranged, graphics
from agent.extract.package import Package
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.samples import package

MARK = "机密★10年"
NAMES = 'xmlns:p="urn:p" xmlns:a="urn:a" xmlns:c="urn:c" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def parts(content: str) -> Package:
    return Package(io.BytesIO(package({"a.xml": f"<p:sld {NAMES}>{content}</p:sld>"}, {})), Budget())


def read(content: str, place: Place = Place.SLIDE) -> list[Block]:
    return list(graphics(parts(content), "a.xml", 1, place))


def text(*runs: str, properties: str = "") -> str:
    return "<a:p>" + "".join(f"<a:r><a:rPr {properties}/><a:t>{run}</a:t></a:r>" for run in runs) + "</a:p>"


def shape(content: str, kind: str = "", at: tuple[int, int] | None = None, attributes: str = "") -> str:
    placeholder = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>' if kind else ""
    offset = f'<a:off x="{at[1]}" y="{at[0]}"/>' if at else ""
    return f'<p:sp><p:cNvPr id="1" {attributes}/>{placeholder}{offset}{content}</p:sp>'


def test_a_mark_in_many_runs_is_one() -> None:
    assert [block.text for block in read(shape(text("机", "密★", "10年")))] == [MARK]


def test_a_break_is_a_new_line() -> None:
    broken = "<a:p><a:r><a:t>一</a:t></a:r><a:br><a:rPr/></a:br><a:r><a:t>二</a:t></a:r></a:p>"
    assert [block.text for block in read(shape(broken))] == ["一\n二"]


def test_how_text_is_set_is_told() -> None:
    (plain, set_off) = read(shape(text("文")) + shape(text(MARK, properties='b="1" sz="1600" strike="sngStrike"')))
    assert (plain.bold, plain.large, plain.struck) == (False, False, False)
    assert (set_off.bold, set_off.large, set_off.struck) == (True, True, True)


def test_a_table_s_text_on_a_slide_is_a_cell_s() -> None:
    table = f"<p:graphicFrame><a:tbl><a:tr><a:tc>{text('格')}</a:tc></a:tr></a:tbl></p:graphicFrame>"
    assert [block.place for block in read(table + shape(text("文")))] == [Place.CELL, Place.SLIDE]


@pytest.mark.parametrize(
    ("kind", "place"), [("ftr", Place.FOOTER), ("dt", Place.FOOTER), ("hdr", Place.HEADER), ("body", Place.SLIDE)]
)
def test_a_placeholder_says_where_its_text_stands(kind: str, place: Place) -> None:
    assert [block.place for block in read(shape(text("文"), kind))] == [place]


def test_hidden_shapes_and_slides_are_hidden() -> None:
    hidden = f"<p:grpSp><p:cNvPr hidden='1'/>{shape(text('藏'))}</p:grpSp>{shape(text('显'))}"
    assert [(block.text, block.place) for block in read(hidden)] == [("藏", Place.HIDDEN), ("显", Place.SLIDE)]
    slide = Package(io.BytesIO(package({"a.xml": f'<p:sld {NAMES} show="0">{shape(text("藏"))}</p:sld>'}, {})), Budget())
    assert [block.place for block in graphics(slide, "a.xml", 1, Place.SLIDE)] == [Place.HIDDEN]


def test_a_fallback_does_not_tell_the_same_twice() -> None:
    both = (
        f"<mc:AlternateContent><mc:Choice>{text(MARK)}</mc:Choice><mc:Fallback>{text(MARK)}</mc:Fallback></mc:AlternateContent>"
    )
    only = f"<mc:AlternateContent><mc:Choice/><mc:Fallback>{text(MARK)}</mc:Fallback></mc:AlternateContent>"
    assert [block.text for block in read(both)] == [block.text for block in read(only)] == [MARK]


def test_a_chart_s_words_are_read_and_its_numbers_are_not() -> None:
    chart = (
        f"<c:title>{text('标题')}</c:title><c:strCache><c:pt><c:v>类别</c:v></c:pt></c:strCache>"
        "<c:numCache><c:pt><c:v>12</c:v></c:pt></c:numCache>"
    )
    assert [block.text for block in read(chart)] == ["标题", "类别"]


def test_a_comment_s_text_is_read_plain_and_in_runs() -> None:
    comments = "<c:text>一</c:text><c:text><c:r><c:t>机</c:t></c:r><c:r><c:t>密</c:t></c:r><c:rPh><c:t>ji</c:t></c:rPh></c:text>"
    assert [block.text for block in read(comments, Place.BODY)] == ["一", "机密"]


def test_shapes_stand_from_top_to_bottom_and_the_title_first() -> None:
    content = (
        shape(text("下"), at=(5_000_000, 0))
        + shape(text("右"), at=(10, 9000))
        + shape(text("左"), at=(10, 10))
        + shape(text("正文"), "body")
        + shape(text("标题"), "title")
        + f"<p:grpSp><a:off x='0' y='20'/>{shape(text('组'), at=(9_000_000, 0))}</p:grpSp>"
    )
    found = arranged(parts(content), "a.xml", Shapes(Place.SLIDE, 1))
    assert [block.text for one in found for block in one.blocks] == ["标题", "左", "右", "组", "正文", "下"]


def test_a_position_that_is_no_number_is_the_origin() -> None:
    (one,) = arranged(parts(f"<p:sp><a:off x='1cm' y='{'9' * 40}'/>{text('文')}</p:sp>"), "a.xml", Shapes(Place.SLIDE, 1))
    assert one.at == (0, 0)


def test_a_paragraph_without_end_is_too_large() -> None:
    with pytest.raises(Unreadable) as raised:
        read(shape(text("长" * ((1 << 20) + 1))))
    assert raised.value.reason is Unread.TOO_LARGE
