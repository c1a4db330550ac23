from __future__ import annotations

import pytest

from agent.extract.reading import LONGEST_MARK, Reading, unread
from checks.subjects import Mark
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Unread


def mark(text: str = "机密★10年") -> Mark:
    return Mark(
        level=Level.JIMI, term="10年", verdict=MarkVerdict.VALID, regime=Regime.STATE, place=Place.COVER, text=text, notes=("x",)
    )


def test_a_reading_survives_its_way() -> None:
    reading = Reading(format="docx", read=Read.PARTIAL, reason=Unread.NO_TEXT, marks=(mark(),))
    assert Reading.decode(reading.encode()) == reading


def test_nothing_read_is_nothing_known() -> None:
    assert unread(Unread.TIMEOUT) == Reading(format="", read=Read.NONE, reason=Unread.TIMEOUT, marks=())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"read": "whole"}',
        b'{"marks": [{"text": "x"}]}',
        Reading(marks=(mark("密" * (LONGEST_MARK + 1)),)).encode(),
        Reading(format="x" * 17).encode(),
    ],
)
def test_what_is_no_reading_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Reading.decode(data)
