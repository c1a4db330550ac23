"""The JSON document: the contract's keys and no terminal's commands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest

from agent.coverage import Coverage
from agent.output.json import SCHEMA, check_fields, document, finding_fields, line, render
from agent.scan import Result
from policies.computer import Computer
from policies.vocabulary import Language, Severity, Text, Unread, Verdict
from tests.agent.judging import checked, exemption, finding, result
from tests.agent.output.hostile import NAMES, controls, hostile


def rendered(whole: Result) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.json.decode(render(whole, Language.ZH))
    return plain


def test_the_document_has_the_contract_s_keys() -> None:
    plain = rendered(result(finding()))
    assert list(plain) == [
        "schema",
        "started_at",
        "finished_at",
        "computer",
        "policy",
        "checks",
        "findings",
        "coverage",
        "unread",
        "totals",
    ]
    assert plain["schema"] == SCHEMA == "shoumi.scan/1"
    assert (plain["started_at"], plain["finished_at"]) == ("2026-06-01T08:00:00Z", "2026-06-01T08:00:02Z")
    assert plain["computer"] == {"id": "c1", "hostname": "host", "level": "机密", "profile": "standalone"}
    assert plain["policy"] == {"id": "office", "version": "2026.1", "sha256": "ab" * 32}


def test_a_check_has_the_contract_s_keys() -> None:
    (check,) = rendered(result(checks=(checked(verdict=Verdict.NOT_ASSESSED, reason=Text("甲", "a"), not_assessed=1),)))["checks"]
    assert {"id", "outcome", "reason", "subjects", "findings"} <= set(check)
    assert (check["id"], check["outcome"], check["reason"]) == ("test.serial", "not_assessed", {"zh": "甲", "en": "a"})
    assert (check["subjects"], check["findings"], check["not_assessed"]) == (1, 0, 1)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_outcome_is_named_as_in_the_contract(verdict: Verdict) -> None:
    assert msgspec.to_builtins(check_fields(checked(verdict=verdict)))["outcome"] in {
        "compliant",
        "violation",
        "not_applicable",
        "not_assessed",
        "error",
    }


def test_a_finding_has_the_contract_s_keys() -> None:
    (found,) = rendered(result(finding()))["findings"]
    assert found == {
        "fingerprint": "f" * 32,
        "check": "test.serial",
        "kind": "state",
        "severity": "major",
        "subject": "eth0",
        "message": {"zh": "有问题", "en": "something is wrong"},
        "clauses": ["MED-01", "MED-02"],
        "evidence": {"table": 254, "names": ["a"]},
        "observed_at": "2026-06-01T08:00:00Z",
        "exemption": None,
    }


def test_an_exemption_is_told_with_the_person_and_the_day() -> None:
    fields = msgspec.to_builtins(finding_fields(finding(exemption=exemption("eth0"))))
    assert fields["exemption"] == {"subject": "eth0", "reason": "试点", "by": "王五", "until": "2026-06-01"}


def test_the_coverage_has_the_contract_s_keys() -> None:
    coverage = Coverage(files_seen=5, files_read=2, files_unchanged=1, bytes_read=9)
    coverage.files_not_assessed[Unread.ENCRYPTED] += 2
    plain = rendered(result(coverage=coverage))["coverage"]
    assert (plain["files_seen"], plain["files_read"], plain["files_unchanged"], plain["bytes_read"]) == (5, 2, 1, 9)
    assert set(plain["files_not_assessed"]) >= {
        "encrypted",
        "corrupt",
        "too_large",
        "timeout",
        "permission",
        "unsupported",
        "no_text",
    }
    assert plain["files_not_assessed"]["encrypted"] == 2


def test_the_totals_name_every_severity_and_leave_out_what_is_excused() -> None:
    whole = result(finding(severity=Severity.CRITICAL), finding(severity=Severity.CRITICAL, exemption=exemption("*")))
    assert rendered(whole)["totals"] == {"critical": 1, "major": 0, "minor": 0, "notice": 0}


def test_a_computer_without_a_level_has_none() -> None:
    assert rendered(result(computer=Computer(id="c", hostname="h")))["computer"]["level"] is None


def test_both_languages_are_in_it_whichever_is_asked_for() -> None:
    assert render(result(finding()), Language.ZH) == render(result(finding()), Language.EN)


def test_times_are_utc() -> None:
    assert datetime.fromisoformat(rendered(result())["finished_at"]).utcoffset() is not None


def test_a_hostile_name_arrives_whole_and_drives_no_terminal() -> None:
    text = render(hostile(), Language.EN)
    assert controls(text) == set()
    plain = msgspec.json.decode(text)
    assert tuple(found["subject"] for found in plain["findings"]) == NAMES
    assert tuple(found["evidence"]["path"] for found in plain["findings"]) == NAMES
    assert plain["policy"]["id"] == NAMES[0]


@pytest.mark.parametrize("character", ["\x7f", "\x80", "\x9f", "\u200b", "\u202e", "\u2028", "\u2069", "\ufeff"])
def test_a_control_character_is_escaped_and_means_the_same(character: str) -> None:
    for text in (document({"a": character}), line({"a": character})):
        assert character not in text
        assert msgspec.json.decode(text) == {"a": character}


def test_a_line_is_one_line() -> None:
    assert line({"a": "x\ny\u2028z"}).splitlines() == ['{"a":"x\\ny\\u2028z"}']


def test_chinese_stays_readable() -> None:
    assert "机密★10年，😀" in line({"a": "机密★10年，😀"})


def test_files_that_were_not_read_are_named() -> None:
    coverage = Coverage(files_seen=1)
    coverage.not_read("/srv/a.png", Unread.NO_TEXT)
    assert rendered(result(coverage=coverage))["unread"] == [{"path": "/srv/a.png", "reason": "no_text"}]
