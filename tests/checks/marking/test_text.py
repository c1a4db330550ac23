"""Blocks become lines, long ones slices, and none of the text is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from checks.marking.text import LONGEST_LINE, OVERLAP, Block, Line, lines_of
from policies.vocabulary import Place


def texts(*texts: str) -> list[str]:
    return [line.text for line in lines_of(Block(text, Place.BODY) for text in texts)]


def test_a_block_is_cut_at_every_kind_of_line_end() -> None:
    assert texts("a\nb\r\nc\vd\u2028e", "f") == ["a", "b", "c", "d", "e", "f"]


def test_lines_of_white_space_are_left_out() -> None:
    assert texts("\n \u3000\n\t\n", "", "a") == ["a"]


def test_a_long_line_is_read_in_slices_that_overlap() -> None:
    text = "".join(chr(0x4E00 + i % 5000) for i in range(2 * LONGEST_LINE))
    lines = list(lines_of([Block(text, Place.BODY)]))
    assert all(len(line.text) <= LONGEST_LINE for line in lines)
    assert text == lines[0].text + "".join(line.text[OVERLAP:] for line in lines[1:])


def test_only_the_first_slice_opens_the_line_and_only_the_last_closes_it() -> None:
    lines = list(lines_of([Block("字" * (2 * LONGEST_LINE), Place.BODY)]))
    assert [line.opens for line in lines] == [True, False, False]
    assert [line.closes for line in lines] == [False, False, True]


@given(st.lists(st.text(alphabet="密 \n\r★a", max_size=12), max_size=6))
def test_the_lines_are_the_same_however_blocks_are_cut_at_line_ends(parts: list[str]) -> None:
    assert texts("\n".join(parts)) == texts(*parts)


def test_lines_belong_together_by_place_and_member() -> None:
    body = Line("a", Block("a", Place.BODY, page=1))
    assert body.beside(Line("b", Block("b", Place.BODY, page=2)))
    assert not body.beside(Line("b", Block("b", Place.HEADER)))
    assert not body.beside(Line("b", Block("b", Place.BODY, member="b.docx")))


def test_properties_of_a_document_are_no_neighbours() -> None:
    prop = Line("a", Block("a", Place.METADATA))
    assert not prop.beside(prop)
