"""OpenDocument packages (ODF 1.3, ISO/IEC 26300): texts, spreadsheets, presentations, drawings, and their templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.embedded import beside
from agent.extract.markup import parse
from agent.extract.odf.names import short
from agent.extract.odf.story import Story
from agent.extract.odf.styles import Styles
from agent.extract.package import MAGIC, Package, leaves
from agent.extract.sieve import ASIDES, Sieve
from checks.marking.text import Block
from policies.vocabulary import Unread

TYPE = r"application/(?:x-)?vnd\.oasis\.opendocument\.([a-z]+)"
"""How a media type tells what kind of document it is; templates, master and web documents have an ending more."""

_STORED_TYPE = re.compile(rb"PK.{24}\x08\0.{2}mimetype.{0,64}?" + TYPE.encode(), re.DOTALL)
_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_PARTS = ("styles.xml", _CONTENT, "meta.xml")
_OTHER_PARTS = re.compile(
    r"(?:mimetype|manifest\.rdf|settings\.xml|layout-cache|current\.xml|encrypted-package|VersionList\.xml"
    r"|(?:META-INF|Pictures|Thumbnails|ObjectReplacements|Configurations\d*|Basic|Dialogs|Scripts|Fonts|[Mm]edia)/.*)",
    re.DOTALL,
)
# Elements whose text is not seen where it is written, beside those that every sieve knows.
_ASIDES = (*ASIDES, "text:display", "svg:desc", "svg:title")
_IN_TEXT = (*_ASIDES, "<draw:")
_IN_PAGES = tuple(name for name in _ASIDES if name != "text-box")  # text boxes follow one another there
_FEW = 200  # characters of markup's own white space, perhaps


class Odt(Extractor):
    """Text documents: .odt, .ott, .odm, .oth."""

    name: ClassVar[str] = "odt"

    def rank(self, head: bytes) -> float:
        return _rank(head, "text")

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        return _blocks("text", file, budget)


class Ods(Extractor):
    """Spreadsheets: .ods, .ots. A sheet is a page."""

    name: ClassVar[str] = "ods"

    def rank(self, head: bytes) -> float:
        return _rank(head, "spreadsheet")

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        return _blocks("spreadsheet", file, budget)


class Odp(Extractor):
    """Presentations: .odp, .otp."""

    name: ClassVar[str] = "odp"

    def rank(self, head: bytes) -> float:
        return _rank(head, "presentation")

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        return _blocks("presentation", file, budget)


class Odg(Extractor):
    """Drawings: .odg, .otg."""

    name: ClassVar[str] = "odg"

    def rank(self, head: bytes) -> float:
        return _rank(head, "graphics")

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        return _blocks("graphics", file, budget)


def _rank(head: bytes, kind: str) -> float:
    """Certain where the package begins with its type, as it should; possible for any other zip file."""
    if not head.startswith(MAGIC):
        return -1
    if head[30:38] != b"mimetype":
        return 0.0
    stored = _STORED_TYPE.match(head)
    return 0.0 if stored is None else 1.0 if stored[1].decode() == kind else -1


def _blocks(kind: str, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
    package = Package(file, budget)
    encrypted = _encrypted(package, budget)
    if _kind(package, budget) != kind:
        raise NotThisFormat
    return _Document(package, kind, encrypted, budget).blocks()


def _kind(package: Package, budget: Budget) -> str:
    """The kind of document that a package says to be, or that its content is."""
    if "mimetype" in package:
        said = b"".join(package.chunks("mimetype")) if package.size("mimetype") < 1024 else b""
        found = re.match(TYPE, said.decode("ascii", "replace").strip())
        return found[1] if found else ""
    if _MANIFEST in package:
        types = (a.get("media-type", "") for _, a, _ in leaves(package, _MANIFEST) if a.get("full-path") == "/")
        return next((found[1] for said in types if (found := re.match(TYPE, said))), "")
    return _body(package, budget) if _CONTENT in package else ""


def _body(package: Package, budget: Budget) -> str:
    """What the element within office:body is called."""
    names: list[str] = []

    def start(tag: str, _: dict[str, str]) -> None:
        if len(names) < 2 and (not names or names[0] == "office:body" or short(tag) == "office:body"):
            names[:] = [short(tag)] if not names or short(tag) == "office:body" else [*names, short(tag)]

    try:
        for _ in parse(package.chunks(_CONTENT), budget, start, lambda _: None, lambda _: None):
            if len(names) == 2:
                break
    except Unreadable:
        return ""  # some other zip file's content.xml
    return {"office:drawing": "graphics"}.get(names[-1], names[-1].removeprefix("office:")) if len(names) == 2 else ""


def _encrypted(package: Package, budget: Budget) -> frozenset[str]:
    """The parts that the manifest calls encrypted; `encrypted-package` stands for all of them (ODF 1.3 part 2, 3.4)."""
    if _MANIFEST not in package:
        return frozenset()
    found: set[str] = set()
    within = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal within
        if short(tag) == "manifest:file-entry":
            within = next((value for name, value in attributes.items() if short(name) == "manifest:full-path"), "")
        elif short(tag) == "manifest:encryption-data":
            found.add(within.lstrip("/"))

    for _ in parse(package.chunks(_MANIFEST), budget, start, lambda _: None, lambda _: None):
        pass
    return frozenset(found)


class _Document:
    """A document with those that are embedded in it. A part that cannot be read does not keep the others from being read."""

    def __init__(self, package: Package, kind: str, encrypted: frozenset[str], budget: Budget) -> None:
        self._package = package
        self._budget = budget
        self._kind = kind
        self._encrypted = encrypted
        self._reasons: list[Unread] = [Unread.ENCRYPTED] if encrypted else []
        self._characters = 0

    def blocks(self) -> Iterator[Block | Member]:
        folders = ["", *(name[: -len(_CONTENT)] for name in self._package if name.endswith("/" + _CONTENT))]
        parts = [folder + part for folder in folders for part in _PARTS if self._is_there(folder + part)]
        if _CONTENT not in self._package and not self._encrypted:
            self._reasons.append(Unread.CORRUPT)
        if self._could_bear(parts):
            for folder in folders:
                yield from self._document(folder)
            if not self._characters and any("Pictures/" in name for name in self._package):
                self._reasons.append(Unread.NO_TEXT)
        else:
            yield MARKLESS
        yield from self._members(folders)
        if self._reasons:
            raise Unreadable(self._reasons[0])

    def _is_there(self, name: str) -> bool:
        return name in self._package and name not in self._encrypted

    def _could_bear(self, parts: list[str]) -> bool:
        """The cheap question on all parts. What is damaged or holds pictures alone is parsed, to tell so."""
        if self._budget.mentions:
            return True
        asides = _IN_TEXT if self._kind == "text" else _IN_PAGES
        length = 0
        for name in parts:
            sieve = Sieve(asides)
            try:
                if self._package.sift(name, sieve):
                    return True
            except Unreadable:
                return True
            length += sieve.length
        return length < _FEW and any("Pictures/" in name for name in self._package)

    def _document(self, folder: str) -> Iterator[Block | Member]:
        """Styles first: they tell what the content looks like."""
        styles = Styles()
        for part in _PARTS:
            if self._is_there(folder + part):
                own_pages = not folder and (self._kind == "text" or part != _CONTENT)
                yield from self._part(folder + part, Story(styles, paged=own_pages))
        if styles.incomplete:
            self._reasons.append(Unread.TOO_LARGE)

    def _part(self, name: str, story: Story) -> Iterator[Block | Member]:
        try:
            for _ in parse(self._package.chunks(name), self._budget, story.start, story.end, story.data):
                yield from story.take()
        except Unreadable as error:
            yield from story.take()
            self._reasons.append(error.reason)
        self._characters += story.characters

    def _members(self, folders: list[str]) -> Iterator[Member]:
        """Files that other programs made: embedded objects, earlier versions."""
        others = (name for name in self._package if name not in self._encrypted and not self._is_known(name, folders))
        yield from beside(self._package, others, self._reasons)

    def _is_known(self, name: str, folders: list[str]) -> bool:
        folder = max((f for f in folders if name.startswith(f)), key=len, default="")
        return name[len(folder) :] in _PARTS or _OTHER_PARTS.fullmatch(name[len(folder) :]) is not None
