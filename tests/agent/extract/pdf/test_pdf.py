from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from agent.extract.archive.tar import Tar
from agent.extract.base import MARKLESS, Budget, Member
from agent.extract.pdf.pdf import Pdf
from agent.extract.txt import Txt
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.archive.test_tar import tar
from tests.agent.extract.pdfs import CATALOG, CHINESE, DESCENDANT, DESCRIPTOR, LATIN, PAGE, drawn, one_page, stream, wide_text
from tests.agent.extract.pdfs import written as objects_written
from tests.agent.extract.samples import collect, pdf, texts, written

MARK = "机密★10年"
DOCUMENTS = Path(__file__).parents[3] / "data" / "documents"


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
    assert body(extractor, pdf(written("机密"))) == ["机密"]


def test_properties_are_metadata(extractor: Pdf) -> None:
    assert "秘密事项" in texts(collect(extractor, pdf(written("x"), title="秘密事项"))[0], Place.METADATA)


def test_all_of_a_document_is_read_in_order(extractor: Pdf) -> None:
    note = f"<</Type/Annot/Subtype/FreeText/F 4/Rect[0 0 99 99]/Contents{wide_text('批注')}>>"
    specification = f"<</Type/Filespec/UF{wide_text('附件.txt')}/EF<</F 11 0 R>>>>"
    data = one_page(
        drawn(MARK),
        note,
        specification,
        stream("inside", "/Type/EmbeddedFile"),
        f"<</Title{wide_text('标题')}/Own{wide_text('秘密')}>>",
        catalog="/Names<</EmbeddedFiles<</Names[(a) 10 0 R]>>>>",
        page="/Annots[9 0 R]",
        trailer="/Info 12 0 R",
    )
    found = list(extractor.blocks(io.BytesIO(data), Budget()))
    blocks = [part for part in found if isinstance(part, Block)]
    members = [part for part in found if isinstance(part, Member)]
    assert [(block.text, block.place) for block in blocks] == [
        ("标题", Place.METADATA),
        ("Own=秘密", Place.METADATA),
        (MARK, Place.BODY),
        ("批注", Place.TEXTBOX),
    ]
    assert [(m.name, m.file.read() if m.file else b"", m.place) for m in members] == [("附件.txt", b"inside", Place.ATTACHMENT)]


def test_what_a_stamp_draws_is_read(extractor: Pdf) -> None:
    stamp = "<</Type/Annot/Subtype/Stamp/F 4/Rect[100 400 300 450]/AP<</N 10 0 R>>>>"
    form = "/Type/XObject/Subtype/Form/BBox[0 0 200 50]/Resources<</Font<</G 6 0 R>>>>"
    data = one_page(drawn("正文"), stamp, stream(drawn(MARK, 10, 10), form), page="/Annots[9 0 R]")
    assert [text.strip() for text in texts(collect(extractor, data)[0], Place.TEXTBOX)] == [MARK]


def test_text_of_a_layer_that_is_off_is_hidden(extractor: Pdf) -> None:
    properties = "/Resources<</Font<</G 6 0 R>>/Properties<</M 9 0 R>>>>"
    catalog = "/OCProperties<</OCGs[9 0 R]/D<</OFF[9 0 R]>>>>"
    content = f"/OC /M BDC {drawn(MARK)} EMC {drawn('正文', y=600)}"
    found, _ = collect(extractor, one_page(content, "<</Type/OCG/Name(x)>>", catalog=catalog, page=properties))
    assert (texts(found, Place.BODY), texts(found, Place.HIDDEN)) == (["正文"], [MARK])


def test_the_text_layer_of_a_scan_is_its_text(extractor: Pdf) -> None:
    assert collect(extractor, one_page("0 0 595 842 re f " + "3 Tr " + drawn(MARK)))[1] is None
    assert body(extractor, one_page("0 0 595 842 re f " + "3 Tr " + drawn(MARK))) == [MARK]


