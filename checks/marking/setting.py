"""A candidate where it stands: the text before and after it on its line, and the line among its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from checks.marking.beside import columns_from_label
from checks.marking.candidate import Candidate, Shape
from checks.marking.window import Situation
from policies.vocabulary import Level, Place

_STARLESS = (Shape.BARE, Shape.TERMED, Shape.LABELLED, Shape.DISORDERED, Shape.CARE, Shape.TITLE)
_REACH = 60
_DECORATION = " *#_>|"
_WORD = "(?:TOP SECRET|SECRET|CONFIDENTIAL|Top Secret|Secret|Confidential)"
_FOREIGN = f"{_WORD}[ /|·-]{{1,8}}"
_COPY_NUMBER = r"(?:份号|编号|No\.?)? ?[:]? ?[0-9]{3,8}[ |]{1,40}"
_LEAD = re.compile(rf"[ *#_>|]{{0,9}}(?:{_COPY_NUMBER}|{_FOREIGN})?[ *#_>|]{{0,40}}")
_NUMBERED = re.compile(r"(?:附件 ?)?[0-9]{1,8}[.、 -]{0,3}")
_FOREIGN_BEFORE = re.compile(f"{_FOREIGN}$")
_FOREIGN_AFTER = re.compile(f"[ /|·-]{{1,8}}{_WORD} {{0,20}}")
_PROPERTY = re.compile(r"[\w .-]{1,30}[=:] ?")
_PAGE_NUMBER = re.compile(r"[ |]{1,60}(?:第? ?[0-9]{1,4} ?页?|[-—–] ?[0-9]{1,4} ?[-—–])(?: ?[/共] ?[0-9]{1,4} ?页?)?[ 页]{0,9}")


@dataclass(slots=True)
class Setting:
    """A candidate in its line. `highest`: the highest level of the marks that the document bore before.

    `before`, `after`: the nearest text on the line; the key of a property is none, nor is the page number in a header or footer.
    `leads`: the line begins with the candidate, a copy number or a foreign word set aside; `ends`: nothing else follows on the
    line. `bilingual`: a foreign word of secrecy stands beside it.
    """

    candidate: Candidate
    situation: Situation
    highest: Level | None = None
    place: Place = field(init=False)
    before: str = field(init=False)
    after: str = field(init=False)
    leads: bool = field(init=False)
    ends: bool = field(init=False)
    bilingual: bool = field(init=False)

    def __post_init__(self) -> None:
        line, text, made = self.situation.line, self.situation.folded.text, self.candidate
        self.place = line.block.place
        before, after = text[max(0, made.start - _REACH) : made.start], text[made.end : made.end + _REACH]
        self.before = "" if self.place is Place.METADATA and _PROPERTY.fullmatch(before) else before
        foreign = _FOREIGN_AFTER.fullmatch(after) is not None
        numbered = self.place in (Place.HEADER, Place.FOOTER) and _PAGE_NUMBER.fullmatch(after) is not None
        self.after = "" if foreign or numbered else after
        self.bilingual = foreign or _FOREIGN_BEFORE.search(before) is not None
        self.leads = line.opens and bool(
            _LEAD.fullmatch(self.before) or (self.place is Place.NAME and _NUMBERED.fullmatch(before))
        )
        self.ends = line.closes and not self.after.strip(_DECORATION)

    @property
    def starless(self) -> bool:
        """Whether the candidate lacks the ★, so that only its place can make it a mark."""
        return self.candidate.shape in _STARLESS

    @property
    def bracketed(self) -> bool:
        """Whether brackets enclose the candidate."""
        return self.situation.folded.text[self.candidate.start] in "([【〔{〈<"

    @property
    def alone(self) -> bool:
        """Whether the candidate has the line to itself."""
        return self.leads and self.ends

    @property
    def apart(self) -> bool:
        """Whether space sets the candidate off from other text, or brackets do at one end of the line."""
        named = self.bracketed and self.place is Place.NAME
        left = self.leads or named or self.before.endswith((" ", "|")) or (self.bracketed and self.ends)
        right = self.ends or named or self.after.startswith((" ", "|")) or (self.bracketed and self.leads)
        return left and right

    @property
    def begins_a_sentence(self) -> bool:
        """Whether a stop, a bracket or the line's beginning stands before the candidate."""
        return self.leads or self.before.rstrip().endswith(("。", ";", "(", "[", "【", "〔"))

    @property
    def lead_in(self) -> str:
        """The words that lead to the candidate: those of the line before where it begins its own."""
        return self.situation.previous.rstrip() if self.leads and not self.heads_a_paragraph else self.before

    @property
    def heads_a_paragraph(self) -> bool:
        """Whether it stands in brackets before other text, for which alone it speaks."""
        return self.bracketed and self.leads and not self.ends

    @property
    def label_above(self) -> bool:
        """Whether a line or cell before is a label that asks for a level."""
        return self.alone and columns_from_label(self.situation) > 0
