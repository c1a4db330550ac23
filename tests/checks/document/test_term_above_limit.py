from __future__ import annotations

import pytest

from checks.document.term_above_limit import TermAboveLimit
from checks.subjects import Document, Mark
from policies.vocabulary import Level, MarkVerdict, Place, Read, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict


def long(place: Place = Place.COVER, **facts: object) -> Mark:
    return mark(Level.MIMI, place, **{"term": "20年", "text": "秘密★20年", "notes": ("over-maximum",), **facts})


TABLE: dict[str, tuple[Document, str]] = {
    "within the law": (document(mark()), "compliant"),
    "no mark": (document(), "compliant"),
    "too long": (document(long()), "violation"),
    "too long, in a wrong form": (document(long(verdict=MarkVerdict.DEVIATION)), "violation"),
    "too long, on a part": (document(mark(), long(Place.BODY, verdict=MarkVerdict.PARTIAL)), "violation"),
    "too long, in the name": (document(long(Place.NAME)), "compliant"),
    "too long, declassified": (document(long(), mark(None, verdict=MarkVerdict.DECLASSIFIED)), "compliant"),
    "encrypted": (unread(Unread.ENCRYPTED), "not assessed"),
    "in part, too long": (unread(Unread.NO_TEXT, long(), read=Read.PARTIAL), "violation"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_no_term_is_longer_than_the_law_allows(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(TermAboveLimit(), subject) == expected


def test_the_term_and_the_limit_are_told() -> None:
    ((violation,), _) = judged(TermAboveLimit(), document(mark(), long()))
    assert "（20年）超过了秘密级的法定最长期限10年" in violation.message.zh
    assert "the term 20年 is longer than the 10 years" in violation.message.en
