"""XML fed to a parser within a budget, in the encodings of Chinese computers: no size, depth, name or entity is trusted."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from agent.extract.base import Budget, Unreadable
from policies.vocabulary import Unread

CHUNK = 64 << 10
_LONGEST_TOKEN = 4 << 20  # bytes of one tag; the parser keeps it whole
_ROOT_WITHIN = 16 << 10  # bytes; comments may stand before it, and its namespaces take a page
_MOST_NAMES = 10_000  # of elements and attributes; the parser keeps every one
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
# The encodings in which a character takes several bytes and which the parser does not know itself.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "cp936": "gb18030", "big5": "cp950", "cp950": "cp950"}

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Data = Callable[[str], None]


class _Found(Exception):
    """The root element began."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        super().__init__()
        self.root = (tag, attributes)


def chunks_of(file: BinaryIO, budget: Budget) -> Iterator[bytes]:
    """A file from where it stands to its end."""
    while chunk := file.read(CHUNK):
        budget.spend(len(chunk))
        yield chunk


def parse(
    chunks: Iterable[bytes], budget: Budget, start: Start, end: End | None = None, data: Data | None = None
) -> Iterator[None]:
    """Feed XML to handlers; stops after each chunk, so that what the handlers gathered can be given on, before damage too.

    Names are "namespace local". Without an `end` nothing is kept of what is open, and the depth is not judged. Raises Unreadable:
    CORRUPT for what is no XML and for a document type (no office program writes one, entity bombs do), BOMB for what is nested
    too deep, TOO_LARGE for a tag of several megabytes or names without end.
    """
    parser = None
    names: dict[str, str] = {}
    decode: codecs.IncrementalDecoder | None = None
    fed = 0
    try:
        for chunk in chunks:
            if parser is None:
                decode = _decoder(chunk)
                parser = _parser(budget, (start, end, data), names, "utf-8" if decode else None)
            piece = decode.decode(chunk).encode() if decode else chunk
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - max(parser.CurrentByteIndex, 0) > _LONGEST_TOKEN or len(names) > _MOST_NAMES:
                raise Unreadable(Unread.TOO_LARGE)
            yield
        if parser is None:
            raise Unreadable(Unread.CORRUPT)
        parser.Parse(decode.decode(b"", final=True).encode() if decode else b"", True)
    except Unreadable:
        yield
        raise
    except (expat.ExpatError, UnicodeError, LookupError, ValueError):
        yield
        raise Unreadable(Unread.CORRUPT) from None  # its message tells of the file
    yield


def root(head: bytes) -> tuple[str, dict[str, str]] | None:
    """The first element of a file that begins like this: its name as "namespace local" and its attributes."""

    def found(tag: str, attributes: dict[str, str]) -> None:
        raise _Found(tag, attributes)

    try:
        for _ in parse([head], Budget(), found):
            return None
    except _Found as first:
        return first.root
    except Unreadable:
        return None
    return None


def looks_like(head: bytes, sign: bytes) -> bool:
    """Whether it is worth the while to look for a root element in which a word occurs."""
    begins = head[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")
    return begins and sign in head[:_ROOT_WITHIN].replace(b"\0", b"")


def _decoder(head: bytes) -> codecs.IncrementalDecoder | None:
    declared = _DECLARED.match(head[:400])
    encoding = _WIDER.get(declared[1].decode("ascii", "replace").lower()) if declared else None
    return codecs.getincrementaldecoder(encoding)() if encoding else None


def _parser(
    budget: Budget, handlers: tuple[Start, End | None, Data | None], names: dict[str, str], encoding: str | None
) -> expat.XMLParserType:
    start, end, data = handlers
    parser = expat.ParserCreate(encoding, " ", names)
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    if data:
        parser.buffer_text = True
        parser.CharacterDataHandler = data
    if end:
        _watch_depth(parser, budget, start, end)
    return parser


def _watch_depth(parser: expat.XMLParserType, budget: Budget, start: Start, end: End) -> None:
    depth = 0

    def deeper(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        budget.nested(depth)
        start(tag, attributes)

    def back(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(tag)

    parser.StartElementHandler = deeper
    parser.EndElementHandler = back


def _refuse(*_declaration: object) -> None:
    raise Unreadable(Unread.CORRUPT)
