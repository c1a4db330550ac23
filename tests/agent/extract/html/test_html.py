from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from agent.extract.base import MARKLESS, Budget, Member
from agent.extract.html.html import Html
from agent.extract.html.page import Page
from checks.marking.reader import read_marks
from checks.marking.text import Block
from policies.vocabulary import Level, Place, Unread
from tests.agent.extract.samples import collect, texts

DOCUMENTS = Path(__file__).parents[3] / "data" / "documents"
MARK = "机密★10年"
PLAIN = "<!DOCTYPE html><html><body><p>关于做好有关工作的通知，请各单位遵照执行。</p>" + "<p>工作内容安排如下。</p>" * 30


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE html><p>x",
        b"\xef\xbb\xbf\n<HTML>",
        b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">',
        b"<!-- saved from url --><!-- x -- y -->\n<html lang=zh>",
        "\ufeff<html><body>".encode("utf-16-le"),
        b"<meta charset=gb2312><p>x",
        b"<body bgcolor=x>",
        b"<table><tr>",
    ],
)
def test_a_page_is_known_by_its_beginning(head: bytes) -> None:
    assert Html().rank(head) > 0


@pytest.mark.parametrize(
    "head", [b"", b"plain <html>", b"<?xml version='1.0'?><feed>", b"<?php echo 1 ?><html>", b"{\\rtf1}", b"<pfoo>"]
)
def test_what_only_speaks_of_pages_is_none(head: bytes) -> None:
    assert Html().rank(head) < 0


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "gb2312"),
        ("gb18030", "gb2312"),
        ("gb18030", "GBK"),
        ("gb18030", "utf-8"),
        ("gb18030", ""),
        ("cp950", "big5"),
        ("utf-16", "unicode"),
        ("utf-16-le", ""),
    ],
)
def test_a_mark_is_read_in_every_encoding_whatever_the_page_calls_it(encoding: str, named: str) -> None:
    name = f'<meta http-equiv="Content-Type" content="text/html; charset={named}">' if named else ""
    mark, text = ("機密★10年", "關於做好有關工作的通知") if encoding == "cp950" else (MARK, "关于做好有关工作的通知")
    blocks, reason = collect(Html(), f"<html><head>{name}</head><body><p>{mark}</p><p>{text}</p></body></html>".encode(encoding))
    assert (texts(blocks, Place.BODY), reason) == ([mark, text], None)


def test_the_encoding_that_a_page_names_holds_far_down_too() -> None:
    page = '<html><meta charset="gbk"><body>' + "<p>plain</p>" * 9000 + f"<p>{MARK}</p>"
    assert [mark.level for mark in read_marks(collect(Html(), page.encode("gb18030"))[0])] == [Level.JIMI]


def test_what_libreoffice_saves_as_a_page_is_read() -> None:
    blocks, reason = collect(Html(), (DOCUMENTS / "libreoffice.html").read_bytes())
    assert reason is None
    assert (texts(blocks, Place.HEADER), texts(blocks, Place.FOOTER)) == (["绝密★30年"], ["页脚文字"])
    assert "秘密★1年" in texts(blocks, Place.METADATA)
    assert texts(blocks, Place.HIDDEN) == ["隐藏的"]
    assert texts(blocks, Place.CELL) == ["密级", "名称", "秘密", "甲"]
    marked = next(block for block in blocks if block.text == MARK)
    assert (marked.place, marked.large) == (Place.BODY, True)
    assert [block.text for block in blocks if block.struck] == ["删去的"]


@pytest.mark.parametrize(
    "rest", ["", "<script>'密'</script>", "<p>保密工作", "<p>国内会议&nbsp;内容", "<style>.x{display:none}</style>"]
)
def test_of_a_page_that_can_bear_no_mark_nothing_is_given(rest: str) -> None:
    assert collect(Html(), (PLAIN + rest).encode()) == ([MARKLESS], None)


