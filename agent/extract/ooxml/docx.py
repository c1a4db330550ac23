"""Word documents (Office Open XML, transitional and strict, also .docm, .dotx, .dotm): every place where a mark may stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Member
from agent.extract.ooxml.graphics import graphics
from agent.extract.ooxml.ooxml import GRAPHICS, Office
from agent.extract.ooxml.story import IDLE, Story
from agent.extract.ooxml.templates import Templates
from agent.extract.sieve import WORD_ASIDES, Sieve
from agent.extract.zipped import MAGIC
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

# The parts beside the main one: how their content type ends, the place of their text, its page (0: on whichever).
_STORIES = (
    ("wordprocessingml.header+xml", Place.HEADER, 1),
    ("wordprocessingml.footer+xml", Place.FOOTER, 1),
    ("wordprocessingml.footnotes+xml", Place.BODY, 0),
    ("wordprocessingml.endnotes+xml", Place.BODY, 0),
    ("wordprocessingml.comments+xml", Place.BODY, 0),
)
_BUILDING_BLOCKS = "word/glossary/"
_GLOSSARY = "document.glossary+xml"
_STYLES = "wordprocessingml.styles+xml"


class Docx(Extractor):
    """A zip package whose main part is a word processing document."""

    name: ClassVar[str] = "docx"

    def __init__(self) -> None:
        self._templates = Templates()

    def rank(self, head: bytes) -> float:
        if not head.startswith(MAGIC):
            return -1
        return 0.9 if b"word/" in head else 0.0

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        office = Office(file, budget, "word")
        office.require(*(ending for ending, _, _ in _STORIES), _GLOSSARY, *GRAPHICS)
        stories = list(_stories(office))
        sieves = {name: Sieve(WORD_ASIDES, attributes=False) for name, _, _ in stories}
        sieves |= {name: Sieve() for name in office.parts(*GRAPHICS)}
        if office.bears(office.mains, sieves):
            yield from _told(office, stories, self._templates)
        else:
            yield MARKLESS
        yield from office.members()
        office.judge()


def _stories(office: Office) -> Iterator[tuple[str, Place, int]]:
    """The parts that are stories, each with its place and page.

    A sound file has one main part. Of several, it is not said here which one a program shows, so none is left out.
    """
    yield from ((name, Place.BODY, 1) for name in office.mains)
    for ending, place, page in _STORIES:
        for name in office.parts(ending):
            yield (name, Place.HIDDEN, 0) if name.startswith(_BUILDING_BLOCKS) else (name, place, page)
    yield from ((name, Place.HIDDEN, 0) for name in office.parts(_GLOSSARY))


def _told(office: Office, stories: list[tuple[str, Place, int]], templates: Templates) -> Iterator[Block]:
    """All text. Where the main parts have none, but there are pictures, those may be scanned pages."""
    own = [name for name in office.parts(_STYLES) if not name.startswith(_BUILDING_BLOCKS)]  # those have styles of their own
    styles = templates.styles(office, own)
    empty = True
    for name, place, page in stories:
        for block in office.apart(_story(office, name, Story(place, page, styles))):
            empty = empty and not (name in office.mains and block.text.strip())
            yield block
    for name in office.parts(*GRAPHICS):
        yield from office.apart(graphics(office.package, name, page=0))
    yield from office.metadata()
    if empty and office.has_pictures:
        office.unread.add(Unread.NO_TEXT)


def _story(office: Office, name: str, story: Story) -> Iterator[Block]:
    for _ in office.package.parse(name, story.start, story.end, story.data, IDLE):
        yield from story.take()
