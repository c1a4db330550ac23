"""Following a socket: changes, gaps, the end."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator

import pytest

from agent.sources.announcements import IsNews, follow, follow_all
from agent.sources.base import Blind, Change
from agent.sources.waker import Waker


def followed(answers: list[bool | OSError]) -> list[Change | Blind]:
    """What is posted where each announcement in turn is news, is none, or is an error; ends after the last."""
    kernel, listener = socket.socketpair()
    waker = Waker()
    posted: list[Change | Blind] = []
    script: Iterator[bool | OSError] = iter(answers)
    left = len(answers)

    def is_news(each: socket.socket) -> bool:
        nonlocal left
        assert each.recv(1)
        left -= 1
        if not left:
            waker.wake()
        answer = next(script)
        if isinstance(answer, OSError):
            raise answer
        return answer

    with kernel, listener:
        kernel.send(bytes(len(answers)))
        follow("name", listener, waker, posted.append, threading.Event(), is_news)
    return posted


def test_news_is_a_change_of_all_that_the_source_knows() -> None:
    (change,) = followed([False, True, False])
    assert isinstance(change, Change)
    assert (change.source, change.key, change.subject) == ("name", "", None)


def test_a_full_buffer_is_a_gap_and_following_goes_on() -> None:
    first, gap, last = followed([True, OSError(errno.ENOBUFS, "lost"), True])
    assert isinstance(first, Change)
    assert isinstance(gap, Blind)
    assert isinstance(last, Change)
    assert first.at <= gap.began_at <= last.at


def test_another_error_is_not_hidden() -> None:
    with pytest.raises(OSError, match="broken"):
        followed([OSError(errno.EIO, "broken")])


def test_several_sockets_are_followed_at_once() -> None:
    first, one = socket.socketpair()
    second, other = socket.socketpair()
    waker = Waker()
    posted: list[Change | Blind] = []
    heard: list[str] = []

    def hears(name: str, *, news: bool) -> IsNews:
        def is_news(each: socket.socket) -> bool:
            heard.append(name)
            each.recv(1)
            if len(heard) == 3:
                waker.wake()
            return news

        return is_news

    with first, second, one, other:
        first.send(b"x")
        second.send(b"xy")
        listeners = {one: hears("one", news=True), other: hears("other", news=False)}
        follow_all("name", listeners, waker, posted.append, threading.Event())
    assert sorted(heard) == ["one", "other", "other"]
    assert len(posted) == 1
