from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import docx as python_docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.extract.base import MARKLESS, Budget, Member, NotThisFormat
from agent.extract.ooxml.docx import Docx
from agent.extract.registry import Extraction
from checks.marking.reader import read_marks
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.samples import MAIN, STRICT, WORD, body, collect, docx, element, package, paragraph, texts

MARK = "机密★10年"


def test_a_document_by_another_program_is_read() -> None:
    document = python_docx.Document()
    document.add_paragraph(MARK)
    document.add_table(1, 1).cell(0, 0).text = "表格"
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    document.core_properties.subject = "秘密事项"
    buffer = io.BytesIO()
    document.save(buffer)
    found, reason = collect(Docx(), buffer.getvalue())
    assert reason is None
    assert texts(found, Place.BODY)[:2] == [MARK, "表格"]
    assert (texts(found, Place.HEADER), texts(found, Place.FOOTER)) == (["页眉"], ["页脚"])
    assert "秘密事项" in texts(found, Place.METADATA)


def test_the_places_of_a_document_are_told_apart() -> None:
    parts = {
        "word/h1.xml": ("header+xml", element("hdr", paragraph("页眉"))),
        "word/f1.xml": ("footer+xml", element("ftr", paragraph("页脚"))),
        "word/n1.xml": ("footnotes+xml", element("footnotes", paragraph("脚注"))),
        "word/c1.xml": ("comments+xml", element("comments", paragraph("批注"))),
    }
    found, reason = collect(Docx(), docx(paragraph(MARK), parts))
    assert [(block.text, block.place, block.page) for block in found] == [
        (MARK, Place.BODY, 1),
        ("页眉", Place.HEADER, 1),
        ("页脚", Place.FOOTER, 1),
        ("脚注", Place.BODY, 0),
        ("批注", Place.BODY, 0),
    ]
    assert reason is None


def test_custom_properties_and_labels_are_metadata() -> None:
    properties = (
        '<Properties xmlns="urn:p" xmlns:vt="urn:vt"><property fmtid="{}" pid="2" name="密级">'
        "<vt:lpwstr>机密</vt:lpwstr></property></Properties>"
    )
    label = '<clbl:labelList xmlns:clbl="urn:l"><clbl:label id="{42}" name="秘密"/></clbl:labelList>'
    parts = {"word/document.xml": body(paragraph("x")), "docProps/custom.xml": properties, "docMetadata/LabelInfo.xml": label}
    kinds = {"word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"}
    found, _ = collect(Docx(), package(parts, kinds))
    assert texts(found, Place.METADATA) == ["{42}", "秘密", "密级=机密"]


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ],
)
def test_templates_and_documents_with_macros_are_word_too(kind: str) -> None:
    found, _ = collect(Docx(), package({"odd/main.xml": body(paragraph(MARK))}, {"odd/main.xml": kind}))
    assert texts(found, Place.BODY) == [MARK]


def test_of_several_main_parts_none_is_left_out() -> None:
    parts = {"word/decoy.xml": body(paragraph("正文")), "word/document.xml": body(paragraph(MARK))}
    found, reason = collect(Docx(), package(parts, dict.fromkeys(parts, MAIN)))
    assert (texts(found, Place.BODY), reason) == (["正文", MARK], None)


def test_a_strict_document_is_read() -> None:
    assert texts(collect(Docx(), docx(paragraph(MARK), namespace=STRICT))[0], Place.BODY) == [MARK]


def test_a_document_without_its_list_of_types_is_read_by_the_usual_names() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", body(paragraph(MARK)))
    assert texts(collect(Docx(), buffer.getvalue())[0], Place.BODY) == [MARK]


def test_another_package_is_no_word_document() -> None:
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    data = package({"xl/workbook.xml": "<workbook/>"}, {"xl/workbook.xml": sheet})
    with pytest.raises(NotThisFormat):
        list(Docx().blocks(io.BytesIO(data), Budget()))


def test_rank_looks_at_content_only() -> None:
    assert Docx().rank(docx("")) == 0.9
    assert Docx().rank(package({}, {})) == 0
    assert Docx().rank(b"text") < 0


def test_an_embedded_document_is_a_member() -> None:
    inner = docx(paragraph("附件"))
    parts: dict[str, str | bytes] = {"word/document.xml": body(paragraph(MARK)), "word/embeddings/a.docx": inner}
    found = list(Docx().blocks(io.BytesIO(package(parts, {"word/document.xml": MAIN})), Budget()))
    (member,) = [part for part in found if isinstance(part, Member)]
    assert member.name == "word/embeddings/a.docx"
    assert member.file is not None
    assert member.file.read() == inner


def test_an_imported_chunk_is_a_member_wherever_it_lies() -> None:
    parts = {"word/document.xml": body(paragraph("x")), "word/chunk1.htm": "<p>机密★10年</p>"}
    data = package(parts, {"word/document.xml": MAIN, "word/chunk1.htm": "text/html"})
    assert [part.name for part in Docx().blocks(io.BytesIO(data), Budget()) if isinstance(part, Member)] == ["word/chunk1.htm"]


