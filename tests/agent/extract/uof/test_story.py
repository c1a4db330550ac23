from __future__ import annotations

import base64

import pytest

from agent.extract.base import Budget, Member
from agent.extract.markup import parse
from agent.extract.uof.story import Story
from checks.marking.text import Block
from policies.vocabulary import Place
from tests.agent.extract.uof_samples import body, paragraph, run, single


def told(data: bytes) -> tuple[list[Block], list[Member], Story]:
    story = Story()
    found: list[Block | Member] = []
    for _ in parse([data], Budget(), story.start, story.end, story.data):
        found += story.take()
    found += story.rest()
    return [b for b in found if isinstance(b, Block)], [m for m in found if isinstance(m, Member)], story


def placed(data: bytes) -> list[tuple[str, Place]]:
    return [(block.text, block.place) for block in told(data)[0]]


def test_one_mark_over_several_runs_is_one_text() -> None:
    runs = (run("机"), run("密"), '<字:句><字:空格符 字:个数="2"/><字:制表符/><字:换行符/></字:句>', run("★10年"))
    assert placed(body(paragraph(*runs))) == [("机密  \t\n★10年", Place.BODY)]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ('<字:粗体 字:值="true"/>', (True, False, False, Place.BODY)),
        ('<字:字体 字:字号="16"/>', (False, True, False, Place.BODY)),
        ('<字:字体 字:字号="big"/>', (False, False, False, Place.BODY)),
        ('<字:删除线 字:类型="single"/>', (False, False, True, Place.BODY)),
        ('<字:删除线 字:类型="none"/>', (False, False, False, Place.BODY)),
        ('<字:隐藏文字 字:值="true"/>', (False, False, False, Place.HIDDEN)),
    ],
)
def test_the_look_of_a_run_is_told(properties: str, expected: tuple[bool, bool, bool, Place]) -> None:
    (block,) = told(body(paragraph(run("机密", properties))))[0]
    assert (block.bold, block.large, block.struck, block.place) == expected


def test_the_look_of_a_run_does_not_go_on_to_the_next_and_that_of_a_paragraph_does() -> None:
    first = run("藏", '<字:隐藏文字 字:值="true"/>')
    look = '<字:段落属性><字:句属性><字:粗体 字:值="true"/></字:句属性></字:段落属性>'
    blocks = told(body(f"<字:段落>{look}{first}{run('看')}</字:段落>"))[0]
    assert [(b.text, b.place, b.bold) for b in blocks] == [("藏", Place.HIDDEN, True), ("看", Place.BODY, True)]


def test_styles_build_on_one_another() -> None:
    styles = '<uof:式样集><uof:段落式样 字:标识符="a"><字:字体 字:字号="18"/></uof:段落式样>'
    styles += '<uof:句式样 字:标识符="b" 字:基式样引用="a"><字:粗体 字:值="true"/></uof:句式样></uof:式样集>'
    text = f'<字:段落><字:句><字:句属性 字:式样引用="b"/><字:文本串>机密</字:文本串></字:句>{run("看")}</字:段落>'
    (block,) = told(single(f"{styles}<字:主体>{text}</字:主体>"))[0]
    assert (block.text, block.bold, block.large) == ("机密看", True, True)


def test_a_code_of_a_field_is_hidden() -> None:
    assert placed(body(f"<字:域代码>{paragraph('PAGE')}</字:域代码>")) == [("PAGE", Place.HIDDEN)]


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        ("<字:主体>{}</字:主体>", Place.TEXTBOX),
        ("<字:首页页眉>{}</字:首页页眉>", Place.WATERMARK),
        ("<演:母版>{}</演:母版>", Place.WATERMARK),
        ("<演:幻灯片>{}</演:幻灯片>", Place.SLIDE),
        ('<演:幻灯片 演:显示="false">{}</演:幻灯片>', Place.HIDDEN),
        ("<演:幻灯片><演:幻灯片备注>{}</演:幻灯片备注></演:幻灯片>", Place.BODY),
    ],
)
def test_a_shape_stands_where_it_is_anchored(around: str, expected: Place) -> None:
    shape = f'<图:图形 图:标识符="o1"><图:名称>水印</图:名称><图:文本内容>{paragraph("机密")}</图:文本内容></图:图形>'
    anchor = around.format('<uof:锚点 uof:图形引用="o1"/>')
    assert placed(single(f"<uof:对象集>{shape}</uof:对象集>{anchor}")) == [("机密", expected)]


