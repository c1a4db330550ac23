from __future__ import annotations

import pytest

from checks.document.on_internet_computer import OnInternetComputer
from checks.subjects import Document
from policies.computer import Computer
from policies.vocabulary import Level, MarkVerdict, Place, Profile, Read, Regime, Unread
from tests.checks.document.making import document, judged, mark, unread, verdict

INTERNAL = mark(Level.NEIBU, text="内部资料 注意保存", term=None, regime=Regime.WORK, verdict=MarkVerdict.OTHER)
OVER = mark(None, verdict=MarkVerdict.DECLASSIFIED)

TABLE: dict[str, tuple[Document, str]] = {
    "no mark": (document(), "compliant"),
    "a state secret": (document(mark()), "violation"),
    "a work secret": (document(INTERNAL), "violation"),
    "a work secret with a star": (document(mark(Level.NEIBU, regime=Regime.WORK, verdict=MarkVerdict.MISUSE)), "violation"),
    "a trade secret": (document(mark(None, regime=Regime.TRADE, verdict=MarkVerdict.OTHER)), "compliant"),
    "a star on what is public": (document(mark(None, verdict=MarkVerdict.MISUSE)), "compliant"),
    **{
        f"only in its {place.value}": (document(mark(place=place)), "violation")
        for place in (Place.NAME, Place.METADATA, Place.HIDDEN, Place.DELETED, Place.MEMBER)
    },
    "malformed": (document(mark(verdict=MarkVerdict.MALFORMED)), "violation"),
    "on a part": (document(mark(place=Place.BODY, verdict=MarkVerdict.PARTIAL)), "violation"),
    "declassified": (document(mark(), OVER), "compliant"),
    "declassified, another file in it not": (document(OVER, mark(place=Place.ATTACHMENT, member="a")), "violation"),
    "encrypted": (unread(Unread.ENCRYPTED, classified_folder=False), "not assessed"),
    "encrypted, in the name": (unread(Unread.ENCRYPTED, mark(place=Place.NAME)), "violation"),
    "in part": (unread(Unread.NO_TEXT, mark(), read=Read.PARTIAL), "violation"),
    "a program": (unread(Unread.UNSUPPORTED, format="program", classified_folder=False), "not applicable"),
}


def machine(profile: Profile) -> Computer:
    return Computer(id="c", hostname="h", level=Level.GONGKAI, profile=profile)


@pytest.mark.parametrize("case", TABLE)
def test_an_internet_computer_holds_nothing_marked(case: str) -> None:
    subject, expected = TABLE[case]
    assert verdict(OnInternetComputer(), subject, machine(Profile.INTERNET)) == expected


@pytest.mark.parametrize("profile", [Profile.STANDALONE, Profile.NETWORKED, Profile.INTERNAL])
def test_on_another_computer_it_does_not_speak(profile: Profile) -> None:
    assert verdict(OnInternetComputer(), document(mark()), machine(profile)) == "not applicable"


def test_an_office_may_ask_the_same_of_other_computers() -> None:
    check = OnInternetComputer(profiles=(Profile.INTERNAL,))
    assert verdict(check, document(INTERNAL), machine(Profile.INTERNAL)) == "violation"
    assert verdict(check, document(INTERNAL), machine(Profile.INTERNET)) == "not applicable"


def test_the_highest_mark_and_its_place_are_told() -> None:
    subject = document(INTERNAL, mark(Level.JUEMI, Place.METADATA))
    ((violation,), _) = judged(OnInternetComputer(), subject, machine(Profile.INTERNET))
    assert violation.message.zh.startswith("互联网计算机上有标为绝密的文件（标志位于文档属性）。")
    assert (violation.evidence["level"], violation.evidence["count"]) == ("绝密", 2)
