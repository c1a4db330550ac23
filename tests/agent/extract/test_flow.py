from __future__ import annotations

from agent.extract.flow import PLAIN, Look, Paragraph
from policies.vocabulary import Place


def test_a_look_says_what_it_says_over_the_one_below() -> None:
    look = Look(bold=True, scale=0.5).over(Look(bold=False, size=32, struck=True))
    assert (look.bold, look.size, look.struck, look.scale) == (True, 16, True, 1.0)
    assert Look(size=10).over(Look(size=20)).size == 10
    assert PLAIN.over(look) is look


def test_runs_of_one_fate_are_joined_whatever_lies_between() -> None:
    paragraph = Paragraph(3, left=True)
    paragraph.add("机", Place.BODY, Look(bold=True, size=16))
    paragraph.add("藏", Place.HIDDEN, PLAIN)
    paragraph.add("密", Place.BODY, Look(bold=True))
    paragraph.add("旧", Place.BODY, Look(struck=True))
    blocks = list(paragraph.take())
    assert [(b.text, b.place, b.struck) for b in blocks] == [
        ("机密", Place.BODY, False),
        ("藏", Place.HIDDEN, False),
        ("旧", Place.BODY, True),
    ]
    assert (blocks[0].bold, blocks[0].large, blocks[0].left, blocks[0].page) == (True, True, True, 3)


def test_a_hidden_paragraph_is_hidden_whatever_was_deleted_of_it() -> None:
    paragraph = Paragraph(1)
    paragraph.add("机密", Place.BODY, PLAIN)
    paragraph.add("删", Place.DELETED, PLAIN)
    paragraph.hidden = True
    assert [block.place for block in paragraph.take()] == [Place.HIDDEN, Place.DELETED]


def test_white_space_alone_is_no_text() -> None:
    paragraph = Paragraph(1)
    paragraph.add(" \n", Place.BODY, PLAIN)
    assert list(paragraph.take()) == []


def test_a_cut_cannot_hide_a_mark() -> None:
    paragraph = Paragraph(1)
    paragraph.add("甲" * 300_000 + "机密★", Place.BODY, PLAIN)
    assert paragraph.overlong
    assert len(list(paragraph.take())) == 1
    assert not paragraph.overlong
    paragraph.add("10年", Place.BODY, PLAIN)
    (block,) = paragraph.take()
    assert block.text.endswith("机密★10年")
    assert len(block.text) < 100
