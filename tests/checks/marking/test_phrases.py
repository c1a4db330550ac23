"""Sentences that mark a part, and words that end a mark."""

from __future__ import annotations

import pytest

from checks.marking.normalise import Folded
from checks.marking.phrases import declassification, is_stamp, partial_notes, stamped
from policies.vocabulary import Level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("注：本页第四行和第七行的数据属于机密级国家秘密", Level.JIMI),
        ("注:本頁第三自然段屬於祕密級國家祕密", Level.MIMI),
        ("本表第二列属于绝密级国家秘密", Level.JUEMI),
        ("第三自然段的内容属机密级国家秘密", Level.JIMI),
    ],
)
def test_a_sentence_that_marks_a_part_is_read_whole(text: str, level: Level) -> None:
    folded = Folded(text)
    (made,) = partial_notes(folded)
    assert made.level is level
    assert folded.original(made.start, made.end) == text


@pytest.mark.parametrize("text", ["注：本页属于国家秘密", "本章规定的事项属于秘密级国家秘密", "属于机密级国家秘密", "注：机密级"])
def test_other_sentences_mark_no_part(text: str) -> None:
    assert list(partial_notes(Folded(text))) == []


@pytest.mark.parametrize(
    "text", ["本件已于2020年1月1日解密", "此文件已解密", "（本件自二〇二〇年一月一日起解密）", "本件已解密。"]
)
def test_a_document_says_that_it_is_declassified(text: str) -> None:
    assert declassification(Folded(text)) is not None
    assert is_stamp(Folded(text))


@pytest.mark.parametrize("text", ["解密", "解密档案", "本件尚未解密", "本件应当于2020年1月1日解密后移交", ""])
def test_other_words_do_not_declassify_a_document(text: str) -> None:
    assert declassification(Folded(text)) is None


@pytest.mark.parametrize(
    ("text", "stamp"), [("解密", True), ("（已解密）", True), ("解　密", True), ("解密档案展", False), ("解密条件", False)]
)
def test_a_stamp_is_the_word_alone(text: str, stamp: bool) -> None:
    assert is_stamp(Folded(text)) is stamp


@pytest.mark.parametrize(
    ("before", "after", "ended"),
    [("", " 解密", True), ("", "(解密)", True), ("解密 ", "", True), ("", " 解密条件", False), ("", "", False)],
)
def test_a_stamp_on_the_same_line_stands_beside_the_mark(before: str, after: str, ended: bool) -> None:
    assert stamped(before, after) is ended
