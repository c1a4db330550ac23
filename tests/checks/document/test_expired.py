from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from checks.document.expired import Expired
from checks.subjects import Document, Mark
from policies.vocabulary import Level, MarkVerdict, Place, Read, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict

PAST, TODAY, FUTURE = date(2026, 11, 1), date(2026, 11, 2), date(2027, 1, 1)


def until(day: date | None, level: Level = Level.JIMI, place: Place = Place.COVER, **facts: object) -> Mark:
    return mark(level, place, until=day, **facts)


TABLE: dict[str, tuple[Document, str]] = {
    "no mark": (document(), "compliant"),
    "running": (document(until(FUTURE)), "compliant"),
    "on its last day": (document(until(TODAY)), "compliant"),
    "ended": (document(until(PAST)), "violation"),
    "one of two ended": (document(until(PAST), until(FUTURE, place=Place.HEADER)), "compliant"),
    "one of two ended, the other unknown": (document(until(PAST), until(None, place=Place.HEADER)), "not applicable"),
    "a part ended": (document(until(FUTURE), until(PAST, verdict=MarkVerdict.PARTIAL, place=Place.BODY)), "compliant"),
    "an attachment ended": (document(until(FUTURE), until(PAST, place=Place.ATTACHMENT, member="a.docx")), "violation"),
    "ended, in the name": (document(until(PAST, place=Place.NAME)), "compliant"),
    "ended and declassified": (document(until(PAST), mark(None, verdict=MarkVerdict.DECLASSIFIED)), "compliant"),
    "counted from an unknown day": (document(until(None)), "not applicable"),
    "without a term, from an unknown day": (document(until(None, term=None, verdict=MarkVerdict.LEGACY)), "not applicable"),
    "until an event": (document(until(None, term="启用前")), "compliant"),
    "indefinite": (document(until(None, term="长期")), "compliant"),
    "malformed": (document(until(None, term=None, verdict=MarkVerdict.MALFORMED)), "compliant"),
    "encrypted": (unread(Unread.ENCRYPTED), "not assessed"),
    "in part, ended": (unread(Unread.NO_TEXT, until(PAST), read=Read.PARTIAL), "violation"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_what_has_ended_is_declassified(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(Expired(), subject) == expected


def test_the_day_and_the_level_that_still_holds_are_told() -> None:
    ((violation,), _) = judged(Expired(), document(until(date(2020, 3, 1)), until(PAST, Level.MIMI)))
    assert "2026-11-01 届满" in violation.message.zh
    assert "仍按机密管理" in violation.message.zh
    assert violation.evidence["until"] == "2026-11-01"


@pytest.mark.parametrize(("offset", "expected"), [(8, "violation"), (0, "compliant")])
def test_a_day_ends_at_midnight_of_the_office(offset: int, expected: str) -> None:
    subject = Document(
        observed_at=datetime(2026, 11, 1, 17, tzinfo=UTC), path="/a.docx", format="docx", read=Read.FULL, marks=(until(PAST),)
    )
    assert verdict(Expired(utc_offset_hours=offset), subject) == expected
