from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ooxml.ooxml import Handlers
from agent.extract.ooxml.story import IDLE, Story
from agent.extract.ooxml.wordstyles import WordStyles
from agent.extract.package import Package
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.samples import STRICT, TRANSITIONAL, element, package, paragraph, texts

MARK = "机密★10年"
BOX = "<w:txbxContent>{}</w:txbxContent>"


def read(content: str, handlers: Handlers) -> None:
    """Let handlers have a part with this content."""
    parts = Package(io.BytesIO(package({"a.xml": content}, {})), Budget())
    for _ in parts.parse("a.xml", handlers.start, handlers.end, handlers.data, IDLE):
        pass


def told(content: str, place: Place = Place.BODY, namespace: str = TRANSITIONAL) -> Story:
    """A story that has read a part with this content."""
    story = Story(place, 1)
    read(element("body", content, namespace), story)
    return story


def blocks(content: str, place: Place = Place.BODY) -> list[Block]:
    return told(content, place).take()


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_a_mark_in_many_runs_is_one() -> None:
    split = paragraph(
        run("机"), "<w:proofErr/>", run("密★", "<w:b/>"), "<w:hyperlink><w:r><w:t>1</w:t></w:r></w:hyperlink>", run("0年")
    )
    assert [block.text for block in blocks(split)] == [MARK]


@pytest.mark.parametrize("namespace", [TRANSITIONAL, STRICT])
def test_both_namespaces_are_read(namespace: str) -> None:
    assert [block.text for block in told(paragraph(MARK), namespace=namespace).take()] == [MARK]


@pytest.mark.parametrize(
    "wrap",
    [
        "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>",
        "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
        "<w:ins>{}</w:ins>",
    ],
)
def test_text_in_tables_controls_and_insertions_is_body(wrap: str) -> None:
    assert texts(blocks(wrap.format(paragraph(MARK))), Place.BODY) == [MARK]


def test_a_text_box_is_told_apart_from_the_paragraph_that_holds_it() -> None:
    box = f"<w:r><w:drawing>{BOX.format(paragraph(MARK))}</w:drawing></w:r>"
    found = blocks(paragraph("前", box, "后"))
    assert (texts(found, Place.TEXTBOX), texts(found, Place.BODY)) == ([MARK], ["前后"])


def test_a_fallback_does_not_tell_the_same_twice() -> None:
    choice = f'<mc:Choice Requires="wps"><w:drawing>{BOX.format(paragraph(MARK))}</w:drawing></mc:Choice>'
    fallback = f"<mc:Fallback><w:pict>{BOX.format(paragraph(MARK))}</w:pict></mc:Fallback>"
    both = f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"
    assert texts(blocks(paragraph(both)), Place.TEXTBOX) == [MARK]


def test_a_fallback_is_read_where_the_first_choice_tells_nothing() -> None:
    both = f"<mc:Choice/><mc:Fallback><w:pict>{BOX.format(paragraph(MARK))}</w:pict></mc:Fallback>"
    found = blocks(paragraph(f"<w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r>", "x"))
    assert texts(found, Place.TEXTBOX) == [MARK]


def test_deleted_and_moved_text_is_deleted() -> None:
    deleted = f"<w:del><w:r><w:delText>{MARK}</w:delText></w:r></w:del>"
    moved = "<w:moveFrom><w:r><w:t>秘密★</w:t></w:r></w:moveFrom>"
    found = blocks(paragraph("正", deleted, "文", moved))
    assert (texts(found, Place.BODY), texts(found, Place.DELETED)) == (["正文"], [MARK + "秘密★"])


def test_vanished_text_is_hidden() -> None:
    found = blocks(paragraph(run(MARK, "<w:vanish/>"), run("正文", '<w:vanish w:val="0"/>')))
    assert (texts(found, Place.HIDDEN), texts(found, Place.BODY)) == ([MARK], ["正文"])


