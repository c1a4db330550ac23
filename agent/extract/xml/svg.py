"""Drawings (SVG 1.1 and 2): their text, what is hidden of it, their titles. What is drawn as paths or pictures cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, ClassVar

from agent.extract.base import HEAD, MARKLESS, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.flow import PLAIN, Look, Paragraph
from agent.extract.package import local
from agent.extract.sifted import sifted
from agent.extract.xml.stream import XmlStream, may_bear, root
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_CHUNK = 64 << 10
_TEXTS = ("text", "flowPara", "flowDiv", "p", "div", "li", "td", "h1", "h2", "h3")
_INNER = ("tspan", "textPath", "tref", "a", "flowSpan", "flowRegion", "b", "i", "span", "strong", "em", "font")
_ASIDE = {"title": Place.METADATA, "desc": Place.METADATA, "metadata": Place.METADATA}
_UNUSED = ("style", "script")
_DRAWN = ("path", "image", "use", "polygon", "polyline")
_DRAWS = re.compile(rb"<(?:\w+:)?(?:path|image|use|polygon|polyline)[\s/>]")
_MAY_SPEAK = re.compile(rb"<(?:\w+:)?(?:text|flowPara|flowDiv|foreignObject)[\s>]")
_ASKED = 2 << 20
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:^|;)\s*(?:fill-)?opacity\s*:\s*0?\.?0*\s*(?:;|$)"
)
_SIZE = re.compile(r"(?:^|[;\s])(?:font-size\s*:\s*)?([0-9]{1,4}(?:\.[0-9]{1,6})?)\s*(pt|px)?\s*(?:;|$)")
_STYLED_SIZE = re.compile(r"font-size\s*:\s*([0-9]{1,4}(?:\.[0-9]{1,6})?)\s*(pt|px)?")
_NOTHING = re.compile(r"0?\.?0+")
_POSITION = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CLOSE = 2.0  # a new line begins at least so many units further down


class Svg(Extractor):
    """A drawing by its root element."""

    name: ClassVar[str] = "svg"
    forward: ClassVar[bool] = True

    def rank(self, head: bytes) -> float:
        if b"<" not in head[:64] or b"svg" not in head[:4096].replace(b"\0", b""):
            return -1
        return 0.9 if root(head)[0].rpartition(":")[2] == "svg" else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        head = file.read(HEAD)
        if self.rank(head) < 0:
            raise NotThisFormat
        data = head + file.read(_ASKED - HEAD) if len(head) == HEAD else head
        if len(data) < _ASKED and not _MAY_SPEAK.search(data) and b"\0" not in data and not may_bear(data):
            yield from _silent(data, budget)
        else:
            yield from _spoken(chain([data], iter(lambda: file.read(_CHUNK), b"")), budget)


def _silent(data: bytes, budget: Budget) -> Iterator[Block]:
    """A drawing without text, as icons are: it only has to be sound."""
    stream = XmlStream(budget)
    for _ in stream.read([data]):
        pass
    if stream.incomplete:
        raise Unreadable(Unread.UNSUPPORTED)
    if _DRAWS.search(data):
        raise Unreadable(Unread.NO_TEXT)
    yield MARKLESS


def _spoken(chunks: Iterator[bytes], budget: Budget) -> Iterator[Block | Member]:
    drawing = _Drawing()
    stream = XmlStream(budget, drawing.start, drawing.end, drawing.data)
    yield from sifted(_told(stream, drawing, chunks), budget)
    if stream.incomplete:
        raise Unreadable(Unread.UNSUPPORTED)
    if drawing.drawn and not drawing.told:
        raise Unreadable(Unread.NO_TEXT)


def _told(stream: XmlStream, drawing: _Drawing, chunks: Iterator[bytes]) -> Iterator[Block]:
    try:
        for _ in stream.read(chunks):
            yield from drawing.take()
    except Unreadable:
        drawing.end_text()
        yield from drawing.take()
        raise


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that has begun, and what holds within it. `place` None: its text is left out."""

    name: str
    place: Place | None = Place.BODY
    look: Look = PLAIN


