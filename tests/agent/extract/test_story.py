from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget
from agent.extract.package import Package
from agent.extract.story import Story
from checks.marking.text import Block
from policies.vocabulary import Place
from tests.agent.extract.samples import STRICT, TRANSITIONAL, element, package, paragraph, texts

MARK = "机密★10年"
BOX = "<w:txbxContent>{}</w:txbxContent>"


def told(content: str, place: Place = Place.BODY, namespace: str = TRANSITIONAL) -> Story:
    """A story that has read a part with this content."""
    parts = Package(io.BytesIO(package({"a.xml": element("body", content, namespace)}, {})), Budget())
    story = Story(place, 1)
    for _ in parts.parse("a.xml", story.start, story.end, story.data):
        pass
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


@pytest.mark.parametrize(
    ("content", "embeds"),
    [
        ('<w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object>', True),
        ('<w:object><o:OLEObject ProgID="Equation.3"/></w:object>', False),
        ("<w:altChunk/>", True),
        ("", False),
    ],
)
def test_an_embedded_document_is_noticed(content: str, embeds: bool) -> None:
    assert told(content).embeds is embeds


def test_drawing_text_outside_of_paragraphs_of_word_is_read() -> None:
    assert texts(blocks(f"<a:p><a:r><a:t>{MARK}</a:t></a:r></a:p>", Place.TEXTBOX), Place.TEXTBOX) == [MARK]


def test_field_codes_are_no_text() -> None:
    assert blocks(paragraph("<w:r><w:instrText>机密★</w:instrText></w:r>")) == []
