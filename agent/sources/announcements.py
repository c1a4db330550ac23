"""Following the kernel's announcements: sleep until one comes, post a change, or the gap where some were lost."""

from __future__ import annotations

import errno
import select
import socket
import threading
from collections.abc import Callable

from agent.sources.base import Blind, Change, Post, utc_now
from agent.sources.waker import Waker
from policies.vocabulary import Text


def follow(
    source: str,
    listener: socket.socket,
    waker: Waker,
    post: Post,
    ready: threading.Event,
    is_news: Callable[[socket.socket], bool],
) -> None:
    """Post for `source` until the waker calls. `is_news` reads all that waits and says whether any of it matters."""
    quiet_since = utc_now()
    ready.set()
    while _waited(listener, waker):
        try:
            if is_news(listener):
                post(Change(source=source, key="", at=utc_now()))
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise
            post(Blind(source=source, began_at=quiet_since, reason=_LOST))
        quiet_since = utc_now()


def _waited(listener: socket.socket, waker: Waker) -> bool:
    """Wait, without a time limit, until something is to be read; False once the waker called."""
    poller = select.poll()
    poller.register(listener, select.POLLIN)
    poller.register(waker, select.POLLIN)
    return waker.fileno() not in {descriptor for descriptor, _events in poller.poll()}


_LOST = Text("变化过快，内核丢弃了部分通知", "changes came faster than they could be followed, and the kernel dropped some")