def test_what_is_embedded_is_read_where_the_document_itself_has_no_mark() -> None:
    parts: dict[str, str | bytes] = {"word/document.xml": body(paragraph("x")), "word/embeddings/a.docx": docx(paragraph(MARK))}
    data = package(parts, {"word/document.xml": MAIN})
    extraction = Extraction((Docx(),), io.BytesIO(data), Budget())
    assert [block.text for block in extraction.blocks() if block.member] == ["a", MARK]
    assert extraction.reason is None


def test_pictures_without_a_word_are_no_text() -> None:
    parts: dict[str, str | bytes] = {"word/document.xml": body("<w:p/>"), "word/media/image1.png": b"\x89PNG"}
    kinds = {"word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"}
    assert collect(Docx(), package(parts, kinds)) == ([], Unread.NO_TEXT)


def test_what_was_read_before_the_damage_counts() -> None:
    parts = {"word/h1.xml": ("header+xml", "<broken")}
    found, reason = collect(Docx(), docx(paragraph(MARK), parts))
    assert (texts(found, Place.BODY), reason) == ([MARK], Unread.CORRUPT)


def test_a_damaged_part_does_not_hide_the_others() -> None:
    parts = {"word/h1.xml": ("header+xml", "<broken"), "word/f1.xml": ("footer+xml", element("ftr", paragraph("页脚")))}
    found, reason = collect(Docx(), docx(paragraph(MARK), parts))
    assert (texts(found, Place.FOOTER), reason) == (["页脚"], Unread.CORRUPT)


def test_a_document_that_can_hold_no_mark_is_not_parsed() -> None:
    assert collect(Docx(), docx(paragraph("关于开展检查的通知"))) == ([MARKLESS], None)


SOUND = docx(paragraph(MARK), {"word/h1.xml": ("header+xml", element("hdr", paragraph("页眉")))})


@pytest.mark.parametrize("mark", [MARK, "通知"])
@pytest.mark.parametrize("cut", [0.3, 0.7, 0.99])
def test_a_document_cut_short_is_corrupt(mark: str, cut: float) -> None:
    data = docx(paragraph(mark))
    assert collect(Docx(), data[: int(cut * len(data))])[1] is Unread.CORRUPT


@pytest.mark.parametrize("mark", [MARK, "通知"])
def test_a_wrong_checksum_is_corrupt_with_a_mark_and_without(mark: str) -> None:
    data = bytearray(docx(paragraph(mark)))
    at = data.rindex(b"PK\1\2") + 16
    data[at] ^= 1
    assert collect(Docx(), bytes(data))[1] is Unread.CORRUPT


@pytest.mark.parametrize("mark", [MARK, "通知"])
def test_a_part_that_is_named_but_not_there_is_corrupt(mark: str) -> None:
    kinds = {"word/document.xml": MAIN, "word/header1.xml": "application/" + "wordprocessingml.header+xml"}
    assert collect(Docx(), package({"word/document.xml": body(paragraph(mark))}, kinds))[1] is Unread.CORRUPT


def test_an_encrypted_part_is_told() -> None:
    data = bytearray(SOUND)
    data[data.index(b"word/document.xml") - 24] |= 1
    assert collect(Docx(), bytes(data))[1] is Unread.ENCRYPTED


def test_what_was_read_before_a_bomb_counts() -> None:
    nested = docx(paragraph(MARK) + "<w:p>" * 1000 + "</w:p>" * 1000)
    assert collect(Docx(), nested) == ([Block(MARK, Place.BODY)], Unread.BOMB)


@pytest.mark.parametrize("mark", [MARK, "通知"])
def test_a_part_that_unpacks_to_far_more_is_a_bomb(mark: str) -> None:
    assert collect(Docx(), docx(paragraph(mark) + "<w:p/>" * 100_000), Budget(slack=1 << 18))[1] is Unread.BOMB


def test_a_document_type_is_refused() -> None:
    entity = '<!DOCTYPE w [<!ENTITY x "机密★10年">]>'
    data = package({"word/document.xml": entity + body("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>")}, {"word/document.xml": MAIN})
    assert collect(Docx(), data) == ([], Unread.CORRUPT)


def test_a_control_leaves_it_read_in_part() -> None:
    parts = {"word/document.xml": body(paragraph(MARK)), "word/activeX/activeX1.bin": "x"}
    kinds = {"word/document.xml": MAIN, "word/activeX/activeX1.bin": "application/vnd.ms-office.activeX"}
    assert collect(Docx(), package(parts, kinds))[1] is Unread.UNSUPPORTED


def test_building_blocks_are_hidden() -> None:
    parts = {"word/glossary/document.xml": ("document.glossary+xml", element("glossaryDocument", paragraph(MARK)))}
    found, _ = collect(Docx(), docx(paragraph("正文"), parts))
    assert texts(found, Place.HIDDEN) == [MARK]


