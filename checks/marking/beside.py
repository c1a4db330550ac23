"""Labels and values of a form in lines or cells of their own: 密级：机密 ⏎ 保密期限：10年; 密级 | 期限 ⏎ 机密 | 10年."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from checks.marking.candidate import Candidate
from checks.marking.labels import LABEL_ALONE
from checks.marking.term import Term, read_term
from checks.marking.window import Situation
from policies.vocabulary import Place, Regime

_TERM_LABEL = re.compile(r"[ *#_|]{0,9}(?:保密|密级)?期 {0,4}限 {0,4}[:=|]? {0,9}")
_FIELD = re.compile(
    r" {0,9}(?:(?:保密|密级)?期 {0,4}限|份 {0,4}[号数]|编 {0,4}号|文 {0,4}号|发文字号|紧急程度|缓急|页数|知悉范围|发放范围)"
    r" {0,4}:? {0,9}"
)


def columns_from_label(situation: Situation) -> int:
    """So many cells before the line stands the label that asks for its level: 1 where it is the cell or line before, more where
    the labels of a cover's form stand in a row above their values, 0 where there is none.
    """
    cells = [situation.previous, *situation.earlier]
    for distance, text in enumerate(cells, 1):
        if LABEL_ALONE.fullmatch(text):
            return distance
        if situation.line.block.place is not Place.CELL or not _FIELD.fullmatch(text):
            return 0
    return 0


def with_term_beside(made: Candidate, situation: Situation) -> Candidate:
    """The candidate with the term that a line or cell near its own gives by a label."""
    if made.regime is not Regime.STATE or "default-term" not in made.notes:
        return made
    following = situation.following
    term = _labelled(following) or _above(situation, following) or _labelled((*reversed(situation.earlier), situation.previous))
    if term is None:
        return made
    notes = (*(note for note in made.notes if note != "default-term"), "label", *term.notes)
    return replace(made, term=term.words, notes=tuple(dict.fromkeys(notes)))


def _labelled(texts: Sequence[str]) -> Term | None:
    """The term that stands after its label, in the same line or in the next one."""
    for text, following in pairwise((*texts, "")):
        if label := _TERM_LABEL.match(text):
            return _whole(text[label.end() :] or following)
    return None


def _above(situation: Situation, following: Sequence[str]) -> Term | None:
    """The term in the cell below its label, where labels stand in a row above their values."""
    columns = columns_from_label(situation)
    labels = [situation.previous, *situation.earlier][: max(0, columns - 1)]
    values = [value for label, value in zip(reversed(labels), following, strict=False) if _TERM_LABEL.fullmatch(label)]
    return _whole(values[0]) if values else None


def _whole(text: str) -> Term | None:
    """The term that a text is, perhaps with other columns after it."""
    text = text.strip()
    term = read_term(text, 0)
    return term if term and text[term.end : term.end + 1] in ("", " ", "|", ",", ";") else None
