"""Findings: the keyed names of things, and that every finding survives the wire."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.finding import Exemption, Finding, Outcome, fingerprint
from policies.vocabulary import Kind, Severity, Text, Verdict

KEY = b"k" * 32

texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)
both = st.builds(Text, texts, texts)
zones = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=3, minutes=30))])
moments = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2999, 1, 1), timezones=zones)  # noqa: DTZ001  zones follow
evidence = st.dictionaries(
    texts, st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts | st.lists(texts, max_size=3), max_size=4
)
exemptions = st.builds(Exemption, subject=texts, reason=texts, by=texts, until=st.dates(min_value=date(1900, 1, 1)))
findings = st.builds(
    Finding,
    fingerprint=texts,
    check=texts,
    kind=st.sampled_from(Kind),
    severity=st.sampled_from(Severity),
    subject=texts,
    message=both,
    clauses=st.lists(texts, max_size=3).map(tuple),
    observed_at=moments,
    scope=texts,
    evidence=evidence,
    exemption=st.none() | exemptions,
)


@given(findings)
def test_every_finding_survives_the_wire(finding: Finding) -> None:
    assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_two_lists_of_words_share_a_name_only_if_equal(one: list[str], other: list[str]) -> None:
    assert (fingerprint(KEY, *one) == fingerprint(KEY, *other)) is (one == other)


@pytest.mark.parametrize(("one", "other"), [(("ab", "c"), ("a", "bc")), (("a",), ("a", "")), (("",), ("", "")), ((), ("",))])
def test_words_do_not_run_together(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert fingerprint(KEY, *one) != fingerprint(KEY, *other)


def test_a_fingerprint_is_stable_and_the_key_s_own() -> None:
    name = fingerprint(KEY, "network.default-route", "eth0")
    assert name == fingerprint(KEY, "network.default-route", "eth0") == "7227724ef24a61bc221f82c5533bda1f"
    assert name != fingerprint(b"j" * 32, "network.default-route", "eth0")


def test_a_name_that_is_not_utf8_has_a_fingerprint() -> None:
    gbk = "机密".encode("gb18030").decode("utf-8", "surrogateescape")
    assert fingerprint(KEY, gbk) != fingerprint(KEY, "机密")


def test_findings_and_outcomes_cannot_be_changed() -> None:
    outcome = Outcome(check="a", verdict=Verdict.COMPLIANT)
    with pytest.raises(dataclasses.FrozenInstanceError):
        outcome.findings = 3  # type: ignore[misc]
