from __future__ import annotations

import pytest

from checks.document.mark_misused import MarkMisused
from checks.subjects import Document, Mark
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict


def misused(regime: Regime = Regime.WORK, place: Place = Place.COVER) -> Mark:
    level = Level.NEIBU if regime is Regime.WORK else None
    return mark(level, place, text="内部★3年", term="3年", regime=regime, verdict=MarkVerdict.MISUSE)


TABLE: dict[str, tuple[Document, str]] = {
    "a state secret": (document(mark()), "compliant"),
    "a work secret": (document(mark(Level.NEIBU, regime=Regime.WORK, verdict=MarkVerdict.OTHER)), "compliant"),
    "no mark": (document(), "compliant"),
    "a work secret with the star": (document(misused()), "violation"),
    "a trade secret with the star": (document(misused(Regime.TRADE)), "violation"),
    "the star on what is public": (document(misused(Regime.STATE)), "violation"),
    "in the header": (document(misused(place=Place.HEADER)), "violation"),
    "in the name": (document(misused(place=Place.NAME)), "compliant"),
    "encrypted": (unread(Unread.ENCRYPTED), "not assessed"),
    "in part, misused": (unread(Unread.NO_TEXT, misused(), read=Read.PARTIAL), "violation"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False), "not applicable"),
}


@pytest.mark.parametrize("case", TABLE)
def test_only_a_state_secret_bears_the_star(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(MarkMisused(), subject) == expected


@pytest.mark.parametrize(
    ("regime", "zh", "en"),
    [
        (Regime.WORK, "只标“内部”", "a work secret"),
        (Regime.TRADE, "核心商密", "a trade secret"),
        (Regime.STATE, "删去★", "delete"),
    ],
)
def test_the_advice_fits_what_was_marked(regime: Regime, zh: str, en: str) -> None:
    ((violation,), _) = judged(MarkMisused(), document(misused(regime)))
    assert zh in violation.message.zh
    assert en in violation.message.en


def test_several_kinds_are_one_violation_with_the_advice_for_each() -> None:
    ((violation,), _) = judged(MarkMisused(), document(misused(Regime.TRADE), misused()))
    assert "工作秘密" in violation.message.zh
    assert "商业秘密" in violation.message.zh
