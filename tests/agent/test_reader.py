from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.coverage import Coverage
from agent.extract.reading import Reading
from agent.index import UNSETTLED, Index, identity
from agent.reader import Reader
from agent.sandbox import Sandbox
from agent.sources.base import SourceUnavailable
from policies.vocabulary import Level, Read, Unread
from tests.agent.hostile import MAGIC

MARK = "机密★10年"
Make = Callable[..., Reader]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(program="tests.agent.hostile", seconds=5) as made:
        yield made


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "state" / "index.db", "1") as made:
        yield made


@pytest.fixture
def make(sandbox: Sandbox, index: Index) -> Make:
    def made(coverage: Coverage | None = None, **options: Any) -> Reader:
        return Reader(sandbox, index, coverage or Coverage(), **{"clock_ns": lambda: 1 << 62, **options})

    return made


def read(reader: Reader, path: Path) -> Reading | None:
    return reader.finish(reader.begin(str(path)))


def test_files_are_read_ahead_and_counted(make: Make, tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / str(number)).write_text(MARK)
    coverage = Coverage()
    reader = make(coverage)
    opened = [reader.begin(str(tmp_path / str(number))) for number in range(5)]
    readings = [reader.finish(one) for one in opened]
    assert [reading.marks[0].level for reading in readings if reading] == [Level.JIMI] * 5
    assert (coverage.files_read, coverage.bytes_read) == (5, 5 * len(MARK.encode()))
    assert [one.same for one in opened] == [identity((tmp_path / str(number)).stat()) for number in range(5)]


def test_a_file_that_has_gone_or_is_a_link_now_has_no_reading(make: Make, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    assert read(make(), tmp_path / "none") is None
    assert read(make(), tmp_path / "link") is None


def test_an_empty_file_is_read_without_the_sandbox(index: Index, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with Sandbox(program="no.such.module") as broken:
        assert read(Reader(broken, index, Coverage()), tmp_path / "empty") == Reading(format="txt", read=Read.FULL)
        (tmp_path / "other").write_text(MARK)
        with pytest.raises(SourceUnavailable, match="sandbox"):
            read(Reader(broken, index, Coverage()), tmp_path / "other")


def test_a_file_that_is_too_large_is_not_counted_as_read_and_not_relied_on_later(make: Make, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 11)
    coverage = Coverage()
    opened = make(coverage, limit=10).begin(str(tmp_path / "large"))
    assert opened.reading is not None
    assert (opened.reading.reason, opened.same, coverage.files_read) == (Unread.TOO_LARGE, UNSETTLED, 0)


def test_a_file_that_is_written_meanwhile_is_not_relied_on_later(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(MARK)
    reader = make()
    opened = reader.begin(str(path))
    path.write_text("longer than before")
    reader.finish(opened)
    assert opened.same == UNSETTLED


def test_a_file_just_written_is_not_relied_on_later(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(MARK)
    reader = make(clock_ns=lambda: path.stat().st_ctime_ns + 1)
    opened = reader.begin(str(path))
    reader.finish(opened)
    assert opened.same == UNSETTLED


def test_a_file_that_kills_the_parser_twice_is_not_tried_by_the_next_program(make: Make, index: Index, tmp_path: Path) -> None:
    path = tmp_path / "deadly"
    path.write_bytes(MAGIC + b"die")
    same = identity(path.stat())
    reader = make()
    opened = reader.begin(str(path))
    reading = reader.finish(opened)
    assert (reading and reading.reason, opened.retried) == (Unread.CORRUPT, True)
    assert not index.was_retried(str(path), same)  # it is known now
    index.begin_retry(str(path), same)  # as if this program had been taken along
    assert make().begin(str(path)).ticket is None
    index.begin_retry(str(path), same)
    asked = make(retry=True).begin(str(path))
    assert asked.ticket is not None
    make().abandon([asked])


def test_what_is_abandoned_is_closed(make: Make, tmp_path: Path) -> None:
    (tmp_path / "a").write_text(MARK)
    reader = make()
    opened = reader.begin(str(tmp_path / "a"))
    reader.abandon([opened])
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(opened.file)
    assert read(reader, tmp_path / "a") is not None
