"""Text of DrawingML (ISO/IEC 29500-1, 20-21): the shapes of a slide or a sheet, charts, diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.extract.base import Unreadable
from agent.extract.ooxml.ooxml import LONGEST_PARAGRAPH
from agent.extract.package import Package, local
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_LARGE = 1600  # hundredths of a point
_SHAPES = ("sp", "cxnSp", "graphicFrame", "pic", "grpSp", "contentPart")
_FRAME = {"ftr": Place.FOOTER, "dt": Place.FOOTER, "sldNum": Place.FOOTER, "hdr": Place.HEADER}
_TITLES = ("title", "ctrTitle")
_VALUES = ("v", "pt", "text")  # one text each: of a chart's data, of a comment
_UNHEARD = ("numCache", "numLit", "numDim", "rPh")  # numbers, and how a text is pronounced
# Where a placeholder stands that has no place of its own: a layout decides, but a title is above a text nearly everywhere.
_ABOVE, _BELOW = (-1, 0), (1_600_000, 0)
_MOST_SHAPES = 5000


@dataclass(slots=True)
class Shape:
    """A shape with its text. `at`: how far from the top and the left, in EMU, None where it does not tell."""

    kind: str = ""
    placeholder: bool = False
    hidden: bool = False
    at: tuple[int, int] | None = None
    blocks: list[Block] = field(default_factory=list)

    @property
    def order(self) -> tuple[int, int]:
        """For sorting from top to bottom, then from left to right."""
        return self.at or (_ABOVE if self.kind in _TITLES else _BELOW)


class Shapes:
    """Handlers for an XML parser. `ready` holds the shapes that ended; text outside of shapes makes one of its own."""

    def __init__(self, place: Place, page: int) -> None:
        self.ready: list[Shape] = []
        self.shown = True
        self._place = place
        self._page = page
        self._path: list[str] = []
        self._stack: list[Shape] = []
        self._texts: list[str] = []
        self._length = 0
        self._bold = self._cells = self._unheard = 0
        self._large = self._struck = False
        self._run_bold = False
        self._skipped = 0
        self._gathered = 0
        self._alternatives: list[int] = []

    def take(self) -> list[Shape]:
        """The shapes that ended since the last call."""
        taken, self.ready = self.ready, []
        return taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = local(tag)
        if self._skipped or (name == "Fallback" and self._alternatives and self._gathered > self._alternatives[-1]):
            self._skipped += 1  # the same content again, for older programs
            return
        self._path.append(name)
        if name in _SHAPES:
            self._stack.append(Shape(hidden=bool(self._stack) and self._stack[-1].hidden))
        elif name == "p":
            self._begin()
        elif name == "rPr":
            self._set_run(attributes)
        elif name == "br":
            self._add("\n")
        elif name == "tc":
            self._cells += 1
        elif name in _UNHEARD:
            self._unheard += 1
        elif name == "AlternateContent":
            self._alternatives.append(self._gathered)
        elif name in _VALUES:
            self._begin()
        elif attributes:
            self._of_shape(name, attributes)

    def end(self, _tag: str) -> None:
        """An element ends."""
        if self._skipped:
            self._skipped -= 1
            return
        name = self._path.pop()
        if name == "p" or name in _VALUES:
            self._end_paragraph()
        elif name in _SHAPES:
            self._end_shape()
        elif name == "tc":
            self._cells -= 1
        elif name in _UNHEARD:
            self._unheard -= 1
        elif name == "AlternateContent":
            self._alternatives.pop()

    def data(self, text: str) -> None:
        """Characters."""
        if not self._skipped and self._path and not self._unheard and (self._path[-1] == "t" or self._path[-1] in _VALUES):
            self._add(text)

    def _begin(self) -> None:
        self._texts, self._length, self._bold = [], 0, 0
        self._large = self._struck = self._run_bold = False

    def _add(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)
        self._bold += len(text) if self._run_bold else 0
        self._gathered += len(text)
        if self._length > LONGEST_PARAGRAPH:
            raise Unreadable(Unread.TOO_LARGE)

    def _set_run(self, attributes: dict[str, str]) -> None:
        size = attributes.get("sz", "")
        self._run_bold = attributes.get("b") in ("1", "true")
        self._large = self._large or (size.isdecimal() and len(size) < 8 and int(size) >= _LARGE)
        self._struck = attributes.get("strike", "noStrike") != "noStrike"

    def _of_shape(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sld" and attributes.get("show") in ("0", "false"):
            self.shown = False
        if not self._stack:
            return
        shape = self._stack[-1]
        if name == "cNvPr":
            shape.hidden = shape.hidden or attributes.get("hidden") in ("1", "true")
        elif name == "ph":
            shape.placeholder, shape.kind = True, attributes.get("type", "body")
        elif name == "off" and shape.at is None:
            shape.at = (_number(attributes.get("y", "")), _number(attributes.get("x", "")))

    def _end_paragraph(self) -> None:
        text, self._texts = "".join(self._texts), []
        if not text.strip():
            return
        block = Block(
            text, self._where(), page=self._page, bold=2 * self._bold > self._length, large=self._large, struck=self._struck
        )
        if self._stack:
            self._stack[-1].blocks.append(block)
        else:
            self.ready.append(Shape(blocks=[block]))

    def _where(self) -> Place:
        if not self.shown or (self._stack and self._stack[-1].hidden):
            return Place.HIDDEN
        if self._stack and self._stack[-1].kind in _FRAME:
            return _FRAME[self._stack[-1].kind]
        return Place.CELL if self._cells and self._place is Place.SLIDE else self._place

    def _end_shape(self) -> None:
        """A shape in a group stands where the group stands."""
        shape = self._stack.pop()
        if shape.blocks and self._stack:
            shape.at = self._stack[0].at
        if shape.blocks:
            self.ready.append(shape)


def graphics(package: Package, name: str, page: int, place: Place = Place.TEXTBOX) -> Iterator[Block]:
    """All text of a part in document order."""
    shapes = Shapes(place, page)
    for _ in package.parse(name, shapes.start, shapes.end, shapes.data):
        for shape in shapes.take():
            yield from shape.blocks


def arranged(package: Package, name: str, shapes: Shapes) -> Iterator[Shape]:
    """The shapes of a part from top to bottom; of very many the first thousands, then the others."""
    gathered: list[Shape] = []
    for _ in package.parse(name, shapes.start, shapes.end, shapes.data):
        gathered += shapes.take()
        if len(gathered) > _MOST_SHAPES:
            yield from sorted(gathered, key=lambda shape: shape.order)
            gathered = []
    yield from sorted(gathered, key=lambda shape: shape.order)


def _number(text: str) -> int:
    """A length in EMU; one with a unit, as strict documents may have it, is not looked into."""
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 12 else 0
