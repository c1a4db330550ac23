from __future__ import annotations

import pytest

from checks.document.level_above_computer import LevelAboveComputer
from checks.subjects import Document
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Unread
from tests.checks.document.making import computer, document, judged, mark, unread, verdict

JUEMI = mark(Level.JUEMI, text="绝密★30年", term="30年")

TABLE: dict[str, tuple[Document, Level | None, str]] = {
    "below": (document(mark()), Level.JUEMI, "compliant"),
    "equal": (document(mark()), Level.JIMI, "compliant"),
    "above": (document(JUEMI), Level.JIMI, "violation"),
    "work secret on a public computer": (document(mark(Level.NEIBU, regime=Regime.WORK)), Level.GONGKAI, "violation"),
    "no mark": (document(), Level.GONGKAI, "compliant"),
    "above only in the name": (document(mark(Level.JUEMI, Place.NAME)), Level.JIMI, "compliant"),
    "declassified": (document(JUEMI, mark(None, verdict=MarkVerdict.DECLASSIFIED)), Level.JIMI, "compliant"),
    "above, in any folder": (document(JUEMI, classified_folder=False), Level.JIMI, "violation"),
    "level not set": (document(JUEMI), None, "not assessed"),
    "encrypted": (unread(Unread.ENCRYPTED, classified_folder=False), Level.JIMI, "not assessed"),
    "of unknown format": (unread(Unread.UNSUPPORTED, format="", classified_folder=False), Level.JIMI, "not assessed"),
    "in part, above": (unread(Unread.NO_TEXT, JUEMI, read=Read.PARTIAL), Level.JIMI, "violation"),
    "in part, below": (unread(Unread.NO_TEXT, mark(), read=Read.PARTIAL), Level.JIMI, "not assessed"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False), Level.JIMI, "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_no_document_is_above_its_computer(case: str) -> None:
    subject, level, expected = TABLE[case]
    assert verdict(LevelAboveComputer(), subject, computer(level)) == expected


def test_the_violation_tells_both_levels_and_the_mark_that_counts() -> None:
    ((violation,), _) = judged(LevelAboveComputer(), document(mark(), JUEMI))
    assert (violation.evidence["mark"], violation.evidence["level"], violation.evidence["computer_level"]) == (
        "绝密★30年",
        "绝密",
        "机密",
    )
    assert ("绝密" in violation.message.zh, "top secret" in violation.message.en) == (True, True)


def test_a_computer_whose_level_is_not_set_is_told_so() -> None:
    unseen = judged(LevelAboveComputer(), document(mark()), computer(None))[1]
    assert unseen is not None
    assert "computer.yaml" in unseen.en
