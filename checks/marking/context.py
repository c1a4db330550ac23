"""Mark or mention: the features of a candidate and of where it stands, for and against, added up.

Every feature has a name, so that a decision can be shown and argued with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.marking.candidate import Shape
from checks.marking.features import FEATURES, THRESHOLD
from checks.marking.setting import Setting
from checks.marking.wording import WORDING
from policies.vocabulary import MarkVerdict, Place


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a candidate is a mark or a mention: the names of its features, for and against."""

    favour: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def score(self) -> int:
        """The sum of the features' weights."""
        return sum(FEATURES[name].weight for name in self.favour + self.against)

    @property
    def is_mark(self) -> bool:
        """Whether the candidate is a mark."""
        return self.score >= THRESHOLD


def decide(where: Setting) -> Decision:
    """Mark or mention."""
    names = [where.candidate.shape.value, *_of_position(where), *_of_place(where)]
    names += [name for name, holds in WORDING.items() if holds(where)]
    return Decision(tuple(n for n in names if FEATURES[n].weight >= 0), tuple(n for n in names if FEATURES[n].weight < 0))


def _of_position(where: Setting) -> Iterator[str]:
    """How the candidate stands on its line."""
    shape = where.candidate.shape
    if where.alone:
        yield "alone-on-line"
    elif where.apart:
        yield "set-apart"
        if not (where.leads or where.ends or "label" in where.candidate.notes or where.place is Place.NAME):
            yield "amid-line"
    elif shape is not Shape.SENTENCE or not where.begins_a_sentence:
        yield "heads-the-line" if where.leads and shape is Shape.FULL else "within-sentence"
    if shape is Shape.STARRED and "spacing" in where.candidate.notes and not where.ends:
        yield "loose-star"
    if where.bracketed:
        yield "in-brackets"


def _of_place(where: Setting) -> Iterator[str]:
    """Where the line stands in the document, and how it looks."""
    block, prominent = where.situation.line.block, where.situation.prominent
    under_cover = where.highest is not None and where.bracketed and where.leads
    set_off = (block.bold or block.large) and where.alone
    if prominent:
        yield "prominent-place"
    elif under_cover:
        yield "under-marked-cover"
    elif where.candidate.verdict is MarkVerdict.DECLASSIFIED:
        yield "told-in-text"
    elif where.starless:
        yield "deep-in-text"
    if set_off:
        yield "bold-or-large"
    elif where.candidate.shape is Shape.TITLE:
        yield "title-not-set-off"
    if where.starless and where.situation.about_secrecy:
        yield "text-about-secrecy"
    if where.situation.level_column and _is_a_value(where):
        yield "level-column"


def _is_a_value(where: Setting) -> bool:
    """Below the heading of a column of levels: whether it is a cell, or one column of a line."""
    return not where.label_above if where.place is Place.CELL else not where.leads
