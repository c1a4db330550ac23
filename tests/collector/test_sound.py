from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from collector.sound import MAX_LOST, MAX_NUMBER, check_envelope, check_report
from policies.report import CheckResult, Envelope, EnvelopeError, Gap, Merged, Scan, Sighting
from policies.vocabulary import Text, Verdict
from tests.collector.samples import NOON, ended, finding, report

NAIVE = NOON.replace(tzinfo=None)
EDGE = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8)))
ENVELOPE = Envelope(computer="c", sequence=1, time=NOON, algorithm="ed25519", body=b"", signature=b"")
SCAN = Scan(started_at=NOON, finished_at=NOON, whole=True)
RESULT = CheckResult(check="a.b", title=Text("甲", "a"), verdict=Verdict.COMPLIANT)


def test_an_honest_report_is_sound() -> None:
    full = report(
        [finding("a", evidence={"count": 3, "names": ["x"], "none": None, "yes": True})],
        ended=(ended("b"),),
        scans=(replace(SCAN, checks=(RESULT,)),),
        lost=(1, 6),
    )
    check_report(full, 7)
    check_envelope(ENVELOPE)


@pytest.mark.parametrize("values", [{"sequence": 0}, {"sequence": MAX_NUMBER + 1}, {"time": NAIVE}, {"time": EDGE}])
def test_an_envelope_that_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(EnvelopeError):
        check_envelope(replace(ENVELOPE, **values))


@pytest.mark.parametrize(
    "values",
    [
        {"created_at": NAIVE},
        {"opened": (finding("a", EDGE),)},
        {"opened": (finding("a" * 65),)},
        {"opened": (finding("a\0"),)},
        {"opened": (finding("a", check="c" * 101),)},
        {"opened": (finding("a", clauses=("C" * 101,)),)},
        {"opened": (finding("a", evidence={"size": -1}),)},
        {"ended": (ended("a", NAIVE),)},
        {"ended": (ended("a" * 65),)},
        {"scans": (replace(SCAN, files_seen=MAX_NUMBER + 1),)},
        {"scans": (replace(SCAN, checks=(replace(RESULT, findings=-1),)),)},
        {"scans": (replace(SCAN, checks=(replace(RESULT, check="c" * 101),)),)},
        {"gaps": (Gap(source="s" * 101, began_at=NOON, ended_at=NOON, reason=Text("", "")),)},
        {"sightings": (Sighting(number="n\0", first_at=NOON, last_at=NOON),)},
        {"merged": (Merged(check="c", count=10**30, first_at=NOON, last_at=NOON),)},
        {"lost": (7,)},
        {"lost": (0,)},
        {"lost": (1,) * (MAX_LOST + 1)},
        {"digest": "d" * 65},
        {"agent": "a" * 101},
    ],
)
def test_a_report_that_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(EnvelopeError):
        check_report(replace(report(), **values), 7)


def test_a_report_does_not_hold_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    long = report([finding("a", evidence={"names": ["x"] * 100})])
    check_report(long, 7)
    monkeypatch.setattr("collector.sound.MAX_VALUES", 100)
    with pytest.raises(EnvelopeError, match="more than 100 values"):
        check_report(long, 7)
