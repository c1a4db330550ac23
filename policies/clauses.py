"""The rule ledger: what a secrecy inspection demands, clause by clause, and which regulation each demand comes from."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import msgspec
import yaml

from policies.vocabulary import Severity, Text


class Answerer(enum.Enum):
    """Who can say whether a clause is kept: the agent, the collector's ledgers, or a person at the inspection."""

    ENDPOINT = "endpoint"
    COLLECTOR = "collector"
    ATTESTED = "attested"

    @property
    def text(self) -> Text:
        """The answerer's name for a reader."""
        return _ANSWERER_TEXT[self]


_ANSWERER_TEXT = {
    Answerer.ENDPOINT: Text("终端检查", "endpoint"),
    Answerer.COLLECTOR: Text("台账核查", "collector"),
    Answerer.ATTESTED: Text("人工确认", "attested"),
}


@dataclass(frozen=True, slots=True)
class Regulation:
    """A law or an office's published rules; `issuer` where its title does not tell."""

    id: str
    title: Text
    issuer: Text | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a demand stands: a regulation's id and the clause's label as the regulation writes it, such as 五(二)."""

    regulation: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One demand in our own words. `severity` is the graver where two apply, and `severity_note` says when which does.

    `manual` says why only a person can answer; it stands where `answers` is `attested` alone.
    """

    id: str
    group: str
    sources: tuple[Source, ...]
    text: Text
    severity: Severity
    answers: tuple[Answerer, ...]
    severity_note: Text | None = None
    manual: Text | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """All clauses and the regulations they come from, by id, in the ledger's order."""

    clauses: Mapping[str, Clause]
    regulations: Mapping[str, Regulation]

    def cite(self, clause_id: str) -> Text:
        """The clause's first source for a reader, and how many others say the same; KeyError for an unknown id."""
        sources = self.clauses[clause_id].sources
        regulation = self.regulations[sources[0].regulation]
        place = sources[0].clause
        issuer = regulation.issuer or Text("", "")
        others = len(sources) - 1
        return Text(
            f"{issuer.zh}《{regulation.title.zh}》{place}" + (f"（共{len(sources)}处）" if others else ""),
            ", ".join(filter(None, (issuer.en, regulation.title.en, place))) + (f" and {others} more" if others else ""),
        )


class _RegulationRow(msgspec.Struct, forbid_unknown_fields=True):
    title: Text
    issuer: Text | None = None


class _ClauseRow(msgspec.Struct, forbid_unknown_fields=True):
    """A clause as the file writes it: both languages lie flat beside the rest."""

    id: str
    group: str
    sources: tuple[Source, ...]
    zh: str
    en: str
    severity: Severity
    answers: tuple[Answerer, ...]
    severity_note: Text | None = None
    manual: Text | None = None

    def clause(self) -> Clause:
        return Clause(
            id=self.id,
            group=self.group,
            sources=self.sources,
            text=Text(self.zh, self.en),
            severity=self.severity,
            answers=self.answers,
            severity_note=self.severity_note,
            manual=self.manual,
        )


def load() -> Ledger:
    """The ledger that is shipped with the program."""
    return parse(resources.files("policies").joinpath("clauses.yaml").read_text(encoding="utf-8"))


def parse(document: str) -> Ledger:
    """A ledger from its YAML; ValueError names the clause or regulation that is wrong, yaml.YAMLError means no YAML."""
    raw = yaml.load(document, Loader=yaml.CSafeLoader)
    regulations = {name: _regulation(name, row) for name, row in raw["regulations"].items()}
    clauses: dict[str, Clause] = {}
    for row in raw["clauses"]:
        clause = _clause(row)
        if fault := next(_faults(clause, clauses, regulations), None):
            raise ValueError(f"clause {clause.id}: {fault}")
        clauses[clause.id] = clause
    return Ledger(clauses, regulations)


def _regulation(name: str, row: Any) -> Regulation:
    try:
        fields = msgspec.convert(row, _RegulationRow)
    except msgspec.ValidationError as error:
        raise ValueError(f"regulation {name}: {error}") from error
    return Regulation(name, fields.title, fields.issuer)


def _clause(row: Any) -> Clause:
    try:
        return msgspec.convert(row, _ClauseRow).clause()
    except msgspec.ValidationError as error:
        name = row.get("id") if isinstance(row, dict) else row
        raise ValueError(f"clause {name}: {error}") from error


def _faults(clause: Clause, earlier: Mapping[str, Clause], regulations: Mapping[str, Regulation]) -> Iterator[str]:
    """What is wrong with a well-typed clause."""
    if clause.id in earlier:
        yield "the id occurs twice"
    texts = (clause.text, clause.severity_note, clause.manual)
    if not all(text.zh.strip() and text.en.strip() for text in texts if text):
        yield "a text is empty"
    if not (clause.sources and clause.answers):
        yield "sources and answers must name at least one"
    for source in clause.sources:
        if source.regulation not in regulations:
            yield f"unknown regulation {source.regulation}"
    if (clause.answers == (Answerer.ATTESTED,)) != (clause.manual is not None):
        yield "manual stands exactly where answers is attested alone"
