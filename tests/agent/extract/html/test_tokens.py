from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from agent.extract.html.tokens import Tokens, attributes_of

PAGE = (
    "<!DOCTYPE html><!-- a > b --><html><body class=\"x>y\" a='1'>机<b>密</b>★10年&#9733; a < b &amp; <5 "
    '<script>if(a</b){"</p>"}</SCRIPT><![CDATA[x<y]]><?php ?></ x><p it\'s>q</p><![if !mso]>z<![endif]></body></html>'
)


def tokens(*pieces: str) -> tuple[list[tuple[str, str]], bool]:
    """The tokens of some pieces, neighbouring texts put together, and whether the end is missing."""
    reader, found = Tokens(), list[tuple[str, str]]()
    for name, value in reader.read(pieces):
        if not name and found and not found[-1][0]:
            found[-1] = ("", found[-1][1] + value)
        else:
            found.append((name, value))
    return found, reader.cut


def test_what_no_reader_sees_is_left_out() -> None:
    found, cut = tokens(PAGE)
    assert "".join(value for name, value in found if not name) == "机密★10年&#9733; a < b &amp; <5 x<y</ x>qz"
    assert not cut


def test_attributes_may_hold_the_end_of_a_tag() -> None:
    assert ("body", " class=\"x>y\" a='1'") in tokens(PAGE)[0]


@pytest.mark.parametrize("size", range(1, 40))
def test_it_does_not_matter_where_a_page_is_cut_into_pieces(size: int) -> None:
    assert tokens(*(PAGE[at : at + size] for at in range(0, len(PAGE), size))) == tokens(PAGE)


@pytest.mark.parametrize("page", ["<p>a<!-- x", "<p>a<scr", "<p>a<script>x", "<p>a</scr", '<p class="a>b</p>', "<!DOC"])
def test_a_page_that_ends_within_markup_is_cut(page: str) -> None:
    assert tokens(page)[1]


@pytest.mark.parametrize("page", ["", "<p>a", "<p>a <", "a &am", "<br/>"])
def test_elements_that_stay_open_cut_nothing(page: str) -> None:
    assert not tokens(page)[1]


def test_text_goes_on_behind_a_quotation_mark_that_is_missing() -> None:
    assert tokens('<a href="x>机密</a>')[0] == [("", "机密"), ("/a", "")]


def test_a_picture_of_megabytes_within_a_tag_is_passed_by() -> None:
    picture = '<img src="data:image/png;base64,' + "A" * 900_000 + '">'
    page = f"<p>机{picture}密</p>"
    found, cut = tokens(*(page[at : at + 65536] for at in range(0, len(page), 65536)))
    assert ([value for name, value in found if not name], cut) == (["机密"], False)


def test_attributes_beyond_number_are_passed_by() -> None:
    page = f"<p>机密</p><meta {'a=b ' * 30_000}><p>秘密</p><meta {'a=b ' * 90_000}>"
    found, cut = tokens(page)
    assert ([value for name, value in found if not name], cut) == (["机密", "秘密"], True)


def test_a_picture_of_megabytes_in_one_piece_keeps_what_stands_beside_it() -> None:
    page = f'<img src="data:image/png;base64,{"A" * 900_000}" alt="机密">{"正文" * 200_000}<p {"a=b " * 30_000}></p>'
    found, cut = tokens(page)
    assert attributes_of(found[0][1])["alt"] == "机密"
    assert (found[1:], cut) == ([("", "正文" * 200_000), ("/p", "")], True)


def test_attributes_are_read_in_every_spelling() -> None:
    told = attributes_of(""" A=1 b="2&amp;3" c='x>y' hidden d = e it's f=""" + '""')
    assert (told["a"], told["b"], told["c"], told["hidden"], told["d"], told["f"]) == ("1", "2&3", "x>y", "", "e", "")


class Reference(HTMLParser):
    """What the standard library takes for text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.lasttag not in ("script", "style"):
            self.found.append(data)

    def handle_entityref(self, name: str) -> None:
        self.found.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.found.append(f"&#{name};")


def test_the_standard_library_finds_the_same_text() -> None:
    page = (Path(__file__).parents[3] / "data" / "documents" / "libreoffice.html").read_text("utf-8")
    reference = Reference()
    reference.feed(page)
    ours = "".join(value for name, value in tokens(page)[0] if not name)
    assert "".join(ours.split()) == "".join("".join(reference.found).split())
    assert "机密" in ours
