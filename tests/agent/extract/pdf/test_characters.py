from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from agent.extract.glyph import Glyph
from agent.extract.pdf.characters import Characters, plain, turned, unknown
from agent.extract.pdf.engine import opened, page_of, start, text_of
from agent.extract.pdf.fonts import UNKNOWN
from tests.agent.extract.pdfs import drawn, one_page, stream

LINE = "各单位要认真落实有关工作。"


@pytest.fixture(scope="module", autouse=True)
def engine() -> object:
    return start()


@contextmanager
def characters(data: bytes, turns: int = 0) -> Iterator[Characters]:
    with opened(io.BytesIO(data)) as document, page_of(document, 1) as page, text_of(page) as text:
        yield Characters(text, turns, unknown(text), plain(text))


def glyphs(content: str, turns: int = 0) -> list[Glyph]:
    with characters(one_page(content), turns) as found:
        return [glyph for _, glyph in found.runs()]


def test_what_is_shown_at_one_go_stays_together() -> None:
    first, second = glyphs(drawn(LINE, 70, 700) + drawn("密★10年", 70, 600, size=10))
    assert (first.text, first.left, first.right, first.last) == (LINE, 70, 70 + 16 * len(LINE), 70 + 16 * (len(LINE) - 1))
    assert (second.text, second.height, second.index) == ("密★10年", 10, len(LINE) + 2)


def test_a_run_stands_where_its_characters_stand() -> None:
    with characters(one_page(drawn(LINE))) as found:
        ((_, run),) = found.runs()
        single = [glyph for _, glyph in found.apart(run)]
    assert "".join(glyph.text for glyph in single) == run.text
    assert {(glyph.bottom, glyph.top) for glyph in single} == {(run.bottom, run.top)}
    assert (single[0].left, single[-1].left, single[-1].right) == (run.left, run.last, run.right)


@pytest.mark.parametrize(
    "content",
    [
        "BT /G 16 Tf 70 700 Td [<673a>-900<5bc6>] TJ ET",  # with a gap
        "BT /G 16 Tf 70 700 Td [<673a>1000<5bc6>] TJ ET",  # on top of one another
        "BT /G 16 Tf 70 700 Td [<673a>2500<5bc6>] TJ ET",  # backwards
        "BT /G 16 Tf 1 0.02 -0.02 1 70 700 Tm <673a5bc6> Tj ET",  # a little askew
    ],
)
def test_what_is_no_plain_line_is_given_character_by_character(content: str) -> None:
    assert sorted(glyph.text for glyph in glyphs(content)) == sorted("机密")


def test_characters_of_a_turned_page_stand_by_themselves() -> None:
    assert [glyph.text for glyph in glyphs(drawn("机密"), turns=1)] == ["机", "密"]


def test_what_pdfium_adds_is_left_out() -> None:
    found = glyphs(drawn("机", 70) + drawn("密", 120) + drawn("年", 70, 600))
    assert [glyph.text for glyph in found] == ["机", "密", "年"]


def test_text_that_leans_says_so() -> None:
    with characters(one_page("BT /G 16 Tf 0.7 0.7 -0.7 0.7 70 500 Tm <673a5bc6> Tj ET")) as found:
        assert [round(lean, 2) for lean, _ in found.runs()] == [0.71, 0.71]


def test_a_character_beyond_the_first_plane_does_not_shift_the_others() -> None:
    cmap = (
        b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfchar <0001> <D840DC00> <0002> <673A> endbfchar"
    )
    font = "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 10 0 R/DescendantFonts[7 0 R]>>"
    page = "/Resources<</Font<</I 9 0 R>>>>"
    with characters(one_page("BT /I 16 Tf 70 700 Td <000100020002> Tj ET", font, stream(cmap + b" endcmap"), page=page)) as found:
        assert "".join(glyph.text for _, glyph in found.runs()).endswith("机机")


def test_a_character_that_nobody_knows_is_told() -> None:
    font = "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 10 0 R/DescendantFonts[11 0 R]>>"
    cmap = b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0002> <673A> endbfchar endcmap"
    descendant = "<</Type/Font/Subtype/CIDFontType2/BaseFont/X/DW 1000/FontDescriptor 8 0 R>>"
    page = "/Resources<</Font<</I 9 0 R>>>>"
    data = one_page("BT /I 16 Tf 70 700 Td <00020001> Tj ET", font, stream(cmap), descendant, page=page)
    with opened(io.BytesIO(data)) as document, page_of(document, 1) as shown, text_of(shown) as text:
        assert unknown(text) == b"\0\1"
        found = Characters(text, 0, unknown(text), plain(text))
        assert [glyph.text for _, glyph in found.runs()] == [f"机{UNKNOWN}"]


def test_sizes_are_those_on_the_page() -> None:
    with characters(one_page("BT /G 8 Tf 2 0 0 2 70 700 Tm <673a> Tj ET")) as found:
        assert found.points(0) == 16
        assert not found.is_bold(0)


def test_boxes_turn_with_the_page() -> None:
    assert turned((1, 2, 3, 4), 0) == (1, 2, 3, 4)
    assert turned((1, 2, 3, 4), 1) == (2, -3, 4, -1)
    assert turned((1, 2, 3, 4), 5) == turned((1, 2, 3, 4), 1)


def test_a_page_without_text_has_no_characters() -> None:
    assert glyphs("0 0 m 9 9 l S") == []
