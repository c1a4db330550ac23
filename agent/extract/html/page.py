"""One HTML page: turns its tokens into located paragraphs, as a browser without style sheets would show them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from agent.extract.base import Budget, Unreadable
from agent.extract.flow import PLAIN, Look, Paragraph
from agent.extract.html.tokens import Tokens, attributes_of
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_VOID = frozenset(
    re.findall("[a-z]+", "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr")
)
_END_P = frozenset(
    re.findall(
        "[a-z0-9]+",
        "address article aside blockquote body center details dialog dir div dl dt dd fieldset figcaption figure footer form"
        " frameset h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table ul xmp",
    )
)
_BLOCKS = _END_P | frozenset(
    re.findall(
        "[a-z]+",
        "br button caption head html iframe legend meta noframes optgroup select svg tbody td text textarea tfoot th thead"
        " title tr",
    )
)
# What ends by itself where another of its kind begins, and how far up it is looked for.
_ENDED_BY = {
    **dict.fromkeys(_END_P, (frozenset({"p"}), frozenset({"table", "td", "th", "div", "li", "body", "object"}))),
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "option": (frozenset({"option"}), frozenset({"select"})),
    "tr": (frozenset({"tr", "td", "th"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"table"})),
    "th": (frozenset({"td", "th"}), frozenset({"table"})),
}
_BOLD = Look(bold=True)
_STRUCK = Look(struck=True)
_LOOKS = {
    **dict.fromkeys(("b", "strong", "h4", "h5", "h6"), _BOLD),
    **dict.fromkeys(("s", "strike", "del"), _STRUCK),
    "th": _BOLD,
    "h1": Look(bold=True, size=24),
    "h2": Look(bold=True, size=18),
    "h3": Look(bold=True, size=14),
    "center": Look(left=False),
}
_FONT_SIZES = {"4": 13.5, "5": 18.0, "6": 24.0, "7": 36.0}
_CELLS = ("td", "th")
_KEEPS_LINES = ("pre", "textarea", "xmp")
_SPACE = re.compile("[ \t\r\n\f]+")
_TELLING = re.compile("style|hidden|align|title|alt|summary|placeholder|size|selected|srcdoc|data:", re.IGNORECASE)
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|font-size\s*:\s*0[a-z%]*\s*(?:;|$)"
)
_THROUGH = re.compile(r"text-decoration[a-z-]*\s*:[^;]{0,40}line-through")
_HEAVY = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)")
_SIZE = re.compile(r"font-size\s*:\s*([0-9]{1,4}(?:\.[0-9]{1,3})?)\s*(pt|px)")
_ALIGN = re.compile(r"text-align\s*:\s*(left|start|justify|center|right|end)")
_MARGIN = re.compile(r"mso-element\s*:\s*(header|footer)")
_MARGINS = {"header": Place.HEADER, "footer": Place.FOOTER}
_LEFT = ("left", "start", "justify")
_SPOKEN = ("title", "alt", "summary", "placeholder")
_USUAL = ("keywords", "description", "author", "subject", "title", "abstract", "copyright", "generator", "viewport")
_LABELS_OF_BUTTONS = ("submit", "reset", "button", "image", "file", "password", "color", "range")


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that has begun, and what holds within it."""

    name: str
    place: Place = Place.BODY
    look: Look = PLAIN
    keeps_lines: bool = False


