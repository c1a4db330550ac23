"""Marks in forms: 密级：… before a level, 保密期限：… after it, and rows of boxes of which one is ticked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from checks.marking.candidate import Candidate, Shape, script_notes
from checks.marking.normalise import Folded
from checks.marking.term import Term, read_term
from policies.vocabulary import Level, MarkVerdict, Regime

_NAMES = (
    r"(?:文件|资料|材料|项目|会议)?密 {0,4}级(?:标识|标志|等级)?(?:[和及与、/]?(?:保密)?期限)?"
    r"|(?:涉密|秘密|保密|定密)(?:等级|级别)|[Cc]lassification|[Ss]ecurity ?[Ll]evel"
)
LABEL = re.compile(
    rf"(?:{_NAMES}) {{0,4}}[:=|]{{1,3}} {{0,4}}$|(?:{_NAMES})(?: {{1,4}}|\()$|[【\[(](?:{_NAMES})[】\])] {{0,4}}:? {{0,4}}$"
)
"""Matches the end of the text before a level that a label introduces."""

LABEL_REACH = 24
"""A label with its colon is no longer than this."""

LABEL_ALONE = re.compile(rf" {{0,9}}(?:{_NAMES}) {{0,4}}[:=]? {{0,9}}")
"""A line or cell that holds a label and no value."""

_TERM_LABEL = re.compile(r"(?: {0,8}[;,、|/]{1,3} {0,4}| {1,8}| {0,4}\()?(?:保密|密级)?期 {0,4}限 {0,4}[:=|]{0,3} {0,4}")

_BOX = r"(?:[□☐○◯☑☒✓✔√■●◉✅🗹]|[(\[] {0,3}[√✓✔xX]? {0,3}[)\]])"
_WORD = "(?P<word>(?:绝密|机密|秘密|工作秘密|内部(?:资料|事项|公开)?|公开|非密|非涉密|普通商密|核心商密|普通|一般|无)级?)"
_OPTIONS = (re.compile(rf"(?P<box>{_BOX}) {{0,4}}{_WORD}"), re.compile(rf"{_WORD} {{0,4}}(?P<box>{_BOX})"))
"""A box before its level, or after it."""

_ANY_BOX = re.compile(_BOX)
_ROWS = tuple(re.compile(rf"(?:{option.pattern}[ ,、/;]{{0,6}}){{1,8}}") for option in _OPTIONS)
_STATE = ("绝密", "机密", "秘密")
_TICK = re.compile("[☑☒✓✔√■●◉✅🗹xX]")


def label_start(text: str, start: int) -> int | None:
    """Where the label begins that introduces what stands at `start`; None where there is none."""
    reach = max(0, start - LABEL_REACH)
    match = LABEL.search(text[reach:start])
    return reach + match.start() if match else None


def labelled_term(text: str, start: int) -> Term | None:
    """The term that a label of its own introduces (保密期限：10年) right after a level."""
    match = _TERM_LABEL.match(text, start)
    return read_term(text, match.end()) if match else None


@dataclass(frozen=True, slots=True)
class Boxes:
    """A row of boxes: the stretch it takes, and the mark if exactly one level is ticked that makes one."""

    start: int
    end: int
    candidate: Candidate | None


def tick_boxes(folded: Folded) -> list[Boxes]:
    """All rows of boxes that offer levels: with a label, or of two options and more, or ticked."""
    if not _ANY_BOX.search(folded.text):
        return []
    rows = [(match, option) for row, option in zip(_ROWS, _OPTIONS, strict=True) for match in row.finditer(folded.text)]
    found: list[Boxes] = []
    for match, option in sorted(rows, key=lambda row: row[0].start()):
        boxes = _row(folded, match, option)
        if boxes and (not found or boxes.start >= found[-1].end):
            found.append(boxes)
    return found


def _row(folded: Folded, match: re.Match[str], option: re.Pattern[str]) -> Boxes | None:
    label = label_start(folded.text, match.start())
    options = list(option.finditer(match[0]))
    ticked = [o["word"].rstrip("级") for o in options if _TICK.search(o["box"])]
    if label is None and len(options) < 2 and not re.search("[☑☒✓✔√✅]", match[0]):
        return None
    start = match.start() if label is None else label
    end = match.end() - (len(match[0]) - len(match[0].rstrip(" ,、/;")))
    made = _ticked(ticked[0], start, end) if len(ticked) == 1 else None
    return Boxes(start, match.end(), _with_term(folded, made) if made else None)


def _ticked(word: str, start: int, end: int) -> Candidate | None:
    """The mark that a ticked word makes; None for a word that says that there is no secret, and for trade secrets."""
    made = Candidate(start=start, end=end, shape=Shape.LABELLED, notes=("tick-box",))
    if word in _STATE:
        return replace(made, level=Level(word))
    if word.startswith(("内部", "工作秘密")):
        return replace(made, level=Level.NEIBU, regime=Regime.WORK, verdict=MarkVerdict.OTHER)
    return None


def _with_term(folded: Folded, made: Candidate) -> Candidate:
    hant = [note for note in script_notes(folded, made.start, made.end) if note == "hant"]
    if made.regime is not Regime.STATE:
        return made.noting(*hant)
    term = labelled_term(folded.text, made.end)
    if term is None:
        return made.noting("default-term", *hant)
    return replace(made, end=term.end, term=term.words).noting(*term.notes, *hant)
