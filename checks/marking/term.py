"""The period of a mark (保密期限): how it is written, its canonical words, its legal maximum and the day on which it ends.

Canonical words: `10年`, `6个月`, `90天`, `长期`, `2030-12-31`, or a condition as written (`启用前`). Law: 保守国家秘密法 art. 20
(maximum 30, 20 and 10 years), GB/T 9704-2012 (Arabic numerals; years from one year on, months below).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from checks.marking.dates import NUMERIC_DAY, WRITTEN_DAY, day_of
from checks.marking.numerals import NUMBER, is_chinese, value
from policies.vocabulary import Level

MAXIMUM_YEARS = {Level.JUEMI: 30, Level.JIMI: 20, Level.MIMI: 10}
"""The longest period of each level, which is also the period where none is stated."""

LONG_TERM = "长期"

BOUNDARY = r"(?= {0,9}$| |[)\]】〕》」』”’\"'，。,;；、|~—-])"
"""A term that is not complete by itself ends here: at the line's end, a space, a closing mark or a stop."""


@dataclass(frozen=True, slots=True)
class Term:
    """A period as read: canonical words (None where it cannot be fixed), notes, and where it ends in the text.

    `measured`: a duration, a date or 长期, which is certain without a star before it.
    """

    words: str | None
    end: int
    notes: tuple[str, ...] = ()
    measured: bool = True


_GAP = " {0,4}"
_DATES = (
    re.compile(rf"(?:至{_GAP})?{WRITTEN_DAY}{_GAP}(?:前|止)?(?:解密)?"),
    re.compile(rf"(?:至{_GAP})?{NUMERIC_DAY}(?:前|止)?(?:解密)?"),
)
_MIXED = re.compile(rf"(?P<years>{NUMBER}){_GAP}年{_GAP}(?:(?P<months>{NUMBER}){_GAP}个?{_GAP}月|(?P<half>半))")
_DURATION = re.compile(rf"(?P<number>{NUMBER}){_GAP}(?P<unit>年|个{_GAP}月|月|天|日)(?![0-9])")
_HALF_YEAR = re.compile(rf"半{_GAP}年")
_LONG_TERM = re.compile(rf"长{_GAP}期")
_TEMPLATE = re.compile(rf"(?:[×xX_*○〇Nn?—-] {{0,2}}){{1,8}}(?:年|个?{_GAP}月|天)")
_BARE_NUMBER = re.compile(NUMBER + BOUNDARY)
_BARE_UNIT = re.compile(rf"(?:年|个{_GAP}月|月){BOUNDARY}")
_ENDLESS = re.compile("永久|永远|无期限|无限期|不限")
_NO_TERM = re.compile(rf"{NUMBER}{_GAP}(?:年|月){BOUNDARY}")

EVENT = "前|后|时|结束|公布|公开|启用|解除"
"""What a condition ends with, as a pattern."""
_COMMON_CONDITION = re.compile("(?:考试(?:结束|开始)?|启用|公布|公开|发布|使用|开封|会议(?:开始|结束))(?:前|后)")
_CONDITION = re.compile(rf"[一-鿿0-9A-Za-z]{{0,18}}?(?:{EVENT})(?:(?:自行)?解密)?{BOUNDARY}")
_SPACED_CONDITION = re.compile(r"(?:[一-鿿0-9] {0,2}){2,20}(?=[)\]】〕]|$)")
_EVENT_AT_END = re.compile(f"(?:{EVENT})$")
_DECLASSIFIES = re.compile("(?:自行)?解密$")
_LONGEST_CONDITION = 20
_LARGEST_NUMBER = 999


def read_term(text: str, start: int) -> Term | None:
    """The term that begins at `start` in folded text; None where none was attempted there."""
    for reader in (_date, _mixed, _duration, _fixed, _condition, _broken):
        term = reader(text, start)
        if term:
            return term
    return None


def _date(text: str, start: int) -> Term | None:
    for pattern in _DATES:
        if match := pattern.match(text, start):
            return _dated(match)
    return None


def _dated(match: re.Match[str]) -> Term:
    notes: tuple[str, ...] = ("chinese-numeral",) if any(is_chinese(match[part]) for part in ("year", "month", "day")) else ()
    if "sep" in match.re.groupindex:
        notes += ("date-form",)
    day = day_of(match)
    return Term(day.isoformat(), match.end(), notes) if day else Term(None, match.end(), (*notes, "term"))


