from __future__ import annotations

import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from agent.extract.base import Budget
from agent.extract.pdf import Pdf
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.samples import collect, pdf, texts, written

MARK = "机密★10年"


@pytest.fixture(scope="module")
def extractor() -> Pdf:
    return Pdf()


def spaced(canvas: Canvas) -> None:
    for number, character in enumerate(MARK):
        written(character, 70 + 32 * number)(canvas)


def vertical(canvas: Canvas) -> None:
    for number, character in enumerate(MARK):
        written(character, 500, 700 - 20 * number)(canvas)


def aslant(canvas: Canvas) -> None:
    canvas.translate(200, 300)
    canvas.rotate(45)
    written(MARK, 0, 0, 40)(canvas)


def sideways(canvas: Canvas) -> None:
    canvas.setPageRotation(90)
    canvas.translate(300, 100)
    canvas.rotate(90)
    written(MARK, 0, 0)(canvas)


def body(extractor: Pdf, data: bytes) -> list[str]:
    return texts(collect(extractor, data)[0], Place.BODY)


def test_a_page_is_read_from_its_top(extractor: Pdf) -> None:
    def page(canvas: Canvas) -> None:
        written("正文", 70, 500, 10.5)(canvas)
        written(MARK, 70, 780, 16)(canvas)

    found, reason = collect(extractor, pdf(page))
    blocks = [block for block in found if block.place is Place.BODY]
    assert [(b.text, b.page, b.large, b.left) for b in blocks] == [(MARK, 1, True, True), ("正文", 1, False, True)]
    assert reason is None


def test_spaced_glyphs_are_one_line(extractor: Pdf) -> None:
    assert body(extractor, pdf(spaced)) == ["机 密 ★ 1 0 年"]


def test_one_glyph_a_line_is_one_line(extractor: Pdf) -> None:
    assert body(extractor, pdf(vertical)) == [MARK]


def test_text_aslant_is_a_watermark(extractor: Pdf) -> None:
    assert texts(collect(extractor, pdf(aslant))[0], Place.WATERMARK) == [MARK]


def test_a_turned_page_is_read_as_it_is_shown(extractor: Pdf) -> None:
    assert body(extractor, pdf(sideways)) == [MARK]


def test_every_page_is_read_and_numbered(extractor: Pdf) -> None:
    data = pdf(written("第一页"), written("第二页"), spaced)
    blocks = [block for block in collect(extractor, data)[0] if block.place is Place.BODY]
    assert [(block.text, block.page) for block in blocks] == [("第一页", 1), ("第二页", 2), ("机 密 ★ 1 0 年", 3)]


def test_text_of_a_font_that_is_not_in_the_file_is_read_without_any_font_of_the_computer(extractor: Pdf) -> None:
    """PDFium would leave it out: none of its glyphs could be measured."""
    assert body(extractor, pdf(written("密"))) == ["密"]


def test_properties_are_metadata(extractor: Pdf) -> None:
    assert "秘密事项" in texts(collect(extractor, pdf(written("x"), title="秘密事项"))[0], Place.METADATA)


def with_annotation(subtype: str, flags: int = 4) -> bytes:
    """A PDF written by hand, whose page holds a line of text and an annotation."""
    value = "<FEFF" + MARK.encode("utf-16-be").hex() + ">"
    objects = [
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[6 0 R]>>",
        "<</Length 40>>stream\nBT /F 12 Tf 70 700 Td (plain text) Tj ET  \nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        f"<</Type/Annot/Subtype/{subtype}/F {flags}/Rect[0 0 99 99]/FT/Tx/T(a)/V{value}/Contents{value}>>",
    ]
    text = "%PDF-1.7\n" + "".join(f"{number} 0 obj{content}endobj\n" for number, content in enumerate(objects, 1))
    return (text + "trailer<</Root 1 0 R/Size 7>>\n%%EOF").encode()


@pytest.mark.parametrize(
    ("subtype", "flags", "place"),
    [
        ("FreeText", 4, Place.TEXTBOX),
        ("Stamp", 4, Place.TEXTBOX),
        ("Widget", 4, Place.TEXTBOX),
        ("Watermark", 4, Place.WATERMARK),
        ("Text", 2, Place.HIDDEN),
        ("Link", 4, None),
    ],
)
def test_an_annotation_is_told_by_its_kind(extractor: Pdf, subtype: str, flags: int, place: Place | None) -> None:
    found, _ = collect(extractor, with_annotation(subtype, flags))
    assert [block.place for block in found if block.text == MARK] == ([place] if place else [])


def test_a_page_without_text_leaves_it_read_in_part(extractor: Pdf) -> None:
    found, reason = collect(extractor, pdf(written(MARK), lambda canvas: canvas.rect(10, 10, 100, 100)))
    assert (texts(found, Place.BODY), reason) == ([MARK], Unread.NO_TEXT)


def test_a_document_of_pictures_has_no_text(extractor: Pdf) -> None:
    found, reason = collect(extractor, pdf(lambda canvas: canvas.rect(10, 10, 100, 100)))
    assert ([b for b in found if b.place is not Place.METADATA], reason) == ([], Unread.NO_TEXT)


def test_a_blank_page_is_read(extractor: Pdf) -> None:
    assert collect(extractor, pdf(written(MARK), lambda canvas: None))[1] is None


def test_an_encrypted_document_is_told(extractor: Pdf) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt="secret")
    canvas.drawString(100, 100, "x")
    canvas.save()
    assert collect(extractor, buffer.getvalue()) == ([], Unread.ENCRYPTED)


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing more", b"%PDF-"])
def test_a_damaged_document_is_corrupt(extractor: Pdf, data: bytes) -> None:
    assert collect(extractor, data) == ([], Unread.CORRUPT)


def test_a_document_that_takes_too_long_gives_what_was_read(extractor: Pdf) -> None:
    now = iter([0.0, *[1.0] * 20, *[99.0] * 999])
    budget = Budget(seconds=10, clock=lambda: next(now))
    found, reason = collect(extractor, pdf(written(MARK), *[written("正文")] * 30), budget)
    assert reason is Unread.TIMEOUT
    assert MARK in texts(found, Place.BODY)


def test_rank_looks_at_content_only(extractor: Pdf) -> None:
    assert extractor.rank(b"\n%PDF-1.4") > 0 > extractor.rank(b"PDF")


def test_blocks_carry_no_empty_text(extractor: Pdf) -> None:
    found: list[Block] = collect(extractor, pdf(written("   "), written(MARK)))[0]
    assert all(block.text.strip() for block in found)
