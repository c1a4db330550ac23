from __future__ import annotations

import base64
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.extract.base import Budget
from agent.extract.pdf.trace import Look, in_any_order
from checks.marking.trace import could_bear
from tests.agent.extract.pdfs import CATALOG, drawn, one_page, opened, stream, wide_text, written
from tests.agent.extract.samples import pdf
from tests.agent.extract.samples import written as line

MARK = "机密★10年"


def bears(data: bytes) -> bool:
    look = Look(opened(data), Budget())
    answer = look.bears()
    look.finish()
    assert not look.damaged
    return answer


def test_a_document_without_marks_is_cleared() -> None:
    assert not bears(pdf(line("会议纪要"), line("保密工作"), lambda canvas: None))
    assert not bears(one_page(drawn("本文件由办公室印发，内容请有关单位转告下属各部门。")))


@pytest.mark.parametrize(
    "data",
    [
        one_page(drawn(MARK)),
        one_page(drawn("正文") + drawn("密★10年", 200) + drawn("机", 180)),
        one_page(drawn("内部资料")),
        one_page(drawn("公开★")),
        one_page("BT /F 9 Tf 9 9 Td (TOP SECRET) Tj ET"),
        one_page("/X Do", stream(drawn(MARK)), page="/Resources<</XObject<</X 9 0 R>>/Font<</G 6 0 R>>>>"),
        one_page(drawn("x"), f"<</Title{wide_text(MARK)}>>", trailer="/Info 9 0 R"),
        one_page(drawn("x"), f"<</Subtype/FreeText/Contents{wide_text(MARK)}>>", page="/Annots[9 0 R]"),
        one_page(drawn("x"), "<</Subtype/Widget/Parent 10 0 R>>", f"<</V{wide_text(MARK)}>>", page="/Annots[9 0 R]"),
        one_page(
            drawn("x"),
            "<</Subtype/Stamp/AP<</N 10 0 R>>>>",
            stream(drawn(MARK), "/Resources<</Font<</G 6 0 R>>>>"),
            page="/Annots[9 0 R]",
        ),
        one_page(
            drawn("x"),
            "<</Subtype/Widget/AP<</N<</On 10 0 R/Off 11 0 R>>>>>>",
            stream(""),
            stream(drawn(MARK), "/Resources<</Font<</G 6 0 R>>>>"),
            page="/Annots[9 0 R]",
        ),
    ],
)
def test_a_mark_is_suspected_wherever_it_stands(data: bytes) -> None:
    assert bears(data)


@pytest.mark.parametrize(
    "data",
    [
        one_page(drawn("x"), catalog="/Names<</EmbeddedFiles<</Names[]>>>>"),
        one_page(drawn("x"), catalog="/AcroForm<</XFA(x)>>"),
        one_page(drawn("x"), "<</Subtype/FileAttachment>>", page="/Annots[9 0 R]"),
        one_page(drawn("x"), trailer="/Encrypt<<>>"),
        one_page("0 0 m 9 9 l S"),
        one_page("BT /F 9 Tf (x) Tj ET BI /W 1 ID xx EI"),
        one_page("/Unheard 9 Tf (x) Tj"),
        one_page("/F 9 Tf (x) Tj", page="/Resources<</Font<</F<</Subtype/Type3>>>>>>"),
        pdf(lambda canvas: canvas.rect(10, 10, 100, 100)),
    ],
)
def test_what_is_not_understood_is_suspected(data: bytes) -> None:
    assert bears(data)


def test_glyphs_that_nobody_can_name_are_suspected() -> None:
    collection = "<</CIDSystemInfo<</Ordering(Identity)>>>>"
    font = f"<</Subtype/Type0/Encoding/Identity-H/ToUnicode 10 0 R/DescendantFonts[{collection}]>>"
    to_unicode = stream("beginbfchar <0001> <4E00> endbfchar")

    def page(codes: str) -> bytes:
        return one_page(f"BT /I 9 Tf <{codes}> Tj ET", font, to_unicode, page="/Resources<</Font<</I 9 0 R>>>>")

    assert not bears(page("0001000100010002"))
    assert bears(page("0001000200030004"))


