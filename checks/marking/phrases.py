"""Whole sentences that mark: 注：本页第四行……属于机密级国家秘密 (part of a document), and 本件已于……解密 (a former secret)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.marking.candidate import Candidate, Shape, script_notes
from checks.marking.normalise import Folded
from policies.vocabulary import Level, MarkVerdict

_PARTIAL = re.compile(
    r"(?:注 {0,4}: {0,4}|(?=[本此][页件表图段]|第[一二三四五六七八九十0-9]{1,3}(?:自然段|[段页行])))"
    r"(?P<locus>[^,。;“”\"「」『』]{2,24})属于? {0,4}(?P<level>[绝机秘] {0,4}密)(?:级? {0,4}(?:的 {0,4})?国家秘密|级(?= {0,4}$))"
)
_DATE = "[0-9〇零一二三四五六七八九十 ]{1,8}年[0-9一二三四五六七八九十 ]{1,5}月(?:[0-9一二三四五六七八九十 ]{1,6}日)?"
_DECLASSIFIED = re.compile(
    r" {0,20}[(\[【]?(?:本|此|该)(?:文?件|文|资料|材料|档案|卷)(?:已经?|业经|现)?(?:批准)?"
    rf"(?:[于自]?{_DATE}起?)?(?:已经?)?(?:予以)?解密[)\]】]?。? {{0,20}}"
)
_WORD = r"[(\[【]?(?:已|予以)?解 {0,4}密"
_STAMP = re.compile(rf" {{0,20}}{_WORD}(?: {{0,4}}(?:日期:?)? {{0,4}}{_DATE})?[)\]】]? {{0,20}}")
_STAMP_AT_END = re.compile(rf"[ |]{{0,8}}{_WORD}(?:日期:?)?(?:[ (]{{0,4}}{_DATE})?[)\]】]? {{0,20}}$")
_STAMP_AT_START = re.compile(rf"^ {{0,20}}{_WORD}[)\]】]?[ |]{{1,8}}$")
_LONGEST_STAMP = 60


def partial_notes(folded: Folded) -> Iterator[Candidate]:
    """Sentences that say which part of the document is secret, and how."""
    if "属" not in folded.text:
        return
    for match in _PARTIAL.finditer(folded.text):
        notes = [note for note in script_notes(folded, match.start(), match.end()) if note == "hant"]
        yield Candidate(
            start=match.start(),
            end=match.end(),
            shape=Shape.SENTENCE,
            level=Level(match["level"].replace(" ", "")),
            notes=tuple(notes),
            verdict=MarkVerdict.PARTIAL,
        )


def declassification(folded: Folded) -> Candidate | None:
    """A line that says that the document is declassified."""
    text = folded.text
    if len(text) > _LONGEST_STAMP or not _DECLASSIFIED.fullmatch(text):
        return None
    start = len(text) - len(text.lstrip())
    return Candidate(
        start=start,
        end=len(text.rstrip()),
        shape=Shape.SENTENCE,
        verdict=MarkVerdict.DECLASSIFIED,
        notes=("declassified",),
    )


def is_stamp(folded: Folded) -> bool:
    """Whether a line is the word 解密, perhaps with its day, or says it in a sentence: beside a mark it ends the mark."""
    text = folded.text
    return len(text) <= _LONGEST_STAMP and bool(_STAMP.fullmatch(text) or _DECLASSIFIED.fullmatch(text))


def stamped(before: str, after: str) -> bool:
    """Whether 解密 stands beside a mark on the mark's own line."""
    return bool(_STAMP_AT_END.match(after) or _STAMP_AT_START.search(before[-_LONGEST_STAMP:]))
