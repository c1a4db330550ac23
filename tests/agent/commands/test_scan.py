"""`agent scan` as a command: what it refuses before it begins, what it remarks, what it keeps, and how it ends."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from agent import assembly
from agent.memory import open_books
from agent.sources.documents import DocumentsSource
from tests.agent.commands.running import CJK, LANGUAGES, agent, refused, state_folder, write_computer, write_policy
from tests.agent.making import NOW

ABOVE, MISSING = "document.level-above-computer", "document.mark-missing"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder with a document that is too high for this computer, and a policy that says so."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "high.txt").write_text("绝密★30年\n\n计划\n", encoding="utf-8")
    write_computer()
    write_policy(ABOVE, classified=folder)
    return folder


# --- what is printed --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_says_the_finding_whole_however_long_it_is(documents: Path, lang: str) -> None:
    done = agent("scan", lang=lang)
    assert (done.exit_code, done.stderr) == (1, "")
    head, message, clauses = done.stdout.splitlines()[3:6]
    assert head == f"[{'严重' if lang == 'zh' else 'critical'}] {ABOVE}  {documents / 'high.txt'}"
    assert message.endswith("核查。" if lang == "zh" else "looks into the matter")
    assert clauses == "    STO-04"
    assert lang == "zh" or not CJK.search(done.stdout.replace("绝密★30年", ""))


def test_exit_codes_of_the_result(documents: Path) -> None:
    assert agent("scan", "--fail-on", "never").exit_code == 0
    (documents / "high.txt").unlink()
    assert agent("scan").exit_code == 0
    (documents / "broken.docx").write_bytes(b"PK\x03\x04 nothing")
    assert agent("scan").exit_code == 3


def test_an_interrupted_scan_is_no_violation(documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: DocumentsSource) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(DocumentsSource, "present", interrupted)
    done = agent("scan", lang="zh")
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", "\n已中止。\n")


# --- remarks ----------------------------------------------------------------------------------------------------------------


def test_without_a_classified_folder_the_silence_of_a_check_is_explained(tmp_path: Path) -> None:
    write_computer()
    write_policy(MISSING, text=f"folders: {{scan: [{tmp_path}]}}\n")
    told = agent("scan", lang="zh").stderr
    assert told == "策略没有列出涉密文件夹（folders: classified:）：不会检查文件是否缺少密级标志\n"
    assert "lists no classified folder" in agent("scan").stderr


def test_without_that_check_there_is_nothing_to_explain(tmp_path: Path) -> None:
    write_computer()
    write_policy(ABOVE, text=f"folders: {{scan: [{tmp_path}]}}\n")
    assert agent("scan").stderr == ""


def test_a_remark_says_how_to_have_a_policy_of_one_s_own() -> None:
    told = agent("scan", "--only", "network.tunnel").stderr
    assert "agent policy show standalone > " in told
    assert str(Path(os.environ["SHOUMI_CONFIG"]) / "policy.yaml") in told


# --- what is refused before anything is read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (["--report", "--facts", "f"], "--report 不能与 --facts 同用", "--report does not go with --facts"),
        (["--probe", "127.0.0.1:1", "--facts", "f"], "--probe 不能与 --facts 同用", "--probe does not go with --facts"),
        (["--only", "nothing.*"], f"策略含：{ABOVE}", f"it has: {ABOVE}"),
        (["-o", "/"], "无法写入 /：是目录", "cannot write /: Is a directory"),
        (["-o", "/no/such/folder/x"], "目录不存在", "there is no such folder"),
        (["-o", ""], "路径为空", "the path is empty"),
        (["--facts", ""], "路径为空", "the path is empty"),
        (["--computer", ""], "路径为空", "the path is empty"),
        (["--policy", ""], "无法读取文件：是目录", "cannot read the file: Is a directory"),
        (["--policy", "/"], "无法读取文件：是目录", "cannot read the file: Is a directory"),
        (["--computer", "/"], "无法读取文件：是目录", "cannot read the file: Is a directory"),
        (["--facts", "/"], "是目录", "Is a directory"),
        (["--probe", "localhost"], "探测目标 localhost", "localhost"),
        (["--format", "xml"], "'xml' 不在可选值之内", "'xml' is not one of"),
        (["--fail-on", "always"], "'always' 不在可选值之内", "'always' is not one of"),
        (["/dev/zero"], "既不是文件也不是目录", "neither a file nor a folder"),
        ([""], "路径为空", "the path is empty"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_one_clear_error(documents: Path, words: list[str], zh: str, en: str) -> None:
    chinese, english = (refused("scan", *words, lang=lang) for lang in LANGUAGES)
    assert zh in chinese
    assert en in english
    assert not CJK.search(english)


def test_the_destination_is_tried_before_the_work(documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "DocumentsSource", None)  # whoever reads a document now fails
    assert str(documents) in refused("scan", "-o", documents)


# --- the state folder -------------------------------------------------------------------------------------------------------


def test_a_state_folder_that_cannot_be_written_is_told(documents: Path) -> None:
    (state_folder() / "index.db").mkdir(parents=True)
    assert f"{state_folder() / 'index.db'} 是目录" in refused("scan", lang="zh")


def test_a_ledger_that_cannot_be_opened_is_told(documents: Path) -> None:
    (state_folder() / "agent.db").mkdir(parents=True)
    assert f"{state_folder() / 'agent.db'} 是目录" in refused("scan", "--report", lang="zh")
    assert agent("scan").exit_code == 1  # without --report it is not needed


@pytest.mark.parametrize(("words", "findings"), [([], 0), (["--report"], 1)])
def test_only_what_is_to_be_reported_is_kept(documents: Path, words: list[str], findings: int) -> None:
    agent("scan", *words)
    with open_books(state_folder(), NOW).store as store:
        assert store.value("SELECT COUNT(*) FROM pending_findings") == findings


def test_a_scan_of_a_part_ends_nothing_that_is_open_elsewhere(documents: Path, tmp_path: Path) -> None:
    agent("scan", "--report")
    (documents / "high.txt").unlink()
    for words, still_open in (([str(documents)], 1), (["--only", ABOVE], 1), ([], 0)):
        agent("scan", "--report", *words)
        with open_books(state_folder(), NOW).store as store:
            assert store.value("SELECT COUNT(*) FROM open_findings") == still_open


# --- recorded facts and paths -----------------------------------------------------------------------------------------------


def test_paths_beside_recorded_facts_are_read_here(documents: Path, tmp_path: Path) -> None:
    write_policy(ABOVE, "network.tunnel", classified=documents)
    recorded = tmp_path / "facts.json"
    recorded.write_text(agent("facts", "network").stdout, encoding="utf-8")
    judged = json.loads(agent("scan", documents, "--facts", recorded, "--format", "json").stdout)
    outcomes = {check["id"]: check["outcome"] for check in judged["checks"]}
    assert outcomes[ABOVE] == "violation"
    assert outcomes["network.tunnel"] != "not_assessed"


def test_recorded_facts_need_nothing_of_this_computer(documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = tmp_path / "facts.json"
    recorded.write_text(agent("facts", "network").stdout, encoding="utf-8")
    monkeypatch.setattr(assembly, "DocumentsSource", None)  # whoever opens this computer's sources now fails
    assert agent("scan", "--facts", recorded).exit_code == 3
