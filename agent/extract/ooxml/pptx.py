"""Presentations (Office Open XML, transitional and strict, also .pptm, .potx, .ppsx, .ppsm): every place where a mark may stand.

A slide counts as a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Member
from agent.extract.ooxml.graphics import Shapes, arranged, graphics
from agent.extract.ooxml.ooxml import GRAPHICS, VML, Office
from agent.extract.ooxml.vml import vml_texts
from agent.extract.sieve import Sieve
from agent.extract.zipped import MAGIC
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_SLIDES = "presentationml.slide+xml"
_LAYOUTS = "presentationml.slidelayout+xml"
_MASTERS = "presentationml.slidemaster+xml"
_NOTES = "presentationml.notesslide+xml"
_PAPER = ("presentationml.notesmaster+xml", "presentationml.handoutmaster+xml")
_COMMENTS = ("presentationml.comments+xml", "powerpoint.comments+xml")
_BESIDE = (_NOTES, *_COMMENTS, *GRAPHICS, VML)


class Pptx(Extractor):
    """A zip package whose main part is a presentation."""

    name: ClassVar[str] = "pptx"

    def rank(self, head: bytes) -> float:
        if not head.startswith(MAGIC):
            return -1
        return 0.9 if b"ppt/" in head else 0.0

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        office = Office(file, budget, "powerpoint")
        texts = (_SLIDES, _LAYOUTS, _MASTERS, *_PAPER, *_BESIDE)
        office.require(*texts)
        sieves = {name: Sieve((), attributes=False, shuffled=True) for name in office.parts(*texts)}
        if office.bears(office.parts(_SLIDES), sieves):
            yield from _told(office)
        else:
            yield MARKLESS
        yield from office.members()
        office.judge()


def _told(office: Office) -> Iterator[Block]:
    """All text: the slides with what belongs to them, then what all of them show."""
    empty = True
    slides = _slides(office)
    done, layouts = set(slides), set[str]()
    for page, name in enumerate(slides, 1):
        for block in office.apart(_slide(office, name, Shapes(Place.SLIDE, page))):
            empty = False
            yield block
        for relation in office.relations(name).values():
            if relation.kind == "slideLayout":
                layouts.add(relation.target)
            elif relation.target not in done and office.kind(relation.target).endswith(_BESIDE):
                done.add(relation.target)
                yield from office.apart(_beside(office, relation.target, page))
    for name in office.parts(_SLIDES, *_BESIDE):
        if name not in done:
            yield from office.apart(_beside(office, name, 0))
    yield from _behind(office, layouts)
    yield from office.metadata()
    if empty and office.has_pictures:
        office.unread.add(Unread.NO_TEXT)


def _slides(office: Office) -> list[str]:
    """The slides in the presentation's order."""
    slides = []
    for main in office.mains:
        relations = office.relations(main)
        slides += [office.present(relations.get(attributes.get("id", ""))) for attributes in office.elements(main, "sldId")]
    return [name for name in slides if name]


def _slide(office: Office, name: str, shapes: Shapes) -> Iterator[Block]:
    for shape in arranged(office.package, name, shapes):
        yield from shape.blocks


def _beside(office: Office, name: str, page: int) -> Iterator[Block]:
    """A part that belongs to a slide, by what it is. A slide that the presentation does not list is shown to nobody."""
    kind = office.kind(name)
    if kind.endswith((_NOTES, *_COMMENTS)):
        yield from graphics(office.package, name, page, Place.BODY)
    elif kind.endswith(VML):
        yield from vml_texts(office.package, name, page)
    elif kind.endswith(GRAPHICS):
        yield from graphics(office.package, name, page)
    elif kind.endswith(_SLIDES):
        yield from graphics(office.package, name, page, Place.HIDDEN)


def _behind(office: Office, layouts: set[str]) -> Iterator[Block]:
    """What layouts and masters show on the slides that use them; a placeholder's text there only asks for text."""
    masters = {
        relation.target for name in layouts for relation in office.relations(name).values() if relation.kind == "slideMaster"
    }
    for name in office.parts(_LAYOUTS, _MASTERS, *_PAPER):
        shown = name in layouts or name in masters or office.kind(name).endswith(_PAPER)
        yield from office.apart(_of_all(office, name, Place.HEADER if shown else Place.HIDDEN))


def _of_all(office: Office, name: str, place: Place) -> Iterator[Block]:
    for shape in arranged(office.package, name, Shapes(place, 0)):
        if not shape.placeholder:
            yield from shape.blocks