def test_a_picture_with_a_header_only_is_still_no_text() -> None:
    parts: dict[str, str | bytes] = {
        "word/document.xml": body("<w:p/>"),
        "word/h1.xml": element("hdr", paragraph(MARK)),
        "word/media/image1.png": b"\x89PNG",
    }
    found, reason = collect(Docx(), package(parts, {"word/document.xml": MAIN, "word/h1.xml": WORD + "header+xml"}))
    assert (texts(found, Place.HEADER), reason) == ([MARK], Unread.NO_TEXT)


def test_names_of_parts_are_told_apart_by_nothing_but_case() -> None:
    data = package({"word/Document.xml": body(paragraph(MARK))}, {"word/document.xml": MAIN})
    assert collect(Docx(), data) == ([Block(MARK, Place.BODY)], None)


def test_a_document_by_libreoffice_is_read_as_a_reader_sees_it() -> None:
    found, reason = collect(Docx(), Path("tests/data/documents/libreoffice.docx").read_bytes())
    assert [(b.text, b.place) for b in found if b.place is not Place.METADATA] == [
        ("机密★10年", Place.BODY),
        ("正文继续", Place.BODY),
        ("隐藏文字", Place.HIDDEN),
        ("文本框秘密★5年", Place.TEXTBOX),
        ("锚", Place.BODY),
        ("批注", Place.BODY),
        ("密级", Place.CELL),
        ("机密", Place.CELL),
        ("页眉机密★10年", Place.HEADER),
        ("页脚", Place.FOOTER),
        ("\t脚注", Place.BODY),
        ("批注文字", Place.BODY),
    ]
    assert (found[0].bold, found[0].large, found[1].bold, found[1].large) == (True, True, False, False)
    assert {"主题秘密", "密级=机密"} < set(texts(found, Place.METADATA))
    assert reason is None


def test_every_text_that_python_docx_gives_is_given() -> None:
    document = python_docx.Document()
    rng = random.Random(7)
    for number in range(60):
        written = document.add_paragraph(style=rng.choice(["Normal", "Heading 1", "List Bullet", "Quote"]))
        for _ in range(rng.randint(1, 5)):
            written.add_run(f"文{number}机密★ {rng.random()}").bold = rng.random() > 0.5
    table = document.add_table(5, 4)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"格{number}"
    for section in (document.sections[0], document.add_section()):
        section.different_first_page_header_footer = True
        section.header.is_linked_to_previous = section.first_page_footer.is_linked_to_previous = False
        section.header.paragraphs[0].text, section.first_page_footer.paragraphs[0].text = "页眉", "首页页脚"
    buffer = io.BytesIO()
    document.save(buffer)
    found, reason = collect(Docx(), buffer.getvalue())
    assert texts(found, Place.BODY) == [p.text for p in document.paragraphs if p.text]
    assert texts(found, Place.CELL) == [cell.text for row in table.rows for cell in row.cells]
    assert (set(texts(found, Place.HEADER)), set(texts(found, Place.FOOTER))) == ({"页眉"}, {"首页页脚"})
    assert reason is None


PIECES = st.sampled_from(
    ["机", "密", "机密", "★", "10年", "1", "0", "年", "文", "内", "部", "资料", "SEC", "RET", "通知内容", " ", "密级"]
)
WRAPS = (
    "<w:r><w:t>{}</w:t></w:r>",
    "<w:r><w:t>{}</w:t></w:r>",
    "<w:r><w:rPr><w:vanish/></w:rPr><w:t>{}</w:t></w:r>",
    "<w:del><w:r><w:delText>{}</w:delText></w:r></w:del>",
    "<w:r><w:drawing><w:txbxContent><w:p><w:r><w:t>{}很长的一段文字在这里</w:t></w:r></w:p></w:txbxContent></w:drawing></w:r>",
    "<w:r><w:instrText>HYPERLINK {} somewhere</w:instrText></w:r>",
    "<w:r><w:drawing><wp:posOffset>1234567890</wp:posOffset></w:drawing><w:t>{}</w:t></w:r>",
    "</w:p><w:p><w:r><w:t>{}</w:t></w:r>",
    "<w:r><w:ruby><w:rt><w:r><w:t>{}mi yi ge</w:t></w:r></w:rt></w:ruby></w:r>",
)
RUNS = st.lists(st.tuples(PIECES, st.sampled_from(WRAPS)), max_size=8)


@given(RUNS)
@settings(max_examples=300, deadline=None)
def test_where_a_document_is_not_parsed_the_grammar_would_find_nothing(runs: list[tuple[str, str]]) -> None:
    content = "<w:p>" + "".join(wrap.format(piece) for piece, wrap in runs) + "</w:p>"
    if collect(Docx(), docx(content))[0] != [MARKLESS]:
        return
    parsed, _ = collect(Docx(), docx(content, {"word/f.xml": ("footer+xml", element("ftr", paragraph("绝密★")))}))
    assert read_marks(block for block in parsed if block.place is not Place.FOOTER) == []
