"""The parts of a MIME message (RFC 2045, 2046), streamed in their order: no part is held in memory, no depth is recursed into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from agent.extract.base import Budget, Unreadable
from agent.extract.mail.headers import Headers
from policies.vocabulary import Unread

_CHUNK = 64 << 10
_LONGEST_HEADER = 1 << 20
_LONGEST_DELIMITER = 1 << 10  # RFC 2046 allows a boundary of 70 characters
_BEFORE_FIRST_FIELD = b"\xef\xbb\xbf\r\n\t "
_BLANK = re.compile(rb"\n\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """A part that holds no other part of this message. `within`: the media types of what it lies in, the outermost first.

    `body` must be read, as far as it is wanted, before the next part is asked for.
    """

    headers: Headers
    kind: str
    within: tuple[str, ...]
    body: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class _Delimiter:
    """Where in the buffer a delimiter line begins and ends (at line feeds); the boundary's depth; whether it closes."""

    start: int
    end: int
    depth: int
    closes: bool


class Message:
    """A message that begins with a field. `headers` are its own; `cut_short`: a multipart was begun that did not end."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        self.cut_short = False
        self._file = file
        self._budget = budget
        self._buffer = b"\n"  # always begins with the line feed before the next line
        self._ended = False
        self._boundaries: list[bytes] = []
        self._kinds: list[str] = []
        self._met: _Delimiter | None = None
        self._fill()
        self._buffer = b"\n" + self._buffer.lstrip(_BEFORE_FIRST_FIELD)
        self.headers = Headers(self._header())

    def parts(self) -> Iterator[Part]:
        """Every part, the message itself where it is no multipart. Raises Unreadable."""
        headers, default = self.headers, "text/plain"
        while True:
            kind, body = headers.kind or default, self._body()
            if kind.startswith("multipart/") and headers.boundary:
                self._budget.nested(len(self._boundaries))
                self._boundaries.append(headers.boundary)
                self._kinds.append(kind)
            else:
                yield Part(headers, kind, tuple(self._kinds), body)
            self._pass_over(body)
            if self._met is None:
                self.cut_short = bool(self._boundaries)
                return
            headers = Headers(self._header())
            default = "message/rfc822" if self._kinds[-1] == "multipart/digest" else "text/plain"

    def _pass_over(self, body: Iterator[bytes]) -> None:
        """Go to the delimiter that begins the next part: what follows a closing one is no part. Inner multiparts end with it."""
        for _ in body:
            pass
        while self._met is not None:
            keep = self._met.depth + (not self._met.closes)
            del self._boundaries[keep:], self._kinds[keep:]
            if not self._met.closes:
                return
            for _ in self._body():
                pass

    def _header(self) -> bytes:
        """The lines up to a blank one, which is passed over; a delimiter ends them too."""
        while not (blank := _BLANK.search(self._buffer)) and not self._ended:
            if len(self._buffer) > _LONGEST_HEADER:
                raise Unreadable(Unread.TOO_LARGE)
            self._fill()
        ends, next_line = (blank.start(), blank.end() - 1) if blank else (len(self._buffer) - 1, len(self._buffer) - 1)
        delimiter = self._delimiter(ends + 1)
        if delimiter:
            ends = next_line = delimiter.start
        header = self._buffer[1 : ends + 1]
        self._buffer = self._buffer[next_line:]
        return header

    def _body(self) -> Iterator[bytes]:
        """What stands between the header and the next delimiter, which is then told in `_met`."""
        begin = 1
        while not (met := self._delimiter(len(self._buffer))) and not self._ended:
            cut = _certain(self._buffer) if self._boundaries else len(self._buffer)
            if cut > begin:
                yield self._buffer[begin:cut]
                begin, self._buffer = 0, self._buffer[cut:]
            self._fill()
        if met:
            yield self._buffer[begin : met.start].removesuffix(b"\r")
            self._buffer = self._buffer[met.end :]
        else:
            yield self._buffer[begin:-1]
            self._buffer = b"\n"
        self._met = met

    def _delimiter(self, before: int) -> _Delimiter | None:
        """The first whole delimiter line in the buffer that ends before a position."""
        at = self._buffer.find(b"\n--", 0, before) if self._boundaries else -1
        while at >= 0 and (end := self._buffer.find(b"\n", at + 3, before)) >= 0:
            line = self._buffer[at + 3 : end].rstrip()
            for depth in reversed(range(len(self._boundaries))):
                if line in (self._boundaries[depth], self._boundaries[depth] + b"--"):
                    return _Delimiter(at, end, depth, len(line) > len(self._boundaries[depth]))
            at = self._buffer.find(b"\n--", end, before)
        return None

    def _fill(self) -> None:
        """Take more of the file; behind its end stands one line feed, so that every line has one."""
        self._budget.tick()
        chunk = self._file.read(_CHUNK)
        self._ended = not chunk
        self._buffer += chunk or b"\n"


def _certain(buffer: bytes) -> int:
    """Up to where no delimiter can begin that more bytes would complete."""
    last = buffer.rfind(b"\n")
    if len(buffer) - last > _LONGEST_DELIMITER:
        return len(buffer)
    return last - buffer[:last].endswith(b"\r")
