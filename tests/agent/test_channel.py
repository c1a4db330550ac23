from __future__ import annotations

import os
import resource
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent.channel import MOST_FILES, Answers, Request, answer, ask, asked

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def contents(request: Request | None) -> list[str]:
    """Of the files that arrived."""
    assert request is not None
    found = []
    for file in request.files:
        with os.fdopen(file) as arrived:
            found.append(arrived.read())
    return found


def hand_over(channel: socket.socket, folder: Path, names: Sequence[str], **how: bool) -> None:
    """Files whose contents are their names."""
    for name in names:
        (folder / name).write_text(name)
    with ExitStack() as stack:
        ask(channel, [stack.enter_context((folder / name).open("rb")).fileno() for name in names], 2.5, **how)


def test_open_files_arrive_in_order_with_their_time(pair: Pair, tmp_path: Path) -> None:
    names = [f"{number:02}" for number in range(MOST_FILES)]
    for some in (names[:1], names):
        hand_over(pair[0], tmp_path, some)
        request = asked(pair[1])
        assert contents(request) == some
        assert request is not None
        assert (request.seconds, request.explain) == (2.5, False)


def test_each_message_arrives_by_itself(pair: Pair, tmp_path: Path) -> None:
    hand_over(pair[0], tmp_path, ["a", "b"])
    hand_over(pair[0], tmp_path, ["c"], explain=True)
    assert contents(asked(pair[1])) == ["a", "b"]
    last = asked(pair[1])
    assert contents(last) == ["c"]
    assert last is not None
    assert last.explain


def test_where_not_all_files_can_be_taken_none_is_answered_for_another(pair: Pair, tmp_path: Path) -> None:
    most, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    hand_over(pair[0], tmp_path, ["a", "b", "c"])
    probe = os.dup(pair[1].fileno())
    os.close(probe)
    resource.setrlimit(resource.RLIMIT_NOFILE, (probe + 2, hard))
    try:
        request = asked(pair[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    os.closerange(probe, probe + 2)
    assert request is None


def test_the_end_of_the_other_side_is_noticed(pair: Pair) -> None:
    pair[0].close()
    assert asked(pair[1]) is None


def test_an_answer_of_any_length_arrives_whole(pair: Pair) -> None:
    answers = Answers(pair[0])
    for body in (b"", b"x", b"y" * 100_000):
        answer(pair[1], body)
        assert answers.next(10) == body


def test_several_answers_arrive_one_by_one_and_in_order(pair: Pair) -> None:
    answers = Answers(pair[0])
    for body in (b"first", b"", b"third"):
        answer(pair[1], body)
    assert [answers.next(10) for _ in range(3)] == [b"first", b"", b"third"]
    answers.expect_none()


def test_a_missing_answer_is_a_timeout(pair: Pair) -> None:
    pair[1].sendall(b"\1\0")
    with pytest.raises(TimeoutError):
        Answers(pair[0]).next(0.01)


def test_an_answer_has_come_once_it_is_whole(pair: Pair) -> None:
    answers = Answers(pair[0])
    seen = []
    for part in (b"", b"\5\0", b"\0\0", b"whol", b"e"):
        pair[1].sendall(part)
        seen.append(answers.come(0.01))
    assert seen == [False, False, False, False, True]
    assert answers.next(10) == b"whole"
    pair[1].close()
    with pytest.raises(EOFError):
        answers.come(10)


def test_an_answer_cut_short_is_the_end(pair: Pair) -> None:
    pair[1].sendall(b"\4\0\0\0ab")
    pair[1].close()
    with pytest.raises(EOFError):
        Answers(pair[0]).next(10)


def test_an_answer_beyond_measure_is_refused(pair: Pair) -> None:
    pair[1].sendall(b"\xff\xff\xff\xff")
    with pytest.raises(ValueError, match="too long"):
        Answers(pair[0]).next(10)


@pytest.mark.parametrize("unasked", [1, 2])
def test_an_answer_that_nobody_asked_for_is_no_answer_to_the_next_question(pair: Pair, unasked: int) -> None:
    answers = Answers(pair[0])
    for _ in range(1 + unasked):
        answer(pair[1], b"said")
    assert answers.next(10) == b"said"
    with pytest.raises(ValueError, match="nobody asked"):
        answers.expect_none()


def test_silence_is_expected_and_the_end_is_told(pair: Pair) -> None:
    Answers(pair[0]).expect_none()
    pair[1].close()
    with pytest.raises(EOFError):
        Answers(pair[0]).expect_none()


def test_a_descriptor_that_comes_with_an_answer_is_not_taken(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with (tmp_path / "file").open("rb") as file:
        socket.send_fds(pair[1], [b"\1\0\0\0x"], [file.fileno()])
    assert Answers(pair[0]).next(10) == b"x"
    assert len(list(Path("/proc/self/fd").iterdir())) == before
