"""SARIF 2.1.0: the parts that the standard demands, and silence that never looks like compliance."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
import pytest

from agent.output.sarif import render
from agent.scan import Result
from policies.vocabulary import Language, Severity, Text, Verdict
from tests.agent.judging import checked, exemption, finding, result
from tests.agent.output.hostile import NAMES, controls, hostile

UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def sole_run(whole: Result, language: Language = Language.ZH) -> dict[str, Any]:
    sarif = msgspec.json.decode(render(whole, language))
    assert sarif["version"] == "2.1.0"
    (run,) = sarif["runs"]
    plain: dict[str, Any] = run
    return plain


def test_a_run_has_what_the_standard_demands() -> None:
    run = sole_run(result(finding(), finding("/srv/a b.docx"), checks=(checked(verdict=Verdict.ERROR),)))
    driver = run["tool"]["driver"]
    assert driver["name"] == "Shoumi"
    assert [rule["id"] for rule in driver["rules"]] == ["test.serial"]
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    (invocation,) = run["invocations"]
    assert isinstance(invocation["executionSuccessful"], bool)
    assert UTC_TIME.fullmatch(invocation["startTimeUtc"])
    assert UTC_TIME.fullmatch(invocation["endTimeUtc"])
    for found in run["results"]:
        assert found["message"]["text"]
        assert found["level"] in {"none", "note", "warning", "error"}
        assert driver["rules"][found["ruleIndex"]]["id"] == found["ruleId"]
        assert all(isinstance(value, str) for value in found["partialFingerprints"].values())
        assert found["locations"]


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.CRITICAL, "error"), (Severity.MAJOR, "error"), (Severity.MINOR, "warning"), (Severity.NOTICE, "note")],
)
def test_a_severity_is_a_level_of_sarif(severity: Severity, level: str) -> None:
    (found,) = sole_run(result(finding(severity=severity)))["results"]
    assert found["level"] == level
    assert found["properties"]["severity"] == severity.value


def test_a_result_points_at_its_own_rule() -> None:
    checks = (checked("test.other"), checked("test.serial"))
    (found,) = sole_run(result(finding(), checks=checks))["results"]
    assert (found["ruleId"], found["ruleIndex"]) == ("test.serial", 1)


@pytest.mark.parametrize("path", ["/srv/名 单#1?.docx", "/a%20b", "/srv/a\nb", "/x/\udcbb"])
def test_a_path_is_a_file_uri(path: str) -> None:
    (found,) = sole_run(result(finding(path)))["results"]
    uri = found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert urlsplit(uri).scheme == "file"
    assert urlsplit(uri).query == urlsplit(uri).fragment == ""
    assert unquote(urlsplit(uri).path, errors="surrogateescape") == path


def test_what_is_no_path_is_a_logical_place() -> None:
    (found,) = sole_run(result(finding("default dev eth0")))["results"]
    assert found["locations"] == [{"logicalLocations": [{"fullyQualifiedName": "default dev eth0"}]}]


def test_what_is_excused_is_suppressed_and_not_left_out() -> None:
    first, second = sole_run(result(finding(exemption=exemption("eth0")), finding("eth1")))["results"]
    assert first["suppressions"] == [{"kind": "external", "justification": "试点"}]
    assert "suppressions" not in second


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (checked(verdict=Verdict.NOT_ASSESSED, reason=Text("已加密", "encrypted")), "已加密"),
        (checked(verdict=Verdict.ERROR), "检查出错"),
        (checked(verdict=Verdict.VIOLATION, not_assessed=1, reason=Text("超时", "timeout")), "超时"),
        (checked(verdict=Verdict.COMPLIANT, not_assessed=1, reason=Text("无文字", "no text")), "无文字"),
        (checked(verdict=Verdict.COMPLIANT), None),
        (checked(verdict=Verdict.NOT_APPLICABLE), None),
    ],
)
def test_what_could_not_be_assessed_is_a_notification(check: Any, told: str | None) -> None:
    (invocation,) = sole_run(result(checks=(check,)))["invocations"]
    notices = invocation["toolExecutionNotifications"]
    assert [notice["message"]["text"] for notice in notices] == ([told] if told else [])
    assert all(notice["associatedRule"]["id"] == "test.serial" for notice in notices)


def test_the_words_are_of_the_language() -> None:
    zh, en = (sole_run(result(finding()), language) for language in (Language.ZH, Language.EN))
    assert (zh["results"][0]["message"]["text"], en["results"][0]["message"]["text"]) == ("有问题", "something is wrong")
    assert en["tool"]["driver"]["rules"][0]["shortDescription"]["text"] == "no serial number"


def test_a_hostile_name_arrives_whole_and_drives_no_terminal() -> None:
    whole = hostile()
    text = render(whole, Language.EN)
    assert controls(text) == set()
    run = msgspec.json.decode(text)["runs"][0]
    assert [found["properties"]["evidence"]["path"] for found in run["results"]] == list(NAMES)
