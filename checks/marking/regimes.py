"""Marks of other regimes, which never map to a level of state secrets: work secrets, trade secrets, foreign words.

The ★ is reserved for state secrets: with it they are misuse (国家秘密文件、资料和其他物品标志的规定; 保守国家秘密法 art. 22).
Work secrets bear 内部 or 内部事项 注意保管; central enterprises mark 核心商密 and 普通商密 with a term
(中央企业商业秘密保护暂行规定).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from checks.marking.candidate import Candidate, Shape, in_brackets, script_notes
from checks.marking.labels import label_start
from checks.marking.normalise import STARS, TRIANGLES, Folded
from checks.marking.term import Term, read_term
from policies.vocabulary import Level, MarkVerdict, Regime

_WORK = "(?P<work>工作秘密|内 {0,4}部(?:资料|材料|事项|文件|刊物|信息|使用|参考)?)"
_TRADE = "(?P<trade>(?:核心|普通)商(?:业秘)?密)"
_WORDS = "(?P<business>商密|商业秘密|企业秘密)|(?<!非)公开|非密|非涉密|敏感|受控"
_REGIME = re.compile(f"{_WORK}|{_TRADE}|{_WORDS}")
"""`_WORDS` are everyday words: only the ★ makes them pretend to be a mark."""

_HINTS = ("内", "工作秘密", "商密", "业秘密", "公开", "非密", "非涉密", "敏感", "受控")
"""One of these is in all that the pattern finds."""

_SEPARATOR = re.compile(rf" {{0,4}}(?P<star>[{re.escape(STARS)}]) {{0,4}}(?![{re.escape(STARS)}])")
_GAP = re.compile(" {1,8}")
_CARE = re.compile(r" {0,4}[,，;·]? {0,4}(?:请?注意(?:保存|保密|保管)|妥善保管|请勿外传|不得外传|严禁外传)")
FOREIGN_WORDS = ("SECRET", "CONFIDENTIAL", "Confidential", "confidential", "Top Secret")
"""Every mark in English holds one of these, spelled so."""

_FOREIGN = re.compile(
    r" {0,20}[\[(]?(?P<word>(?:(?:STRICTLY|HIGHLY|COMPANY|Strictly|Highly|Company) )?(?:CONFIDENTIAL|Confidential|confidential)"
    r"|(?:TOP )?SECRET(?://[A-Z/, ]{1,30})?|Top Secret)[\])]? {0,20}$"
)


def other_marks(folded: Folded) -> Iterator[Candidate]:
    """Every stretch of the line that may be a mark of another regime, in order."""
    if match := _FOREIGN.match(folded.text):
        start, end = match.span("word")
        made = Candidate(start=start, end=end, shape=Shape.BARE, regime=Regime.TRADE, verdict=MarkVerdict.OTHER)
        yield _bracketed(folded.text, made.noting("foreign-word"))
    if not any(hint in folded.text for hint in _HINTS):
        return
    for match in _REGIME.finditer(folded.text):
        made = _read(folded, match)
        if match["work"] or match["trade"] or made.shape in (Shape.FULL, Shape.STARRED):
            yield made


def _read(folded: Folded, match: re.Match[str]) -> Candidate:
    made = Candidate(start=match.start(), end=match.end(), shape=Shape.BARE, verdict=MarkVerdict.OTHER)
    if match["work"]:
        made = replace(made, regime=Regime.WORK, level=Level.NEIBU)
    elif match["trade"] or match["business"]:
        made = replace(made, regime=Regime.TRADE)
    made = _continued(folded.text, made)
    made = made.noting(*script_notes(folded, match.start(), made.end))
    label = label_start(folded.text, made.start)
    if label is not None:
        return replace(made, start=label, shape=Shape.LABELLED).noting("label")
    return _bracketed(folded.text, made)


def _bracketed(text: str, made: Candidate) -> Candidate:
    outer = in_brackets(text, made.start, made.end)
    return replace(made, start=outer[0], end=outer[1]) if outer else made


def _continued(text: str, made: Candidate) -> Candidate:
    if star := _SEPARATOR.match(text, made.end):
        return _starred(text, made, star)
    if care := _CARE.match(text, made.end):
        return replace(made, end=care.end(), shape=Shape.CARE)
    gap = _GAP.match(text, made.end)
    term = read_term(text, gap.end()) if gap else None
    if term and term.words and (made.regime is Regime.TRADE or text.startswith("工作秘密", made.start)):
        return _termed(made, term, Shape.TERMED)
    return made


def _starred(text: str, made: Candidate, star: re.Match[str]) -> Candidate:
    term = read_term(text, star.end())
    made = _termed(made, term, Shape.FULL) if term else replace(made, end=star.end("star"), shape=Shape.STARRED)
    if made.regime is Regime.TRADE and star["star"] in TRIANGLES:
        return made
    return replace(made, verdict=MarkVerdict.MISUSE).noting("star-misuse")


def _termed(made: Candidate, term: Term, shape: Shape) -> Candidate:
    notes = [note for note in term.notes if note != "long-term-basis"]
    return replace(made, end=term.end, term=term.words, shape=shape).noting(*notes)
