from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from collector import __version__
from collector.cli import program
from policies.vocabulary import Language
from tests.collector.commands.run import fails, ok
from tests.collector.live import PROGRAM


def paths(group: click.Group, so_far: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command and group below a group."""
    found = []
    for name in group.list_commands(click.Context(group)):
        inner = group.get_command(click.Context(group), name)
        found.append((*so_far, name))
        if isinstance(inner, click.Group):
            found += paths(inner, (*so_far, name))
    return found


COMMANDS = [(), *paths(program)]


def test_the_commands_are_those_that_users_rely_on() -> None:
    ledgers = {("computers", verb) for verb in ("add", "list", "token", "import", "export")}
    ledgers |= {("media", verb) for verb in ("add", "list", "import", "export")}
    assert {("init",), ("serve",), ("summary",)} | ledgers <= set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("language", Language)
def test_every_command_has_help_in_the_users_language(words: tuple[str, ...], language: Language) -> None:
    told = ok(*words, "--help", "--lang", language.value)
    is_chinese = bool(re.search(r"[\u4e00-\u9fff]", told.replace("机密", "")))
    assert is_chinese is (language is Language.ZH)


def test_the_locale_chooses_the_language() -> None:
    environ = os.environ | {"LANG": "zh_CN.UTF-8"}
    run = subprocess.run([*PROGRAM, "--help"], env=environ, capture_output=True, text=True, check=True)
    assert run.stdout.startswith("用法")


def test_it_tells_its_version() -> None:
    assert ok("--version").strip().endswith(__version__)


def test_an_unknown_command_is_an_error() -> None:
    assert "nonsense" in fails("nonsense")


def test_help_loads_neither_server_nor_database() -> None:
    code = "import sys; from collector.cli import program; print([m for m in ('uvicorn', 'sqlalchemy') if m in sys.modules])"
    run = subprocess.run([PROGRAM[0], "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_what_is_written_is_for_its_own_user_only(initialised: None) -> None:
    target = Path(os.environ["SHOUMI_STATE"]) / "summary.json"
    subprocess.run([*PROGRAM, "summary", "--format", "json", "-o", str(target)], check=True, capture_output=True)
    assert target.stat().st_mode & 0o077 == 0


@pytest.fixture
def initialised() -> None:
    assert CliRunner().invoke(program, ["init"]).exit_code == 0


def test_no_core_dump_and_no_file_for_others() -> None:
    code = (
        "import atexit, os, resource\n"
        "atexit.register(lambda: print(resource.getrlimit(resource.RLIMIT_CORE), oct(os.umask(0))))\n"
        "from collector.cli import main\nmain()"
    )
    out = subprocess.run([*PROGRAM[:2], code, "--version"], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "(0, 0) 0o77"
