"""Office Open XML (ISO/IEC 29500-2) as its three document kinds share it: parts by content type, relationships, properties, files
that are embedded, and what keeps a document from being called read in full.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, NamedTuple, Protocol

from agent.extract.base import Budget, Member, NotThisFormat, Unreadable
from agent.extract.package import Package, leaves, listed
from agent.extract.sieve import Sieve
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

LONGEST_PARAGRAPH = 1 << 20
"""Characters of one paragraph or cell; no program writes more, and all of it is in memory at once."""

GRAPHICS = ("drawingml.chart+xml", "chartex+xml", "drawingml.chartshapes+xml", "drawingml.diagramdata+xml")
"""Content types, as they end, of charts and diagrams: their text is that of a text box."""

VML = "vmldrawing"
"""The same of drawings in VML."""

_TYPES = "[Content_Types].xml"
_PROPERTIES = ("core-properties+xml", "extended-properties+xml", "custom-properties+xml", "classificationlabels+xml")
_PROPERTY_PARTS = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "docMetadata/LabelInfo.xml")
# What a package holds beside its text and that is no file of its own: pictures, sounds, fonts, settings of a printer, macros.
_NO_FILES = ("image/", "audio/", "video/", "font/", "application/x-font")
_NO_FILES_ENDINGS = (
    *("+xml", ".obfuscatedfont", ".printersettings", ".vbaproject", ".vbaprojectsignature", ".attachedtoolbars"),
    *(VML, ".digital-signature-origin", ".digital-signature-certificate", "x-fontdata", "vnd.ms-fontobject"),
)
_CONTROL = "ms-office.activex"
_SCRAP = ("[trash]/", "customXml/", "__MACOSX/", "_rels/")
_FEW = 1000
_GRAVEST_FIRST = (
    *(Unread.BOMB, Unread.TIMEOUT, Unread.TOO_LARGE, Unread.ENCRYPTED),
    *(Unread.CORRUPT, Unread.PERMISSION, Unread.UNSUPPORTED, Unread.NO_TEXT),
)
# A package without its list of types is judged by the names that all programs give.
_OFFICE = "application/vnd.openxmlformats-officedocument."
_USUAL = {
    "word/document": "wordprocessingml.document.main+xml",
    "word/header": "wordprocessingml.header+xml",
    "word/footer": "wordprocessingml.footer+xml",
    "word/footnotes": "wordprocessingml.footnotes+xml",
    "word/endnotes": "wordprocessingml.endnotes+xml",
    "word/comments": "wordprocessingml.comments+xml",
    "word/styles": "wordprocessingml.styles+xml",
    "xl/workbook": "spreadsheetml.sheet.main+xml",
    "xl/worksheets/sheet": "spreadsheetml.worksheet+xml",
    "xl/sharedStrings": "spreadsheetml.sharedstrings+xml",
    "xl/styles": "spreadsheetml.styles+xml",
    "xl/comments": "spreadsheetml.comments+xml",
    "xl/drawings/drawing": "drawing+xml",
    "ppt/presentation": "presentationml.presentation.main+xml",
    "ppt/slides/slide": "presentationml.slide+xml",
    "ppt/slideLayouts/slideLayout": "presentationml.slidelayout+xml",
    "ppt/slideMasters/slideMaster": "presentationml.slidemaster+xml",
    "ppt/notesSlides/notesSlide": "presentationml.notesslide+xml",
}


class Relation(NamedTuple):
    """What a part refers to: the kind (the last word of its type), the part's name."""

    kind: str
    target: str


class Handlers(Protocol):
    """What takes a part's markup while it is parsed."""

    def start(self, tag: str, attributes: dict[str, str], /) -> None:
        """An element begins; names are "namespace local"."""

    def end(self, tag: str, /) -> None:
        """An element ends."""

    def data(self, text: str, /) -> None:
        """Characters."""


