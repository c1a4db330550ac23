"""What is read where: one document a place, each read in the real sandbox. The README's table is made of these."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.assembly import open_documents
from agent.coverage import Coverage
from agent.extract.reading import Reading
from agent.extract.registry import extractors
from agent.sandbox import Sandbox
from checks.subjects import Document
from policies.vocabulary import Language, Level, Place, Read
from tests.agent.extract.places.case import MARK, NAMED, Case, Column, Told
from tests.agent.extract.places.table import CASES, READMES, ROWS, TOLD, rewrite, table, written

ROOT = Path(__file__).parents[3]
FOUND = [case for case in CASES if case.missed is None]
MISSED = [case for case in CASES if case.missed is not None]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def read(sandbox: Sandbox, path: Path, content: bytes) -> Reading:
    path.write_bytes(content)
    file = os.open(path, os.O_RDONLY)
    try:
        return sandbox.read(file)
    finally:
        os.close(file)


def level(reading: Reading) -> Level | None:
    """The level that users are told."""
    return Document(observed_at=datetime.now(UTC), path="x", marks=reading.marks).level


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.label)
def test_a_mark_is_read_where_it_stands(sandbox: Sandbox, tmp_path: Path, case: Case) -> None:
    reading = read(sandbox, tmp_path / "file", case.make())
    assert (reading.format, reading.read, reading.reason) == (case.format, Read.FULL, None)
    assert [(mark.level, mark.term, mark.place) for mark in reading.marks] == [(Level.JIMI, "10年", case.place)]
    assert bool(reading.marks[0].member) is (case.column is Column.INNER or case.place in (Place.MEMBER, Place.NAME))
    assert level(reading) is (Level.JIMI if case.place.seen_by_a_reader else None)


@pytest.mark.parametrize("case", MISSED, ids=lambda case: case.label)
def test_what_the_table_says_is_not_read_is_told(sandbox: Sandbox, tmp_path: Path, case: Case) -> None:
    reading = read(sandbox, tmp_path / "file", case.make())
    assert (reading.format, reading.marks) == (case.format, ())
    assert reading.reason is not None


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.spot)
def test_what_is_not_read_is_told_with_its_reason(sandbox: Sandbox, tmp_path: Path, told: Told) -> None:
    reading = read(sandbox, tmp_path / "file", told.make())
    assert (reading.format, reading.reason) == (told.format, told.reason)
    assert reading.read is not Read.FULL


def test_a_name_is_read_whatever_the_format(tmp_path: Path) -> None:
    """And whether the file can be read at all or not; such a mark is listed but makes nothing classified."""
    files = {case.format: case.make() for case in CASES} | {told.spot: told.make() for told in TOLD}
    for name, content in files.items():
        (tmp_path / f"{NAMED} {name}").write_bytes(content)
    with open_documents((tmp_path,), Coverage()) as source:
        documents = list(source.present())
    by_name = {Path(document.path).name: document for document in documents}
    assert set(by_name) == {f"{NAMED} {name}" for name in files}
    for document in documents:
        outer = [mark.text for mark in document.marks if mark.place is Place.NAME and mark.member is None]
        assert outer == [f"（{MARK}）"], document.path


def test_every_format_has_its_row_and_its_cases() -> None:
    named = {name for _, formats in ROWS for name in formats}
    assert {extractor.name for extractor in extractors()} == named | {told.format for told in TOLD if told.format}
    assert named == {case.format for case in CASES}


def test_every_case_has_a_name_of_its_own() -> None:
    labels = [case.label for case in CASES]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("language", Language)
def test_the_table_in_the_readme_is_the_one_that_is_proven(language: Language) -> None:
    expected = table(language)
    shown = written((ROOT / READMES[language]).read_text(encoding="utf-8"))
    assert shown == expected, f"\n\n{READMES[language]}: python -m tests.agent.extract.places writes this:\n\n{expected}\n"


def test_another_table_is_found_and_replaced(tmp_path: Path) -> None:
    for name in READMES.values():
        (tmp_path / name).write_text("a\n<!-- formats -->\n| old |\n<!-- /formats -->\nb\n", encoding="utf-8")
    assert written((tmp_path / "README.md").read_text(encoding="utf-8")) == "| old |"
    rewrite(tmp_path)
    text = (tmp_path / "README.zh-CN.md").read_text(encoding="utf-8")
    assert written(text) == table(Language.ZH)
    assert (text[:2], text[-3:]) == ("a\n", "\nb\n")
    assert written("no table") is None
