"""Blocks become lines, long ones slices, and none of the text is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.marking.lines import MARGIN, lines_of
from checks.marking.text import LONGEST_LINE, OVERLAP, Block
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


def test_lines_belong_together_by_place_and_document() -> None:
    blocks = [
        Block("a", Place.BODY, page=1),
        Block("b", Place.BODY, page=2),
        Block("c", Place.HEADER, page=2),
        Block("d", Place.BODY, member="d.docx"),
    ]
    body, later, header, member = lines_of(blocks)
    assert body.beside(later)
    assert not body.beside(header)
    assert not body.beside(member)


def test_properties_of_a_document_are_no_neighbours() -> None:
    (prop,) = lines_of([Block("a", Place.METADATA)])
    assert not prop.beside(prop)


def rows(*blocks: Block) -> list[tuple[str, int]]:
    return [(line.text, line.row) for line in lines_of(blocks)]


def test_rows_are_counted_as_an_editor_counts_them() -> None:
    blocks = Block("a\n\nb\r\nc\n", Place.BODY), Block("d\n", Place.BODY), Block("e", Place.BODY)
    assert rows(*blocks) == [("a", 1), ("b", 3), ("c", 4), ("d", 5), ("e", 6)]


def test_rows_begin_again_on_a_new_page_and_go_on_after_a_file_within() -> None:
    blocks = [
        Block("a", Place.BODY),
        Block("x", Place.BODY, member="x.docx"),
        Block("b", Place.BODY),
        Block("c", Place.BODY, page=2),
    ]
    assert rows(*blocks) == [("a", 1), ("x", 1), ("b", 2), ("c", 1)]


def test_far_from_every_sign_lines_are_only_counted() -> None:
    text = "\n".join(["无关的文字"] * 5000 + ["机密★10年"] + ["无关的文字"] * 5000)
    lines = list(lines_of([Block(text, Place.BODY)]))
    assert len(lines) <= 4 * MARGIN + 10
    (mark,) = (line for line in lines if "密" in line.text)
    assert mark.row == 5001
    assert lines[-1].row == 10001
    assert mark.document.rows == 10001


@pytest.mark.parametrize("sign", ["机密★", "2015年3月1日", "密级：", "机\n密\n★\n1\n0\n年"])
@pytest.mark.parametrize("blank", ["", "\n\n\n"])
def test_near_a_sign_all_lines_are_read(sign: str, blank: str) -> None:
    around = [f"第{i}行文字" + blank for i in range(800)]
    text = "\n".join([*around[:400], sign, *around[400:]])
    read = [line.text for line in lines_of([Block(text, Place.BODY)])]
    at = read.index(sign.split("\n")[0]) if sign != "密级：" else None
    if at is None:
        assert sign not in read
        return
    assert read[at - 3 : at] == ["第397行文字", "第398行文字", "第399行文字"]
    last = at + sign.count("\n")
    assert read[last + 1 : last + 4] == ["第400行文字", "第401行文字", "第402行文字"]


def test_a_cell_is_read_however_long_it_is() -> None:
    text = "\n".join(["密级"] + ["值"] * 3000)
    assert len(list(lines_of([Block(text, Place.CELL)]))) == 3001


@given(
    st.lists(st.sampled_from(["文字文字文字", "机密★10年", "", "2015年3月1日", "机", "密", "  "]), max_size=400),
    st.integers(0, 400),
)
def test_a_text_is_read_the_same_whole_or_in_two(parts: list[str], cut: int) -> None:
    """The lines near signs, at least: how much is read round them depends on where a block ends."""
    whole = [(line.text, line.row) for line in lines_of([Block("\n".join(parts), Place.BODY)])]
    halves = [Block("\n".join(half) + "\n", Place.BODY) for half in (parts[:cut], parts[cut:]) if half]
    split = [(line.text, line.row) for line in lines_of(halves)]
    assert [one for one in whole if len(one[0]) > 6] == [one for one in split if len(one[0]) > 6]
