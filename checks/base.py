"""What a check is: one demand, with an identity, parameters that a policy may set, and one method that judges.

A check is a frozen dataclass: class attributes say who it is, fields are its parameters (a policy's `with:` fills them).
It is found by `checks.catalog`, not listed anywhere.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from checks.subjects import Subject
from policies.computer import Computer
from policies.finding import Evidence
from policies.vocabulary import Kind, Severity, Text

S = TypeVar("S", bound=Subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A subject breaks the demand. `about` names what, readably; `identity` names it where `about` may change.

    `severity` and `kind` only where they differ from the check's own. `message` never holds a path or a document's text.
    """

    about: str
    message: Text
    identity: str = ""
    severity: Severity | None = None
    kind: Kind | None = None
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True)
class Check(ABC, Generic[S]):
    """One demand of the secrecy rules."""

    id: ClassVar[str]
    title: ClassVar[Text]
    clauses: ClassVar[tuple[str, ...]]
    severity: ClassVar[Severity]
    subject: ClassVar[type[Subject]]
    kind: ClassVar[Kind] = Kind.STATE
    needs: ClassVar[tuple[str, ...]] = ()

    def applies(self, subject: S, computer: Computer) -> bool:
        """Whether the demand speaks about this subject at all."""
        return True

    def unassessable(self, subject: S, computer: Computer) -> Text | None:
        """Why the demand cannot be judged on this subject, beyond its missing aspects; None where it can."""
        return None

    @abstractmethod
    def examine(self, subject: S, computer: Computer) -> Iterator[Violation]:
        """Every way in which the subject breaks the demand."""
