"""XML files of any other vocabulary: settings, data, feeds, manuscripts (XML 1.0)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, ClassVar

from agent.extract.base import HEAD, MARKLESS, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.sifted import sifted
from agent.extract.xml.stream import XmlStream, may_bear, root
from agent.extract.xml.text import XmlText
from checks.marking.text import Block
from policies.vocabulary import Unread

_BEGINNING = 256
_CHUNK = 64 << 10
_ASKED = 2 << 20
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<\?xml\s")


class Xml(Extractor):
    """A file with an XML declaration, or one that is well-formed without it."""

    name: ClassVar[str] = "xml"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        beginning = head[:_BEGINNING].replace(b"\0", b"")
        if _DECLARATION.match(beginning):
            return 0.3
        return 0.15 if beginning.lstrip().startswith(b"<") and root(head)[0] else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        head = file.read(HEAD)
        data = head + file.read(_ASKED - HEAD) if len(head) == HEAD else head
        if len(data) < _ASKED:
            yield from _small(data, budget)
        else:
            yield from _parsed(chain([data], iter(lambda: file.read(_CHUNK), b"")), budget)


def _small(data: bytes, budget: Budget) -> Iterator[Block | Member]:
    """A file that is held: whether it is XML at all, and the cheap question, come before its text."""
    declared = _DECLARATION.match(data[:_BEGINNING].replace(b"\0", b""))
    bears = budget.mentions or may_bear(data)
    if declared and bears:
        yield from _parsed(iter([data]), budget)
        return
    checked = XmlStream(budget)
    try:
        for _ in checked.read([data]):
            pass
    except Unreadable as error:
        if declared or error.reason is not Unread.CORRUPT:
            raise
        raise NotThisFormat from error
    if bears:
        yield from _parsed(iter([data]), budget)
        return
    yield MARKLESS
    if checked.incomplete:
        raise Unreadable(Unread.UNSUPPORTED)


def _parsed(chunks: Iterator[bytes], budget: Budget) -> Iterator[Block | Member]:
    text = XmlText()
    stream = XmlStream(budget, text.start, text.end, text.data)
    yield from sifted(_lines(stream, text, chunks), budget)
    if stream.incomplete:
        raise Unreadable(Unread.UNSUPPORTED)


def _lines(stream: XmlStream, text: XmlText, chunks: Iterator[bytes]) -> Iterator[Block]:
    """What was read before the damage counts."""
    try:
        for _ in stream.read(chunks):
            yield from text.take()
    except Unreadable:
        text.flush()
        yield from text.take()
        raise
    text.flush()
    yield from text.take()
