from __future__ import annotations

import io

import pytest
from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing, String

from agent.extract.base import MARKLESS, Budget, NotThisFormat
from agent.extract.xml.svg import Svg
from checks.marking.reader import read_marks
from policies.vocabulary import Level, Place, Unread
from tests.agent.extract.samples import collect, texts

MARK = "机密★10年"


def drawing(content: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{content}</svg>'.encode()


def told(content: str) -> list[tuple[Place, str]]:
    return [(block.place, block.text.strip()) for block in collect(Svg(), drawing(f"<text>{MARK}</text>{content}"))[0][1:]]


@pytest.mark.parametrize(
    "head",
    [drawing(""), b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "y"><!-- z --><svg width="1">', b"<svg:svg xmlns:svg='x'>"],
)
def test_a_drawing_is_known_by_its_root(head: bytes) -> None:
    assert Svg().rank(head) > 0.5


def test_another_root_is_another_format() -> None:
    assert Svg().rank(b"<html><svg></svg></html>") < 0
    with pytest.raises(NotThisFormat):
        list(Svg().blocks(io.BytesIO(b"<a/>"), Budget()))


@pytest.mark.parametrize(
    "text",
    [
        f"<text>{MARK}</text>",
        "<text x='1 2 3 4 5 6'>机密★10年</text>",
        "<text><tspan x='1' y='5'>机</tspan><tspan x='9' y='5'>密★</tspan><tspan>10年</tspan></text>",
        "<text>\n  <tspan x='1' y='5'>机</tspan>\n  <tspan x='9' y='5'>密★10年</tspan>\n</text>",
        "<text>机<tspan font-weight='bold'>密</tspan>★10年</text>",
        "<text><textPath href='#p'>机密★10年</textPath></text>",
        "<foreignObject><div xmlns='http://www.w3.org/1999/xhtml'><p>机<b>密</b>★10年</p></div></foreignObject>",
        "<text>机密&#9733;10年</text>",
    ],
)
def test_a_mark_is_read_however_it_is_set(text: str) -> None:
    blocks, reason = collect(Svg(), drawing(text))
    assert ([block.text.strip() for block in blocks], reason) == ([MARK], None)


def test_what_reportlab_draws_is_read() -> None:
    made = Drawing(200, 100)
    made.add(String(10, 80, MARK, fontSize=20))
    made.add(String(10, 20, "text"))
    blocks, reason = collect(Svg(), renderSVG.drawToString(made).encode())
    assert ([block.text.strip() for block in blocks if block.place is Place.BODY], reason) == ([MARK, "text"], None)
    assert [mark.level for mark in read_marks(blocks)] == [Level.JIMI]


def test_lines_below_one_another_are_lines() -> None:
    assert told("<text><tspan x='1' y='10'>甲</tspan><tspan x='1' y='30'>乙</tspan></text><text>丙</text>") == [
        (Place.BODY, text) for text in "甲乙丙"
    ]
    assert told("<text>甲<tspan x='1' dy='1.2em'>乙</tspan></text>") == [(Place.BODY, "甲"), (Place.BODY, "乙")]


@pytest.mark.parametrize(
    "how",
    [
        'display="none"',
        'visibility="hidden"',
        'opacity="0"',
        'fill-opacity="0.0"',
        'style="display:none"',
        'style="fill:red;opacity:0"',
    ],
)
def test_hidden_text_is_told(how: str) -> None:
    assert told(f"<text {how}>藏</text><g {how}><text>藏</text></g>") == [(Place.HIDDEN, "藏")] * 2


@pytest.mark.parametrize("how", ['opacity="0.3"', 'style="opacity:0.5"', 'style="opacity:1"', 'visibility="visible"'])
def test_faint_text_is_seen(how: str) -> None:
    assert told(f"<text {how}>见</text>") == [(Place.BODY, "见")]


def test_titles_and_descriptions_are_metadata() -> None:
    assert told("<title>题</title><g><desc>述</desc></g><style>.a{}</style>") == [(Place.METADATA, "题"), (Place.METADATA, "述")]


def test_how_text_is_set_is_told() -> None:
    large = "<g font-size='24' style='font-weight:bold'><text>机密</text></g>"
    text = f"{large}<text font-size='9pt' text-decoration='line-through'>秘密</text>"
    blocks, _ = collect(Svg(), drawing(text))
    assert [(block.bold, block.large, block.struck) for block in blocks] == [(True, True, False), (False, False, True)]


@pytest.mark.parametrize(
    "content", ["<path d='M0'/>", "<image xlink:href='data:image/png;base64,AA'/>", "<title>题</title><path/>"]
)
def test_paths_and_pictures_alone_hold_no_text(content: str) -> None:
    assert collect(Svg(), drawing(content))[1] is Unread.NO_TEXT


def test_of_a_drawing_that_can_bear_no_mark_nothing_is_given() -> None:
    assert collect(Svg(), drawing("<text>甲</text><path/>")) == ([MARKLESS], None)


@pytest.mark.parametrize("text", [MARK, "甲"])
def test_a_drawing_that_is_cut_off_is_never_read_in_full(text: str) -> None:
    blocks, reason = collect(Svg(), drawing(f"<text>{text}</text>")[:-6])
    assert (bool(blocks), reason) == (True, Unread.CORRUPT)


def test_text_between_elements_is_not_shown() -> None:
    assert told("机密<g>乙</g>") == []
    assert texts(collect(Svg(), drawing(f"<text>{MARK}</text>"))[0], Place.BODY) == [MARK]