class Page:
    """Reads the pieces of one page. Afterwards `told` tells whether a reader saw text, `pictures` whether there were any,
    `embeds` whether it holds another document that was not read, and `cut` whether its end is missing.
    """

    def __init__(self, budget: Budget) -> None:
        self.told = False
        self.pictures = False
        self.embeds = False
        self.cut = False
        self._budget = budget
        self._ready: list[Block] = []
        self._open = [_Open("")]
        self._paragraph: Paragraph | None = None
        self._on_void: dict[str, Callable[[dict[str, str]], None]] = {
            "meta": self._property,
            "input": self._field,
            "img": self._picture,
            "embed": self._embedded,
        }

    def read(self, texts: Iterable[str], nesting: int = 0) -> Iterator[Block]:
        """The page's text in reading order. Raises Unreadable."""
        tokens = Tokens()
        for name, value in tokens.read(texts):
            if not name:
                self._add(value)
            elif name[0] == "/":
                self._end(name[1:])
            else:
                page = self._start(name, value)
                if page:
                    yield from self._inner(page, nesting)
            if self._ready:
                yield from self._take()
        self.cut = self.cut or tokens.cut
        self._end_paragraph()
        yield from self._take()

    def _take(self) -> list[Block]:
        taken, self._ready = self._ready, []
        return taken

    def _inner(self, text: str, nesting: int) -> Iterator[Block]:
        """A page that stands in an attribute."""
        if nesting >= self._budget.nesting:
            raise Unreadable(Unread.BOMB)
        before, self._open = self._open, [replace(self._open[-1], name="")]
        yield from self.read([text], nesting + 1)
        self._open = before

    def _start(self, name: str, raw: str) -> str:
        """An element begins; answers the page that stands in its attributes."""
        if name in _BLOCKS:
            self._end_paragraph()
        if name in _ENDED_BY:
            self._end_kind(*_ENDED_BY[name])
        if name in _VOID:
            attributes = attributes_of(raw) if raw else {}
            self._speak(attributes)
            if name in self._on_void:
                self._on_void[name](attributes)
            return ""
        above = self._open[-1]
        look = _LOOKS[name].over(above.look) if name in _LOOKS else above.look
        place = Place.CELL if name in _CELLS and above.place is Place.BODY else above.place
        attributes = attributes_of(raw) if raw and _TELLING.search(raw) else {}
        if name in ("title", "template", "option"):
            place = self._aside(name, place, attributes)
        if attributes:
            place = _margin(name, attributes) or place
            self._speak(attributes)
            place, look = _styled(name, attributes, place, look)
            self.embeds = self.embeds or (name in ("object", "iframe") and _is_document(attributes))
        self._budget.nested(len(self._open))
        self._open.append(_Open(name, place, look, above.keeps_lines or name in _KEEPS_LINES))
        return attributes.get("srcdoc", "") if name == "iframe" else ""

    def _aside(self, name: str, place: Place, attributes: dict[str, str]) -> Place:
        """Where text stands that is no part of the flow: of the options of a list only the chosen one is seen."""
        if name == "title":
            return Place.METADATA
        if name == "option":
            if "selected" in attributes:
                return place
            self._write("、", Place.HIDDEN)
        return Place.HIDDEN

    def _end(self, name: str) -> None:
        if name in _BLOCKS:
            self._end_paragraph()
        at = next((n for n in range(len(self._open) - 1, 0, -1) if self._open[n].name == name), 0)
        if at:
            del self._open[at:]

    def _end_kind(self, names: frozenset[str], stops: frozenset[str]) -> None:
        ends = 0
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].name in stops:
                break
            if self._open[at].name in names:
                ends = at
        if ends:
            del self._open[ends:]

    def _add(self, text: str) -> None:
        inner = self._open[-1]
        if "&" in text:
            text = html.unescape(text)
        self._write(text if inner.keeps_lines else _SPACE.sub(" ", text), inner.place)

    def _write(self, text: str, place: Place) -> None:
        if self._paragraph is None:
            if text.isspace():
                return
            self._paragraph = Paragraph(1, self._open[-1].look.left)
        self._paragraph.add(text, place, self._open[-1].look)
        if self._paragraph.overlong:
            self._give(self._paragraph)

    def _end_paragraph(self) -> None:
        if self._paragraph is not None:
            self._give(self._paragraph)
            self._paragraph = None

    def _give(self, paragraph: Paragraph) -> None:
        blocks = [block if block.place is not Place.METADATA else replace(block, page=0) for block in paragraph.take()]
        self._budget.spend(sum(len(block.text) for block in blocks))
        self.told = self.told or any(block.place.seen_by_a_reader for block in blocks)
        self._ready += blocks

    def _speak(self, attributes: dict[str, str]) -> None:
        """What is shown instead of a picture, or when the pointer rests."""
        for name in _SPOKEN:
            if (text := attributes.get(name, "")).strip():
                self._ready.append(Block(text, Place.METADATA, page=0))

    def _property(self, attributes: dict[str, str]) -> None:
        name, content = attributes.get("name") or attributes.get("property", ""), attributes.get("content", "")
        if name and content.strip():
            usual = name.lower().rpartition(":")[2].removeprefix("dc.") in _USUAL
            self._ready.append(Block(content if usual else f"{name}={content}", Place.METADATA, page=0))

    def _field(self, attributes: dict[str, str]) -> None:
        """What a form shows: a box, ticked or not, or what was filled in."""
        kind, value = attributes.get("type", "text").lower(), attributes.get("value", "")
        place = Place.HIDDEN if "hidden" in (kind, *attributes) or _UNSEEN.search(attributes.get("style", "").lower()) else None
        if kind in ("checkbox", "radio"):
            self._write("☑" if "checked" in attributes else "□", place or self._open[-1].place)
        elif value and kind not in _LABELS_OF_BUTTONS and place:
            self._ready.append(Block(value, place))
        elif value and kind not in _LABELS_OF_BUTTONS:
            self._write(value, self._open[-1].place)

    def _picture(self, _attributes: dict[str, str]) -> None:
        self.pictures = True

    def _embedded(self, attributes: dict[str, str]) -> None:
        self.embeds = self.embeds or _is_document(attributes)


def _margin(name: str, attributes: dict[str, str]) -> Place | None:
    """Where text of a page's margin stands: LibreOffice tells by a title, which is no one's to see, Word by a style."""
    told = attributes.get("title", "").lower() if name == "div" else ""
    if told in _MARGINS:
        del attributes["title"]
        return _MARGINS[told]
    match = _MARGIN.search(attributes.get("style", ""))
    return _MARGINS[match[1]] if match else None


def _styled(name: str, attributes: dict[str, str], place: Place, look: Look) -> tuple[Place, Look]:
    """Where and how text stands in an element with such attributes."""
    style = attributes.get("style", "").lower()
    if "hidden" in attributes or (style and _UNSEEN.search(style)):
        place = Place.HIDDEN if place.seen_by_a_reader else place
    size = _SIZE.search(style)
    points = float(size[1]) * (0.75 if size[2] == "px" else 1) if size else None
    align = _ALIGN.search(style)
    aligned = align[1] if align else attributes.get("align", "").lower() if name not in ("table", "img") else ""
    own = Look(
        bold=True if _HEAVY.search(style) else None,
        struck=True if _THROUGH.search(style) else None,
        size=points if points is not None else _FONT_SIZES.get(attributes.get("size", "")) if name == "font" else None,
        left=aligned in _LEFT if aligned else None,
    )
    return place, look if own == PLAIN else own.over(look)


def _is_document(attributes: dict[str, str]) -> bool:
    """Whether a document that is no picture stands in an attribute."""
    source = (attributes.get("data") or attributes.get("src") or "").strip().lower()
    return source.startswith("data:") and not source.startswith("data:image/")
