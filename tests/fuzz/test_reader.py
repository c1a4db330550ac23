from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from policies.vocabulary import Read, Unread
from tests.agent.hostile import MAGIC, SECRET
from tests.fuzz.reader import BATCH, Reader


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with (tmp_path / "stderr").open("w+b") as errors, Reader(errors) as reader:
        yield reader


def test_a_file_is_read_as_the_worker_reads_it(reader: Reader) -> None:
    answer = reader.read("机密★10年\n正文\n".encode(), twice=True)
    assert answer.reading
    assert (answer.reading.format, answer.reading.read, [mark.text for mark in answer.reading.marks]) == (
        "txt",
        Read.FULL,
        ["机密★10年"],
    )
    assert answer.again
    assert len(answer.again.explained) == 1
    assert (answer.status, answer.escaped, answer.caught) == (None, "", ())
    assert 1 << 20 < answer.peak < 80 << 20


def test_after_a_batch_a_fresh_fork_reads_on(reader: Reader) -> None:
    assert all(reader.read(b"text").reading for _ in range(BATCH + 2))


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Reader]:
    with (tmp_path / "stderr").open("w+b") as errors, Reader(errors, "tests.fuzz.hostile") as reader:
        yield reader


def test_a_death_is_told_with_its_place_and_the_next_file_is_read(hostile: Reader) -> None:
    answer = hostile.read(MAGIC + b"die")
    assert (answer.status, answer.where.partition(":")[0], answer.reading) == (-signal.SIGSEGV, "hostile.py", None)
    assert hostile.read(b"text").reading


def test_a_call_for_all_memory_is_noted(hostile: Reader) -> None:
    answer = hostile.read(MAGIC + b"allocate")
    assert answer.reading
    assert (answer.reading.reason, [note.partition(" ")[0] for note in answer.caught]) == (Unread.BOMB, ["MemoryError"])


def test_what_a_parser_says_goes_to_the_errors(hostile: Reader, tmp_path: Path) -> None:
    assert hostile.read(MAGIC + b"shout").reading
    assert SECRET in (tmp_path / "stderr").read_text()


def test_a_file_may_be_read_alone(reader: Reader) -> None:
    assert all(reader.read_alone(b"text").reading for _ in range(3))
