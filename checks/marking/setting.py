"""A candidate where it stands: the text before and after it on its line, and the line among its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from checks.marking.candidate import Candidate, Shape
from checks.marking.labels import LABEL_ALONE
from checks.marking.window import Situation
from policies.vocabulary import Level, Place

_STARLESS = (Shape.BARE, Shape.TERMED, Shape.LABELLED, Shape.DISORDERED, Shape.CARE, Shape.TITLE)
_REACH = 60
_DECORATION = " *#_>|"
_FOREIGN = "(?:TOP SECRET|SECRET|CONFIDENTIAL)[ /|·-]{1,8}"
_COPY_NUMBER = r"(?:份号|编号|No\.?)? ?[:]? ?[0-9]{3,8} {1,40}"
_LEAD = re.compile(rf"[ *#_>|]{{0,9}}(?:{_COPY_NUMBER}|{_FOREIGN})?[ *#_>|]{{0,40}}")
_BILINGUAL = re.compile(f"{_FOREIGN}$")
_PROPERTY = re.compile(r"[\w .-]{1,30}[=:] ?")
_PAGE_NUMBER = re.compile(r" {1,60}(?:第? ?[0-9]{1,4} ?页?|[-—–] ?[0-9]{1,4} ?[-—–])(?: ?[/共] ?[0-9]{1,4} ?页?)?[ 页]{0,9}")


@dataclass(frozen=True, slots=True)
class Setting:
    """A candidate in its line. `highest` is the highest level of the marks that the document bore before."""

    candidate: Candidate
    situation: Situation
    highest: Level | None = None

    @property
    def place(self) -> Place:
        """Where the line stands, before the first lines are called the cover."""
        return self.situation.line.block.place

    @property
    def before(self) -> str:
        """The nearest text before the candidate; the key of a property is none."""
        text = self.situation.folded.text[max(0, self.candidate.start - _REACH) : self.candidate.start]
        return "" if self.place is Place.METADATA and _PROPERTY.fullmatch(text) else text

    @property
    def after(self) -> str:
        """The nearest text after the candidate; a page number in a header or footer is none."""
        text = self.situation.folded.text[self.candidate.end : self.candidate.end + _REACH]
        return "" if self.place in (Place.HEADER, Place.FOOTER) and _PAGE_NUMBER.fullmatch(text) else text

    @property
    def starless(self) -> bool:
        """Whether the candidate lacks the ★, so that only its place can make it a mark."""
        return self.candidate.shape in _STARLESS

    @property
    def bracketed(self) -> bool:
        """Whether brackets enclose the candidate."""
        return self.situation.folded.text[self.candidate.start] in "([【〔{〈<"

    @property
    def leads(self) -> bool:
        """Whether the line begins with the candidate, a copy number or a foreign word before it set aside."""
        return self.situation.line.opens and bool(_LEAD.fullmatch(self.before))

    @property
    def ends(self) -> bool:
        """Whether nothing follows on the line."""
        return self.situation.line.closes and not self.after.strip(_DECORATION)

    @property
    def alone(self) -> bool:
        """Whether the candidate has the line to itself."""
        return self.leads and self.ends

    @property
    def apart(self) -> bool:
        """Whether space sets the candidate off from other text, or brackets do at one end of the line."""
        left = self.leads or self.before.endswith((" ", "|")) or (self.bracketed and self.ends)
        right = self.ends or self.after.startswith((" ", "|")) or (self.bracketed and self.leads)
        return left and right

    @property
    def begins_a_sentence(self) -> bool:
        """Whether a stop, a bracket or the line's beginning stands before the candidate."""
        return self.leads or self.before.rstrip().endswith(("。", ";", "(", "[", "【", "〔"))

    @property
    def bilingual(self) -> bool:
        """Whether the same level stands before the candidate in English."""
        return bool(_BILINGUAL.search(self.before))

    @property
    def lead_in(self) -> str:
        """The words that lead to the candidate: those of the line before where it begins its own."""
        return self.situation.previous.rstrip() if self.leads else self.before

    @property
    def label_above(self) -> bool:
        """Whether the line (or cell) before is a label that asks for a level."""
        return self.alone and bool(LABEL_ALONE.fullmatch(self.situation.previous))
