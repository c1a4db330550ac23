"""`agent scan` as a user types it: what it prints, what it writes, how it ends, and what it says to wrong input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policies.policy import find, load_policy
from tests.demo import samples
from tests.e2e.world import Endpoint

DOCUMENTS = ["--only", "document.*"]
OF_THE_DISK = {"document.not-encrypted", "document.on-laptop", "document.residue"}
"""What these say depends on where the tests run."""


@pytest.fixture
def endpoint(tmp_path: Path) -> Endpoint:
    computer = Endpoint(tmp_path)
    samples.write(tmp_path / "docs")
    computer.write_policy(tmp_path / "docs")
    return computer


def result(endpoint: Endpoint, *words: str | Path) -> dict[str, Any]:
    printed: dict[str, Any] = json.loads(endpoint.run("scan", "--format", "json", *words).stdout)
    return printed


def found(result: dict[str, Any]) -> set[tuple[str, str]]:
    told = {(finding["check"], Path(finding["subject"]).name) for finding in result["findings"]}
    return {(check, name) for check, name in told if check not in OF_THE_DISK}


def test_the_documents_of_an_office_are_judged_right(endpoint: Endpoint) -> None:
    judged = result(endpoint, *DOCUMENTS)
    assert found(judged) == {
        ("document.mark-missing", "未标密通知.txt"),
        ("document.mark-missing", "保密制度.txt"),
        ("document.mark-missing", "公开简报.pdf"),
        ("document.mark-missing", "（秘密★1年）工作总结.docx"),
        ("document.mark-detached", "（秘密★1年）工作总结.docx"),
        ("document.mark-malformed", "模板未填.docx"),
        ("document.level-above-computer", "最高级计划.pdf"),
    }
    assert judged["coverage"]["files_not_assessed"]["corrupt"] == 1


def test_the_result_has_the_shape_that_others_rely_on(endpoint: Endpoint) -> None:
    judged = result(endpoint)
    assert judged["schema"] == "shoumi.scan/1"
    assert judged["computer"]["level"] == "机密"
    assert {check["outcome"] for check in judged["checks"]} <= {
        "compliant", "violation", "not_applicable", "not_assessed", "error",
    }  # fmt: skip
    assert {check["id"] for check in judged["checks"]} == {rule.check for rule in load_policy(find("standalone")).rules}
    assert sum(judged["totals"].values()) == len(judged["findings"])


def test_an_unchanged_file_is_not_read_again_and_judged_the_same(endpoint: Endpoint) -> None:
    first, second, full = (result(endpoint, *DOCUMENTS, *more) for more in ([], [], ["--full"]))
    assert found(first) == found(second) == found(full)
    assert first["coverage"]["files_read"] == full["coverage"]["files_read"] == 10
    assert second["coverage"]["files_unchanged"] == 10


def test_paths_are_read_instead_of_the_policys_folders(endpoint: Endpoint, tmp_path: Path) -> None:
    alone = tmp_path / "elsewhere.txt"
    alone.write_text("绝密★30年\n\n计划\n", encoding="utf-8")
    assert found(result(endpoint, *DOCUMENTS, alone)) == {("document.level-above-computer", "elsewhere.txt")}


def test_nothing_of_a_documents_text_is_printed(endpoint: Endpoint) -> None:
    for style in ("table", "json", "jsonl", "sarif", "html", "csv"):
        done = endpoint.run("scan", "--format", style)
        assert "第四季度" not in done.stdout + done.stderr


def test_a_scan_with_no_configuration_says_what_it_assumed(tmp_path: Path) -> None:
    bare = Endpoint(tmp_path)
    (bare.config / "computer.yaml").unlink()
    done = bare.run("scan", "--only", "network.tunnel")
    assert "using the shipped pack standalone" in done.stderr
    assert "level is not set" in done.stderr


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("id: a\nid: b\n", "policy.yaml:2:1: duplicate key 'id'"),
        (
            'id: a\nversion: "1"\nrules:\n  - check: network.default-rout\n',
            "policy.yaml:4:12: there is no check 'network.default-rout'",
        ),
        (
            'id: a\nversion: "1"\nrules:\n  - {check: network.tunnel, severity: majr}\n',
            "policy.yaml:4:39: 'majr' is no valid value of 'severity'",
        ),
        ('id: a\nversion: "1"\nrules:\n  - {check: network.tunnel, with: {colour: red}}\n', "policy.yaml:4:36: the check"),
    ],
)
def test_a_wrong_policy_is_one_line_with_its_place(endpoint: Endpoint, wrong: str, said: str) -> None:
    (endpoint.config / "policy.yaml").write_text(wrong, encoding="utf-8")
    done = endpoint.run("scan", check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ["scan", "/no/such/path"],
        ["scan", "--policy", "/no/such/policy.yaml"],
        ["scan", "--facts", "/no/such/facts.json"],
        ["scan", "--only", "nothing.*"],
        ["scan", "--probe", "somewhere"],
        ["scan", "--computer", "/no/such/computer.yaml"],
        ["scan", "--report", "--facts", "x"],
        ["scan", "-o", "/no/such/folder/result"],
        ["marks", "/no/such/path"],
        ["marks"],
        ["policy", "check", "/no/such/policy.yaml"],
        ["enrol", "http://127.0.0.1:1", "--token", "x", "--ca", "/etc/hostname"],
    ],
)
def test_wrong_use_ends_with_2_and_one_clear_error(endpoint: Endpoint, words: list[str]) -> None:
    done = endpoint.run(*words, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Error: ")


def test_exit_codes_follow_the_severity_asked_for(endpoint: Endpoint) -> None:
    critical = [*DOCUMENTS, "--only", "document.level-above-computer"]
    assert endpoint.run("scan", *critical).returncode == 1
    endpoint.write_computer(level="绝密")
    assert endpoint.run("scan", "--only", "document.level-above-computer").returncode == 3  # the corrupt one
    assert endpoint.run("scan", "--only", "document.mark-missing", "--fail-on", "critical").returncode == 3
    assert endpoint.run("scan", "--only", "network.tunnel", "--fail-on", "never").returncode == 0


def test_recorded_facts_are_judged_without_reading_this_computer(endpoint: Endpoint, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(endpoint.run("facts", "network", "hardware").stdout, encoding="utf-8")
    judged = result(endpoint, "--facts", facts)
    by_check = {check["id"]: check["outcome"] for check in judged["checks"]}
    assert by_check["network.tunnel"] in ("compliant", "violation")
    assert by_check["media.unregistered"] == "not_assessed"
    assert by_check["document.mark-missing"] == "not_assessed"


def test_a_result_file_is_for_its_owner_only(endpoint: Endpoint, tmp_path: Path) -> None:
    file = tmp_path / "result.html"
    assert endpoint.run("scan", "--format", "html", "-o", file).stdout == ""
    assert file.stat().st_mode & 0o777 == 0o600
    assert "机密" in file.read_text(encoding="utf-8").split("<h1>")[0]


def test_both_languages_are_spoken(endpoint: Endpoint) -> None:
    assert "计算机" in endpoint.run("--lang", "zh", "scan", "--only", "document.*").stdout
    assert "computer" in endpoint.run("--lang", "en", "scan", "--only", "document.*").stdout
