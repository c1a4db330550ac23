"""The `agent` program itself: quick to start, safe to run, and every command of it speaks both languages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from agent import __version__
from agent.cli import program
from tests.agent.commands.running import CJK, LANGUAGES, agent, alone, refused

COMMANDS = ["checks", "enrol", "facts", "import", "marks", "media", "policy", "run", "scan", "status"]
HEAVY = {"cryptography", "msgspec", "psutil", "pypdfium2", "pyudev", "sqlite3", "ssl", "watchdog", "yaml"}


def imported(*words: str) -> set[str]:
    """The modules that a run of the program has imported at its end."""
    code = (
        "import json, sys\nfrom agent.cli import program\n"
        f"try:\n    program({list(words)!r}, prog_name='agent')\nexcept SystemExit:\n    print(json.dumps(list(sys.modules)))"
    )
    return set(json.loads(alone(code).stdout.splitlines()[-1]))


@pytest.mark.parametrize("words", [["--help"], ["--version"], [], ["--lang", "zh", "--help"], ["no-such-command"]])
def test_help_is_quick_since_nothing_heavy_is_imported_for_it(words: list[str]) -> None:
    modules = imported(*words)
    assert modules & HEAVY == set()
    assert not any(name.startswith(("agent.commands", "checks", "collector")) for name in modules)


def test_a_command_imports_what_it_needs() -> None:
    """Else the test above could not fail."""
    assert {"agent.commands.checks", "msgspec", "yaml"} <= imported("checks")


def test_the_version_is_the_package_s() -> None:
    assert agent("--version").stdout == f"agent {__version__}\n"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_help_names_every_command(lang: str) -> None:
    text = agent("--help", lang=lang).stdout
    assert re.findall(r"^  ([a-z]+)  +\S", text, re.MULTILINE) == COMMANDS
    assert bool(CJK.search(text)) is (lang == "zh")


def every(group: click.Group, *above: str) -> list[tuple[str, ...]]:
    """The words of every command, those in groups included."""
    words: list[tuple[str, ...]] = []
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            words += [(*above, name), *(every(command, *above, name) if isinstance(command, click.Group) else [])]
    return words


@pytest.mark.parametrize("words", every(program), ids=" ".join)
def test_the_help_of_every_command_speaks_the_user_s_language_and_only_that(words: tuple[str, ...]) -> None:
    chinese, english = (agent(*words, "--help", lang=lang).stdout for lang in LANGUAGES)
    assert chinese.startswith(f"用法：agent {' '.join(words)}")
    assert english.startswith(f"Usage: agent {' '.join(words)}")
    assert not CJK.search(english)
    for option in re.findall(r"^  (?:-\w, )?--[\w-]+ .*(?:\n {10}.*)?", chinese, re.MULTILINE):
        assert CJK.search(option), option


@pytest.mark.parametrize("words", every(program), ids=" ".join)
def test_an_option_that_no_command_has_is_refused(words: tuple[str, ...]) -> None:
    assert "没有选项 '--nonsense'" in refused(*words, "--nonsense", lang="zh")


def test_a_wrong_command_is_answered_with_the_nearest() -> None:
    assert refused("scna", lang="zh").endswith("是否要写 'scan'？")


def test_the_program_leaves_no_core_and_no_file_for_others() -> None:
    code = (
        "import os, resource, agent.cli\n"
        "agent.cli.program = lambda **_: print(resource.getrlimit(resource.RLIMIT_CORE), oct(os.umask(0)))\n"
        "agent.cli.main()"
    )
    assert alone(code).stdout == "(0, 0) 0o77\n"


def test_the_program_is_installed_under_its_name() -> None:
    installed = Path(sys.executable).with_name("agent")
    done = subprocess.run([installed, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"agent {__version__}\n"
