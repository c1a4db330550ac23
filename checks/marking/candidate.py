"""A candidate: a stretch of a line that has the form of a mark and may still be a mention."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from checks.marking.normalise import HANT, INVISIBLE, Folded
from policies.vocabulary import Level, MarkVerdict, Regime


class Shape(enum.Enum):
    """How much of a mark's form a candidate has."""

    FULL = "star-and-term"
    STARRED = "star"
    LABELLED = "label"
    TERMED = "level-and-term"
    DISORDERED = "wrong-order"
    SENTENCE = "marking-sentence"
    CARE = "request-for-care"
    TITLE = "title-word"
    BARE = "level-alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What was read at `start:end` of a line's folded text. `verdict` is set where the form alone does not decide it."""

    start: int
    end: int
    shape: Shape
    level: Level | None = None
    term: str | None = None
    regime: Regime = Regime.STATE
    notes: tuple[str, ...] = ()
    verdict: MarkVerdict | None = None

    def noting(self, *notes: str) -> Candidate:
        """The same with more notes."""
        return replace(self, notes=tuple(dict.fromkeys(self.notes + notes)))


def script_notes(folded: Folded, start: int, end: int) -> list[str]:
    """What is remarkable about the raw characters of a stretch."""
    raw = folded.original(start, end)
    notes = []
    if any(c.isspace() for c in raw):
        notes.append("spacing")
    if any("０" <= c <= "９" for c in raw):
        notes.append("full-width-digits")
    if any(c in HANT for c in raw):
        notes.append("hant")
    if any(c in INVISIBLE for c in raw):
        notes.append("invisible-characters")
    return notes


_PAIRS = {"(": ")", "[": "]", "【": "】", "〔": "〕", "{": "}", "〈": "〉", "<": ">"}


def in_brackets(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The stretch together with the brackets that enclose it; None where there are none."""
    left = start - 1 if start > 0 and text[start - 1] != " " else start - 2
    right = end if end < len(text) and text[end] != " " else end + 1
    if left < 0 or right >= len(text) or _PAIRS.get(text[left]) != text[right]:
        return None
    return left, right + 1
