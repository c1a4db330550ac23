from __future__ import annotations

import io
from pathlib import Path

import pptx as python_pptx
import pytest
from pptx.presentation import Presentation
from pptx.shapes.group import GroupShape
from pptx.util import Emu, Pt

from agent.extract.base import MARKLESS, Budget, NotThisFormat
from agent.extract.ooxml.pptx import Pptx
from policies.vocabulary import Place, Unread
from tests.agent.extract.samples import collect, docx, package, texts

MARK = "机密★10年"
KIND = "application/vnd.openxmlformats-officedocument.presentationml."
SPACES = 'xmlns:p="urn:p" xmlns:a="urn:a" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
LINK = '<Relationship Id="{}" Type="http://x/{}" Target="{}"/>'
ONE = Emu(1_000_000)


def saved(presentation: Presentation) -> bytes:
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def deck(title: str = "标题") -> Presentation:
    made = python_pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    assert slide.shapes.title
    slide.shapes.title.text = title
    return made


def shape(text: str, kind: str = "") -> str:
    placeholder = f'<p:ph type="{kind}"/>' if kind else ""
    return f"<p:sp>{placeholder}<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp>"


def by_hand(parts: dict[str, tuple[str, str]], links: dict[str, str], main: str = "presentation.main+xml") -> bytes:
    """A presentation with one slide s1; other parts by name with the end of their type and content, links of parts."""
    content: dict[str, str | bytes] = {name: f"<p:x {SPACES}>{text}</p:x>" for name, (_, text) in parts.items()}
    content["ppt/p.xml"] = f'<p:presentation {SPACES}><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>'
    content["ppt/_rels/p.xml.rels"] = f"<Relationships>{LINK.format('r1', 'slide', 's1.xml')}</Relationships>"
    for name, text in links.items():
        content[f"ppt/_rels/{name}.rels"] = f"<Relationships>{text}</Relationships>"
    kinds = {name: KIND + kind for name, (kind, _) in parts.items() if kind}
    return package(content, kinds | {"ppt/p.xml": KIND + main})


def test_every_text_that_python_pptx_gives_is_given() -> None:
    made = python_pptx.Presentation()
    expected: dict[int, set[str]] = {}
    for number in (1, 2, 3):
        slide = made.slides.add_slide(made.slide_layouts[number])
        for placeholder in slide.placeholders:
            placeholder.text = f"占位{number}-{placeholder.placeholder_format.idx}"
        slide.shapes.add_textbox(ONE, ONE, ONE, ONE).text_frame.text = f"{MARK} {number}"
        group: GroupShape = slide.shapes.add_group_shape()
        group.shapes.add_textbox(ONE, ONE, ONE, ONE).text_frame.text = f"组{number}"
        table = slide.shapes.add_table(2, 2, ONE, ONE, ONE, ONE).table
        for row in range(2):
            table.cell(row, 0).text = f"格{number}{row}"
        assert slide.notes_slide.notes_text_frame
        slide.notes_slide.notes_text_frame.text = f"备注{number}"
        shown = {one.text_frame.text for one in slide.shapes if one.has_text_frame}
        expected[number] = shown | {f"组{number}", f"格{number}0", f"格{number}1", f"备注{number}"}
    found, reason = collect(Pptx(), saved(made))
    for page, everything in expected.items():
        assert {block.text for block in found if block.page == page} == everything
    assert texts(found, Place.BODY) == ["备注1", "备注2", "备注3"]
    assert reason is None


def test_a_slide_is_read_from_its_title_downwards() -> None:
    made = deck("标题")
    shapes = made.slides[0].shapes
    shapes.add_textbox(ONE, Emu(6_000_000), ONE, ONE).text_frame.text = "落款"
    frame = shapes.add_textbox(Emu(0), Emu(0), ONE, ONE).text_frame
    frame.text = MARK
    frame.paragraphs[0].runs[0].font.bold, frame.paragraphs[0].runs[0].font.size = True, Pt(20)
    found, _ = collect(Pptx(), saved(made))
    assert [(b.text, b.bold, b.large) for b in found if b.place is Place.SLIDE] == [
        ("标题", False, False),
        (MARK, True, True),
        ("落款", False, False),
    ]


def test_a_hidden_slide_is_hidden() -> None:
    made = deck(MARK)
    made.slides[0]._element.set("show", "0")
    found, _ = collect(Pptx(), saved(made))
    assert (texts(found, Place.HIDDEN), texts(found, Place.SLIDE)) == ([MARK], [])


