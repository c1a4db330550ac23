from __future__ import annotations

import pytest

from checks.document.compilation_below_parts import CompilationBelowParts
from checks.subjects import Document, Mark
from policies.vocabulary import Level, MarkVerdict, Place, Read, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict


def attached(level: Level = Level.JIMI, term: str | None = "10年", place: Place = Place.ATTACHMENT) -> Mark:
    return mark(level, place, term=term, member="附件1.docx", text=f"{level.value}★{term}")


def named(level: Level) -> Mark:
    return mark(level, Place.NAME)


OVER = mark(None, Place.ATTACHMENT, member="附件1.docx", verdict=MarkVerdict.DECLASSIFIED)

TABLE: dict[str, tuple[Document, str]] = {
    "nothing attached": (document(), "compliant"),
    "as high as its attachment": (document(mark(), attached()), "compliant"),
    "above its attachment": (document(mark(), attached(Level.MIMI)), "compliant"),
    "below its attachment": (document(mark(), attached(Level.JUEMI)), "violation"),
    "without a mark of its own": (document(attached(), format="eml"), "violation"),
    "marked in its subject": (document(mark(place=Place.SUBJECT), attached(), format="eml"), "compliant"),
    "marked only in its name": (document(named(Level.JIMI), attached(), format="eml"), "violation"),
    "marked only on a part": (document(mark(verdict=MarkVerdict.PARTIAL, place=Place.BODY), attached()), "violation"),
    "for less time than its attachment": (document(mark(term="5年"), attached()), "violation"),
    "for less time than a lower attachment": (document(mark(term="5年"), attached(Level.MIMI)), "violation"),
    "for longer than its attachment": (document(mark(term="20年"), attached()), "compliant"),
    "for less time in one of its marks": (document(mark(term="5年"), mark(place=Place.HEADER), attached()), "compliant"),
    "for a time, its attachment 长期": (document(mark(), attached(term="长期")), "violation"),
    "for a time, its attachment until an event": (document(mark(), attached(term="启用前")), "compliant"),
    "for a time, its attachment until a day": (document(mark(), attached(term="2090-01-01")), "compliant"),
    "below what its attachment's name says": (document(mark(Level.MIMI), attached(place=Place.NAME)), "compliant"),
    "below an attachment that is declassified": (document(attached(Level.JUEMI), OVER), "compliant"),
    "an archive without a mark in its name": (document(attached(place=Place.MEMBER), format="zip"), "compliant"),
    "an archive with the level in its name": (document(named(Level.JIMI), attached(), format="zip"), "compliant"),
    "an archive with a lower level in its name": (document(named(Level.MIMI), attached(), format="7z"), "violation"),
    "an archive with a shorter term in its name": (
        document(mark(place=Place.NAME, term="5年"), attached(), format="zip"),
        "compliant",
    ),
    "encrypted": (unread(Unread.ENCRYPTED), "not assessed"),
    "in part: its own mark may be in what was not read": (unread(Unread.NO_TEXT, attached(), read=Read.PARTIAL), "not assessed"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_compilation_bears_the_highest_level_and_longest_term(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(CompilationBelowParts(), subject) == expected


def test_the_part_that_counts_is_told() -> None:
    ((violation,), _) = judged(CompilationBelowParts(), document(mark(), attached(Level.MIMI), attached(Level.JUEMI)))
    assert (violation.evidence["level"], violation.evidence["own_level"]) == ("绝密", "机密")
    assert violation.evidence["member"] == "附件1.docx"
    assert "附件1" not in violation.message.zh + violation.message.en


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (document(mark(), attached(Level.JUEMI)), "而本文件只标机密"),
        (document(attached(), format="eml"), "没有密级标志"),
        (document(mark(term="5年"), attached()), "保密期限比本文件的长"),
        (document(named(Level.MIMI), attached(), format="rar"), "压缩包名称标为秘密，但其中有机密文件"),
    ],
)
def test_the_message_says_what_to_do_here(subject: Document, words: str) -> None:
    ((violation,), _) = judged(CompilationBelowParts(), subject)
    assert words in violation.message.zh
