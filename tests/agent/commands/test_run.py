"""`agent run` before it becomes the daemon: what is not in order is one clear error, and nothing is started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from agent.commands.run import RESIDENT
from agent.enrolment import create
from agent.store import DATABASE, StateLock
from tests.agent.commands.running import LANGUAGES, agent, refused, state_folder, write_computer, write_policy


@pytest.fixture
def becomes(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What this process would have become: were it let, the test would be gone."""
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda path, words: became.append([path, *words]))
    return became


def test_all_in_order_it_becomes_the_resident_daemon(becomes: list[list[str]]) -> None:
    write_computer()
    write_policy("network.tunnel")
    done = agent("run")
    assert (done.exit_code, done.output) == (0, "")
    assert becomes == [[sys.executable, sys.executable, "-P", "-m", RESIDENT]]


def test_what_is_assumed_is_told_before(becomes: list[list[str]]) -> None:
    told = agent("run", lang="zh").stderr
    assert "未设定本机密级" in told
    assert "使用内置策略 standalone" in told
    assert "没有列出涉密文件夹" in told
    assert len(becomes) == 1


def test_a_second_daemon_is_refused(becomes: list[list[str]]) -> None:
    create(state_folder())
    with StateLock(state_folder()):
        chinese, english = (refused("run", lang=lang) for lang in LANGUAGES)
    assert chinese == f"错误：监控程序已在运行（进程 {os.getpid()}）"
    assert english == f"Error: the daemon is running already (process {os.getpid()})"
    assert becomes == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("probes: [somewhere]\n", "探测目标 somewhere"),
        ("probs: []\n", "未知的键 'probs'"),
        ("folders: {scan: [relative]}\n", "不是绝对路径"),
    ],
)
def test_a_wrong_policy_is_told_before(becomes: list[list[str]], text: str, word: str) -> None:
    write_computer()
    write_policy("network.tunnel", text=text)
    assert word in refused("run", lang="zh")
    assert becomes == []


@pytest.mark.parametrize("name", ["index.db", DATABASE, "agent.lock"])
def test_a_state_folder_that_cannot_be_written_is_told_before(becomes: list[list[str]], name: str) -> None:
    write_computer()
    write_policy("network.tunnel")
    create(state_folder())
    (state_folder() / name).mkdir()
    told = refused("run", lang="zh")
    assert told.startswith(f"错误：状态目录 {state_folder()} 无法使用：{state_folder() / name} 是目录")
    assert becomes == []


def test_a_state_folder_that_is_a_file_is_told(becomes: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SHOUMI_STATE", str(tmp_path / "file"))
    assert "it is not a folder" in refused("run")
    assert becomes == []
