"""Word documents as one XML file: Word 2003 XML (WordprocessingML 2003), and flat packages (pkg:package), PowerPoint's too."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.ooxml.story import Story
from agent.extract.ooxml.wordstyles import WordStyles
from agent.extract.package import local
from agent.extract.sieve import Sieve
from agent.extract.xml.stream import LOOKED_AT, XmlStream, root
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_CHUNK = 64 << 10
_2003 = "http://schemas.microsoft.com/office/word/2003/wordml"
_2006 = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ROOTS = re.compile(r"(?:\w+:)?(?:wordDocument|package)")
_NAMESPACES = re.compile(r"office/word/2003/wordml|office/2006/xmlPackage")
_PAGED = {"hdr": (Place.HEADER, 1), "ftr": (Place.FOOTER, 1)}
_PLACES = {**_PAGED, "footnote": (Place.BODY, 0), "endnote": (Place.BODY, 0), "comment": (Place.BODY, 0), "sld": (Place.SLIDE, 0)}
_BODIES = {"body": (Place.BODY, 1), "notes": (Place.SLIDE, 0)}
_PROPERTIES = ("DocumentProperties", "CustomDocumentProperties", "coreProperties", "Properties")
_PICTURE = re.compile("/media/|thumbnail|[.](?:png|jpe?g|gif|emf|wmf|bmp|tiff?)$", re.IGNORECASE)


class Wordml(Extractor):
    """A document by its root element."""

    name: ClassVar[str] = "wordml"

    def rank(self, head: bytes) -> float:
        beginning = head[:LOOKED_AT].replace(b"\0", b"") if b"<" in head[:64] else b""
        if b"wordml" not in beginning and b"xmlPackage" not in beginning:
            return -1
        name, attributes = root(head)
        return 0.9 if _ROOTS.fullmatch(name) and _NAMESPACES.search(attributes) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        if self.rank(file.read(_CHUNK)) < 0:
            raise NotThisFormat
        file.seek(0)
        sieve = Sieve()
        holds = budget.mentions or any(sieve.feed(chunk) for chunk in _chunks(file)) or sieve.feed(b"", last=True)
        file.seek(0)
        styles = WordStyles()
        if holds:
            found = _Styles(styles)
            for _ in XmlStream(budget, found.start, found.end).read(_chunks(file)):
                pass
            file.seek(0)
        document = _Document(styles, budget)
        stream = XmlStream(budget, document.start, document.end, document.data)
        for _ in stream.read(_chunks(file)):
            yield from (part for part in document.take() if holds or isinstance(part, Member))
        if not holds:
            yield MARKLESS
        if document.embeds or stream.incomplete:
            raise Unreadable(Unread.UNSUPPORTED)
        if document.pictures and not document.told:
            raise Unreadable(Unread.NO_TEXT)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(_CHUNK), b"")


class _Styles:
    """Handlers that hand the styles on, wherever they stand."""

    def __init__(self, styles: WordStyles) -> None:
        self._styles = styles
        self._within = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._within or local(tag) == "styles":
            self._within += 1
            self._styles.start(tag, attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._within:
            self._within -= 1
            self._styles.end(tag)


class _Document:
    """Handlers that hand each story of a document to a reader of its own. `embeds`: it holds what was not read."""

    def __init__(self, styles: WordStyles, budget: Budget) -> None:
        self.embeds = False
        self.pictures = False
        self.told = False
        self._styles = styles
        self._budget = budget
        self._path: list[str] = []
        self._stories: list[tuple[int, Story]] = []
        self._properties = 0
        self._property = ""
        self._part = ""
        self._ready: list[Block | Member] = []
        self._binary: list[str] | None = None
        self._size = 0
        self._on: dict[str, Callable[[dict[str, str]], None]] = {
            "part": self._named,
            "binaryData": self._begin_binary,
            "binData": self._picture,
            "docOleData": self._embedded,
            "docSuppData": lambda _: None,
        }

    def take(self) -> list[Block | Member]:
        """What was gathered since the last call."""
        for _, story in self._stories:
            self._ready += story.take()
        taken, self._ready = self._ready, []
        self.told = self.told or any(isinstance(part, Block) and part.place.seen_by_a_reader for part in taken)
        return taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = local(tag)
        self._path.append(name)
        if name in _PROPERTIES:
            self._properties, self._property = len(self._path), ""
        elif self._properties:
            self._property = next((value for key, value in attributes.items() if local(key) == "name"), self._property)
        elif (place := _PLACES.get(name) or (_BODIES.get(name) if not self._stories else None)) is not None:
            self._ready += self._stories[-1][1].take() if self._stories else []
            self._stories.append((len(self._path), Story(*place, self._styles)))
        if self._stories:
            self._stories[-1][1].start(_translated(tag, attributes), attributes)
        if name in self._on:
            self._on[name]({local(key): value for key, value in attributes.items()})

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._stories:
            depth, story = self._stories[-1]
            story.end(tag)
            if depth == len(self._path):
                self._ready += story.take()
                self._stories.pop()
        if self._properties == len(self._path):
            self._properties = 0
        if self._path.pop() == "binaryData" and self._binary is not None:
            self._end_binary(self._binary)

    def data(self, text: str) -> None:
        """Characters."""
        if self._properties:
            if text.strip():
                own = self._property or (self._path[-1] if self._path[self._properties - 1] == "CustomDocumentProperties" else "")
                self._ready.append(Block(f"{own}={text}" if own else text, Place.METADATA, page=0))
        elif self._binary is not None:
            self._size += len(text)
            if self._size > min(self._budget.held, self._budget.memory) // 2:
                raise Unreadable(Unread.TOO_LARGE)
            self._binary.append(text)
        elif self._stories:
            self._stories[-1][1].data(text)

    def _named(self, attributes: dict[str, str]) -> None:
        self._part = attributes.get("name", "")

    def _picture(self, _attributes: dict[str, str]) -> None:
        self.pictures = True

    def _embedded(self, _attributes: dict[str, str]) -> None:
        self.embeds = True

    def _begin_binary(self, _attributes: dict[str, str]) -> None:
        if _PICTURE.search(self._part):
            self.pictures = True
        else:
            self._binary, self._size = [], 0

    def _end_binary(self, texts: list[str]) -> None:
        self._binary = None
        try:
            data = base64.b64decode("".join(texts))
        except binascii.Error as error:
            raise Unreadable(Unread.CORRUPT) from error
        self._ready.append(Member(self._part.rpartition("/")[2], io.BytesIO(data)))


def _translated(tag: str, attributes: dict[str, str]) -> str:
    """A name of 2003 as one of 2006; a deletion is an annotation there."""
    namespace, _, name = tag.rpartition(" ")
    if name == "annotation" and any(value == "Word.Deletion" for value in attributes.values()):
        return f"{_2006} del"
    return f"{_2006} {name}" if namespace == _2003 else tag
