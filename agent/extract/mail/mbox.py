"""Mailboxes in one file (RFC 4155 and its variants): each mail begins behind a line "From ", and is a member."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, Member
from agent.extract.stream import forward

_CHUNK = 64 << 10
_REACH = 1 << 10  # a separator and the field behind it are not longer
# Some programs put no ">" before a "From " of a text, so a time and a field on the next line are asked for.
_SEPARATOR = re.compile(rb"\nFrom [^\n]{1,300}[0-9]{2}:[0-9]{2}[^\n]{0,100}\n(?=[!-9;-~]{1,76}[ \t]*:)")


class Mbox(Extractor):
    """A mailbox. Its mails are told by their number."""

    name: ClassVar[str] = "mbox"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        return 0.7 if _SEPARATOR.match(b"\n" + head[: 2 * _REACH]) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Member]:
        mailbox = _Mailbox(file, budget)
        for number in count(1):
            mail = mailbox.mail()
            yield Member(str(number), forward(mail))
            for _ in mail:
                pass
            if mailbox.ended:
                return


class _Mailbox:
    """Streams one mail after the other; `ended` behind the last."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        self.ended = False
        self._file = file
        self._budget = budget
        self._buffer = b"\n" + file.read(_CHUNK)
        self._buffer = self._buffer[_end_of_separator(self._buffer) :]

    def mail(self) -> Iterator[bytes]:
        """The bytes of the next mail."""
        while True:
            separator = _SEPARATOR.search(self._buffer)
            if separator:
                yield self._buffer[: separator.start() + 1]
                self._buffer = self._buffer[separator.end() :]
                return
            cut = max(0, self._buffer.rfind(b"\n", 0, max(0, len(self._buffer) - _REACH)))
            yield self._buffer[:cut]
            self._budget.tick()
            chunk = self._file.read(_CHUNK)
            self._buffer = self._buffer[cut:] + chunk
            if not chunk:
                yield self._buffer
                self.ended = True
                return


def _end_of_separator(buffer: bytes) -> int:
    match = _SEPARATOR.match(buffer)
    return match.end() if match else 0
