from __future__ import annotations

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.html.page import Page
from checks.marking.text import Block
from policies.vocabulary import Place, Unread


def blocks(text: str) -> list[Block]:
    return list(Page(Budget()).read([text]))


def told(text: str) -> list[tuple[Place, str]]:
    return [(block.place, block.text.strip()) for block in blocks(text)]


def body(*texts: str) -> list[tuple[Place, str]]:
    return [(Place.BODY, text) for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "<p>机<b>密</b>★10年</p>",
        "<p>机密&#9733;10年",
        "<p>机密&starf;10&#x5E74;</p>",
        "<div>机密&bigstar;10年<br>",
        "<p>机<!-- x -->密<script>y</script>★10年</p>",
        "<p><span><font>机</font></span><o:p></o:p><span>密★10年</span></p>",
        "机密★10年",
    ],
)
def test_a_mark_spread_over_elements_is_read(text: str) -> None:
    assert told(text) == body("机密★10年")


def test_blocks_end_lines_and_inline_elements_do_not() -> None:
    assert told("<p>一<p>二<i>三</i><div>四<br>五</div><ul><li>六<li>七</ul>") == body("一", "二三", "四", "五", "六", "七")


def test_a_line_that_was_wrapped_in_the_source_is_one_line() -> None:
    assert told("<p>\n\t关于\n\t工作  的</p>") == body("关于 工作 的")
    assert told("<pre>一\n二</pre>") == body("一\n二")


def test_table_cells_are_cells() -> None:
    assert told("<table><tr><td>甲<td>乙<tr><th>丙</table>丁") == [
        *((Place.CELL, text) for text in "甲乙丙"),
        (Place.BODY, "丁"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<p style='display: none'>藏</p>",
        "<p style=visibility:hidden>藏</p>",
        "<p hidden>藏</p>",
        "<div style='DISPLAY:NONE'><div>藏</div></div>",
        "<input type=hidden value=藏>",
        "<span style='mso-hide:all'>藏</span>",
        "<span style='font-size:0'>藏</span>",
        "<template><p>藏</p></template>",
    ],
)
def test_hidden_text_is_told_from_text_that_is_seen(text: str) -> None:
    assert told(f"{text}<p>见") == [(Place.HIDDEN, "藏"), (Place.BODY, "见")]


def test_hidden_text_within_a_mark_does_not_divide_it() -> None:
    assert told("<p>机<span style='display:none'>某某某某某某某某某某</span>密★10年</p>") == [
        (Place.BODY, "机密★10年"),
        (Place.HIDDEN, "某某某某某某某某某某"),
    ]


@pytest.mark.parametrize("name", ["s", "strike", "del"])
def test_struck_text_is_apart(name: str) -> None:
    assert [(block.text, block.struck) for block in blocks(f"<p><{name}>机密★10年</{name}>秘密★5年</p>")] == [
        ("机密★10年", True),
        ("秘密★5年", False),
    ]


@pytest.mark.parametrize(
    ("text", "bold", "large"),
    [
        ("<b>机密</b>", True, False),
        ("<strong>机密</strong>", True, False),
        ("<h1>机密</h1>", True, True),
        ("<p style='font-size:16.0pt'>机密", False, True),
        ("<p style='font-size:22px;font-weight:700'>机密", True, True),
        ("<font size=5>机密</font>", False, True),
        ("<p style='font-size:10pt'>机密", False, False),
    ],
)
def test_how_text_is_set_is_told(text: str, bold: bool, large: bool) -> None:
    (block,) = blocks(text)
    assert (block.bold, block.large) == (bold, large)


@pytest.mark.parametrize(
    ("text", "left"),
    [("<p align=center>x", False), ("<center>x", False), ("<p style='text-align:left'>x", True), ("<p>x", None)],
)
def test_where_a_line_begins_is_told_if_the_page_tells(text: str, left: bool | None) -> None:
    assert blocks(text)[0].left is left


def test_properties_are_metadata() -> None:
    page = '<title>题</title><meta name=Keywords content="机密★10年"><meta name="密级" content="机密"><meta name=x content="">'
    assert blocks(page) == [Block(text, Place.METADATA, page=0) for text in ("题", "机密★10年", "密级=机密")]


def test_what_is_said_of_a_picture_is_metadata() -> None:
    page = Page(Budget())
    assert [(block.place, block.text) for block in page.read(['<img src=x alt="机密★10年"><a title="题">x</a>'])] == [
        (Place.METADATA, "机密★10年"),
        (Place.METADATA, "题"),
        (Place.BODY, "x"),
    ]
    assert page.pictures


def test_a_form_shows_what_was_filled_in() -> None:
    assert told("密级：<input value=机密> <input type=submit value=提交>") == body("密级：机密")
    assert told("<input type=checkbox checked>机密<input type=radio>秘密") == body("☑机密□秘密")


def test_of_a_list_to_choose_from_the_chosen_one_is_seen() -> None:
    assert told("密级<select><option>绝密<option selected>公开<option>机密</select>") == [
        *body("密级"),
        (Place.BODY, "公开"),
        (Place.HIDDEN, "、绝密、机密"),
    ] or told("<select><option>绝密<option selected>公开<option>机密</select>") == [
        (Place.HIDDEN, "、绝密、机密"),
        (Place.BODY, "公开"),
    ]


def test_a_page_in_an_attribute_is_read() -> None:
    assert told('<p>外<iframe srcdoc="<p>机密&amp;#9733;10年</p>"></iframe><p>后') == body("外", "机密★10年", "后")


def test_pages_in_one_another_without_end_are_a_bomb() -> None:
    page = "<p>x"
    for _ in range(3):
        page = f'<iframe srcdoc="{page.replace("&", "&amp;").replace(chr(34), "&quot;")}"></iframe>'
    assert [text for _, text in told(page)] == ["x"]
    with pytest.raises(Unreadable) as raised:
        list(Page(Budget(nesting=2)).read([page]))
    assert raised.value.reason is Unread.BOMB


def test_headers_and_footers_are_told() -> None:
    assert told("<div title='header'><p>眉</div><div style='mso-element:footer'>脚</div>") == [
        (Place.HEADER, "眉"),
        (Place.FOOTER, "脚"),
    ]


def test_elements_without_end_are_a_bomb_only_where_they_are_very_many() -> None:
    assert told("<div>" * 200 + "x") == body("x")
    with pytest.raises(Unreadable):
        blocks("<div>" * 300)


def test_paragraphs_without_end_lie_beside_one_another() -> None:
    assert len(blocks("<p>x" * 1000 + "<li>y" * 1000)) == 2000


def test_another_document_in_the_page_is_told() -> None:
    for text in ("<object data='data:application/pdf;base64,AA'></object>", "<embed src='data:application/msword,x'>"):
        page = Page(Budget())
        list(page.read([text]))
        assert page.embeds
