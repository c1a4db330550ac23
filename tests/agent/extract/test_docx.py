from __future__ import annotations

import io
import zipfile

import docx as python_docx
import pytest

from agent.extract.base import Budget, NotThisFormat
from agent.extract.docx import Docx
from policies.vocabulary import Place, Unread
from tests.agent.extract.samples import MAIN, STRICT, body, collect, docx, element, package, paragraph, texts

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


def test_an_embedded_document_leaves_it_read_in_part() -> None:
    found, reason = collect(Docx(), docx(paragraph(MARK) + "<w:altChunk/>"))
    assert (texts(found, Place.BODY), reason) == ([MARK], Unread.UNSUPPORTED)


def test_pictures_without_a_word_are_no_text() -> None:
    parts: dict[str, str | bytes] = {"word/document.xml": body("<w:p/>"), "word/media/image1.png": b"\x89PNG"}
    kinds = {"word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"}
    assert collect(Docx(), package(parts, kinds)) == ([], Unread.NO_TEXT)


def test_what_was_read_before_the_damage_counts() -> None:
    parts = {"word/h1.xml": ("header+xml", "<broken")}
    found, reason = collect(Docx(), docx(paragraph(MARK), parts))
    assert (texts(found, Place.BODY), reason) == ([MARK], Unread.CORRUPT)
