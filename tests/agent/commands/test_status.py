"""`agent status`: where it looked, what it found, and an exit code for a script."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.assembly import configure, remember
from agent.enrolment import create
from tests.agent.commands.running import agent, config_folder, refused, state_folder, write_computer


def test_a_daemon_that_never_ran_is_not_healthy_and_the_folder_is_named() -> None:
    """Whoever asks as another user than the daemon's looks into another folder."""
    done = agent("status", lang="zh")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == f"状态目录: {state_folder()}"
    assert "从未运行" in done.stdout.splitlines()[-1]
    assert done.stderr == ""


def test_looking_makes_nothing() -> None:
    agent("status")
    assert not state_folder().exists()


def test_the_status_as_json() -> None:
    write_computer()
    identity = create(state_folder())
    remember(configure(identity, config_folder(), None)).store.close()
    done = agent("status", "--format", "json")
    assert done.exit_code == 1
    status = json.loads(done.stdout)
    assert (status["schema"], status["healthy"], status["running"]) == ("shoumi.status/1", False, False)
    assert status["computer"] == identity.record.computer
    assert status["problems"] == [{"zh": "监控程序未运行", "en": "the agent is not running"}]


@pytest.mark.parametrize(("lang", "reason"), [("zh", "路径中有一级不是目录"), ("en", "Not a directory")])
def test_a_folder_that_is_a_file_is_one_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lang: str, reason: str) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SHOUMI_STATE", str(tmp_path / "file"))
    assert reason in refused("status", lang=lang)


def test_a_damaged_identity_is_one_error() -> None:
    write_computer()
    identity = create(state_folder())
    remember(configure(identity, config_folder(), None)).store.close()
    (state_folder() / "identity.json").write_text("{")
    assert "identity.json" in refused("status", lang="zh")


def test_an_unknown_format_is_refused() -> None:
    assert "'text', 'json'" in refused("status", "--format", "xml")
