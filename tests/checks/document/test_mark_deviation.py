from __future__ import annotations

import pytest

from checks.document.mark_deviation import MarkDeviation
from checks.subjects import Document, Mark
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Severity, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict


def deviant(*notes: str, place: Place = Place.COVER, text: str = "机密＊10年", term: str | None = "10年") -> Mark:
    return mark(place=place, text=text, term=term, verdict=MarkVerdict.DEVIATION, notes=notes or ("star-character",))


LEGACY = mark(text="机密★", term=None, verdict=MarkVerdict.LEGACY, notes=("default-term",))
DEEP = mark(place=Place.BODY)
PARTIAL = mark(place=Place.BODY, verdict=MarkVerdict.PARTIAL)
MALFORMED = mark(text="机密★××年", term=None, verdict=MarkVerdict.MALFORMED, notes=("template",))

TABLE: dict[str, tuple[Document, str]] = {
    "in form": (document(mark(notes=("spacing", "hant", "over-maximum"))), "compliant"),
    "no mark": (document(), "compliant"),
    "of a wrong form": (document(deviant()), "violation"),
    "of a wrong form, in a header": (document(mark(), deviant(place=Place.HEADER)), "violation"),
    "of a wrong form, in an attachment": (document(mark(), deviant(place=Place.ATTACHMENT)), "violation"),
    "of a wrong form, in the name": (document(mark(), deviant(place=Place.NAME)), "compliant"),
    "of a wrong form, deleted": (document(mark(), deviant(place=Place.DELETED)), "compliant"),
    "without a term": (document(LEGACY), "violation"),
    "malformed": (document(MALFORMED), "compliant"),
    "malformed, deep in the text": (document(mark(place=Place.BODY, verdict=MarkVerdict.MALFORMED)), "compliant"),
    "misuse": (document(mark(Level.NEIBU, regime=Regime.WORK, verdict=MarkVerdict.MISUSE)), "compliant"),
    "partial": (document(mark(), PARTIAL), "compliant"),
    "declassified": (document(deviant(), mark(None, verdict=MarkVerdict.DECLASSIFIED)), "compliant"),
    "changed, in a wrong form": (document(mark(verdict=MarkVerdict.CHANGED, notes=("star-character", "replaced"))), "violation"),
    "changed, in form": (document(mark(verdict=MarkVerdict.CHANGED, notes=("replaced",))), "compliant"),
    "only deep in the text": (document(DEEP), "violation"),
    "deep in the text, and on the cover": (document(mark(), DEEP), "compliant"),
    "deep in the text, and in the header": (document(mark(place=Place.HEADER), DEEP), "compliant"),
    "deep in plain text, which has no pages": (document(DEEP, format="txt"), "compliant"),
    "deep in the text of an attachment": (document(mark(), mark(place=Place.ATTACHMENT, member="a.txt")), "compliant"),
    "deep in the text, the cover not read": (unread(Unread.NO_TEXT, DEEP, read=Read.PARTIAL), "not assessed"),
    "in any folder": (document(deviant(), classified_folder=False), "violation"),
    "encrypted": (unread(Unread.ENCRYPTED), "not assessed"),
    "in part, of a wrong form": (unread(Unread.NO_TEXT, deviant(), read=Read.PARTIAL), "violation"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_mark_has_its_form_and_place(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(MarkDeviation(), subject) == expected


def test_every_defect_is_named_and_the_right_form_shown() -> None:
    marks = deviant("star-character", "spacing", "brackets"), deviant("label", place=Place.HEADER)
    ((violation,), _) = judged(MarkDeviation(), document(*marks))
    assert violation.message.zh == (
        "密级标志不规范：分隔符不是★（U+2605）；标志用括号括起；密级前有“密级”等字样。请改为“机密★10年”。"
    )
    assert "the separator is not ★ (U+2605); there are brackets in or round the mark" in violation.message.en
    assert (violation.evidence["mark"], violation.evidence["count"], violation.severity) == ("机密＊10年", 2, None)


def test_a_misplaced_mark_is_told_where_it_belongs() -> None:
    ((violation,), _) = judged(MarkDeviation(), document(DEEP))
    assert "封面或首页左上角标注“机密★10年”" in violation.message.zh
    assert "top left of the cover or first page" in violation.message.en


def test_form_and_place_are_one_finding() -> None:
    ((violation,), _) = judged(MarkDeviation(), document(deviant(place=Place.BODY)))
    assert "分隔符不是★（U+2605）；标志只在正文中，封面或首页上没有" in violation.message.zh


def test_a_missing_term_is_a_notice_and_a_required_one_is_not() -> None:
    ((notice,), _) = judged(MarkDeviation(), document(LEGACY))
    assert (notice.severity, "“机密★保密期限”" in notice.message.zh) == (Severity.NOTICE, True)
    required = deviant("default-term", "term-required", text="机密★", term=None)
    ((violation,), _) = judged(MarkDeviation(), document(required))
    assert violation.severity is None
    assert violation.message.zh == "密级标志不规范：2024年9月1日起必须标注期限。请改为“机密★保密期限”。"


def test_no_term_is_proposed_that_the_law_does_not_allow() -> None:
    ((violation,), _) = judged(MarkDeviation(), document(deviant("chinese-numeral", "over-maximum", term="30年")))
    assert "30年" not in violation.message.zh
