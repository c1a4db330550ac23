"""The grammar of a state-secret mark in one line: level, ★, term, in the statutory form and in those that people write.

Form of the mark: 国家秘密文件、资料和其他物品标志的规定 (1990) art. 3; GB/T 9704-2012.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from checks.marking.candidate import Candidate, Shape, in_brackets, script_notes
from checks.marking.labels import label_start, labelled_term, tick_boxes
from checks.marking.normalise import STAR, STARS, Folded
from checks.marking.numerals import NUMBER
from checks.marking.term import BOUNDARY, Term, read_term
from policies.vocabulary import Level

_LEVEL = re.compile(r"(?<!国家)(?<!商业)(?<!工作)(?<!企业)(?P<level>[绝机秘])[ |]{0,4}密(?P<suffix> {0,2}级(?![别別数性]))?")
_STARS = re.compile(rf"[ |]{{0,4}}(?P<star>[{re.escape(STARS)}]{{1,12}}|[\ue000-\uf8ff])[ |]{{0,4}}")
_SEPARATOR = re.compile(r" {0,4}[·•・:/‐–—◆●-] {0,4}")
_GAP = re.compile(" {0,4}")
_OPENING = "([【〔"
_CLOSING = re.compile(r" {0,2}[)\]】〕]")
_STAR_BEFORE = re.compile(r"[★☆⭐] {0,2}$")
_TERM_BEFORE = re.compile(rf"(?:{NUMBER} {{0,2}}(?:年|个 {{0,2}}月)|长期) {{0,2}}[★☆⭐] {{0,2}}$")
_TERM_REACH = 16
_ENDED = re.compile(BOUNDARY)
_UNREAD_TERM = re.compile(r"(?=[^ ]{0,9}[0-9年月日]|待定|发布)[^ ,。;:!?|、()★]{1,10}(?= {0,9}$)")
_INSTRUCTION = re.compile(
    r" {0,8}[(,，|]? {0,4}(?:(?P<caveat>指人专办|不得复制|不得翻印|不得转载|阅后即退|阅后即焚|阅后退回|亲启|亲收)"
    r"|(?P<urgency>特急|加急|急件|特提|平急|紧急))\)?(?=$|[ )\]】])"
)
_HOME_MADE = re.compile(f"{STAR}{{2,3}}$")
_TITLE_WORD = re.compile(" {0,2}(?:文件|资料|材料|档案)(?= {0,9}$)")
_LEVELS = {"绝": Level.JUEMI, "机": Level.JIMI, "秘": Level.MIMI}


@dataclass(frozen=True, slots=True)
class _Tail:
    """What follows the level: how far it goes, the shape that it gives, the term and the notes."""

    end: int
    shape: Shape
    term: str | None = None
    notes: tuple[str, ...] = ()


def state_marks(folded: Folded) -> Iterator[Candidate]:
    """Every stretch of the line that may be a mark of a state secret, in order."""
    boxes = tick_boxes(folded)
    for box in boxes:
        if box.candidate:
            yield _instructed(folded, box.candidate)
    done = 0
    for match in _LEVEL.finditer(folded.text):
        if match.start() < done or any(box.start <= match.start() < box.end for box in boxes):
            continue
        candidate = _read(folded, match)
        done = candidate.end
        yield candidate


def _read(folded: Folded, match: re.Match[str]) -> Candidate:
    tail = _tail(folded, match.end())
    notes = [*tail.notes, *(["level-suffix"] if match["suffix"] else []), *script_notes(folded, match.start(), tail.end)]
    made = Candidate(
        start=match.start(), end=tail.end, shape=tail.shape, level=_LEVELS[match["level"]], term=tail.term, notes=tuple(notes)
    )
    return _instructed(folded, _bracketed(folded, _introduced(folded, made)))


def _tail(folded: Folded, start: int) -> _Tail:
    return _starred(folded, start) or _separated(folded.text, start) or _plain(folded.text, start)


def _starred(folded: Folded, start: int) -> _Tail | None:
    match = _STARS.match(folded.text, start)
    raw = folded.original(*match.span("star")) if match else ""
    if not match or not _is_separator(match["star"]):
        return None
    notes = [] if raw == STAR else ["star-count" if _HOME_MADE.match(match["star"]) else "star-character"]
    term, end, brackets = _enclosed(folded.text, match.end())
    if term:
        return _Tail(end, Shape.FULL, term.words, (*notes, *brackets, *term.notes))
    after_star = match.end("star")
    if "star-count" in notes:
        return _Tail(after_star, Shape.STARRED, None, tuple(notes))
    if unread := _UNREAD_TERM.match(folded.text, match.end()):
        return _Tail(unread.end(), Shape.FULL, None, (*notes, "term"))
    adjacent = after_star == match.end() and not _ENDED.match(folded.text, after_star)
    return _Tail(after_star, Shape.STARRED, None, (*notes, "term" if adjacent else "default-term"))


def _is_separator(star: str) -> bool:
    """One star, or the two or three that some people count levels with; asterisks in a row are masking, more stars a rating."""
    return len(star) == 1 or _HOME_MADE.match(star) is not None


def _enclosed(text: str, start: int) -> tuple[Term | None, int, tuple[str, ...]]:
    """The term at `start`, perhaps in brackets, and where it ends."""
    if text[start : start + 1] in tuple(_OPENING):
        term = read_term(text, start + 1)
        closing = _CLOSING.match(text, term.end) if term else None
        return (term, closing.end(), ("brackets",)) if closing else (None, start, ())
    term = read_term(text, start)
    return term, term.end if term else start, ()


def _separated(text: str, start: int) -> _Tail | None:
    """A term after some other separator."""
    match = _SEPARATOR.match(text, start)
    term = read_term(text, match.end()) if match else None
    if not term or not term.measured or {"unit", "number"} & set(term.notes):
        return None
    return _Tail(term.end, Shape.TERMED, term.words, ("separator", *term.notes))


def _plain(text: str, start: int) -> _Tail:
    """A term without a star, or no term at all."""
    gap = _GAP.match(text, start)
    here = gap.end() if gap else start
    term, end, brackets = _enclosed(text, here)
    if term and term.words and (term.measured or (here > start and not text[end:].strip())):
        return _Tail(end, Shape.TERMED, term.words, ("no-star", *brackets, *term.notes))
    if (term := labelled_term(text, start)) and term.words and term.measured:
        return _Tail(term.end, Shape.TERMED, term.words, ("no-star", "label", *term.notes))
    if title := _TITLE_WORD.match(text, start):
        return _Tail(title.end(), Shape.TITLE, None, ("title-word",))
    return _Tail(start, Shape.BARE, None, ("no-star", "default-term"))


def _introduced(folded: Folded, made: Candidate) -> Candidate:
    """With the label before it, or with the star or the term that stand before the level instead of after it."""
    text = folded.text
    label = label_start(text, made.start)
    if label is None and made.shape is Shape.FULL and text[: made.start].strip() == "密级":
        label = 0
    if label is not None:
        return _labelled(text, replace(made, start=label).noting("label"))
    before = text[max(0, made.start - _TERM_REACH) : made.start]
    if match := _TERM_BEFORE.search(before):
        term = read_term(match[0], 0)
        words, start = term.words if term else None, made.start - len(match[0])
        return replace(made, start=start, term=words, shape=Shape.FULL, notes=_without(made, "no-star", "default-term")).noting(
            "order"
        )
    if match := _STAR_BEFORE.search(before):
        shape = Shape.FULL if made.term else Shape.DISORDERED
        start = made.start - len(match[0])
        return replace(made, start=start, shape=shape, notes=_without(made, "no-star", "default-term")).noting("order")
    return made


def _labelled(text: str, made: Candidate) -> Candidate:
    if "(" in text[made.start : made.end] and (closing := _CLOSING.match(text, made.end)):  # 密级（机密）
        made = replace(made, end=closing.end())
    term = labelled_term(text, made.end) if made.shape in (Shape.BARE, Shape.STARRED) else None
    if term:
        notes = _without(made, "default-term", "spacing")
        return replace(made, end=term.end, term=term.words, shape=Shape.LABELLED, notes=notes).noting(*term.notes)
    return made if made.shape is Shape.FULL else replace(made, shape=Shape.LABELLED)


def _without(made: Candidate, *notes: str) -> tuple[str, ...]:
    return tuple(note for note in made.notes if note not in notes)


def _bracketed(folded: Folded, made: Candidate) -> Candidate:
    outer = in_brackets(folded.text, made.start, made.end)
    return replace(made, start=outer[0], end=outer[1]).noting("brackets") if outer else made


def _instructed(folded: Folded, made: Candidate) -> Candidate:
    """With the handling caveat or the urgency that follows on the same line."""
    match = _INSTRUCTION.match(folded.text, made.end)
    if not match:
        return made
    return replace(made, end=match.end()).noting("caveat" if match["caveat"] else "urgency")
