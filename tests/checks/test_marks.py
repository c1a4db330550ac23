from __future__ import annotations

from typing import Any

import pytest

from checks.marks import (
    defects,
    evidence,
    form,
    has_own_page,
    highest,
    is_declassified,
    is_document,
    listed,
    shown,
    state_marks,
    unread,
)
from checks.subjects import Document
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Text, Unread
from tests.checks.document.making import document, mark
from tests.checks.document.making import unread as unread_document

PROGRAM: dict[str, Any] = {"format": "program", "classified_folder": False}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (document(classified_folder=False), True),
        (unread_document(Unread.UNSUPPORTED, format="", classified_folder=False), True),
        (unread_document(Unread.NO_TEXT, format="image", classified_folder=False), True),
        (unread_document(Unread.UNSUPPORTED, **PROGRAM), False),
        (unread_document(Unread.UNSUPPORTED, mark(place=Place.NAME), **PROGRAM), True),
        (unread_document(Unread.UNSUPPORTED, format="program"), True),
    ],
)
def test_programs_outside_of_classified_folders_are_no_documents(subject: Document, expected: bool) -> None:
    assert is_document(subject) is expected


def test_what_was_not_read_in_full_has_a_reason() -> None:
    assert unread(document()) is None
    assert unread(unread_document(Unread.BOMB)) == Unread.BOMB.text
    assert unread(document(read=Read.NONE)) is not None


def test_only_a_shown_declassification_counts() -> None:
    assert is_declassified(document(mark(None, verdict=MarkVerdict.DECLASSIFIED)))
    assert not is_declassified(document(mark(None, Place.METADATA, verdict=MarkVerdict.DECLASSIFIED)))
    assert not is_declassified(document(mark()))


def test_evidence_is_the_marks_and_their_number() -> None:
    marks = [mark(Level.JUEMI, text="绝密★", term=None), *[mark(text=f"机密★{n}年") for n in range(1, 9)]]
    told = evidence(marks)
    assert (told["mark"], told["level"], told["place"], told["term"], told["count"]) == ("绝密★", "绝密", "cover", None, 9)
    assert isinstance(told["marks"], list)
    assert len(told["marks"]) == 5


def test_marks_of_state_secrets_are_those_in_force() -> None:
    one, named = mark(), mark(place=Place.NAME)
    others = [
        mark(Level.NEIBU, regime=Regime.WORK),
        mark(None),
        *[mark(verdict=verdict) for verdict in (MarkVerdict.MISUSE, MarkVerdict.OTHER)],
    ]
    assert state_marks(document(one, named, *others)) == [one, named]
    assert shown([one, named]) == [one]


def test_a_part_that_is_declassified_bears_no_mark_any_more() -> None:
    over = mark(None, Place.MEMBER, member="a", verdict=MarkVerdict.DECLASSIFIED)
    a, b, own = mark(Level.JUEMI, Place.MEMBER, member="a"), mark(member="b"), mark()
    assert state_marks(document(over, a, b, own)) == [b, own]


def test_the_highest_level_of_no_marks_is_none() -> None:
    assert highest([mark(None)]) is None
    assert highest([mark(Level.MIMI), mark(Level.JUEMI), mark(None)]) is Level.JUEMI


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        (("replaced",), MarkVerdict.VALID),
        (("replaced", "template"), MarkVerdict.MALFORMED),
        (("replaced", "no-star"), MarkVerdict.DEVIATION),
    ],
)
def test_a_mark_that_replaces_another_has_a_form_too(notes: tuple[str, ...], expected: MarkVerdict) -> None:
    assert form(mark(verdict=MarkVerdict.CHANGED, notes=notes)) is expected
    assert form(mark(verdict=MarkVerdict.PARTIAL, notes=notes)) is MarkVerdict.PARTIAL


def test_defects_are_named_once_and_remarks_are_none() -> None:
    marks = mark(notes=("hant", "no-star")), mark(notes=("no-star", "days", "over-maximum"))
    assert [defect.zh for defect in defects(marks)] == ["缺少★", "期限以日为单位"]
    assert [defect.zh for defect in defects([mark(notes=("default-term", "term-required"))])] == ["2024年9月1日起必须标注期限"]
    assert [defect.zh for defect in defects([mark(notes=("default-term",))])] == ["未标注期限，按法定最长期限"]


def test_statements_are_listed_in_both_languages() -> None:
    assert listed([Text("甲", "a"), Text("乙", "b")]) == Text("甲；乙", "a; b")


@pytest.mark.parametrize(
    ("name", "page"), [("docx", True), ("eml", True), ("", True), ("zip", False), ("7z", False), ("zst", False)]
)
def test_an_archive_has_no_page_of_its_own(name: str, page: bool) -> None:
    assert has_own_page(document(format=name)) is page
