"""Documents and marks for the tables of the document checks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from checks.base import Check, Violation
from checks.subjects import Document, Mark
from policies.computer import Computer
from policies.vocabulary import Level, MarkVerdict, Place, Read, Regime, Text, Unread

PATH = "/srv/classified/报告.docx"


def mark(level: Level | None = Level.JIMI, place: Place = Place.COVER, **facts: Any) -> Mark:
    """A valid state secret's mark on the cover, unless told otherwise."""
    known: dict[str, Any] = {"term": "10年", "verdict": MarkVerdict.VALID, "regime": Regime.STATE, "text": "机密★10年"}
    return Mark(level=level, place=place, **(known | facts))


def document(*marks: Mark, **facts: Any) -> Document:
    """A document in a classified folder, read in full, unless told otherwise."""
    known: dict[str, Any] = {"format": "docx", "read": Read.FULL, "classified_folder": True, "path": PATH}
    return Document(observed_at=datetime(2026, 11, 2, tzinfo=UTC), marks=marks, **(known | facts))


def unread(reason: Unread = Unread.ENCRYPTED, *marks: Mark, read: Read = Read.NONE, **facts: Any) -> Document:
    """A document that could not be read in full."""
    return document(*marks, read=read, reason=reason, **facts)


def computer(level: Level | None = Level.JIMI) -> Computer:
    """A computer of a level."""
    return Computer(id="c", hostname="h", level=level)


def judged(check: Check[Document], subject: Document, machine: Computer | None = None) -> tuple[list[Violation], Text | None]:
    """What a check finds and what it cannot judge; nothing of both where it does not apply."""
    own = machine or computer()
    if not check.applies(subject, own):
        return [], None
    return list(check.examine(subject, own)), check.unassessable(subject, own)


def verdict(check: Check[Document], subject: Document, machine: Computer | None = None) -> str:
    """ "violation", "not assessed", "compliant" or "not applicable", as the engine would say."""
    if not check.applies(subject, machine or computer()):
        return "not applicable"
    violations, unseen = judged(check, subject, machine)
    return "violation" if violations else "not assessed" if unseen else "compliant"
