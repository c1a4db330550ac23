"""Which of two marks speaks for the longer time, as far as that is certain."""

from __future__ import annotations

from datetime import date

from checks.marking.term import LONG_TERM, MAXIMUM_YEARS, expiry
from checks.subjects import Mark
from policies.vocabulary import Level, MarkVerdict

_STARTS = (date(2000, 1, 1), date(2001, 2, 1))
"""A term in days is longer than one in months only where it is so from the longest and from the shortest months on."""


def outlasts(one: Mark, other: Mark) -> bool:
    """Whether the first mark's term is certainly the longer one; False also where nobody can say."""
    if one.until and other.until:
        return one.until > other.until
    mine, its = _words(one), _words(other)
    if mine is None or its is None:
        return False
    if mine == LONG_TERM:
        return its != LONG_TERM and _ends(its) is not None
    if _is_day(mine) is not _is_day(its):
        return False
    ends, others = _ends(mine), _ends(its)
    return ends is not None and others is not None and all(a > b for a, b in zip(ends, others, strict=True))


def _words(mark: Mark) -> str | None:
    """The term; the statutory one where none is stated, None where it was not understood."""
    if mark.term is None and mark.level in MAXIMUM_YEARS and mark.verdict is not MarkVerdict.MALFORMED:
        return f"{MAXIMUM_YEARS[mark.level]}年"
    return mark.term


def _is_day(words: str) -> bool:
    return words[:4].isdecimal() and words[4:5] == "-"


def _ends(words: str) -> tuple[date, ...] | None:
    """When a term ends that begins at each of the starts; None for a condition."""
    ends = [expiry(Level.JUEMI, words, start) for start in _STARTS]
    return None if None in ends else tuple(end for end in ends if end)