def _mixed(text: str, start: int) -> Term | None:
    match = _MIXED.match(text, start)
    if not match:
        return None
    years, months = value(match["years"]), 6 if match["half"] else value(match["months"])
    notes = ("chinese-numeral", "mixed-units") if is_chinese(match["years"]) else ("mixed-units",)
    if years is None or months is None or not 0 < years * 12 + months <= _LARGEST_NUMBER:
        return Term(None, match.end(), (*notes, "number"))
    return Term(f"{years * 12 + months}个月", match.end(), notes)


def _duration(text: str, start: int) -> Term | None:
    match = _DURATION.match(text, start)
    if not match or (match["unit"] == "年" and (value(match["number"]) or 0) > _LARGEST_NUMBER):
        return None
    number, notes = value(match["number"]), ("chinese-numeral",) if is_chinese(match["number"]) else ()
    if number is None or not 0 < number <= _LARGEST_NUMBER:
        return Term(None, match.end(), (*notes, "number"))
    return _in_unit(number, match["unit"].replace(" ", ""), match.end(), notes)


def _in_unit(number: int, unit: str, end: int, notes: tuple[str, ...]) -> Term:
    if unit in ("天", "日"):
        return Term(f"{number}天", end, (*notes, "days"))
    if unit == "年":
        return Term(f"{number}年", end, notes)
    if unit == "月":
        notes += ("month-word",)
    if number >= 12:
        notes += ("write-years",)
    return Term(f"{number}个月", end, notes)


def _fixed(text: str, start: int) -> Term | None:
    if match := _HALF_YEAR.match(text, start):
        return Term("6个月", match.end(), ("half-year",))
    if match := _LONG_TERM.match(text, start):
        return Term(LONG_TERM, match.end(), ("long-term-basis",))
    if match := _TEMPLATE.match(text, start):
        return Term(None, match.end(), ("template",))
    return None


def _condition(text: str, start: int) -> Term | None:
    for pattern in (_SPACED_CONDITION, _CONDITION, _COMMON_CONDITION):
        match = pattern.match(text, start)
        words = _DECLASSIFIES.sub("", match[0].replace(" ", "")) if match else ""
        if match and 2 <= len(words) <= _LONGEST_CONDITION and _EVENT_AT_END.search(words):
            return Term(words, match.end() - (len(match[0]) - len(match[0].rstrip())), measured=False)
    return None


def _broken(text: str, start: int) -> Term | None:
    """A term that was begun and not finished."""
    for pattern, note in ((_BARE_NUMBER, "unit"), (_BARE_UNIT, "number"), (_ENDLESS, "term"), (_NO_TERM, "term")):
        if match := pattern.match(text, start):
            return Term(None, match.end(), (note,))
    return None


_LENGTH = re.compile("(?P<number>[0-9]{1,3})(?P<unit>年|个月|天)")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = re.compile("[一-鿿0-9A-Za-z]{2,}")


def is_canonical(words: str) -> bool:
    """Whether `read_term` may have given these words."""
    if words == LONG_TERM or _LENGTH.fullmatch(words) or _DAY.fullmatch(words):
        return True
    return len(words) <= _LONGEST_CONDITION and bool(_EVENT_AT_END.search(words)) and bool(_WORDS.fullmatch(words))


def expiry(level: Level, term: str | None, issued: date | None) -> date | None:
    """The day on which a mark's term ends, for a document issued on a day; None where it ends with an event or not at all, or
    where that day is not known and the term is a duration.

    `term` is in canonical words; None means that the statutory period applies.
    """
    if term is None:
        term = f"{MAXIMUM_YEARS[level]}年" if level in MAXIMUM_YEARS else ""
    if match := _LENGTH.fullmatch(term):
        return _after(issued, int(match["number"]), match["unit"]) if issued else None
    try:
        return date.fromisoformat(term)
    except ValueError:
        return None


def _after(day: date, number: int, unit: str) -> date | None:
    if unit == "天":
        return day + timedelta(days=number) if date.max - day >= timedelta(days=number) else None
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "年" else 1)
    year, month = months // 12, months % 12 + 1
    if year > MAXYEAR:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def over_maximum(level: Level, term: str | None, issued: date | None) -> bool:
    """Whether a term in canonical words is longer than the law allows; a date is judged only where the day of issue is known."""
    if level not in MAXIMUM_YEARS or term is None:
        return False
    if _LENGTH.fullmatch(term):
        issued = issued or date(2000, 1, 1)
    if issued is None:
        return False
    end, latest = expiry(level, term, issued), expiry(level, None, issued)
    return end is not None and latest is not None and end > latest
