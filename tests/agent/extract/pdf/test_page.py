from __future__ import annotations

import io
from collections.abc import Iterable

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.pdf.characters import plain, unknown
from agent.extract.pdf.engine import opened, page_of, start, text_of
from agent.extract.pdf.fonts import UNKNOWN
from agent.extract.pdf.page import set_lines
from checks.marking.text import Block
from policies.vocabulary import Place
from tests.agent.extract.pdfs import DESCENDANT, drawn, one_page, stream
from tests.agent.extract.samples import pdf, written

MARK = "机密★10年"
LAYERS = "/Resources<</Font<</G 6 0 R>>/Properties<</M 9 0 R/N 10 0 R>>>>"


@pytest.fixture(scope="module", autouse=True)
def engine() -> object:
    return start()


def lines(data: bytes, layers: Iterable[str] = (), budget: Budget | None = None) -> list[Block]:
    with opened(io.BytesIO(data)) as document, page_of(document, 1) as page, text_of(page) as text:
        return set_lines(text, page, 1, unknown(text), layers, budget or Budget())


def test_plain_text_is_in_the_order_of_the_page() -> None:
    file = io.BytesIO(one_page(drawn("第一行", y=700) + drawn("第二行", y=600)))
    with opened(file) as document, page_of(document, 1) as page, text_of(page) as text:
        assert plain(text).split() == ["第一行", "第二行"]


def test_lines_are_put_together_from_the_top() -> None:
    data = one_page(drawn("正文", 70, 600, size=10) + drawn("年", 150, 700) + drawn("密★10", 86, 700) + drawn("机", 70, 700))
    assert [(b.text, b.large, b.left) for b in lines(data)] == [(MARK, True, True), ("正文", False, True)]


def test_fonts_of_different_height_make_one_line() -> None:
    descriptor = "<</Type/FontDescriptor/FontName/X/Flags 4/Ascent 1160/Descent -1048/StemV 80/FontBBox[0 -1048 1000 1160]>>"
    descendant = DESCENDANT.replace("FontDescriptor 8 0 R", "FontDescriptor 9 0 R")
    font = "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/UniGB-UCS2-H/DescendantFonts[10 0 R]>>"
    content = drawn("秘", 70) + drawn("密★长", 86, font="H") + drawn("期", 134)
    data = one_page(content, descriptor, descendant, font, page="/Resources<</Font<</G 6 0 R/H 11 0 R>>>>")
    assert [block.text for block in lines(data)] == ["秘密★长期"]


def test_text_outside_of_the_page_is_hidden() -> None:
    found = lines(one_page(drawn("正文") + drawn(MARK, -300) + drawn("下", 70, 20), page="/CropBox[0 100 595 842]"))
    assert [(block.text, block.place) for block in found] == [("正文", Place.BODY), (MARK, Place.HIDDEN), ("下", Place.HIDDEN)]


def test_a_line_that_leaves_the_page_is_hidden_from_there_on() -> None:
    found = lines(one_page(drawn("正文到此为止外面", 515)))
    assert [(block.text, block.place) for block in found] == [("正文到此为止", Place.BODY), ("外面", Place.HIDDEN)]


def test_text_of_a_layer_that_is_off_is_hidden() -> None:
    content = f"/OC /M BDC {drawn(MARK)} EMC /OC /N BDC {drawn('正文', y=600)} EMC"
    data = one_page(content, "<</Type/OCG/Name(off)>>", "<</Type/OCG/Name(on)>>", page=LAYERS)
    assert [(block.text, block.place) for block in lines(data, ["off"])] == [("正文", Place.BODY), (MARK, Place.HIDDEN)]
    assert {block.place for block in lines(data)} == {Place.BODY}


def test_a_glyph_without_a_name_stands_for_one_unknown_character() -> None:
    """A star whose font says nothing of it: the grammar takes it for a star after a level."""
    font = "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 10 0 R/DescendantFonts[11 0 R]>>"
    codes = b"beginbfchar <0001> <673A> <0002> <5BC6> <0004> <957F> <0005> <671F> endbfchar"
    to_unicode = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 4 " + codes
    )
    descendant = DESCENDANT.replace("CIDFontType0", "CIDFontType2").replace("GB1", "Identity")
    content = "BT /I 16 Tf 70 700 Td <00010002000300040005> Tj ET"
    objects = (font, stream(to_unicode + b" endcmap end"), descendant)
    data = one_page(content, *objects, page="/Resources<</Font<</I 9 0 R>>>>")
    assert [block.text for block in lines(data)] == [f"机密{UNKNOWN}长期"]


def test_reading_a_page_takes_no_longer_than_it_may() -> None:
    now = iter([0.0, *[99.0] * 9])
    with pytest.raises(Unreadable):
        lines(pdf(written(MARK)), budget=Budget(seconds=10, clock=lambda: next(now)))