def test_a_document_without_marks_is_not_read_at_length(extractor: Pdf) -> None:
    assert collect(extractor, pdf(written("保密工作"), written("第二页"))) == ([MARKLESS], None)


@pytest.mark.parametrize("name", ["libreoffice", "ghostscript", "cairo", "qpdf"])
def test_documents_of_real_programs_are_read(extractor: Pdf, name: str) -> None:
    found, reason = collect(extractor, (DOCUMENTS / f"{name}.pdf").read_bytes())
    blocks = [block for block in found if block.place is Place.BODY]
    assert (blocks[0].text, blocks[0].page, blocks[0].large, blocks[0].left) == (MARK, 1, True, True)
    assert (blocks[-1].text, blocks[-1].page, reason) == ("第二页正文，仅供参考。", 2, None)
    assert name == "cairo" or "秘密★1年" in texts(found, Place.METADATA)


def test_a_real_document_without_marks_is_cleared(extractor: Pdf) -> None:
    assert collect(extractor, (DOCUMENTS / "libreoffice-plain.pdf").read_bytes()) == ([MARKLESS], None)


def test_a_form_of_another_program_is_not_read(extractor: Pdf) -> None:
    data = one_page(drawn("正文"), stream("<xdp/>"), catalog="/AcroForm<</Fields[]/XFA 9 0 R>>")
    found, reason = collect(extractor, data)
    assert (texts(found, Place.BODY), reason) == (["正文"], Unread.UNSUPPORTED)


def test_a_font_that_says_nothing_of_its_characters_gives_no_text(extractor: Pdf) -> None:
    found, reason = collect(extractor, (DOCUMENTS / "cairo.pdf").read_bytes().replace(b"/ToUnicode", b"/XoUnicode"))
    assert (MARK in texts(found, Place.BODY), reason) == (False, Unread.NO_TEXT)


def test_a_page_of_a_million_glyphs_is_too_large(extractor: Pdf) -> None:
    data = one_page("BT /F 9 Tf " + "(SECRET) Tj " * 200_000 + "ET")
    assert collect(extractor, data) == ([], Unread.TOO_LARGE)


@pytest.mark.parametrize("box", ["0 0 2147483647 842", "0 -2000000000 595 842"])
def test_a_page_of_a_million_metres_is_too_large_and_the_others_are_read(extractor: Pdf, box: str) -> None:
    vast = PAGE.replace("0 0 595 842", box).replace("4 0 R", "9 0 R")
    tree = "<</Type/Pages/Kids[3 0 R 10 0 R]/Count 2>>"
    data = objects_written(
        [CATALOG, tree, PAGE, stream(drawn(MARK)), LATIN, CHINESE, DESCENDANT, DESCRIPTOR, stream(drawn("密")), vast]
    )
    found, reason = collect(extractor, data)
    assert (texts(found, Place.BODY), reason) == ([MARK], Unread.TOO_LARGE)


def test_a_page_without_text_leaves_it_read_in_part(extractor: Pdf) -> None:
    found, reason = collect(extractor, pdf(written(MARK), lambda canvas: canvas.rect(10, 10, 100, 100)))
    assert (texts(found, Place.BODY), reason) == ([MARK], Unread.NO_TEXT)


def test_a_document_of_pictures_has_no_text(extractor: Pdf) -> None:
    found, reason = collect(extractor, pdf(lambda canvas: canvas.rect(10, 10, 100, 100)))
    assert ([b for b in found if b.place is not Place.METADATA], reason) == ([], Unread.NO_TEXT)


def test_a_blank_page_is_read(extractor: Pdf) -> None:
    assert collect(extractor, pdf(written(MARK), lambda canvas: None))[1] is None


def encrypted(password: str) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption(password, ownerPassword="owner"))
    canvas.setTitle("标题")
    written(MARK)(canvas)
    canvas.save()
    return buffer.getvalue()


def test_an_encrypted_document_is_told(extractor: Pdf) -> None:
    assert collect(extractor, encrypted("secret")) == ([], Unread.ENCRYPTED)


