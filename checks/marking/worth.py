"""What a mark is worth once it is known to be one: its verdict by form, date and neighbours.

国家秘密文件、资料和其他物品标志的规定 (1990): a former mark is struck out with the new one beside it, or the word 解密 beside it
ends it (art. 7); a mark before a paragraph speaks for that paragraph (art. 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from checks.marking.candidate import Shape
from checks.marking.forms import state_marks
from checks.marking.lines import Line
from checks.marking.normalise import Folded
from checks.marking.notes import form_verdict
from checks.marking.phrases import is_stamp, stamped
from checks.marking.setting import Setting
from checks.marking.term import expiry, over_maximum
from checks.subjects import Mark
from policies.vocabulary import Level, MarkVerdict, Place, Regime

TERM_REQUIRED_SINCE = date(2024, 9, 1)
"""保守国家秘密法实施条例 (2024) art. 21 in force: a mark states level and period."""

BARE_LEVEL_UNTIL = date(2012, 7, 1)
"""GB/T 9704-1999, in force until this day, let a level stand without ★ and period."""

_NEAR = 2
_LONGEST_MARK_LINE = 60
_PARAGRAPH = re.compile(r" {0,2}(?:[(]?[一二三四五六七八九十0-9]{1,3}[)、.．]|第[一二三四五六七八九十0-9]{1,3}[条章节款项、])")
_PROSE = 30


@dataclass(frozen=True, slots=True)
class Worth:
    """What remains of a candidate after judgement."""

    level: Level | None
    term: str | None
    verdict: MarkVerdict
    notes: tuple[str, ...]


def weigh(where: Setting) -> Worth | None:
    """The worth of a mark, its document's date left aside; None for a former mark whose successor stands beside it."""
    made = where.candidate
    if made.verdict is not None and made.verdict is not MarkVerdict.PARTIAL:
        return Worth(made.level, made.term, made.verdict, made.notes)
    if _declassified(where):
        return Worth(None, None, MarkVerdict.DECLASSIFIED, ("declassified",))
    struck = where.situation.line.block.struck
    if struck and any(_holds_mark(line) for line in _near(where) if not line.block.struck):
        return None
    if _marks_a_part(where):
        return _partial(where)
    notes = tuple(_notes(where))
    if not struck and any(_holds_mark(line) for line in _near(where) if line.block.struck):
        return Worth(made.level, made.term, MarkVerdict.CHANGED, (*notes, "replaced"))
    return Worth(made.level, made.term, form_verdict(notes), notes)


def in_time(mark: Mark, shape: Shape, dated: date | None) -> Mark:
    """A mark of a state secret judged by its document's date, where it is known: the rules of its day, the end of its term."""
    if mark.regime is not Regime.STATE or mark.level is None:
        return mark
    mark = replace(mark, until=_until(mark, dated))
    if mark.verdict is MarkVerdict.PARTIAL:
        return mark
    excused = "no-star" if dated and dated < BARE_LEVEL_UNTIL and shape is Shape.BARE else ""
    notes = (*(note for note in mark.notes if note != excused), *_of_time(mark, dated))
    changed = mark.verdict is MarkVerdict.CHANGED
    return replace(mark, notes=notes, verdict=mark.verdict if changed else form_verdict(notes))


def _until(mark: Mark, dated: date | None) -> date | None:
    """The last day of its term. A term that could not be read is no term of the statutory length."""
    if mark.level is None or (mark.term is None and "default-term" not in mark.notes):
        return None
    return expiry(mark.level, mark.term, dated)


def _near(where: Setting) -> tuple[Line, ...]:
    return where.situation.before[-_NEAR:] + where.situation.after[:_NEAR]


def _holds_mark(line: Line) -> bool:
    return len(line.text) <= _LONGEST_MARK_LINE and any(state_marks(Folded(line.text)))


def _declassified(where: Setting) -> bool:
    if stamped(where.before, where.after):
        return True
    return any(len(line.text) <= _LONGEST_MARK_LINE and is_stamp(Folded(line.text)) for line in _near(where))


def _marks_a_part(where: Setting) -> bool:
    """Whether the mark speaks for a paragraph: a sentence says so, or it stands in brackets at the paragraph's head."""
    if where.candidate.verdict is MarkVerdict.PARTIAL:
        return True
    if not (where.bracketed and where.leads) or where.place in (Place.NAME, Place.SUBJECT, Place.METADATA):
        return False
    if where.situation.prominent:
        return bool(_PARAGRAPH.match(where.after)) or len(where.after) >= _PROSE
    return not where.ends or where.highest is not None


def _partial(where: Setting) -> Worth:
    made = where.candidate
    notes = [note for note in made.notes if note not in ("brackets", "no-star", "default-term")]
    if made.level and where.highest and made.level > where.highest:
        notes.append("above-cover")
    return Worth(made.level, made.term, MarkVerdict.PARTIAL, tuple(notes))


def _notes(where: Setting) -> Iterator[str]:
    """The form's own notes, without the one that its place excuses, and those that its place adds."""
    yield from (note for note in where.candidate.notes if not (note == "brackets" and where.place is Place.NAME))
    if where.situation.line.joined:
        yield "split-lines"
    if where.bilingual:
        yield "bilingual"
    if where.label_above and "label" not in where.candidate.notes:
        yield "label"
    if where.situation.line.block.struck:
        yield "struck"


def _of_time(mark: Mark, dated: date | None) -> Iterator[str]:
    if dated and dated >= TERM_REQUIRED_SINCE and "default-term" in mark.notes:
        yield "term-required"
    if mark.level and over_maximum(mark.level, mark.term, dated):
        yield "over-maximum"
    if mark.until and dated and mark.until < dated:
        yield "expired"
