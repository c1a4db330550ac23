from __future__ import annotations

from pathlib import Path

import pytest

from agent.extract.base import MARKLESS, Budget
from agent.extract.rtf.rtf import Rtf
from checks.marking.reader import read_marks
from policies.vocabulary import Level, Place, Unread
from tests.agent.extract.samples import collect, texts

DOCUMENTS = Path(__file__).parents[3] / "data" / "documents"
MARKED = rb"{\rtf1\ansi\ansicpg936 \'bb\'fa\'c3\'dc\'a1\'ef10\'c4\'ea\par text\par}"


@pytest.mark.parametrize("head", [b"{\\rtf1\\ansi", b"\xef\xbb\xbf{\\rtf", b"\r\n {\\rtf1"])
def test_a_document_is_known_by_its_beginning(head: bytes) -> None:
    assert Rtf().rank(head) > 0.9


@pytest.mark.parametrize("head", [b"", b"text {\\rtf1", b"{ rtf1"])
def test_other_text_is_no_document(head: bytes) -> None:
    assert Rtf().rank(head) < 0


def test_what_libreoffice_saves_is_read() -> None:
    blocks, reason = collect(Rtf(), (DOCUMENTS / "libreoffice.rtf").read_bytes())
    assert reason is None
    assert (texts(blocks, Place.HEADER), texts(blocks, Place.FOOTER)) == (["绝密★30年"], ["页脚文字"])
    assert texts(blocks, Place.METADATA)[:3] == ["标题", "主题", "秘密★1年"]
    assert texts(blocks, Place.HIDDEN) == ["隐藏的"]
    assert texts(blocks, Place.CELL) == ["密级", "名称", "秘密", "甲"]
    assert texts(blocks, Place.BODY) == ["机密★10年", "关于做好有关工作的通知 plain text", "删去的", "看得见", "第二页"]
    assert [block.text for block in blocks if block.struck] == ["删去的"]


def test_a_mark_is_read() -> None:
    blocks, reason = collect(Rtf(), MARKED)
    assert ([mark.level for mark in read_marks(blocks)], reason) == ([Level.JIMI], None)


def test_of_a_document_that_can_bear_no_mark_nothing_is_given() -> None:
    assert collect(Rtf(), rb"{\rtf1\ansi\ansicpg936 \'b1\'a3\'c3\'dc\par text\par}") == ([MARKLESS], None)


@pytest.mark.parametrize("size", range(8, len(MARKED), 3))
def test_a_document_that_is_cut_off_is_never_read_in_full(size: int) -> None:
    assert collect(Rtf(), MARKED[:size])[1] is Unread.CORRUPT


def test_what_was_read_of_a_document_that_is_cut_off_counts() -> None:
    blocks, _ = collect(Rtf(), MARKED[:-10])
    assert texts(blocks, Place.BODY)[0] == "机密★10年"


def test_text_behind_the_end_is_not_read_in_full() -> None:
    assert collect(Rtf(), MARKED + MARKED)[1] is Unread.CORRUPT


def test_a_document_of_pictures_holds_no_text() -> None:
    assert collect(Rtf(), rb"{\rtf1{\pict\pngblip 89504e47}\par}") == ([], Unread.NO_TEXT)


def test_what_goes_beyond_the_budget_is_said() -> None:
    data = b"{\\rtf1 " + rb"line of text\par " * 20_000 + b"}"
    assert collect(Rtf(), data, Budget(out=100_000))[1] is Unread.TOO_LARGE