def test_a_document_that_opens_without_a_password_is_read(extractor: Pdf) -> None:
    found, reason = collect(extractor, encrypted(""))
    assert (texts(found, Place.BODY), reason) == ([MARK], None)
    assert "标题" in texts(found, Place.METADATA)


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing more", b"%PDF-"])
def test_a_damaged_document_is_corrupt(extractor: Pdf, data: bytes) -> None:
    assert collect(extractor, data) == ([], Unread.CORRUPT)


def test_a_document_may_begin_later(extractor: Pdf) -> None:
    found, reason = collect(extractor, b"From: somebody\n\n" + pdf(written(MARK)))
    assert (texts(found, Place.BODY), reason) == ([MARK], None)


def test_a_document_with_broken_tables_is_read_in_part(extractor: Pdf) -> None:
    data = pdf(written(MARK))
    found, reason = collect(extractor, data.replace(b"startxref\n", b"startxref\n9"))
    assert (texts(found, Place.BODY), reason) == ([MARK], Unread.CORRUPT)


def test_a_document_that_lost_pages_is_read_in_part(extractor: Pdf) -> None:
    data = (DOCUMENTS / "libreoffice.pdf").read_bytes()
    found, reason = collect(extractor, data.replace(b"/Count 2", b"/Count 1"))
    assert (texts(found, Place.BODY)[0], reason) == (MARK, Unread.CORRUPT)


@pytest.mark.parametrize("name", ["libreoffice", "qpdf"])
def test_a_document_cut_short_is_never_read_in_full(extractor: Pdf, name: str) -> None:
    data = (DOCUMENTS / f"{name}.pdf").read_bytes()
    for cut in [*range(20, len(data) - 8, 397), *range(len(data) - 60, len(data) - 1)]:
        assert collect(extractor, data[:cut])[1] is Unread.CORRUPT


@pytest.mark.parametrize("name", ["libreoffice", "ghostscript", "cairo", "qpdf"])
def test_no_mark_is_lost_from_a_damaged_document_that_counts_as_read(extractor: Pdf, name: str) -> None:
    data = (DOCUMENTS / f"{name}.pdf").read_bytes()
    rng = random.Random(name)
    for _ in range(30):
        at, size = rng.randrange(len(data)), rng.choice([1, 4, 64, 512])
        found, reason = collect(extractor, data[:at] + rng.randbytes(size) + data[at + size :])
        assert reason is not None or MARK in texts(found, Place.BODY)


def test_a_document_that_takes_too_long_gives_what_was_read(extractor: Pdf) -> None:
    now = iter([0.0, *[1.0] * 20, *[99.0] * 999])
    budget = Budget(seconds=10, clock=lambda: next(now))
    found, reason = collect(extractor, pdf(written(MARK), *[written("正文")] * 30), budget)
    assert reason is Unread.TIMEOUT
    assert MARK in texts(found, Place.BODY)


def test_rank_looks_at_content_only(extractor: Pdf) -> None:
    assert extractor.rank(b"\n%PDF-1.4") > 0 > extractor.rank(b"PDF")


def test_what_goes_before_the_header_may_be_another_format(extractor: Pdf) -> None:
    """An archive that stores a PDF has its header in reach; a printer's commands before it make it no other file."""
    assert extractor.rank(b"\xef\xbb\xbf\r\n%PDF-1.4") == 1
    assert Txt().rank(b"@PJL JOB\n%PDF-1.4") < extractor.rank(b"@PJL JOB\n%PDF-1.4") < Tar().rank(tar({"a.pdf": b"%PDF-1.4"}))
    assert extractor.rank(b"PK\3\4" + bytes(26) + b"a.pdf%PDF-1.4") < 0


def test_blocks_carry_no_empty_text(extractor: Pdf) -> None:
    found: list[Block] = collect(extractor, pdf(written("   "), written(MARK)))[0]
    assert all(block.text.strip() for block in found)
