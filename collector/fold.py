"""From the changes of one finding, in whatever order their reports came, to the times during which it was open. Pure.

The numbers of the reports decide what came after what, never the times in them nor the order of arrival; so any order of
arrival ends in the same state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from policies.finding import Finding
from policies.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Change:
    """A finding opened (or was told again), or ended where `finding` is None, in the report of that number."""

    sequence: int
    at: datetime
    finding: Finding | None


@dataclass(slots=True)
class Span:
    """The finding was open from `opened_at` on; an incident has no end. `opened_in` and `ended_in` are reports' numbers."""

    finding: Finding
    opened_at: datetime
    opened_in: int
    ended_at: datetime | None = None
    ended_in: int | None = None


def fold(changes: Iterable[Change], fulls: Mapping[int, datetime]) -> list[Span]:
    """The spans of one finding, oldest first. `fulls`: number and time of the computer's full reports.

    A full report without the finding ends its state: it was gone by then at the latest. An incident never ends.
    """
    ordered = sorted(changes, key=lambda change: change.sequence)
    incidents = [c for c in ordered if c.finding is not None and c.finding.kind is Kind.INCIDENT]
    states = [c for c in ordered if c.finding is None or c.finding.kind is Kind.STATE]
    spans = [*_incidents(incidents), *_states(states, fulls)]
    return sorted(spans, key=lambda span: span.opened_at)


def _incidents(changes: Iterable[Change]) -> Iterable[Span]:
    """One span for each time at which it happened."""
    return {c.at: Span(c.finding, c.at, c.sequence) for c in changes if c.finding is not None}.values()


def _states(changes: list[Change], fulls: Mapping[int, datetime]) -> list[Span]:
    spans: list[Span] = []
    for change in _with_fulls(changes, fulls):
        last = spans[-1] if spans else None
        if change.finding is None:
            if last is not None and last.ended_at is None:
                last.ended_at, last.ended_in = max(change.at, last.opened_at), change.sequence
        elif last is not None and (last.ended_at is None or change.at < last.ended_at):
            # Told again while open; or taken for ended, and now told to have been open all the while: a full report
            # may come in parts, and only the first says that it is full.
            last.finding, last.ended_at, last.ended_in = change.finding, None, None
        else:
            spans.append(Span(change.finding, change.at, change.sequence))
    return spans


def _with_fulls(changes: list[Change], fulls: Mapping[int, datetime]) -> Iterator[Change]:
    """The changes in the order in which they hold; a full report that does not tell the finding ends it."""
    told = {sequence: list(group) for sequence, group in groupby(changes, key=lambda change: change.sequence)}
    for sequence in sorted(told.keys() | fulls.keys()):
        group = told.get(sequence, [])
        if sequence in fulls:
            # What a full report opens is open after it, whatever ended before within the same report.
            yield from sorted(group, key=lambda change: change.finding is not None)
            if all(change.finding is None for change in group):
                yield Change(sequence, fulls[sequence], None)
        else:
            yield from sorted(group, key=lambda change: (change.at, change.finding is None))