@pytest.mark.parametrize(
    "rest",
    [
        f"<p>{MARK}",
        "<p>机<b>密</b>",
        "<p>&#26426;<i></i>&#23494;",
        "<p>机&nbsp;&nbsp;&nbsp;&nbsp;密",
        "<p>机<!-- 某某某某某某某某某某 -->密",
        "<p>机<script>某某某某某某某某某某</script>密",
        "<p>机<span style='display:none'>某某某某某某某某某某</span>密",
        "<p>机<s>某某某某某某某某某某</s>密",
        "<p>机<span title='a>某某某某某某某某某某'></span>密",
        "<p>CONFI<b>DENTIAL</b>",
        "<img alt='机密'>",
        "<meta name=x content='&#26426;密'>",
        "<p>内<b>部</b>资料",
        "<p>公开<b>★</b>",
        "<iframe srcdoc='<p>机密'>",
        "<select><option selected>机密</select>",
        "<p>3 < 5 机<span class=xxxxxxxxxxxx>密</span>",
    ],
)
def test_the_cheap_question_overlooks_nothing(rest: str) -> None:
    assert MARKLESS not in collect(Html(), (PLAIN + rest).encode())[0]


def test_the_cheap_question_agrees_with_the_grammar_on_pages_by_chance() -> None:
    chance = random.Random(5)
    marks = [*"机密★内部绝秘级开*公10年", "机密★10年", "SECRET", "国家"]
    markup = [
        "<b>",
        "</b>",
        "<p>",
        "&nbsp;",
        "&#9733;",
        "<!-- x -->",
        "<s>",
        "</s>",
        " ",
        "\n",
        "工作的通知",
        "<td>",
        "&zwj;",
        "|",
        "<i a='密'>",
    ]
    pieces = marks * 2 + markup
    for _ in range(2000):
        page = PLAIN + "<p>" + "".join(chance.choices(pieces, k=10))
        parsed: list[Block | Member] = list(Page(Budget()).read([page]))
        expected = read_marks(block for block in parsed if isinstance(block, Block))
        assert read_marks(collect(Html(), page.encode())[0]) == expected


def test_a_page_of_pictures_holds_no_text() -> None:
    assert (
        collect(Html(), b"<html><title>scan</title><body><img src='1.jpg'><img src='2.jpg'></body></html>")[1] is Unread.NO_TEXT
    )


@pytest.mark.parametrize("end", ["<!-- ", "<script>", "<p class='", "<style>"])
def test_a_page_that_ends_within_markup_is_never_read_in_full(end: str) -> None:
    for text in (PLAIN, f"{PLAIN}<p>{MARK}</p>"):
        assert collect(Html(), f"{text}{end}".encode())[1] is Unread.CORRUPT


def test_a_page_without_its_last_tags_is_read_in_full() -> None:
    assert collect(Html(), f"<html><body><p>{MARK}".encode())[1] is None


def test_another_document_within_the_page_is_not_read_in_full() -> None:
    data = f"{PLAIN}<object data='data:application/pdf;base64,AAAA'></object>".encode()
    assert collect(Html(), data)[1] is Unread.UNSUPPORTED


def test_a_form_that_offers_levels_bears_no_mark() -> None:
    choice = "<select><option>绝密<option>机密<option>秘密</select>"
    form = f"<html><body>密级：{choice}<p>密级：<input type=radio>机密 <input type=radio>秘密"
    assert read_marks(collect(Html(), form.encode())[0]) == []


class Counting(io.BytesIO):
    """A file that counts how much was asked for at once."""

    largest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.largest = max(self.largest, 1 << 40 if size is None or size < 0 else size)
        return super().read(size)


def test_a_large_page_is_read_piece_by_piece() -> None:
    file = Counting(f"<html><p>{MARK}</p>".encode() + b"<p>line of text</p>\n" * 300_000)
    blocks = list(Html().blocks(file, Budget()))
    assert len(blocks) == 300_001
    assert file.largest <= 2 << 20


def test_what_goes_beyond_the_budget_is_said() -> None:
    data = f"<html><p>{MARK}</p>".encode() + b"<p>line of text</p>\n" * 3000
    blocks, reason = collect(Html(), data, Budget(out=20_000))
    assert reason is Unread.TOO_LARGE
    assert blocks