def test_struck_text_is_a_block_of_its_own() -> None:
    found = blocks(paragraph(run(MARK, "<w:strike/>"), run("秘密★5年"), run("绝密", "<w:dstrike/>")))
    assert [(block.text, block.struck) for block in found] == [(MARK + "绝密", True), ("秘密★5年", False)]


def test_bold_and_large_come_from_the_runs() -> None:
    (large,) = blocks(paragraph(run(MARK, '<w:b/><w:sz w:val="32"/>'), run("。")))
    (small,) = blocks(paragraph(run("机"), run("密", '<w:b w:val="false"/><w:sz w:val="31"/>')))
    assert ((large.bold, large.large), (small.bold, small.large)) == ((True, True), (False, False))


def test_former_and_paragraph_mark_properties_do_not_count() -> None:
    former = run("正文", "<w:rPrChange><w:rPr><w:vanish/><w:b/></w:rPr></w:rPrChange>")
    found = blocks(f"<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>{former}</w:p>")
    assert [(block.place, block.bold) for block in found] == [(Place.BODY, False)]


@pytest.mark.parametrize(("value", "left"), [("left", True), ("start", True), ("center", False), ("right", False)])
def test_alignment_is_told_where_it_is_set(value: str, left: bool) -> None:
    (set_block,) = blocks(f'<w:p><w:pPr><w:jc w:val="{value}"/></w:pPr>{run(MARK)}</w:p>')
    (plain,) = blocks(paragraph(MARK))
    assert (set_block.left, plain.left) == (left, None)


def test_pages_are_counted_and_a_break_told_twice_once() -> None:
    broken = paragraph("一", '<w:r><w:br w:type="page"/></w:r>')
    after = paragraph("<w:r><w:lastRenderedPageBreak/></w:r>", "二")
    third = paragraph("<w:r><w:lastRenderedPageBreak/></w:r>", "三")
    assert [(b.text, b.page) for b in blocks(broken + after + third)] == [("一", 2), ("二", 2), ("三", 3)]


def test_tabs_breaks_and_symbols_are_characters() -> None:
    star = '<w:r><w:sym w:font="Wingdings" w:char="F0AB"/></w:r>'
    plain = '<w:r><w:sym w:font="SimSun" w:char="2605"/></w:r>'
    (block,) = blocks(paragraph("机密", star, "10年", "<w:r><w:tab/><w:br/></w:r>", plain))
    assert block.text == "机密★10年\t\n★"


def test_word_art_is_a_watermark_in_a_header_and_a_box_elsewhere() -> None:
    art = f'<w:r><w:pict><v:shape><v:textpath string="{MARK}"/></v:shape></w:pict></w:r>'
    assert texts(blocks(paragraph(art), Place.HEADER), Place.WATERMARK) == [MARK]
    assert texts(blocks(paragraph(art)), Place.TEXTBOX) == [MARK]


def test_a_named_drawing_in_a_header_is_a_watermark() -> None:
    drawing = '<w:r><w:drawing><wp:docPr name="{}"/>' + BOX.format(paragraph(MARK)) + "</w:drawing></w:r>"
    found = blocks(paragraph(drawing.format("PowerPlusWaterMarkObject1")), Place.HEADER)
    assert texts(found, Place.WATERMARK) == [MARK]
    assert texts(blocks(paragraph(drawing.format("文本框 1")), Place.HEADER), Place.TEXTBOX) == [MARK]


TABLE = "<w:tbl><w:tblGrid>{}</w:tblGrid><w:tr>{}</w:tr></w:tbl>"
CELL = "<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>"


def test_text_in_a_table_of_columns_is_a_cell() -> None:
    table = TABLE.format("<w:gridCol/><w:gridCol/>", CELL.format("", paragraph("密级")) + CELL.format("", paragraph("机密")))
    found = blocks(paragraph("前") + table + paragraph("后"))
    assert [(block.text, block.place) for block in found] == [
        ("前", Place.BODY),
        ("密级", Place.CELL),
        ("机密", Place.CELL),
        ("后", Place.BODY),
    ]


