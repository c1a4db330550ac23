"""XML of any origin, fed to a parser within a budget: in the encodings of Chinese computers, with harmless entities."""

from __future__ import annotations

import codecs
import html.entities
import re
from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from agent.extract.base import Budget, Unreadable
from agent.extract.charset import WIDE, declared, detect
from agent.extract.sieve import Sieve
from checks.marking.trace import could_bear
from policies.vocabulary import Unread

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Data = Callable[[str], None]

LOOKED_AT = 4096
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_KNOWN = ("utf-8", "us-ascii", "ascii", "iso-8859-1", "utf-16")
_ENTITIES = 64 << 10  # characters that all entities of a document stand for
_LONGEST_TOKEN = 8 << 20  # bytes of one tag, a picture in an attribute; the parser keeps it whole
_COMMENT = re.compile(rb"<!--(?:[^-]++|-(?!->))*-->")
_BEFORE_ROOT = re.compile(
    r"\s*+(?:<\?(?:[^?]++|\?(?!>))*\?>\s*+|<!--(?:[^-]++|-(?!->))*-->\s*+|<!DOCTYPE[^\[>]*+(?:\[[^\]]*+\]\s*+)?>\s*+)*"
    r"<([A-Za-z_][\w.:-]*+)((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*)"
)


class XmlStream:
    """A parser with its handlers; names are "namespace local". `incomplete`: something that it refers to was not read."""

    def __init__(self, budget: Budget, start: Start | None = None, end: End | None = None, data: Data | None = None) -> None:
        self.incomplete = False
        self._budget = budget
        self._start = start
        self._end = end
        self._data = data
        self._depth = 0
        self._fed = 0
        self._out = 0
        self._entities = 0

    def read(self, chunks: Iterable[bytes]) -> Iterator[None]:
        """Feed a whole document; stops after each chunk, so that what the handlers gathered can be given on.

        Raises Unreadable: CORRUPT for what is no XML, BOMB for what is nested too deep or unfolds too far, UNSUPPORTED for
        entities of entities, TOO_LARGE for a tag of several megabytes.
        """
        parser: expat.XMLParserType | None = None
        decoder: codecs.IncrementalDecoder | None = None
        try:
            for chunk in chunks:
                if parser is None:
                    decoder = _decoder(chunk)
                    parser = self._parser("utf-8" if decoder else None)
                self._feed(parser, self._utf8(decoder.decode(chunk)) if decoder else chunk)
                yield
            if parser is None:
                raise Unreadable(Unread.CORRUPT)
            parser.Parse(self._utf8(decoder.decode(b"", final=True)) if decoder else b"", True)
        except (expat.ExpatError, UnicodeError, LookupError) as error:  # not well-formed, or in an encoding of no known name
            raise Unreadable(Unread.CORRUPT) from error
        yield

    def _feed(self, parser: expat.XMLParserType, piece: bytes) -> None:
        self._fed += len(piece)
        self._budget.tick()
        parser.Parse(piece, False)
        if self._fed - max(parser.CurrentByteIndex, 0) > _LONGEST_TOKEN:
            raise Unreadable(Unread.TOO_LARGE)

    def _utf8(self, text: str) -> bytes:
        self.incomplete = self.incomplete or "\ufffd" in text
        return text.encode()

    def _parser(self, encoding: str | None) -> expat.XMLParserType:
        parser = expat.ParserCreate(encoding, namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._deeper
        parser.EndElementHandler = self._back
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._skipped
        parser.ExternalEntityRefHandler = self._external
        return parser

    def _deeper(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._budget.nested(self._depth)
        if self._start:
            self._start(tag, attributes)

    def _back(self, tag: str) -> None:
        self._depth -= 1
        if self._end:
            self._end(tag)

    def _characters(self, text: str) -> None:
        self._out += len(text)
        self._budget.spend(len(text))
        self._budget.unpacked(self._out, self._fed)
        if self._data:
            self._data(text)

    def _entity(self, _name: str, _parameter: bool, value: str | None, *_external: object) -> None:
        if value is None:
            return
        self._entities += len(value)
        if "&" in value or "%" in value or self._entities > _ENTITIES:
            raise Unreadable(Unread.UNSUPPORTED)

    def _skipped(self, name: str, parameter: bool) -> None:
        """An entity that is declared elsewhere: those of HTML are known."""
        known = html.entities.html5.get(f"{name};")
        if known and not parameter:
            self._characters(known)
        elif not parameter:
            self.incomplete = True

    def _external(self, *_reference: object) -> int:
        self.incomplete = True
        return 1


def may_bear(data: bytes) -> bool:
    """The cheap question on a whole file, its tags included. A no is certain where text is shown in the order it is written."""
    if b"<!--" in data:
        data = _COMMENT.sub(b"", data)
    return b"&#" in data or Sieve((), attributes=False).feed(data, last=True) or could_bear(data.decode("utf-8", "replace"))


def root(head: bytes) -> tuple[str, str]:
    """The name of the first element of a file that begins like this, and its attributes as they stand; empty for none."""
    beginning = head[:LOOKED_AT].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").decode("latin-1")
    match = _BEFORE_ROOT.match(beginning)
    return (match[1], match[2]) if match else ("", "")


def _decoder(head: bytes) -> codecs.IncrementalDecoder | None:
    """What makes text of encodings that the parser does not know itself; None for those that it knows."""
    match = _DECLARED.search(head[:400])
    name = match[1].decode("ascii", "replace").lower() if match else ""
    if name in _KNOWN or head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return None
    encoding = declared(name) if name else detect(head, whole=False)
    if name and encoding is None:
        raise Unreadable(Unread.UNSUPPORTED)
    if encoding in (None, "utf-8"):
        return None
    return codecs.getincrementaldecoder(encoding or "")("strict" if encoding in WIDE else "replace")
