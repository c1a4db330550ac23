from __future__ import annotations

import pytest

from checks.document.mark_detached import MarkDetached
from checks.subjects import Document
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict

NAMED = mark(place=Place.NAME)

TABLE: dict[str, tuple[Document, str]] = {
    "no mark": (document(), "compliant"),
    "shown": (document(mark()), "compliant"),
    "shown and in the name": (document(mark(), NAMED), "compliant"),
    "only in the name": (document(NAMED), "violation"),
    "only in the properties": (document(mark(place=Place.METADATA)), "violation"),
    "only hidden": (document(mark(place=Place.HIDDEN)), "violation"),
    "only deleted": (document(mark(place=Place.DELETED)), "violation"),
    "in any folder": (document(NAMED, classified_folder=False), "violation"),
    "in the name, work secret shown": (document(NAMED, mark(Level.NEIBU, regime=Regime.WORK)), "violation"),
    "work secret in the name": (document(mark(Level.NEIBU, Place.NAME, regime=Regime.WORK)), "compliant"),
    "trade secret in the name": (document(mark(None, Place.NAME, regime=Regime.TRADE)), "compliant"),
    "in the name, declassified in the text": (document(NAMED, mark(None, verdict=MarkVerdict.DECLASSIFIED)), "compliant"),
    "malformed but shown": (document(NAMED, mark(verdict=MarkVerdict.MALFORMED)), "compliant"),
    "encrypted": (unread(Unread.ENCRYPTED), "not assessed"),
    "encrypted, in the name": (unread(Unread.ENCRYPTED, NAMED), "not assessed"),
    "in part, shown": (unread(Unread.NO_TEXT, mark(), NAMED, read=Read.PARTIAL), "compliant"),
    "in part, in the name": (unread(Unread.NO_TEXT, NAMED, read=Read.PARTIAL), "not assessed"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_mark_must_stand_where_its_reader_sees_it(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(MarkDetached(), subject) == expected


def test_the_violation_tells_where_the_mark_stands() -> None:
    ((violation,), _) = judged(MarkDetached(), document(NAMED))
    assert (violation.evidence["place"], violation.evidence["level"], violation.evidence["count"]) == ("name", "机密", 1)


def test_an_archive_is_to_be_marked_in_its_files() -> None:
    ((violation,), _) = judged(MarkDetached(), document(mark(place=Place.NAME), format="zip"))
    assert "压缩包" in violation.message.zh
    assert "archive" in violation.message.en