class _Drawing:
    """Handlers for an XML parser. `told`: a reader saw text; `drawn`: there are paths or pictures."""

    def __init__(self) -> None:
        self.told = False
        self.drawn = False
        self._ready: list[Block] = []
        self._open = [_Open("")]
        self._paragraph: Paragraph | None = None
        self._line = ""

    def take(self) -> list[Block]:
        """What was gathered since the last call."""
        taken, self._ready = self._ready, []
        return taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name, above = local(tag), self._open[-1]
        values = {local(key): value for key, value in attributes.items()}
        self.drawn = self.drawn or name in _DRAWN
        if name in _TEXTS or name in _ASIDE:
            self.end_text()
            self._line = ""
        if name in ("text", "tspan") and _is_further_down(self._line, values):
            self.end_text()
        self._line = values.get("y", self._line)
        place = None if name in _UNUSED else _ASIDE.get(name, above.place)
        if place is Place.BODY and _is_unseen(values):
            place = Place.HIDDEN
        own = _look(values)
        self._open.append(_Open(name, place, above.look if own is PLAIN else own.over(above.look)))

    def end(self, _tag: str) -> None:
        """An element ends."""
        if self._open.pop().name not in _INNER:
            self.end_text()

    def data(self, text: str) -> None:
        """Characters. Those between the elements of a drawing are not shown."""
        inner = self._open[-1]
        if inner.place is None or (text.isspace() and self._paragraph is None):
            return
        if inner.place is not Place.METADATA and not any(each.name in _TEXTS for each in self._open[-8:]):
            return
        if self._paragraph is None:
            self._paragraph = Paragraph(1)
        # Glyphs that are set one by one are often written with the line's indentation between them.
        self._paragraph.add("" if text.isspace() and "\n" in text else text.strip("\n"), inner.place, inner.look)
        if self._paragraph.overlong:
            self._give(self._paragraph)

    def end_text(self) -> None:
        """The line ends."""
        if self._paragraph is not None:
            self._give(self._paragraph)
            self._paragraph = None

    def _give(self, paragraph: Paragraph) -> None:
        for block in paragraph.take():
            self.told = self.told or block.place.seen_by_a_reader
            self._ready.append(block)


def _is_unseen(values: dict[str, str]) -> bool:
    if values.get("display") == "none" or values.get("visibility") in ("hidden", "collapse"):
        return True
    if any(_NOTHING.fullmatch(values.get(name, "").strip()) for name in ("opacity", "fill-opacity")):
        return True
    return bool(_UNSEEN.search(values.get("style", "")))


def _is_further_down(line: str, values: dict[str, str]) -> bool:
    """Whether a piece of text stands on a line of its own: its position tells."""
    before, now = _POSITION.match(line), _POSITION.match(values.get("y", ""))
    shift = _POSITION.match(values.get("dy", ""))
    return bool((before and now and abs(float(now[0]) - float(before[0])) > _CLOSE) or (shift and float(shift[0]) > 1))


def _look(values: dict[str, str]) -> Look:
    """What attributes say of how text is set."""
    style = values.get("style", "")
    if not style and not any(name in values for name in ("font-weight", "font-size", "text-decoration")):
        return PLAIN
    weight = values.get("font-weight", "")
    size = _STYLED_SIZE.search(style) or _SIZE.match(values.get("font-size", ""))
    through = "line-through" in style or "line-through" in values.get("text-decoration", "")
    return Look(
        bold=True if weight in ("bold", "700", "800", "900") or re.search(r"font-weight\s*:\s*(?:bold|[789]00)", style) else None,
        size=float(size[1]) * (1 if size[2] == "pt" else 0.75) if size else None,
        struck=True if through else None,
    )
