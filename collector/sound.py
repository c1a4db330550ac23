"""Whether a verified report can be stored: a signature says who wrote it, not that its numbers and times make sense."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from policies.report import Envelope, EnvelopeError, Report

MAX_NUMBER = 2**53 - 1
"""The largest whole number that JSON carries exactly everywhere."""
MAX_VALUES = 2_000_000
"""Plain values in a report; the whole state of a computer with 20,000 open findings has a quarter of that."""
MAX_LOST = 1_000_000
_MAX_NAME = 100
_MAX_KEY = 64


def check_envelope(envelope: Envelope) -> None:
    """Raises EnvelopeError. Looks at what stands outside the body, so before anything of it is stored, be it in an alarm."""
    if not 1 <= envelope.sequence <= MAX_NUMBER:
        raise EnvelopeError("the sequence number is out of range")
    if _is_unsound(envelope.time):
        raise EnvelopeError("the envelope's time has no zone or is out of range")


def check_report(report: Report, sequence: int) -> None:
    """Raises EnvelopeError for what no honest agent writes: times without zone, numbers out of range, endless names."""
    if len(report.lost) > MAX_LOST or not all(1 <= lost < sequence for lost in report.lost):
        raise EnvelopeError("a lost report has a number that is not below this one's, or there are too many")
    for number, leaf in enumerate(_leaves(dataclasses.replace(report, lost=()))):
        if number == MAX_VALUES:
            raise EnvelopeError(f"more than {MAX_VALUES} values")
        if _is_unsound(leaf):
            raise EnvelopeError("a time has no zone or a number is out of range")
    if any(len(name) > _MAX_NAME or "\0" in name for name in _names(report)):
        raise EnvelopeError("a name is too long or holds NUL")
    if any(len(key) > _MAX_KEY or "\0" in key for key in _keys(report)):
        raise EnvelopeError("a fingerprint or digest is too long or holds NUL")


def _leaves(value: Any) -> Iterator[Any]:
    """Every plain value in a report."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _leaves(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield from _leaves(list(value.values()))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _is_unsound(leaf: Any) -> bool:
    if isinstance(leaf, datetime):
        # The first and the last day of the calendar leave it in another zone.
        return leaf.tzinfo is None or not datetime(1, 1, 3) < leaf.replace(tzinfo=None) < datetime(9999, 12, 29)  # noqa: DTZ001  compared as written
    return isinstance(leaf, int) and not 0 <= leaf <= MAX_NUMBER


def _names(report: Report) -> Iterable[str]:
    yield report.agent
    yield from (item.check for item in report.opened)
    yield from (item.check for item in report.merged)
    yield from (item.source for item in report.gaps)
    yield from (item.number for item in report.sightings)
    yield from (result.check for scan in report.scans for result in scan.checks)
    yield from (clause for finding in report.opened for clause in finding.clauses)


def _keys(report: Report) -> Iterable[str]:
    yield report.digest
    yield from (item.fingerprint for item in report.opened)
    yield from (item.fingerprint for item in report.ended)
