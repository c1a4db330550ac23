from __future__ import annotations

import pytest

from checks.document.mark_malformed import MarkMalformed
from checks.subjects import Document, Mark
from policies.vocabulary import Level, MarkVerdict, Place, Read, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict


def malformed(text: str = "机密★××年", place: Place = Place.COVER) -> Mark:
    return mark(Level.JIMI, place, text=text, term=None, verdict=MarkVerdict.MALFORMED)


TABLE: dict[str, tuple[Document, str]] = {
    "in form": (document(mark()), "compliant"),
    "no mark": (document(), "compliant"),
    "malformed": (document(malformed()), "violation"),
    "malformed beside one in form": (document(mark(), malformed(place=Place.BODY)), "violation"),
    "malformed in the name": (document(malformed(place=Place.NAME)), "compliant"),
    "malformed and hidden": (document(malformed(place=Place.HIDDEN)), "compliant"),
    "in a former mark's place": (document(mark(verdict=MarkVerdict.CHANGED, notes=("replaced", "template"))), "violation"),
    "misuse": (document(mark(verdict=MarkVerdict.MISUSE)), "compliant"),
    "deviation": (document(mark(verdict=MarkVerdict.DEVIATION)), "compliant"),
    "in any folder": (document(malformed(), classified_folder=False), "violation"),
    "encrypted": (unread(Unread.ENCRYPTED), "not assessed"),
    "in part, malformed": (unread(Unread.NO_TEXT, malformed(), read=Read.PARTIAL), "violation"),
    "in part, in form": (unread(Unread.NO_TEXT, mark(), read=Read.PARTIAL), "not assessed"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_mark_must_tell_level_and_term(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(MarkMalformed(), subject) == expected


def test_several_malformed_marks_are_one_violation() -> None:
    ((violation,), _) = judged(MarkMalformed(), document(malformed(), malformed("机密★★★")))
    assert (violation.evidence["count"], violation.evidence["marks"]) == (2, ["机密★××年", "机密★★★"])


def test_what_is_wrong_with_the_mark_is_named() -> None:
    wrong = mark(verdict=MarkVerdict.MALFORMED, notes=("spacing", "separator", "term"))
    ((violation,), _) = judged(MarkMalformed(), document(wrong))
    assert "：分隔符不规范；期限无法识别。" in violation.message.zh
    assert "the separator is a wrong one; the period cannot be understood" in violation.message.en