def test_only_the_first_page_is_read_in_any_order() -> None:
    apart = drawn("计算机的甲乙丙丁戊己庚辛") + drawn("密封保存")
    objects: list[str | bytes] = [CATALOG, "<</Kids[3 0 R 5 0 R]/Resources<</Font<</G 7 0 R>>>>>>"]
    pages: list[str | bytes] = ["<</Contents 4 0 R>>", stream(drawn("正文")), "<</Contents 6 0 R>>", stream(apart)]
    font = "<</Subtype/Type0/Encoding/UniGB-UCS2-H>>"
    assert not bears(written([*objects, *pages, font]))
    assert bears(written([*objects, "<</Contents 6 0 R>>", pages[1], "<</Contents 4 0 R>>", pages[3], font]))


@pytest.mark.parametrize(("text", "answer"), [("计算机保密", True), ("密机", True), ("计算机", False), ("保密", False)])
def test_order_is_nothing_where_the_characters_are_there(text: str, answer: bool) -> None:
    assert in_any_order(text) is answer


def test_the_pages_are_counted() -> None:
    look = Look(opened(pdf(line("一"), line("二"), line("三"))), Budget())
    assert look.pages is None
    assert not look.bears()
    assert look.pages == 3


def test_damage_after_a_mark_is_found() -> None:
    broken = stream(zlib.compress(drawn("正文").encode())[:-2] + b"xx", "/Filter/FlateDecode")
    pages: list[str | bytes] = ["<</Contents 5 0 R>>", "<</Contents 6 0 R>>", stream("/Unheard 9 Tf (x) Tj"), broken]
    look = Look(opened(written([CATALOG, "<</Kids[3 0 R 4 0 R]>>", *pages])), Budget())
    assert look.bears()
    assert not look.damaged
    look.finish()
    assert look.damaged


def test_pages_that_are_too_heavy_are_not_looked_at() -> None:
    broken = stream(zlib.compress(drawn("正文").encode())[:-2] + b"xx", "/Filter/FlateDecode")
    pages: list[str | bytes] = ["<</Contents 5 0 R>>", "<</Contents 6 0 R>>", stream("/Unheard 9 Tf (x) Tj"), broken]
    look = Look(opened(written([CATALOG, "<</Kids[3 0 R 4 0 R]>>", *pages])), Budget())
    assert look.bears()
    look.finish({2})
    assert (look.damaged, look.pages) == (False, 2)


def test_a_broken_font_file_is_damage() -> None:
    font = "<</Subtype/TrueType/Encoding/WinAnsiEncoding/FontDescriptor<</FontFile2 9 0 R>>>>"
    broken = stream(zlib.compress(b"font" * 99)[:-3], "/Filter/FlateDecode")
    data = one_page("BT /N 9 Tf 9 9 Td (x) Tj ET", broken, font, page="/Resources<</Font<</N 10 0 R>>>>")
    look = Look(opened(data), Budget())
    assert not look.bears()
    look.finish()
    assert look.damaged


@given(
    st.sampled_from([MARK, "秘密", "绝密★长期", "機密", "内部", "非密★", "商密"]),
    st.integers(0, 2),
    st.integers(1, 3),
    st.booleans(),
)
def test_a_mark_among_other_text_is_never_cleared(mark: str, page: int, glyphs: int, ascii85: bool) -> None:
    rng = random.Random(mark)
    contents = [drawn("".join(rng.choices("的一是在不了有和人这中大为上个国", k=200)), 70, 700) for _ in range(3)]
    for start in range(0, len(mark), glyphs):
        contents[page] += drawn(mark[start : start + glyphs], 70 + 20 * start)
    kids = "".join(f"{number} 0 R " for number in range(3, 9, 2))
    objects: list[str | bytes] = [CATALOG, f"<</Kids[{kids}]/Count 3/Resources<</Font<</G 9 0 R>>>>>>"]
    for number, text in enumerate(contents):
        packed = zlib.compress(text.encode())
        raw = base64.a85encode(packed) + b"~>" if ascii85 else packed
        filters = "/Filter[/ASCII85Decode/FlateDecode]" if ascii85 else "/Filter/FlateDecode"
        objects += [f"<</Type/Page/Contents {2 * number + 4} 0 R>>", stream(raw, filters)]
    assert bears(written([*objects, "<</Subtype/Type0/Encoding/UniGB-UCS2-H>>"]))


def test_whatever_could_bear_a_level_could_bear_it_in_any_order() -> None:
    levels = [c + "密" for c in map(chr, range(0x20, 0xFFFF)) if could_bear(c + "密")]
    assert len(levels) >= 10
    assert all(in_any_order(text[::-1]) for text in levels)
