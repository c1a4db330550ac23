from __future__ import annotations

import pytest

from checks.document.part_above_cover import PartAboveCover
from checks.subjects import Document, Mark
from policies.vocabulary import Level, MarkVerdict, Place, Read, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict

JUEMI = mark(Level.JUEMI, text="绝密★30年", term="30年")


def part(level: Level, place: Place = Place.BODY, member: str | None = None) -> Mark:
    return mark(level, place, text=f"[{level.value}]", term=None, verdict=MarkVerdict.PARTIAL, member=member)


def member(level: Level, name: str = "a.docx") -> Mark:
    return mark(level, Place.MEMBER, member=name)


TABLE: dict[str, tuple[Document, str]] = {
    "no parts": (document(mark()), "compliant"),
    "a part below the cover": (document(mark(), part(Level.MIMI)), "compliant"),
    "a part of the cover's level": (document(mark(), part(Level.JIMI)), "compliant"),
    "a part above the cover": (document(mark(), part(Level.JUEMI)), "violation"),
    "a part above the header": (document(mark(place=Place.HEADER), part(Level.JUEMI)), "violation"),
    "a part above the watermark": (document(mark(place=Place.WATERMARK), part(Level.JUEMI)), "violation"),
    "a part above one of two marks of the cover": (document(mark(), JUEMI, part(Level.JUEMI)), "compliant"),
    "a whole mark in the text above the cover": (document(mark(), mark(Level.JUEMI, Place.BODY)), "violation"),
    "a whole mark in the text, no cover": (document(mark(Level.JUEMI, Place.BODY)), "compliant"),
    "a part below a whole mark in the text, no cover": (document(mark(place=Place.BODY), part(Level.MIMI)), "compliant"),
    "a part without a cover": (document(part(Level.MIMI)), "violation"),
    "a part without a cover but for the name": (document(mark(place=Place.NAME), part(Level.MIMI)), "violation"),
    "a deleted part": (document(mark(), part(Level.JUEMI, Place.DELETED)), "compliant"),
    "declassified": (document(part(Level.JUEMI), mark(None, verdict=MarkVerdict.DECLASSIFIED)), "compliant"),
    "an attachment above the cover": (document(mark(), mark(Level.JUEMI, Place.ATTACHMENT, member="a.docx")), "compliant"),
    "a part of a member above the member's cover": (
        document(JUEMI, member(Level.JIMI), part(Level.JUEMI, Place.MEMBER, "a.docx")),
        "violation",
    ),
    "a part of a member above another member's cover": (
        document(member(Level.MIMI), member(Level.JUEMI, "b.docx"), part(Level.JUEMI, Place.MEMBER, "b.docx")),
        "compliant",
    ),
    "encrypted": (unread(Unread.ENCRYPTED), "not assessed"),
    "in part: the cover may be in what was not read": (
        unread(Unread.NO_TEXT, part(Level.MIMI), read=Read.PARTIAL),
        "not assessed",
    ),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_no_part_is_above_the_cover(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(PartAboveCover(), subject) == expected


def test_both_levels_are_told() -> None:
    ((violation,), _) = judged(PartAboveCover(), document(mark(), part(Level.MIMI), part(Level.JUEMI)))
    assert (violation.evidence["mark"], violation.evidence["level"], violation.evidence["cover_level"]) == (
        "[绝密]",
        "绝密",
        "机密",
    )
    assert "标为绝密的内容，而首页只标机密" in violation.message.zh
    assert "top secret" in violation.message.en


def test_a_missing_cover_mark_is_told_with_the_level_that_it_needs() -> None:
    ((violation,), _) = judged(PartAboveCover(), document(part(Level.MIMI), part(Level.JIMI)))
    assert "首页没有密级标志" in violation.message.zh
    assert "密级不低于机密" in violation.message.zh
    assert violation.evidence["cover_level"] is None