def test_a_shape_that_nothing_anchors_is_told_at_the_end() -> None:
    shape = f'<图:图形 图:标识符="o1"><图:文本内容>{paragraph("机密")}</图:文本内容></图:图形>'
    blocks = told(single(f"<uof:对象集>{shape}</uof:对象集><字:主体>{paragraph('正文')}</字:主体>"))[0]
    assert [(b.text, b.place, b.page) for b in blocks] == [("正文", Place.BODY, 1), ("机密", Place.TEXTBOX, 0)]


def test_a_shape_within_its_anchor_is_told_at_once() -> None:
    shape = f'<图:图形 图:标识符="o1"><图:文本内容>{paragraph("机密")}</图:文本内容></图:图形>'
    assert placed(single(f"<字:奇数页页脚><uof:锚点>{shape}</uof:锚点></字:奇数页页脚>")) == [("机密", Place.FOOTER)]


def test_word_art_is_a_text_box() -> None:
    assert placed(body("<图:艺术字><图:艺术字文本>机密</图:艺术字文本></图:艺术字>")) == [("机密", Place.TEXTBOX)]


def test_margins_of_a_sheet_are_told_by_their_position() -> None:
    margins = "".join(
        f'<表:页眉页脚 表:位置="{position}">{paragraph(position)}</表:页眉页脚>' for position in ("header-left", "footer-center")
    )
    assert placed(single(margins, kind="spreadsheet")) == [("header-left", Place.HEADER), ("footer-center", Place.FOOTER)]


def test_an_embedded_file_is_given_and_a_picture_is_not() -> None:
    written = base64.b64encode(b"\xd0\xcf\x11\xe0").decode()
    objects = "".join(
        f'<uof:其他对象 uof:标识符="o" {kind}><uof:数据>{written}</uof:数据></uof:其他对象>'
        for kind in ('uof:公共类型="png"', 'uof:私有类型="Excel.Sheet.8"')
    )
    blocks, members, story = told(single(objects))
    assert (blocks, story.strange) == ([], False)
    assert [member.file.read() for member in members if member.file] == [b"\xd0\xcf\x11\xe0"]


def test_names_of_things_are_not_strange_and_text_between_elements_is() -> None:
    assert not told(body("<图:类别>矩形</图:类别>" + paragraph("正文")))[2].strange
    assert told(body(paragraph("正文") + "密级"))[2].strange


def test_revisions_that_were_deleted_are_deleted_until_their_end() -> None:
    start = '<字:修订开始 字:标识符="r{}" 字:类型="{}"/>'
    end = '<字:修订结束 字:开始标识引用="r{}"/>'
    runs = (start.format(1, "insert"), run("加"), end.format(1), start.format(2, "delete"), run("删"), end.format(2), run("看"))
    assert placed(body(paragraph(*runs))) == [("加看", Place.BODY), ("删", Place.DELETED)]


def test_a_page_begins_where_it_is_said() -> None:
    before = '<字:段落><字:段落属性><字:段前分页 字:值="true"/></字:段落属性>' + run("{}") + "</字:段落>"
    text = before.format("一") + paragraph("一", "<字:句><字:分页符/></字:句>") + before.format("二")
    assert [(block.text, block.page) for block in told(body(text))[0]] == [("一", 1), ("一", 1), ("二", 2)]
