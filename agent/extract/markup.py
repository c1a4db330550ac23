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
_LONGEST_REST = 64 << 10  # bytes of a tag that is not whole yet, kept for the next chunk
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
    chunks: Iterable[bytes],
    budget: Budget,
    start: Start,
    end: End | None = None,
    data: Data | None = None,
    idle: re.Pattern[bytes] | None = None,
) -> Iterator[None]:
    """Feed XML to handlers; stops after each chunk, so that what the handlers gathered can be given on, before damage too.

    `idle` finds whole elements that say nothing to the handlers; the parser does not see them, for its calls take the most time.
    Names are "namespace local". Without an `end` nothing is kept of what is open, and the depth is not judged. Raises Unreadable:
    CORRUPT for what is no XML and for a document type (no office program writes one, entity bombs do), BOMB for what is nested
    too deep, TOO_LARGE for a tag of several megabytes or names without end.
    """
    parser = None
    names: dict[str, str] = {}
    text = _Text(idle)
    fed = 0
    try:
        for chunk in chunks:
            if parser is None:
                parser = _parser(budget, (start, end, data), names, text.begin(chunk))
            piece = text.next(chunk)
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - max(parser.CurrentByteIndex, 0) > _LONGEST_TOKEN or len(names) > _MOST_NAMES:
                raise Unreadable(Unread.TOO_LARGE)
            yield
        if parser is None:
            raise Unreadable(Unread.CORRUPT)
        parser.Parse(text.last(), True)
    except Unreadable:
        yield
        raise
    except (expat.ExpatError, UnicodeError, LookupError, ValueError):
        yield
        raise Unreadable(Unread.CORRUPT) from None  # its message tells of the file
    yield


def empty_but(prefix: str, *names: str) -> re.Pattern[bytes]:
    """Finds the empty elements with this prefix, the one that all programs use, and none of these local names."""
    return re.compile(rf'<{prefix}:(?!(?:{"|".join(names)})[\s/])[^<>/"]+(?:"[^"<]*"[^<>"/]*)*/>'.encode())


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


class _Text:
    """The bytes that a parser gets: in an encoding that it knows, without what is idle."""

    def __init__(self, idle: re.Pattern[bytes] | None) -> None:
        self._idle = idle
        self._decoder: codecs.IncrementalDecoder | None = None
        self._rest = b""

    def begin(self, head: bytes) -> str | None:
        """Judge by the first bytes; answers the encoding where it is another than they declare."""
        declared = _DECLARED.match(head[:400])
        encoding = _WIDER.get(declared[1].decode("ascii", "replace").lower()) if declared else None
        if encoding:
            self._decoder = codecs.getincrementaldecoder(encoding)()
        if b"\0" in head[:8]:
            self._idle = None  # two bytes a character: no pattern of bytes fits
        return "utf-8" if encoding else None

    def next(self, chunk: bytes) -> bytes:
        """What the next bytes are to the parser. A tag that is not whole waits for its end."""
        piece = self._decoder.decode(chunk).encode() if self._decoder else chunk
        if self._idle is None:
            return piece
        piece = self._rest + piece
        cut = piece.rfind(b"<")
        if cut < 0 or len(piece) - cut > _LONGEST_REST or b">" in piece[cut:]:
            cut = len(piece)
        self._rest = piece[cut:]
        return self._idle.sub(b"", piece[:cut])

    def last(self) -> bytes:
        """What is left."""
        return self._rest + (self._decoder.decode(b"", final=True).encode() if self._decoder else b"")


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
    most = budget.depth

    def deeper(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > most:
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
