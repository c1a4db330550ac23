"""Workbooks (Office Open XML, transitional and strict, also .xlsm, .xltx, .xltm): every place where a mark may stand.

A sheet counts as a page. Binary workbooks (.xlsb) are recognised and told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from agent.extract.base import MARKLESS, Budget, Extractor, Member
from agent.extract.ooxml.graphics import graphics
from agent.extract.ooxml.ooxml import GRAPHICS, VML, Office
from agent.extract.ooxml.sheet import IDLE, Fonts, KeptData, Sheet, StringReader, Strings
from agent.extract.ooxml.vml import vml_texts
from agent.extract.sieve import Sieve
from agent.extract.zipped import MAGIC
from checks.marking.text import Block
from checks.marking.trace import could_bear
from policies.vocabulary import Place, Unread

_BINARY = "binary.macroenabled.main"
_SHEETS = ("worksheet+xml", "chartsheet+xml", "dialogsheet+xml", "macrosheet+xml")
_STRINGS = "sharedstrings+xml"
_STYLES = "spreadsheetml.styles+xml"
_COMMENTS = ("spreadsheetml.comments+xml", "threadedcomments+xml")
_DRAWINGS = (".drawing+xml", ".drawingml.chartshapes+xml")
_KEPT_DATA = ("pivotcachedefinition+xml", "pivotcacherecords+xml", "externallink+xml")
_CHANGES = "revisionlog+xml"
_PRINTED = ("Header>", "Footer>")  # codes stand between the characters


@dataclass(frozen=True, slots=True)
class _Tab:
    """A sheet as the workbook lists it."""

    name: str
    part: str
    page: int
    hidden: bool


class Xlsx(Extractor):
    """A zip package whose main part is a workbook."""

    name: ClassVar[str] = "xlsx"

    def rank(self, head: bytes) -> float:
        if not head.startswith(MAGIC):
            return -1
        return 0.9 if b"xl/" in head else 0.0

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        office = Office(file, budget, "excel")
        office.require(*_SHEETS, _STRINGS, *_COMMENTS, *_DRAWINGS, VML, *GRAPHICS, *_KEPT_DATA, _CHANGES)
        if any(office.kind(name).endswith(_BINARY) for name in office.mains):
            office.unread.add(Unread.UNSUPPORTED)
            yield from office.metadata()
        elif office.bears(office.parts(*_SHEETS, _STRINGS), _sieves(office)):
            yield from _told(office)
        else:
            yield MARKLESS
        yield from office.members()
        office.judge()


def _sieves(office: Office) -> dict[str, Sieve]:
    sieves = {name: Sieve(()) for name in office.mains}
    sieves |= {name: Sieve((), attributes=False, shuffled=True) for name in office.parts(_STRINGS)}
    sieves |= {name: Sieve(_PRINTED, shuffled=True) for name in office.parts(*_SHEETS)}
    return sieves | {name: Sieve(()) for name in office.parts(*_COMMENTS, *_DRAWINGS, VML, *GRAPHICS, *_KEPT_DATA, _CHANGES)}


def _told(office: Office) -> Iterator[Block]:
    """All text, sheet by sheet, then what belongs to none."""
    strings, fonts = Strings(), Fonts()
    for name in office.parts(_STRINGS):
        office.read(name, StringReader(strings.keep))
    for name in office.parts(_STYLES):
        office.read(name, fonts)
    empty = True
    done: set[str] = set()
    for tab in _tabs(office):
        for block in _of_tab(office, tab, strings, fonts, done):
            empty = empty and block.place is Place.HIDDEN
            yield block
    yield from (Block(text, Place.HIDDEN, page=0) for text in strings.unused() if could_bear(text))
    yield from _beyond(office, strings)
    for name in office.parts(*_COMMENTS, *_DRAWINGS, VML, *GRAPHICS):
        if name not in done:
            yield from office.apart(_beside(office, name, 0))
    for name in office.parts(*_KEPT_DATA):
        yield from office.apart(_kept(office, name, Place.HIDDEN))
    for name in office.parts(_CHANGES):
        yield from office.apart(_kept(office, name, Place.DELETED))
    yield from office.metadata()
    if empty and office.has_pictures:
        office.unread.add(Unread.NO_TEXT)


def _tabs(office: Office) -> list[_Tab]:
    """The sheets in the workbook's order; those that no workbook lists are shown to nobody."""
    tabs: list[_Tab] = []
    for main in office.mains:
        relations = office.relations(main)
        for attributes in office.elements(main, "sheet"):
            relation = relations.get(attributes.get("id", ""))
            part = office.present(relation)
            tabs.append(_Tab(attributes.get("name", ""), part, len(tabs) + 1, attributes.get("state", "visible") != "visible"))
    listed = {tab.part for tab in tabs}
    return tabs + [_Tab("", name, 0, hidden=True) for name in office.parts(*_SHEETS) if name not in listed]


def _of_tab(office: Office, tab: _Tab, strings: Strings, fonts: Fonts, done: set[str]) -> Iterator[Block]:
    """The cells of a sheet, its drawings and comments, its name."""
    if tab.part:
        yield from office.apart(_cells(office, tab, strings, fonts))
        for relation in office.relations(tab.part).values():
            if relation.target in office.package and relation.target not in done:
                done.add(relation.target)
                yield from office.apart(_beside(office, relation.target, tab.page))
    if tab.name:
        yield Block(tab.name, Place.HIDDEN if tab.hidden else Place.CELL, page=tab.page)


def _cells(office: Office, tab: _Tab, strings: Strings, fonts: Fonts) -> Iterator[Block]:
    sheet = Sheet(tab.name, tab.page, strings, fonts, hidden=tab.hidden)
    for _ in office.package.parse(tab.part, sheet.start, sheet.end, sheet.data, IDLE):
        yield from sheet.take()
    if sheet.lost:
        office.unread.add(Unread.CORRUPT)


def _beside(office: Office, name: str, page: int) -> Iterator[Block]:
    """A part that belongs to a sheet, by what it is."""
    kind = office.kind(name)
    if kind.endswith(_COMMENTS):
        yield from graphics(office.package, name, page, Place.BODY)
    elif kind.endswith(VML):
        yield from vml_texts(office.package, name, page)
    elif kind.endswith((*_DRAWINGS, *GRAPHICS)):
        yield from graphics(office.package, name, page)


def _beyond(office: Office, strings: Strings) -> Iterator[Block]:
    """The shared strings for which there was no room, as they are stored: which cells show them is not known."""
    for name in office.parts(_STRINGS) if strings.full else ():
        yield from office.apart(_rest(office, name, len(strings)))


def _rest(office: Office, name: str, kept: int) -> Iterator[Block]:
    ready: list[str] = []
    reader = StringReader(ready.append)
    for _ in office.package.parse(name, reader.start, reader.end, reader.data):
        yield from (Block(text, Place.CELL, page=0) for text in ready[kept:] if text)
        kept = max(0, kept - len(ready))
        ready.clear()


def _kept(office: Office, name: str, place: Place) -> Iterator[Block]:
    data = KeptData()
    for _ in office.package.parse(name, data.start, data.end, data.data):
        yield from (Block(text, place, page=0) for text in data.take())
