from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from agent.extract.base import HEAD, Budget, Unreadable
from agent.extract.stream import forward, held
from policies.vocabulary import Unread


def failing() -> Iterator[bytes]:
    yield b"before"
    raise Unreadable(Unread.CORRUPT)


def test_the_pieces_are_one_file() -> None:
    file = forward(iter([b"ab", b"", b"cde", b"f"]))
    assert (file.read(1), file.read(3), file.read(), file.read(5)) == (b"a", b"bcd", b"ef", b"")


@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20, -1])
def test_any_size_of_piece_reads_the_same(size: int) -> None:
    content = bytes(range(256)) * 1000
    file = forward(content[at : at + 999] for at in range(0, len(content), 999))
    found = b""
    while chunk := file.read(size):
        found += chunk
    assert found == content


def test_the_beginning_may_be_read_again() -> None:
    content = bytes(HEAD) + b"more"
    file = forward(iter([content]))
    assert file.read(HEAD) == content[:HEAD]
    assert file.seek(0) == 0
    assert file.read() == content


def test_behind_the_beginning_there_is_no_way_back() -> None:
    file = forward(iter([bytes(HEAD) + b"more"]))
    file.read(HEAD + 1)
    with pytest.raises(io.UnsupportedOperation):
        file.seek(0)


def test_what_came_before_a_failure_is_given_first() -> None:
    file = forward(failing())
    assert file.read(100) == b"before"
    file.seek(0)
    assert file.read(100) == b"before"
    for _ in range(2):
        with pytest.raises(Unreadable) as raised:
            file.read(100)
        assert raised.value.reason is Unread.CORRUPT


def test_a_file_is_held_as_long_as_there_is_room() -> None:
    file, size = held(forward(iter([b"a" * 60, b"b" * 40])), Budget(held=100))
    assert (file.read(), size) == (b"a" * 60 + b"b" * 40, 100)


@pytest.mark.parametrize("budget", [Budget(held=99), Budget(memory=99)])
def test_a_larger_file_is_not_held(budget: Budget) -> None:
    with pytest.raises(Unreadable) as raised:
        held(forward(iter([b"a" * 60, b"b" * 40])), budget)
    assert raised.value.reason is Unread.TOO_LARGE


def test_a_file_that_fails_is_not_held() -> None:
    with pytest.raises(Unreadable):
        held(forward(failing()), Budget())
