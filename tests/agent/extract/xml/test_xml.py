from __future__ import annotations

import io

import pytest

from agent.extract.base import MARKLESS, Budget, NotThisFormat
from agent.extract.xml.xml import Xml
from checks.marking.reader import read_marks
from policies.vocabulary import Level, Place, Unread
from tests.agent.extract.samples import collect, texts

DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
MARK = "机密★10年"


@pytest.mark.parametrize(
    "head", [DECLARED.encode(), b"<config><a/></config>", b"\n<ns:a xmlns:ns='x'>", DECLARED.encode("utf-16")]
)
def test_xml_is_known_by_its_beginning(head: bytes) -> None:
    assert Xml().rank(head) > 0.1


@pytest.mark.parametrize("head", [b"", b"text", b"<34>Oct 11 log", b"<?php echo", b"< a>", b"a<b>"])
def test_other_text_is_no_xml(head: bytes) -> None:
    assert Xml().rank(head) < 0


@pytest.mark.parametrize("declaration", [DECLARED, ""])
def test_a_mark_is_read(declaration: str) -> None:
    blocks, reason = collect(Xml(), f"{declaration}<d><p>{MARK}</p><p>正文</p></d>".encode())
    assert (texts(blocks, Place.BODY), reason) == ([MARK, "正文"], None)
    assert [mark.level for mark in read_marks(blocks)] == [Level.JIMI]


@pytest.mark.parametrize("content", ["<p>正文</p>", "<p a='保密'>x</p><!-- 机密 -->", "<p>plain</p>"])
def test_of_xml_that_can_bear_no_mark_nothing_is_given(content: str) -> None:
    assert collect(Xml(), f"{DECLARED}<d>{content}</d>".encode()) == ([MARKLESS], None)


@pytest.mark.parametrize(
    "content",
    [
        "<p>机<b>密</b></p>",
        "<p>机<!-- 某某某某某某某某某某 -->密</p>",
        "<p>&#26426;&#23494;</p>",
        "<p a='机密'/>",
        "<p a='公开&#9733;'/>",
        "<p>CONFI<b>DENTIAL</b></p>",
        "<p a='confidential'/>",
        "<p><![CDATA[机密]]></p>",
        "<机密>★10年</机密>",
    ],
)
def test_the_cheap_question_overlooks_nothing(content: str) -> None:
    blocks, reason = collect(Xml(), f"{DECLARED}<d>{content}</d>".encode())
    assert MARKLESS not in blocks
    assert (bool(blocks), reason) == (True, None)


@pytest.mark.parametrize("content", [f"<p>{MARK}</p>", "<p>正文</p>"])
def test_damaged_xml_is_never_read_in_full(content: str) -> None:
    data = f"{DECLARED}<d>{content}".encode()
    assert collect(Xml(), data)[1] is Unread.CORRUPT
    assert collect(Xml(), data + b"</e>")[1] is Unread.CORRUPT


def test_what_was_read_before_the_damage_counts() -> None:
    assert texts(collect(Xml(), f"{DECLARED}<d><p>{MARK}</p><q>".encode())[0], Place.BODY) == [MARK]


def test_what_is_not_well_formed_and_says_not_that_it_is_xml_is_none() -> None:
    with pytest.raises(NotThisFormat):
        list(Xml().blocks(io.BytesIO(f"<p>{MARK}".encode()), Budget()))


@pytest.mark.parametrize("text", [MARK, "正文"])
def test_an_entity_that_is_not_read_is_told(text: str) -> None:
    data = f'{DECLARED}<!DOCTYPE d SYSTEM "x"><d><p>{text}</p>&other;</d>'
    assert collect(Xml(), data.encode())[1] is Unread.UNSUPPORTED


def test_a_large_file_is_read_piece_by_piece() -> None:
    data = f"{DECLARED}<d>\n<p>{MARK}</p>\n".encode() + b"<p>line of text</p>\n" * 150_000 + b"</d>"
    blocks, reason = collect(Xml(), data)
    assert (len(blocks), reason) == (150_001, None)
    assert collect(Xml(), data[:-3])[1] is Unread.CORRUPT