def test_a_mark_on_the_master_is_on_every_slide_and_prompts_are_not_read() -> None:
    found, _ = collect(
        Pptx(),
        by_hand(
            {
                "ppt/s1.xml": ("slide+xml", shape("正文")),
                "ppt/l1.xml": ("slideLayout+xml", shape("单击此处编辑标题", "title") + shape("版式")),
                "ppt/l2.xml": ("slideLayout+xml", shape("无人使用")),
                "ppt/m1.xml": ("slideMaster+xml", shape(MARK)),
            },
            {"s1.xml": LINK.format("r1", "slideLayout", "l1.xml"), "l1.xml": LINK.format("r1", "slideMaster", "m1.xml")},
        ),
    )
    assert (texts(found, Place.HEADER), texts(found, Place.HIDDEN)) == (["版式", MARK], ["无人使用"])


def test_diagrams_charts_and_comments_belong_to_their_slide() -> None:
    diagram = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
    data = by_hand(
        {
            "ppt/s1.xml": ("slide+xml", shape("正文")),
            "ppt/d1.xml": ("../" + diagram, "<p:pt><p:t><a:p><a:r><a:t>机密★10年</a:t></a:r></a:p></p:t></p:pt>"),
            "ppt/c1.xml": ("comments+xml", "<p:cm><p:text>批注</p:text></p:cm>"),
        },
        {"s1.xml": LINK.format("r1", "diagramData", "d1.xml") + LINK.format("r2", "comments", "c1.xml")},
    )
    found, _ = collect(Pptx(), data)
    assert [(b.text, b.place, b.page) for b in found] == [
        ("正文", Place.SLIDE, 1),
        (MARK, Place.TEXTBOX, 1),
        ("批注", Place.BODY, 1),
    ]


def test_a_slide_that_is_not_listed_is_hidden_even_where_another_leads_to_it() -> None:
    parts = {"ppt/s1.xml": ("slide+xml", shape("正文")), "ppt/s2.xml": ("slide+xml", shape(MARK))}
    found, _ = collect(Pptx(), by_hand(parts, {"s1.xml": LINK.format("r1", "slide", "s2.xml")}))
    assert texts(found, Place.HIDDEN) == [MARK]


def test_a_slide_that_is_listed_but_not_there_is_damage() -> None:
    found, reason = collect(Pptx(), by_hand({"ppt/s2.xml": ("slide+xml", shape(MARK))}, {}))
    assert (texts(found, Place.HIDDEN), reason) == ([MARK], Unread.CORRUPT)


@pytest.mark.parametrize("main", ["template.main+xml", "slideshow.main+xml"])
def test_templates_and_shows_are_presentations(main: str) -> None:
    found, reason = collect(Pptx(), by_hand({"ppt/s1.xml": ("slide+xml", shape(MARK))}, {}, main))
    assert (texts(found, Place.SLIDE), reason) == ([MARK], None)


def test_a_footer_is_a_footer() -> None:
    found, _ = collect(Pptx(), by_hand({"ppt/s1.xml": ("slide+xml", shape(MARK, "ftr"))}, {}))
    assert texts(found, Place.FOOTER) == [MARK]


def test_a_presentation_that_can_hold_no_mark_is_not_parsed() -> None:
    made = deck("关于开展检查的通知" * 200)
    assert collect(Pptx(), saved(made)) == ([MARKLESS], None)


def test_a_mark_spelled_over_boxes_is_not_passed_over() -> None:
    parts = {"ppt/s1.xml": ("slide+xml", shape("密★10年") + shape("很长的一段文字在中间") + shape("机"))}
    assert collect(Pptx(), by_hand(parts, {}))[0] != [MARKLESS]


def test_pictures_without_a_word_are_no_text() -> None:
    assert collect(Pptx(), by_hand({"ppt/s1.xml": ("slide+xml", ""), "ppt/media/i.png": ("", "")}, {}))[1] is Unread.NO_TEXT


def test_a_presentation_by_libreoffice_is_read_as_a_reader_sees_it() -> None:
    found, reason = collect(Pptx(), Path("tests/data/documents/libreoffice.pptx").read_bytes())
    assert [(b.text, b.place, b.page) for b in found if b.place is not Place.METADATA] == [
        (MARK, Place.SLIDE, 1),
        ("下面的文字", Place.SLIDE, 1),
        ("备注文字", Place.BODY, 1),
        ("隐藏的页", Place.HIDDEN, 2),
    ]
    assert reason is None


@pytest.mark.parametrize("title", [MARK, "通知"])
@pytest.mark.parametrize("cut", [0.3, 0.7, 0.99])
def test_a_presentation_cut_short_is_corrupt(title: str, cut: float) -> None:
    data = saved(deck(title))
    assert collect(Pptx(), data[: int(cut * len(data))])[1] is Unread.CORRUPT


def test_another_package_is_no_presentation() -> None:
    with pytest.raises(NotThisFormat):
        list(Pptx().blocks(io.BytesIO(docx("")), Budget()))


def test_rank_looks_at_content_only() -> None:
    assert Pptx().rank(saved(deck())) == 0.9
    assert Pptx().rank(package({}, {})) == 0
    assert Pptx().rank(b"text") < 0
