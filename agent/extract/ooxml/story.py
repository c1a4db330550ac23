"""One story of a Word document (body, header, note, ...): turns WordprocessingML into located paragraphs while it is parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from agent.extract.base import Unreadable
from agent.extract.markup import empty_but
from agent.extract.ooxml.ooxml import LONGEST_PARAGRAPH
from agent.extract.ooxml.wordstyles import PROPERTIES, Look, WordStyles
from agent.extract.package import local
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}
_TEXT_TAGS = ("w:t", "w:delText", "a:t", "m:t")
_PARAGRAPHS = ("w:p", "a:p")
_MOVED_OR_DELETED = ("w:del", "w:moveFrom")
_LARGE = 32  # half points
_WATERMARK = re.compile("watermark|水印", re.IGNORECASE)
_WINGDINGS_STARS = {"AB": "★", "B5": "✪", "B6": "✰"}
_WORD_ART = {Place.HEADER: Place.WATERMARK, Place.FOOTER: Place.WATERMARK, Place.HIDDEN: Place.HIDDEN}
_PLAIN = Look()
_MOST_COLUMNS = 1000
_MOST_NAMES = 1000

_Enter = Callable[[dict[str, str]], None]

IDLE = empty_but(
    *("w", "p", "r", "pStyle", "rStyle", "jc", "tbl", "gridCol", "tc", "gridSpan", "txbxContent"),
    *("br", "sym", "tab", "cr", "noBreakHyphen", "lastRenderedPageBreak", "del", "moveFrom", *PROPERTIES),
)
"""The markup of a story that says nothing here: most of what sets a run."""


@dataclass(slots=True)
class _Piece:
    """The text of a paragraph that shares one fate: shown, struck through, hidden, deleted, or set above other text."""

    place: Place
    struck: bool
    texts: list[str] = field(default_factory=list)
    length: int = 0
    bold: int = 0
    size: int = 0


@dataclass(slots=True)
class _Paragraph:
    place: Place
    left: bool | None = None
    style: str = ""
    look: Look = _PLAIN
    length: int = 0
    pieces: dict[tuple[Place, bool, bool], _Piece] = field(default_factory=dict)

    def add(self, text: str, place: Place, *, above: bool = False) -> None:
        """One mark may be spread over many runs, so text of one fate is joined whatever lies between."""
        key = (place, self.look.struck, above)
        piece = self.pieces.get(key) or self.pieces.setdefault(key, _Piece(place, self.look.struck))
        piece.texts.append(text)
        piece.length += len(text)
        piece.bold += len(text) if self.look.bold else 0
        piece.size = max(piece.size, self.look.size)
        self.length += len(text)
        if self.length > LONGEST_PARAGRAPH:
            raise Unreadable(Unread.TOO_LARGE)

    def blocks(self, page: int, left: bool | None) -> list[Block]:
        return [
            Block(
                text="".join(piece.texts),
                place=piece.place,
                page=page,
                bold=2 * piece.bold > piece.length,
                large=piece.size >= _LARGE,
                struck=piece.struck,
                left=left if self.left is None else self.left,
            )
            for piece in self.pieces.values()
        ]


class Story:
    """Handlers for an XML parser. `ready` holds the paragraphs that ended.

    Text in a table is a cell's, but not where the table has a single column or the cell spans all of them: such a table only
    lays the page out, as those at the head of official documents do, and its text belongs to the body.
    """

    def __init__(self, place: Place, page: int, styles: WordStyles | None = None) -> None:
        self.ready: list[Block] = []
        self._styles = styles or WordStyles()
        self._page = page
        self._places = [place]
        self._path: list[str] = []
        self._paragraphs: list[_Paragraph] = []
        self._columns: list[int] = []
        self._known: dict[str, tuple[str, _Enter | None]] = {}
        self._deleted = 0
        self._skipped = 0
        self._gathered = 0
        self._alternatives: list[int] = []
        self._drawing = ""
        self._page_is_fresh = True
        self._on_start: dict[str, _Enter] = {
            "w:p": lambda _: self._paragraphs.append(_Paragraph(self._places[-1], look=self._styles.look(""))),
            "a:p": lambda _: self._paragraphs.append(_Paragraph(self._places[-1])),
            "w:pStyle": self._styled_paragraph,
            "w:r": self._run,
            "w:rStyle": self._styled_run,
            "w:tbl": lambda _: self._columns.append(0),
            "w:gridCol": self._column,
            "w:tc": lambda _: self._places.append(self._cell(1)),
            "w:gridSpan": self._span,
            "w:txbxContent": self._text_box,
            "w:jc": self._aligned,
            "w:br": self._break,
            "w:sym": self._symbol,
            "v:textpath": self._word_art,
            "wp:docPr": self._named_drawing,
            "w:del": self._delete,
            "w:moveFrom": self._delete,
            "w:lastRenderedPageBreak": lambda _: self._next_page(),
            "w:tab": lambda _: self._add("\t") if self._parent() == "w:r" else None,
            "w:cr": lambda _: self._add("\n"),
            "a:br": lambda _: self._add("\n"),
            "w:noBreakHyphen": lambda _: self._add("-"),
            "mc:AlternateContent": lambda _: self._alternatives.append(self._gathered),
            **{f"w:{name}": partial(self._set, name) for name in PROPERTIES},
        }
        self._on_end: dict[str, Callable[[], None]] = {
            "w:p": self._ended,
            "a:p": self._ended,
            "w:tbl": lambda: self._drop(self._columns),
            "w:tc": lambda: self._drop(self._places),
            "w:txbxContent": lambda: self._drop(self._places),
            "w:del": self._undelete,
            "w:moveFrom": self._undelete,
            "mc:AlternateContent": lambda: self._drop(self._alternatives),
        }

    def take(self) -> list[Block]:
        """The paragraphs that ended since the last call."""
        taken, self.ready = self.ready, []
        return taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name, enter = self._known.get(tag) or self._learned(tag)
        if self._skipped or (name == "mc:Fallback" and self._alternatives and self._gathered > self._alternatives[-1]):
            self._skipped += 1  # the same content again, for older programs
            return
        self._path.append(name)
        if enter:
            enter(attributes)

    def end(self, _tag: str) -> None:
        """An element ends."""
        if self._skipped:
            self._skipped -= 1
        elif handler := self._on_end.get(self._path.pop()):
            handler()

    def data(self, text: str) -> None:
        """Characters."""
        if not self._skipped and self._path and self._path[-1] in _TEXT_TAGS:
            self._add(text)

    def _learned(self, tag: str) -> tuple[str, _Enter | None]:
        """A name with its usual prefix and what it begins; kept, since a document has few names and a great many elements."""
        namespace, _, name = tag.rpartition(" ")
        prefix = _PREFIXES.get(namespace)
        short = f"{prefix}:{name}" if prefix else name
        known = short, self._on_start.get(short)
        if len(self._known) < _MOST_NAMES:
            self._known[tag] = known
        return known

    def _add(self, text: str) -> None:
        if not self._paragraphs:
            return
        paragraph = self._paragraphs[-1]
        deleted = self._deleted or self._path[-1] == "w:delText"
        place = Place.DELETED if deleted else Place.HIDDEN if paragraph.look.hidden else paragraph.place
        paragraph.add(text, place, above="w:rt" in self._path[-4:])
        self._gathered += len(text)
        self._page_is_fresh = self._page_is_fresh and not text.strip()

    def _parent(self) -> str:
        return self._path[-2] if len(self._path) > 1 else ""

    @staticmethod
    def _drop(stack: list[int] | list[Place]) -> None:
        stack.pop()

    def _ended(self) -> None:
        paragraph = self._paragraphs.pop()
        if paragraph.pieces:
            self.ready += paragraph.blocks(self._page, self._styles.left(paragraph.style))

    def _delete(self, _attributes: dict[str, str]) -> None:
        self._deleted += 1

    def _undelete(self) -> None:
        self._deleted -= 1

    def _styled_paragraph(self, attributes: dict[str, str]) -> None:
        if self._paragraphs and self._parent() == "w:pPr":
            self._paragraphs[-1].style = _value(attributes)

    def _run(self, _attributes: dict[str, str]) -> None:
        if self._paragraphs:
            self._paragraphs[-1].look = self._styles.look(self._paragraphs[-1].style)

    def _styled_run(self, attributes: dict[str, str]) -> None:
        if self._paragraphs and self._path[-3:-1] == ["w:r", "w:rPr"]:
            self._paragraphs[-1].look = self._styles.look(self._paragraphs[-1].style, _value(attributes))

    def _set(self, name: str, attributes: dict[str, str]) -> None:
        """A run says itself how it looks."""
        if self._paragraphs and self._path[-3:-1] == ["w:r", "w:rPr"]:
            self._paragraphs[-1].look = self._paragraphs[-1].look.changed(name, _value(attributes))

    def _column(self, _attributes: dict[str, str]) -> None:
        if self._columns and self._columns[-1] < _MOST_COLUMNS:
            self._columns[-1] += 1

    def _cell(self, span: int) -> Place:
        """The place of a cell's text; a table in a header, a box or another cell leaves it where it is."""
        outer = self._places[-1]
        return Place.CELL if outer is Place.BODY and self._columns and self._columns[-1] > span else outer

    def _span(self, attributes: dict[str, str]) -> None:
        """How many columns the cell that has just begun takes."""
        value = _value(attributes)
        if self._path[-3:-1] == ["w:tc", "w:tcPr"] and value.isdecimal() and len(value) < 5:
            self._places.pop()
            self._places.append(self._cell(int(value)))

    def _text_box(self, _attributes: dict[str, str]) -> None:
        place = _WORD_ART.get(self._places[0], Place.TEXTBOX)
        plain = place is Place.WATERMARK and not _WATERMARK.search(self._drawing)
        self._places.append(Place.TEXTBOX if plain else place)

    def _word_art(self, attributes: dict[str, str]) -> None:
        text = _value(attributes, "string")
        if text:
            first = self._places[0]
            place = (
                Place.WATERMARK if first in (Place.HEADER, Place.FOOTER) else first if first is Place.HIDDEN else Place.TEXTBOX
            )
            self.ready.append(Block(text, place, page=self._page))
            self._gathered += len(text)

    def _named_drawing(self, attributes: dict[str, str]) -> None:
        self._drawing = f"{_value(attributes, 'name')} {_value(attributes, 'descr')}"

    def _aligned(self, attributes: dict[str, str]) -> None:
        if self._paragraphs and self._parent() == "w:pPr":
            self._paragraphs[-1].left = _value(attributes) in ("left", "start", "both")

    def _symbol(self, attributes: dict[str, str]) -> None:
        """A star is often typed from the Wingdings font, whose characters lie in the private use area."""
        code = _value(attributes, "char").upper()
        if "wingdings" in _value(attributes, "font").casefold():
            self._add(_WINGDINGS_STARS.get(code[-2:], "\ufffd"))
        elif re.fullmatch("[0-9A-F]{4}", code):
            self._add(chr(int(code, 16)))

    def _break(self, attributes: dict[str, str]) -> None:
        if _value(attributes, "type") == "page":
            self._next_page()
        else:
            self._add("\n")

    def _next_page(self) -> None:
        """Word writes its own break again where it last saw one: a page without text between is not counted."""
        if self._page and not self._page_is_fresh:
            self._page += 1
            self._page_is_fresh = True


def _value(attributes: Mapping[str, str], name: str = "val") -> str:
    """The attribute of that local name, "" where there is none."""
    found = ""
    for key, value in attributes.items():
        if local(key) == name:
            found = value
    return found
