from __future__ import annotations

from typing import Any

import pytest

from checks.marks import evidence, is_declassified, is_document, unread
from checks.subjects import Document
from policies.vocabulary import Level, MarkVerdict, Place, Read, Unread
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
