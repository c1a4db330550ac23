from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.channel import answer, answered, ask, asked

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_an_open_file_arrives_with_its_time(pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("content")
    with path.open("rb") as file:
        ask(pair[0], file.fileno(), 2.5)
    request = asked(pair[1])
    assert request is not None
    descriptor, seconds = request
    with os.fdopen(descriptor) as arrived:
        assert (arrived.read(), seconds) == ("content", 2.5)


def test_the_end_of_the_other_side_is_noticed(pair: Pair) -> None:
    pair[0].close()
    assert asked(pair[1]) is None


def test_an_answer_of_any_length_arrives_whole(pair: Pair) -> None:
    for body in (b"", b"x", b"y" * 100_000):
        answer(pair[1], body)
        assert answered(pair[0], 10) == body


def test_a_missing_answer_is_a_timeout(pair: Pair) -> None:
    pair[1].sendall(b"\1\0")
    with pytest.raises(TimeoutError):
        answered(pair[0], 0.01)


def test_an_answer_cut_short_is_the_end(pair: Pair) -> None:
    pair[1].sendall(b"\4\0\0\0ab")
    pair[1].close()
    with pytest.raises(EOFError):
        answered(pair[0], 10)


def test_an_answer_beyond_measure_is_refused(pair: Pair) -> None:
    pair[1].sendall(b"\xff\xff\xff\xff")
    with pytest.raises(ValueError, match="too long"):
        answered(pair[0], 10)


def test_an_answer_that_nobody_asked_for_is_no_answer_to_the_next_question(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    answer(pair[1], b"first")
    answer(pair[1], b"second")
    assert answered(pair[0], 10) == b"first"
    with (tmp_path / "file").open("rb") as file, pytest.raises(ValueError, match="nobody asked"):
        ask(pair[0], file.fileno(), 1)


def test_a_descriptor_that_comes_with_an_answer_is_not_taken(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with (tmp_path / "file").open("rb") as file:
        socket.send_fds(pair[1], [b"\1\0\0\0x"], [file.fileno()])
    assert answered(pair[0], 10) == b"x"
    assert len(list(Path("/proc/self/fd").iterdir())) == before
