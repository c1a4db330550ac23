"""One story of a Word document (body, header, note, ...): turns WordprocessingML into located paragraphs while it is parsed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.extract.package import local
from checks.marking.text import Block
from policies.vocabulary import Place

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}
_TEXT_TAGS = ("w:t", "w:delText", "a:t")
_PARAGRAPHS = ("w:p", "a:p")
_MOVED_OR_DELETED = ("w:del", "w:moveFrom")
_LARGE = 32  # half points
_WATERMARK = re.compile("watermark|水印", re.IGNORECASE)
_WINGDINGS_STARS = {"AB": "★", "B5": "✪", "B6": "✰"}


@dataclass(slots=True)
class _Run:
    """How the text of one run is set."""

    bold: bool = False
    struck: bool = False
    hidden: bool = False
    size: int = 0


@dataclass(slots=True)
class _Piece:
    """The text of a paragraph that shares one fate: shown, struck through, hidden or deleted."""

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
    run: _Run = field(default_factory=_Run)
    pieces: dict[tuple[Place, bool], _Piece] = field(default_factory=dict)

    def add(self, text: str, place: Place) -> None:
        """One mark may be spread over many runs, so text of one fate is joined whatever lies between."""
        piece = self.pieces.setdefault((place, self.run.struck), _Piece(place, self.run.struck))
        piece.texts.append(text)
        piece.length += len(text)
        piece.bold += len(text) if self.run.bold else 0
        piece.size = max(piece.size, self.run.size)

    def blocks(self, page: int) -> list[Block]:
        return [
            Block(
                text="".join(piece.texts),
                place=piece.place,
                page=page,
                bold=2 * piece.bold > piece.length,
                large=piece.size >= _LARGE,
                struck=piece.struck,
                left=self.left,
            )
            for piece in self.pieces.values()
        ]


class Story:
    """Handlers for an XML parser. `ready` holds the paragraphs that ended; `embeds`: it holds another document, not read here."""

    def __init__(self, place: Place, page: int) -> None:
        self.ready: list[Block] = []
        self.embeds = False
        self._page = page
        self._places = [place]
        self._path: list[str] = []
        self._paragraphs: list[_Paragraph] = []
        self._deleted = 0
        self._skipped = 0
        self._gathered = 0
        self._alternatives: list[int] = []
        self._drawing = ""
        self._page_is_fresh = True
        self._on_start: dict[str, Callable[[dict[str, str]], None]] = {
            "w:txbxContent": self._text_box,
            "w:jc": self._aligned,
            "w:br": self._break,
            "w:sym": self._symbol,
            "v:textpath": self._word_art,
            "wp:docPr": self._named_drawing,
            "o:OLEObject": self._embedded,
            "w:altChunk": self._embedded,
            "w:lastRenderedPageBreak": lambda _: self._next_page(),
            "w:tab": lambda _: self._add("\t") if self._parent() == "w:r" else None,
            "w:cr": lambda _: self._add("\n"),
            "w:noBreakHyphen": lambda _: self._add("-"),
            "mc:AlternateContent": lambda _: self._alternatives.append(self._gathered),
        }

    def take(self) -> list[Block]:
        """The paragraphs that ended since the last call."""
        taken, self.ready = self.ready, []
        return taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = _short(tag)
        if self._skipped or (name == "mc:Fallback" and self._alternatives and self._gathered > self._alternatives[-1]):
            self._skipped += 1  # the same content again, for older programs
            return
        self._path.append(name)
        if name in _PARAGRAPHS:
            self._paragraphs.append(_Paragraph(self._places[-1]))
        elif name == "w:r" and self._paragraphs:
            self._paragraphs[-1].run = _Run()
        elif name in _MOVED_OR_DELETED:
            self._deleted += 1
        elif self._path[-3:-1] == ["w:r", "w:rPr"]:
            self._set_run(name, {local(key): value for key, value in attributes.items()})
        elif name in self._on_start:
            self._on_start[name]({local(key): value for key, value in attributes.items()})

    def end(self, _tag: str) -> None:
        """An element ends."""
        if self._skipped:
            self._skipped -= 1
            return
        name = self._path.pop()
        if name in _PARAGRAPHS:
            self.ready += self._paragraphs.pop().blocks(self._page)
        elif name in _MOVED_OR_DELETED:
            self._deleted -= 1
        elif name == "w:txbxContent":
            self._places.pop()
        elif name == "mc:AlternateContent":
            self._alternatives.pop()

    def data(self, text: str) -> None:
        """Characters."""
        if not self._skipped and self._path and self._path[-1] in _TEXT_TAGS:
            self._add(text)

    def _add(self, text: str) -> None:
        if not self._paragraphs:
            return
        paragraph = self._paragraphs[-1]
        deleted = self._deleted or self._path[-1] == "w:delText"
        place = Place.DELETED if deleted else Place.HIDDEN if paragraph.run.hidden else paragraph.place
        paragraph.add(text, place)
        self._gathered += len(text)
        self._page_is_fresh = self._page_is_fresh and not text.strip()

    def _parent(self) -> str:
        return self._path[-2] if len(self._path) > 1 else ""

    def _set_run(self, name: str, attributes: dict[str, str]) -> None:
        if not self._paragraphs:
            return
        run, value = self._paragraphs[-1].run, attributes.get("val", "")
        on = value not in ("0", "false", "off")
        match name:
            case "w:b":
                run.bold = on
            case "w:strike" | "w:dstrike":
                run.struck = on
            case "w:vanish":
                run.hidden = on
            case "w:sz" if value.isdecimal():
                run.size = int(value)

    def _text_box(self, _attributes: dict[str, str]) -> None:
        watermark = self._places[0] in (Place.HEADER, Place.FOOTER) and _WATERMARK.search(self._drawing)
        self._places.append(Place.WATERMARK if watermark else Place.TEXTBOX)

    def _word_art(self, attributes: dict[str, str]) -> None:
        text = attributes.get("string", "")
        if text:
            place = Place.WATERMARK if self._places[0] in (Place.HEADER, Place.FOOTER) else Place.TEXTBOX
            self.ready.append(Block(text, place, page=self._page))
            self._gathered += len(text)

    def _named_drawing(self, attributes: dict[str, str]) -> None:
        self._drawing = f"{attributes.get('name', '')} {attributes.get('descr', '')}"

    def _embedded(self, attributes: dict[str, str]) -> None:
        """An equation is drawn beside its object and bears no mark; any other embedded document may."""
        self.embeds = self.embeds or not attributes.get("ProgID", "").startswith("Equation")

    def _aligned(self, attributes: dict[str, str]) -> None:
        if self._paragraphs and self._parent() == "w:pPr":
            self._paragraphs[-1].left = attributes.get("val") in ("left", "start", "both")

    def _symbol(self, attributes: dict[str, str]) -> None:
        """A star is often typed from the Wingdings font, whose characters lie in the private use area."""
        code = attributes.get("char", "").upper()
        if "wingdings" in attributes.get("font", "").casefold():
            self._add(_WINGDINGS_STARS.get(code[-2:], "\ufffd"))
        elif re.fullmatch("[0-9A-F]{4}", code):
            self._add(chr(int(code, 16)))

    def _break(self, attributes: dict[str, str]) -> None:
        if attributes.get("type") == "page":
            self._next_page()
        else:
            self._add("\n")

    def _next_page(self) -> None:
        """Word writes its own break again where it last saw one: a page without text between is not counted."""
        if self._page and not self._page_is_fresh:
            self._page += 1
            self._page_is_fresh = True


def _short(tag: str) -> str:
    namespace, _, name = tag.rpartition(" ")
    prefix = _PREFIXES.get(namespace)
    return f"{prefix}:{name}" if prefix else name
