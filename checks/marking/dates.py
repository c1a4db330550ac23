"""Days as people write them in documents: 2015年3月1日, 二〇一五年三月一日, 2015-03-01."""

from __future__ import annotations

import re
from datetime import date

from checks.marking.numerals import NUMBER, value

_GAP = " {0,4}"
_DIGITS = str.maketrans("〇零一二三四五六七八九○◯OoΟ", "0012345678900000")
_YEAR_DIGIT = "[0-9〇零一二三四五六七八九○◯OoΟ]"
_YEAR = f"(?P<year>{_YEAR_DIGIT}(?: {{0,2}}{_YEAR_DIGIT}){{3}})"

WRITTEN_DAY = rf"{_YEAR}{_GAP}年{_GAP}(?P<month>{NUMBER}){_GAP}月{_GAP}(?P<day>{NUMBER}){_GAP}日"
"""A pattern for a day in words, letter-spaced or not; a zero may be a circle or a letter."""

NUMERIC_DAY = r"(?P<year>[0-9]{4})(?P<sep>[-./])(?P<month>[0-9]{1,2})[-./](?P<day>[0-9]{1,2})"
"""A pattern for a day in digits only."""


def day_of(match: re.Match[str]) -> date | None:
    """The day that one of the patterns matched; None where the calendar has no such day."""
    year = match["year"].translate(_DIGITS).replace(" ", "")
    month, day = value(match["month"]), value(match["day"])
    try:
        return date(int(year), month or 0, day or 0)
    except ValueError:
        return None
