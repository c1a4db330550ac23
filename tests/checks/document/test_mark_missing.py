from __future__ import annotations

import pytest

from checks.document.mark_missing import MarkMissing
from checks.subjects import Document
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Unread
from tests.checks.document.making import PATH, document, judged, mark, unread, verdict

TABLE: dict[str, tuple[Document, str]] = {
    "marked": (document(mark()), "compliant"),
    "work secret": (document(mark(Level.NEIBU, regime=Regime.WORK)), "compliant"),
    "no mark": (document(), "violation"),
    "only in the name": (document(mark(place=Place.NAME)), "violation"),
    "only in the properties": (document(mark(place=Place.METADATA)), "violation"),
    "only deleted": (document(mark(place=Place.DELETED)), "violation"),
    "another regime": (document(mark(None, regime=Regime.TRADE, verdict=MarkVerdict.OTHER)), "violation"),
    "declassified": (document(mark(), mark(None, verdict=MarkVerdict.DECLASSIFIED)), "compliant"),
    "empty": (document(format="txt", size=0), "violation"),
    "encrypted": (unread(Unread.ENCRYPTED), "not assessed"),
    "a program": (unread(Unread.UNSUPPORTED, format="program"), "not assessed"),
    "in part, without a mark": (unread(Unread.NO_TEXT, read=Read.PARTIAL), "not assessed"),
    "in part, marked": (unread(Unread.NO_TEXT, mark(), read=Read.PARTIAL), "compliant"),
    "in part, mark in the name": (unread(Unread.NO_TEXT, mark(place=Place.NAME), read=Read.PARTIAL), "not assessed"),
    "elsewhere": (document(classified_folder=False), "not applicable"),
    "elsewhere, encrypted": (unread(Unread.ENCRYPTED, classified_folder=False), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_classified_document_must_show_a_mark(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(MarkMissing(), subject) == expected


def test_the_violation_is_about_the_path_and_tells_where_a_mark_stands_instead() -> None:
    ((violation,), unseen) = judged(MarkMissing(), document(mark(place=Place.NAME)))
    assert (violation.about, violation.evidence["marks_not_shown"], unseen) == (PATH, ["机密★10年"], None)
    assert PATH not in violation.message.zh + violation.message.en


def test_the_reason_is_the_documents_own() -> None:
    assert judged(MarkMissing(), unread(Unread.TIMEOUT))[1] == Unread.TIMEOUT.text


def test_an_archive_is_to_be_marked_in_its_files() -> None:
    ((violation,), _) = judged(MarkMissing(), document(mark(place=Place.NAME), format="zip"))
    assert "压缩包" in violation.message.zh
    assert "archive" in violation.message.en
