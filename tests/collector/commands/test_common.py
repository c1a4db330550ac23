from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collector.commands import common
from policies.folders import config_folder, state_folder
from tests.collector.commands.run import fails, ok

COMMANDS = [("summary",), ("media", "list"), ("computers", "list"), ("serve",)]


@pytest.mark.parametrize("words", COMMANDS)
def test_without_an_office_every_command_says_what_to_do(words: tuple[str, ...]) -> None:
    assert "collector init" in fails(*words)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_mistake_in_the_settings_is_told_with_its_place(initialised: None, words: tuple[str, ...]) -> None:
    config_folder().mkdir()
    (config_folder() / "collector.yaml").write_text("port: 1\nprot: 2\n")
    assert "collector.yaml:2:1: unknown key 'prot'" in fails(*words)


def test_a_broken_database_is_one_clear_error(initialised: None) -> None:
    (state_folder() / "collector" / "collector.db").write_bytes(b"not a database, but long enough to be taken for one" * 100)
    assert "the database cannot be used" in fails("summary")


def test_a_database_of_a_newer_program_is_one_clear_error(initialised: None) -> None:
    with closing(sqlite3.connect(state_folder() / "collector" / "collector.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "9999" in fails("summary")


def test_a_file_that_cannot_be_read_or_written_is_one_clear_error(initialised: None, tmp_path: Path) -> None:
    assert "cannot read" in fails("media", "import", str(tmp_path / "nothing.csv"))
    assert "cannot write" in fails("media", "list", "-o", str(tmp_path / "nothing" / "a.csv"))


def test_no_more_errors_are_told_than_a_person_reads(initialised: None, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("number,level,serial\n" + "M,,\n" * 60)
    told = fails("media", "import", str(path)).splitlines()
    assert len(told) == 51
    assert told[-1] == "... and 70 more"


def test_the_clock_has_a_zone() -> None:
    assert common.now().tzinfo is not None


def test_a_minus_is_standard_output(initialised: None) -> None:
    assert ok("media", "list", "-o", "-") == ok("media", "list")
