"""Word documents (Office Open XML, transitional and strict, also .docm, .dotx, .dotm): every place where a mark may stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import Budget, Extractor, NotThisFormat, Unreadable
from agent.extract.package import MAGIC, Package, leaves
from agent.extract.story import Story
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_TYPES = "[Content_Types].xml"
_MAIN_TYPES = (
    "document.main+xml",
    "template.main+xml",
    "document.macroEnabled.main+xml",
    "template.macroEnabledTemplate.main+xml",
)
# The parts beside the main one: how their content type ends, the place of their text, its page (0: on whichever).
_STORIES = (
    ("wordprocessingml.header+xml", Place.HEADER, 1),
    ("wordprocessingml.footer+xml", Place.FOOTER, 1),
    ("wordprocessingml.footnotes+xml", Place.BODY, 0),
    ("wordprocessingml.endnotes+xml", Place.BODY, 0),
    ("wordprocessingml.comments+xml", Place.BODY, 0),
    ("drawingml.diagramData+xml", Place.TEXTBOX, 0),
)
_PROPERTIES = ("core-properties+xml", "extended-properties+xml", "custom-properties+xml", "classificationlabels+xml")
_PROPERTY_PARTS = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "docMetadata/LabelInfo.xml")


class Docx(Extractor):
    """A zip package whose main part is a word processing document."""

    name: ClassVar[str] = "docx"

    def rank(self, head: bytes) -> float:
        if not head.startswith(MAGIC):
            return -1
        return 0.9 if b"word/" in head else 0.0

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        package = Package(file, budget)
        types = _content_types(package)
        mains = [name for name, kind in types.items() if _is_main(kind)]
        if not mains:
            raise NotThisFormat
        told, embeds = 0, False
        # A sound file has one main part. Of several, it is not said here which one a program shows, so none is left out.
        for name, place, page in [*((name, Place.BODY, 1) for name in mains), *_stories(types)]:
            story = Story(place, page)
            for _ in package.parse(name, story.start, story.end, story.data):
                told += len(story.ready)
                yield from story.take()
            embeds = embeds or story.embeds
        yield from _metadata(package, types)
        if not told and any("/media/" in name for name in package):
            raise Unreadable(Unread.NO_TEXT)
        if embeds:
            raise Unreadable(Unread.UNSUPPORTED)


def _is_main(kind: str) -> bool:
    return "word" in kind and kind.endswith(_MAIN_TYPES)


def _content_types(package: Package) -> dict[str, str]:
    """The content type of every part that is there; a package without its list is judged by the usual names."""
    if _TYPES not in package:
        usual = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        return {"word/document.xml": usual} if "word/document.xml" in package else {}
    declared = leaves(package, _TYPES)
    defaults = {a.get("Extension", "").casefold(): a.get("ContentType", "") for tag, a, _ in declared if tag == "Default"}
    own = {a.get("PartName", "").lstrip("/"): a.get("ContentType", "") for tag, a, _ in declared if tag == "Override"}
    return {name: own.get(name) or defaults.get(name.rpartition(".")[2].casefold(), "") for name in package}


def _stories(types: dict[str, str]) -> Iterator[tuple[str, Place, int]]:
    for ending, place, page in _STORIES:
        yield from ((name, place, page) for name, kind in types.items() if kind.endswith(ending))


def _metadata(package: Package, types: dict[str, str]) -> Iterator[Block]:
    """The document's properties; one that its author named is given as "name=value", a label with its attributes."""
    for name in _property_parts(package, types):
        for tag, attributes, text in leaves(package, name):
            if tag == "label":
                yield from (Block(value, Place.METADATA, page=0) for value in attributes.values() if value)
            elif text:
                own = attributes.get("name") if "pid" in attributes else None
                yield Block(f"{own}={text}" if own else text, Place.METADATA, page=0)


def _property_parts(package: Package, types: dict[str, str]) -> Iterable[str]:
    named = {name for name, kind in types.items() if kind.endswith(_PROPERTIES)}
    return sorted(named | {name for name in _PROPERTY_PARTS if name in package})
