"""Findings as stored: every change as it came, and the spans folded from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, or_, select

from collector.fold import Change, Span, fold
from collector.store.tables import change, envelope, finding
from policies.finding import Finding
from policies.report import Report, state_digest
from policies.vocabulary import Kind

_BATCH = 500  # values in one IN (...), well under every database's limit
_MAX_TEXT = 2000  # characters of a text that the tables keep; the envelope has it whole


def apply(connection: Connection, computer: str, sequence: int, report: Report) -> None:
    """Store what a report changes and fold anew every finding that it touches. The report's envelope is stored already."""
    rows = [*_opened(report), *_ended(report)]
    if rows:
        connection.execute(insert(change), [row | {"computer": computer, "sequence": sequence} for row in rows])
    touched = {row["fingerprint"] for row in rows}
    if report.full:
        touched |= _open_across(connection, computer, sequence)
    fulls = _fulls(connection, computer)
    for batch in _batches(sorted(touched)):
        _fold_batch(connection, computer, batch, fulls)


def digest(connection: Connection, computer: str) -> str:
    """The digest of the computer's open states, as its reports carry it. Incidents have no end and are not in it."""
    query = select(finding.c.fingerprint).where(
        finding.c.computer == computer, finding.c.kind == Kind.STATE.value, finding.c.ended_at.is_(None)
    )
    return state_digest(connection.execute(query).scalars())


def _opened(report: Report) -> Iterator[dict[str, Any]]:
    for item in report.opened:
        yield {"fingerprint": item.fingerprint, "at": item.observed_at, "finding": msgspec.json.encode(item)}


def _ended(report: Report) -> Iterator[dict[str, Any]]:
    for item in report.ended:
        yield {"fingerprint": item.fingerprint, "at": item.ended_at, "finding": None}


def _open_across(connection: Connection, computer: str, sequence: int) -> set[str]:
    """Fingerprints of the states that were open when the report of that number was made."""
    query = select(finding.c.fingerprint).where(
        finding.c.computer == computer,
        finding.c.kind == Kind.STATE.value,
        finding.c.opened_in < sequence,
        or_(finding.c.ended_in.is_(None), finding.c.ended_in > sequence),
    )
    return set(connection.execute(query).scalars())


def _fulls(connection: Connection, computer: str) -> dict[int, datetime]:
    query = select(envelope.c.sequence, envelope.c.created_at).where(envelope.c.computer == computer, envelope.c.full)
    return {row.sequence: row.created_at for row in connection.execute(query)}


def _batches(items: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _fold_batch(connection: Connection, computer: str, fingerprints: list[str], fulls: dict[int, datetime]) -> None:
    """Replace the spans of some findings by what all their changes say now."""
    changes: dict[str, list[Change]] = {name: [] for name in fingerprints}
    mine = (change.c.computer == computer, change.c.fingerprint.in_(fingerprints))
    for row in connection.execute(select(change).where(*mine)):
        told = None if row.finding is None else msgspec.json.decode(row.finding, type=Finding)
        changes[row.fingerprint].append(Change(row.sequence, row.at, told))
    connection.execute(delete(finding).where(finding.c.computer == computer, finding.c.fingerprint.in_(fingerprints)))
    rows = [_row(computer, span) for name in fingerprints for span in fold(changes[name], fulls)]
    if rows:
        connection.execute(insert(finding), rows)


def _row(computer: str, span: Span) -> dict[str, Any]:
    told = span.finding
    return {
        "computer": computer,
        "fingerprint": told.fingerprint,
        "check_id": told.check,
        "kind": told.kind.value,
        "severity": told.severity.value,
        "subject": plain(told.subject),
        "message_zh": plain(told.message.zh),
        "message_en": plain(told.message.en),
        "clauses": ",".join(told.clauses),
        "exempted": told.exemption is not None,
        "opened_at": span.opened_at,
        "opened_in": span.opened_in,
        "ended_at": span.ended_at,
        "ended_in": span.ended_in,
    }


def plain(text: str) -> str:
    """A text as every database takes it: not endless and without NUL."""
    return text[:_MAX_TEXT].replace("\0", "\N{REPLACEMENT CHARACTER}")