def test_a_table_that_only_lays_the_page_out_is_body() -> None:
    spanning = CELL.format('<w:gridSpan w:val="2"/>', paragraph(MARK)) + CELL.format("", paragraph("格"))
    assert texts(blocks(TABLE.format("<w:gridCol/><w:gridCol/>", spanning)), Place.BODY) == [MARK]
    assert texts(blocks(TABLE.format("<w:gridCol/>", CELL.format("", paragraph(MARK)))), Place.BODY) == [MARK]


def test_a_table_in_a_header_leaves_its_text_there() -> None:
    table = TABLE.format("<w:gridCol/><w:gridCol/>", CELL.format("", paragraph(MARK)))
    assert texts(blocks(table, Place.HEADER), Place.HEADER) == [MARK]


def test_a_reading_set_above_characters_does_not_part_them() -> None:
    ruby = "<w:ruby><w:rt><w:r><w:t>jī</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>机</w:t></w:r></w:rubyBase></w:ruby>"
    assert [block.text for block in blocks(paragraph(f"<w:r>{ruby}</w:r>", "密★10年"))] == ["jī", MARK]


def test_a_look_comes_from_the_styles() -> None:
    styles = WordStyles()
    sheet = element(
        "styles",
        '<w:style w:type="paragraph" w:styleId="P"><w:pPr><w:jc w:val="left"/></w:pPr>'
        '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="C"><w:rPr><w:vanish/></w:rPr></w:style>',
    )
    read(sheet, styles)
    styled = '<w:p><w:pPr><w:pStyle w:val="P"/></w:pPr>' + run(MARK) + run("隐藏", '<w:rStyle w:val="C"/>') + "</w:p>"
    story = Story(Place.BODY, 1, styles)
    read(element("body", styled), story)
    found = story.take()
    assert [(b.text, b.place, b.bold, b.large, b.left) for b in found] == [
        (MARK, Place.BODY, True, True, True),
        ("隐藏", Place.HIDDEN, True, True, True),
    ]


def test_a_paragraph_without_end_is_too_large() -> None:
    story = Story(Place.BODY, 1)
    with pytest.raises(Unreadable) as raised:
        read(element("body", paragraph("长" * ((1 << 20) + 1))), story)
    assert raised.value.reason is Unread.TOO_LARGE


def test_all_is_hidden_in_a_hidden_story() -> None:
    art = f'<w:r><w:pict><v:shape><v:textpath string="{MARK}"/></v:shape></w:pict></w:r>'
    box = f"<w:r><w:drawing>{BOX.format(paragraph(MARK))}</w:drawing></w:r>"
    assert texts(blocks(paragraph(art, box, "文"), Place.HIDDEN), Place.HIDDEN) == [MARK, MARK, "文"]


def test_drawing_text_outside_of_paragraphs_of_word_is_read() -> None:
    assert texts(blocks(f"<a:p><a:r><a:t>{MARK}</a:t></a:r></a:p>", Place.TEXTBOX), Place.TEXTBOX) == [MARK]


def test_field_codes_are_no_text() -> None:
    assert blocks(paragraph("<w:r><w:instrText>机密★</w:instrText></w:r>")) == []


@pytest.mark.parametrize(
    "idle", ['<w:rFonts w:ascii="宋体"/>', "<w:szCs w:val='32'/>", "<w:proofErr/>", '<w:bookmarkStart w:id="1" />']
)
def test_most_of_what_sets_a_run_is_idle(idle: str) -> None:
    assert IDLE.fullmatch(idle.encode())


@pytest.mark.parametrize(
    "telling",
    ["<w:b/>", '<w:sz w:val="32"/>', "<w:vanish/>", "<w:br/>", "<w:p/>", '<w:sym w:char="F0AB"/>', '<v:textpath string=""/>'],
)
def test_what_tells_something_is_not_idle(telling: str) -> None:
    assert IDLE.search(telling.encode()) is None
