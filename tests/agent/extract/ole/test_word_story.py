from __future__ import annotations

import pytest

from agent.extract.ole.word_format import Form, Look
from agent.extract.ole.word_story import WordStory
from checks.marking.text import OVERLAP, Block
from policies.vocabulary import Place

PLAIN = Look()


def told(*parts: str | tuple[str, Look] | Form, place: Place = Place.BODY, page: int = 1) -> list[Block]:
    """Feed a story: text, text with a look, the form of a paragraph that ends with a mark given before."""
    story, found = WordStory(place, page), list[Block]()
    for part in parts:
        if isinstance(part, Form):
            found += story.end("\r", part)
        elif isinstance(part, str) and part in ("\r", "\x07", "\x0c"):
            found += story.end(part, Form())
        else:
            found += story.add(*((part, PLAIN) if isinstance(part, str) else part))
    return found + list(story.finish())


def test_text_of_one_fate_is_joined_whatever_lies_between() -> None:
    blocks = told(
        "机", ("绝密", Look(deleted=True)), ("密", Look(bold=True)), ("藏", Look(hidden=True)), ("划", Look(struck=True)), "\r"
    )
    assert [(block.place, block.text, block.struck) for block in blocks] == [
        (Place.BODY, "机密", False), (Place.DELETED, "绝密", False), (Place.HIDDEN, "藏", False), (Place.BODY, "划", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("looks", "bold", "large"), [([1, 1, 0], True, True), ([0, 0, 1], False, True), ([0, 0, 0], False, False)]
)
def test_most_of_the_text_decides_whether_it_is_bold(looks: list[int], bold: bool, large: bool) -> None:
    (block,) = told(*[("字", Look(bold=bool(look), size=32 * look)) for look in looks], "\r")
    assert (block.bold, block.large) == (bold, large)


def test_cells_and_paragraphs_in_a_table_are_cells() -> None:
    blocks = told("一", Form(in_table=True), "二", "\x07", "三", "\r")
    assert [(block.place, block.text) for block in blocks] == [(Place.CELL, "一"), (Place.CELL, "二"), (Place.BODY, "三")]
    assert told("一", "\x07", place=Place.HEADER)[0].place is Place.HEADER


def test_a_page_ends_only_where_text_stood_on_it() -> None:
    blocks = told("一", "\x0c", "\x0c", "二", "\r", "三", Form(new_page=True))
    assert [(block.text, block.page) for block in blocks] == [("一", 1), ("二", 2), ("三", 3)]
    assert [block.page for block in told("一", "\x0c", "二", "\r", page=0)] == [0, 0]


def test_a_section_that_flows_on_begins_no_page() -> None:
    story = WordStory(Place.BODY, 1)
    list(story.add("一", PLAIN))
    list(story.end("\x0c", Form(), new_page=False))
    list(story.add("二", PLAIN))
    assert [block.page for block in story.finish()] == [1]


def test_signs_are_spelled_or_left_out() -> None:
    assert told("a\x01b\x05\x0bc\x1ed\x1fe\xa0f\uf0ab\r"[:-1], "\r")[0].text == "ab\nc-de\xa0f★"


def test_only_the_result_of_a_field_is_shown() -> None:
    assert told("a\x13 PAGE ", "更\x14", "9\x15b", "\r")[0].text == "a9b"
    assert told("a\x13 X \x15b", "\r")[0].text == "ab"
    assert told("a\x14b\x15c", "\r")[0].text == "abc"


def test_a_field_without_an_end_stays_open() -> None:
    story = WordStory(Place.BODY, 1)
    list(story.add("a\x13b", PLAIN))
    assert story.is_open


def test_a_paragraph_of_any_length_is_given_in_overlapping_parts() -> None:
    blocks = told(*["字" * 10_000] * 20, "机密★10年", *["字" * 10_000] * 20, "\r")
    assert all(len(block.text) < 90_000 for block in blocks)
    assert sum("机密★10年" in block.text for block in blocks) >= 1
    assert blocks[1].text[:OVERLAP] == blocks[0].text[-OVERLAP:]
