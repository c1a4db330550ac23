"""The agent's commands as a user types them, in this process: what they print, and how they end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agent.cli import program
from policies.cli import Failure, speak
from policies.vocabulary import Language

LANGUAGES = ("zh", "en")
CJK = re.compile("[\u4e00-\u9fff]")


def agent(*words: str | Path, lang: str = "en") -> Result:
    """Run a command in a language that does not outlive it. What would end in a traceback fails the test."""
    runner, line = CliRunner(catch_exceptions=False), ["--lang", lang, *map(str, words)]
    return copy_context().run(runner.invoke, program, line, prog_name="agent")


def refused(*words: str | Path, lang: str = "en") -> str:
    """The one clear error that a wrong command ends with."""
    done = agent(*words, lang=lang)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last.startswith("错误：" if lang == "zh" else "Error: ")
    return last


def failure(deed: Callable[[], object], language: Language = Language.EN) -> str:
    """The message that a deed fails with, in a language that does not outlive it."""

    def fails() -> str:
        speak(language)
        with pytest.raises(Failure) as told:
            deed()
        return told.value.message

    return copy_context().run(fails)


def config_folder() -> Path:
    """This test's configuration folder."""
    folder = Path(os.environ["SHOUMI_CONFIG"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def state_folder() -> Path:
    """This test's state folder; commands make it."""
    return Path(os.environ["SHOUMI_STATE"])


def write_computer(level: str = "机密") -> Path:
    """Say what this computer is."""
    file = config_folder() / "computer.yaml"
    file.write_text(f"level: {level}\nprofile: standalone\n", encoding="utf-8")
    return file


def write_policy(*checks: str, classified: Path | None = None, text: str = "") -> Path:
    """A policy with some checks; `text` goes before them."""
    folders = f"folders: {{classified: [{classified}]}}\n" if classified else ""
    rules = "".join(f"  - check: {check}\n" for check in checks)
    file = config_folder() / "policy.yaml"
    file.write_text(f'id: office\nversion: "7"\n{folders}{text}rules:\n{rules}', encoding="utf-8")
    return file


def alone(code: str, stdout: int | None = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """Run some Python in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code], stdout=stdout, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=False
    )


def closed_pipe() -> int:
    """The writing end of a pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer
