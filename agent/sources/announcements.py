"""Following the kernel's announcements: sleep until one comes, post a change, or the gap where some were lost."""

from __future__ import annotations

import errno
import select
import socket
import threading
from collections.abc import Callable, Mapping

from agent.sources.base import Blind, Change, Post, utc_now
from agent.sources.waker import Waker
from policies.vocabulary import Text

IsNews = Callable[[socket.socket], bool]
"""Reads all that waits at a socket and says whether any of it matters."""


def follow(
    source: str,
    listener: socket.socket,
    waker: Waker,
    post: Post,
    ready: threading.Event,
    is_news: IsNews,
) -> None:
    """Post for `source` until the waker calls. `is_news` reads all that waits and says whether any of it matters."""
    follow_all(source, {listener: is_news}, waker, post, ready)


def follow_all(source: str, listeners: Mapping[socket.socket, IsNews], waker: Waker, post: Post, ready: threading.Event) -> None:
    """The same for several sockets at once."""
    poller = select.poll()
    poller.register(waker, select.POLLIN)
    by_number = {listener.fileno(): (listener, is_news) for listener, is_news in listeners.items()}
    for number in by_number:
        poller.register(number, select.POLLIN)
    quiet_since = dict.fromkeys(by_number, utc_now())
    ready.set()
    # Without a time limit: an idle daemon sleeps.
    while waker.fileno() not in (waiting := [descriptor for descriptor, _events in poller.poll()]):
        for number in waiting:
            listener, is_news = by_number[number]
            try:
                if is_news(listener):
                    post(Change(source=source, key="", at=utc_now()))
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                post(Blind(source=source, began_at=quiet_since[number], reason=_LOST))
            quiet_since[number] = utc_now()


_LOST = Text("变化过快，内核丢弃了部分通知", "changes came faster than they could be followed, and the kernel dropped some")
