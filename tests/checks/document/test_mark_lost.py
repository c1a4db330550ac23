from __future__ import annotations

import pytest

from checks.document.mark_lost import MarkLost
from checks.subjects import Document
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Unread
from tests.checks.document.making import PATH, document, judged, mark, unread, verdict

WAS = mark()
OVER = mark(None, Place.MEMBER, member="a", verdict=MarkVerdict.DECLASSIFIED)

TABLE: dict[str, tuple[Document, str]] = {
    "never marked": (document(), "not applicable"),
    "lost": (document(former=WAS), "violation"),
    "lost, in any folder": (document(former=WAS, classified_folder=False), "violation"),
    "lowered": (document(mark(Level.MIMI), former=WAS), "violation"),
    "a work secret now": (document(mark(Level.NEIBU, regime=Regime.WORK), former=WAS), "violation"),
    "only in the name now": (document(mark(place=Place.NAME), former=WAS), "violation"),
    "only as a deletion now": (document(mark(place=Place.DELETED), former=WAS), "violation"),
    "back": (document(mark(), former=WAS), "compliant"),
    "raised": (document(mark(Level.JUEMI), former=WAS), "compliant"),
    "changed, the former struck out": (document(mark(Level.MIMI, verdict=MarkVerdict.CHANGED), former=WAS), "compliant"),
    "declassified": (document(mark(None, verdict=MarkVerdict.DECLASSIFIED), former=WAS), "not applicable"),
    "declassified, the file in the archive that bore it": (document(OVER, former=mark(member="a")), "not applicable"),
    "declassified, another file in the archive": (document(OVER, former=mark(member="b")), "violation"),
    "encrypted now": (unread(Unread.ENCRYPTED, former=WAS), "not assessed"),
    "in part, without it": (unread(Unread.NO_TEXT, former=WAS, read=Read.PARTIAL), "not assessed"),
    "in part, with it": (unread(Unread.NO_TEXT, mark(), former=WAS, read=Read.PARTIAL), "compliant"),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_mark_is_not_lost(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(MarkLost(), subject) == expected


def test_the_former_mark_and_what_is_left_are_told() -> None:
    ((violation,), _) = judged(MarkLost(), document(mark(Level.MIMI), former=WAS))
    assert (violation.evidence["mark"], violation.evidence["level_now"]) == ("机密★10年", "秘密")
    assert violation.message.zh.startswith("以前检查时该文件标为机密，现在只标秘密。")


def test_a_vanished_mark_is_told() -> None:
    ((violation,), _) = judged(MarkLost(), document(former=WAS))
    assert "现在看不到标志了" in violation.message.zh
    assert "bears no mark" in violation.message.en
    assert (violation.about, violation.evidence["level_now"]) == (PATH, None)
