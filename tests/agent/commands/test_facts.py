"""`agent facts`: this computer's facts as JSON, to look at and to judge again elsewhere."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from agent.facts import SUBJECTS, load
from tests.agent.commands.running import agent, refused, state_folder, write_computer, write_policy


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("绝密★30年\n\n计划\n", encoding="utf-8")
    write_computer()
    write_policy("document.level-above-computer", "network.tunnel", classified=folder)
    return folder


def facts(*names: str) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = agent("facts", *names)
    assert (done.exit_code, done.stderr) == (0, "")
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def test_without_a_name_all_but_the_documents_are_printed(documents: Path) -> None:
    printed = facts()
    assert printed["schema"] == "shoumi.facts/1"
    assert set(printed["facts"]) | set(printed["unavailable"]) == set(SUBJECTS) - {"documents"}


@pytest.mark.parametrize("name", ["network", "hardware", "media", "documents"])
def test_one_kind_of_facts_alone(documents: Path, name: str) -> None:
    printed = facts(name)
    assert set(printed["facts"]) | set(printed["unavailable"]) == {name}


def test_the_documents_hold_marks_and_no_text(documents: Path) -> None:
    done = agent("facts", "documents").stdout
    (document,) = json.loads(done)["facts"]["documents"]
    assert (document["path"], document["marks"][0]["text"]) == (str(documents / "a.txt"), "绝密★30年")
    assert "计划" not in done


def test_what_was_printed_is_judged_elsewhere_as_here(documents: Path, tmp_path: Path) -> None:
    recorded = tmp_path / "facts.json"
    recorded.write_text(agent("facts", "documents", "network").stdout, encoding="utf-8")
    assert load(recorded).facts["documents"]
    here, there = (
        json.loads(agent("scan", "--only", "document.*", "--format", "json", *more).stdout)
        for more in ([], ["--facts", str(recorded)])
    )
    assert [finding["fingerprint"] for finding in here["findings"]] == [finding["fingerprint"] for finding in there["findings"]]
    assert len(here["findings"]) == 1


def test_facts_of_another_policy_s_folders(documents: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    policy = tmp_path / "other.yaml"
    policy.write_text(f'id: a\nversion: "1"\nfolders: {{scan: [{other}]}}\nrules: [{{check: network.tunnel}}]\n')
    done = agent("facts", "documents", "--policy", policy)
    assert json.loads(done.stdout)["facts"]["documents"] == []


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (["weather"], "'network', 'hardware', 'media', 'documents'"),
        (["--policy", "/no/such/policy.yaml"], "/no/such/policy.yaml:1:1：无法读取文件：不存在"),
        (["--policy", ""], "是目录"),
    ],
)
def test_wrong_use_is_one_clear_error(words: list[str], word: str) -> None:
    assert word in refused("facts", *words, lang="zh")


def test_a_state_folder_that_cannot_be_written_is_told(documents: Path) -> None:
    (state_folder() / "index.db").mkdir(parents=True)
    assert f"{state_folder() / 'index.db'} 是目录" in refused("facts", "network", lang="zh")
