"""The document's own date (成文日期): found in lines that hold a date and nothing else, never in prose.

GB/T 9704-2012 7.3.5.4: the date stands below the issuer's name, year, month and day in full; 7.4.2: the record at the end (版记)
names who printed it and when (印发).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from checks.marking.dates import NUMERIC_DAY, WRITTEN_DAY, day_of
from checks.marking.normalise import fold_text
from policies.vocabulary import Place

LONGEST_DATE_LINE = 80
"""No line that gives a document's date is longer."""

_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)
_A_YEAR = timedelta(days=366)

_LABEL = "(?:(?P<own>成文|制发|签发)|(?P<print>印发|发文|印制))(?:日期|时间)"
_LABEL_WORDS = {"成文", "制发", "製發", "签发", "簽發", "印发", "印發", "发文", "發文", "印制", "印製"}
_LABELLED = re.compile(rf"(?:^|.{{0,60}}[ |,;]){_LABEL} {{0,4}}[:=| ] {{0,4}}(?P<value>[^ ].{{5,30}})")
_LABEL_ALONE = re.compile(rf" {{0,9}}{_LABEL} {{0,4}}[:=]? {{0,9}}")

_ORGANS = (
    "部|委|委员会|局|厅|办|办公室|办公厅|院|署|社|处|科|股|室|中心|政府|党组|党委|支部|组|指挥部|司令部|政治部|公司|集团|大学|学院|学校|中学|小学"
    "|银行|企业|厂|协会|学会|联合会|工会|会|团|队|站|所|馆|台|基地|总部|机关|庭"
)
_OFFICES = "主席|总理|长|主任|经理|司令员|政治委员|书记|签名|签字"
_ISSUER = rf"[^。,;!?:、]{{0,36}}(?:{_ORGANS}|[×xX*]{{2}})(?: {{0,4}}[(\[](?:公?章|盖章|印章?|签章|代章)[)\]])?"
_SIGNER = rf"[^。,;!?:]{{0,30}}(?:{_OFFICES})[: ]{{1,9}}[^。,;!?: ]{{1,4}}(?: {{1,4}}[^ ]{{1,3}})?"
_ISSUER_LINE = re.compile(rf" {{0,60}}(?:{_ISSUER}|{_SIGNER}) {{0,60}}")
_DATE_LINE = re.compile(rf" {{0,60}}(?:(?P<issuer>{_ISSUER}) {{1,60}})?[(]?{WRITTEN_DAY}[)]? {{0,60}}")
_PRINTED = re.compile(
    rf" {{0,60}}(?:{_ISSUER} {{1,60}})?{WRITTEN_DAY} {{0,4}}印 {{0,4}}[发制](?: {{0,60}}| {{0,9}}[(]?共印.{{0,12}})"
)
_DAYS = (re.compile(WRITTEN_DAY), re.compile(NUMERIC_DAY))

_FULL_LINE = 26
_BROKEN_OFF = re.compile("[一-鿿0-9、,(“] {0,4}$")


def date_signs(text: str) -> Iterator[int]:
    """Where something stands that a line with the document's date has one of; not in order."""
    if len(text) < _SHORT and not _FIRST.search(text):  # for a line one search is less than one for each sign
        return
    for part, is_sign in _SIGNS.items():
        at = text.find(part)
        while at >= 0:
            if is_sign(text, at):
                yield at
            at = text.find(part, at + 1)


def _ends_a_date(text: str, at: int) -> bool:
    after = text[at + 1 : at + 2]
    return not after or after.isspace() or after in ")）印"


def _ends_a_label(text: str, at: int) -> bool:
    return text[max(0, at - 2) : at] in _LABEL_WORDS


_SIGNS: Mapping[str, Callable[[str, int], bool]] = {
    **dict.fromkeys("日⽇", _ends_a_date),
    **dict.fromkeys(("日期", "时间", "時間"), _ends_a_label),
}
_FIRST = re.compile(f"[{''.join({part[0] for part in _SIGNS})}]")
_SHORT = 500


class Dating:
    """Is shown a document's short lines as they go by, and keeps the dates that may be its own: of each kind the last."""

    __slots__ = ("_alone", "_labelled", "_printed", "_signed")

    def __init__(self) -> None:
        self._labelled: date | None = None
        self._signed: date | None = None
        self._alone: date | None = None
        self._printed: date | None = None

    @property
    def day(self) -> date | None:
        """The document's date: as a label gives it; else below its issuer; else alone on a line, unless the record at the end
        tells that it cannot be; else the day of printing.
        """
        alone, printed = self._alone, self._printed
        if alone and printed and not (timedelta() <= printed - alone <= _A_YEAR):
            alone = None
        return self._labelled or self._signed or alone or printed

    def pass_by(self, text: str, previous: str, place: Place) -> None:
        """Takes note of a line; `previous` is the folded end of the one before in the same flow."""
        folded = fold_text(text)
        if match := _LABELLED.fullmatch(folded):
            self._label(match, match["value"])
        elif place in (Place.BODY, Place.CELL, Place.TEXTBOX):
            self._unlabelled(folded, previous, place)

    def _label(self, label: re.Match[str], value: str) -> None:
        day = _day_in(value)
        if label["own"]:
            self._labelled = day or self._labelled
        else:
            self._printed = day or self._printed

    def _unlabelled(self, folded: str, previous: str, place: Place) -> None:
        if label := _LABEL_ALONE.fullmatch(previous):
            self._label(label, folded)
        elif match := _PRINTED.fullmatch(folded):
            self._printed = _plausible(day_of(match)) or self._printed
        elif place is not Place.CELL and (match := _DATE_LINE.fullmatch(folded)):
            self._stands(_plausible(day_of(match)), match["issuer"], previous)

    def _stands(self, day: date | None, issuer: str | None, previous: str) -> None:
        """A line that is only a date, perhaps with its issuer before it."""
        if issuer or _ISSUER_LINE.fullmatch(previous):
            self._signed = day or self._signed
        elif not (len(previous) >= _FULL_LINE and _BROKEN_OFF.search(previous)):
            self._alone = day or self._alone


def _day_in(value: str) -> date | None:
    matches = (pattern.match(value.lstrip()) for pattern in _DAYS)
    return next((_plausible(day_of(match)) for match in matches if match), None)


def _plausible(day: date | None) -> date | None:
    return day if day and _EARLIEST <= day <= _LATEST else None