class Office:
    """A package whose main part belongs to `program` ("word", "excel", "powerpoint"). Raises NotThisFormat, Unreadable.

    `unread` gathers why the document must not be called read in full.
    """

    def __init__(self, file: BinaryIO, budget: Budget, program: str) -> None:
        self.package = Package(file, budget)
        self._budget = budget
        self.unread: set[Unread] = set()
        self._kinds = self._content_types()
        self.mains = [name for name in self.package if _is_main(self._kinds[name], program)]
        if not self.mains:
            raise NotThisFormat

    def kind(self, name: str) -> str:
        """A part's content type in small letters, "" where it has none."""
        return self._kinds.get(name, "")

    def parts(self, *endings: str) -> list[str]:
        """The parts whose content type ends so, in the package's order."""
        return [name for name in self.package if self._kinds[name].endswith(endings)]

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part refers to within the package, by the name that it calls it."""
        folder, _, name = part.rpartition("/")
        own = f"{folder}/_rels/{name}.rels".lstrip("/")
        if own not in self.package:
            return {}
        found = {}
        for attributes in self.elements(own, "Relationship"):
            target = attributes.get("Target", "")
            if attributes.get("TargetMode") == "External" or not target:
                continue
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = Relation(attributes.get("Type", "").rpartition("/")[2], path)
        return found

    def elements(self, part: str, name: str) -> list[dict[str, str]]:
        """The attributes of the elements of that name, in a part that only lists; what keeps it from being read is noted."""
        try:
            return [attributes for tag, attributes in listed(self.package, part) if tag == name]
        except Unreadable as error:
            self.unread.add(error.reason)
            return []

    def present(self, relation: Relation | None) -> str:
        """The part that a relation leads to; where there is none the document is damaged, and the answer is ""."""
        if relation and relation.target in self.package:
            return relation.target
        self.unread.add(Unread.CORRUPT)
        return ""

    def bears(self, mains: Iterable[str], sieves: Mapping[str, Sieve]) -> bool:
        """The cheap question on all that is read, the properties too. `sieves` gives for each part the one that fits it.

        Where the main parts have little text, yes as well: the document may be all pictures.
        """
        if self._budget.mentions:
            return True
        every = {name: Sieve() for name in self._property_parts()} | dict(sieves)
        try:
            if any(self.package.sift(name, sieve) for name, sieve in every.items()):
                return True
        except Unreadable:
            return True  # the other parts are read all the same, then the reason is told
        return self.has_pictures and sum(sieves[name].length for name in mains) < _FEW

    @property
    def has_pictures(self) -> bool:
        """Whether a part is a picture."""
        return any(_is_picture(name, kind) for name, kind in self._kinds.items() if not name.startswith("docProps/"))

    def metadata(self) -> Iterator[Block]:
        """The document's properties; one that its author named is given as "name=value", a label with its attributes."""
        for name in self._property_parts():
            yield from self.apart(self._properties(name))

    def apart(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """The blocks of one part; what keeps it from being read is noted, and the other parts are read all the same."""
        try:
            yield from blocks
        except Unreadable as error:
            self.unread.add(error.reason)

    def members(self) -> Iterator[Member]:
        """The files that are embedded."""
        for name, kind in self._kinds.items():
            if kind.endswith(_CONTROL):
                self.unread.add(Unread.UNSUPPORTED)  # a control may show a text that only its program can read
            elif ("/embeddings/" in name and not name.endswith(".rels")) or _is_file(name, kind):
                yield Member(name, self.package.open(name))

    def read(self, name: str, handlers: Handlers, idle: re.Pattern[bytes] | None = None) -> None:
        """Let handlers have a part that holds no text itself; what keeps it from being read is noted."""
        try:
            for _ in self.package.parse(name, handlers.start, handlers.end, handlers.data, idle):
                pass
        except Unreadable as error:
            self.unread.add(error.reason)

    def judge(self) -> None:
        """Raises Unreadable where something was not read; called when all else was given."""
        if self.unread:
            raise Unreadable(min(self.unread, key=_GRAVEST_FIRST.index))

    def require(self, *endings: str) -> None:
        """A part that the list of types names and that holds text must be there, otherwise the document is damaged."""
        if any(kind.endswith(endings) for kind in self._absent.values()):
            self.unread.add(Unread.CORRUPT)

    def _properties(self, name: str) -> Iterator[Block]:
        for tag, attributes, text in leaves(self.package, name):
            if tag == "label":
                yield from (Block(value, Place.METADATA, page=0) for value in attributes.values() if value)
            elif text:
                own = attributes.get("name") if "pid" in attributes else None
                yield Block(f"{own}={text}" if own else text, Place.METADATA, page=0)

    def _property_parts(self) -> list[str]:
        named = set(self.parts(*_PROPERTIES))
        return sorted(named | {name for name in _PROPERTY_PARTS if name in self.package})

    def _content_types(self) -> dict[str, str]:
        """The content type of every part that is there. Names of parts differ in nothing but case (ISO/IEC 29500-2, 6.2.2)."""
        self._absent: dict[str, str] = {}
        if _TYPES not in self.package:
            self.unread.add(Unread.CORRUPT)
            return {name: _usual(name) for name in self.package}
        defaults, own = {}, {}
        for tag, attributes in listed(self.package, _TYPES):
            kind = attributes.get("ContentType", "").casefold()
            if tag == "Default":
                defaults[attributes.get("Extension", "").casefold()] = kind
            elif tag == "Override":
                own[attributes.get("PartName", "").lstrip("/").casefold()] = kind
        kinds = {}
        for name in self.package:
            kinds[name] = own.get(name.casefold()) or defaults.get(name.rpartition(".")[2].casefold(), "")
        present = {name.casefold() for name in self.package}
        self._absent = {name: kind for name, kind in own.items() if name not in present}
        return kinds


def _is_main(kind: str, program: str) -> bool:
    markup = {"word": "wordprocessingml.", "excel": "spreadsheetml.", "powerpoint": "presentationml."}[program]
    return kind.endswith((".main+xml", "binary.macroenabled.main")) and (markup in kind or f"ms-{program}." in kind)


def _is_file(name: str, kind: str) -> bool:
    """Whether a part is neither text that is read here nor one of the things that belong to any document."""
    if name.endswith(".rels"):
        return False
    if "/embeddings/" in name:
        return True
    if name.startswith(_SCRAP) or name == _TYPES or _is_picture(name, kind):
        return False
    return not kind.startswith(_NO_FILES) and not kind.endswith((*_NO_FILES_ENDINGS, _CONTROL))


def _is_picture(name: str, kind: str) -> bool:
    return kind.startswith("image/") or (not kind and "/media/" in name)


def _usual(name: str) -> str:
    kind = _USUAL.get(name.removesuffix(".xml").rstrip("0123456789"))
    return _OFFICE + kind if kind else "application/other+xml" if name.endswith((".xml", ".rels")) else ""
