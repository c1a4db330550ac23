"""OpenDocument markup (ODF 1.3 part 3) as located paragraphs, while it is parsed: content, styles, properties, flat files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from agent.extract.base import Member
from agent.extract.embedded import Base64File
from agent.extract.flow import PLAIN, Look, Paragraph
from agent.extract.odf.names import count, short, shortened
from agent.extract.odf.styles import Styles
from agent.extract.odf.table import Columns
from checks.marking.text import Block
from policies.vocabulary import Place

_WATERMARK = re.compile("watermark|水印", re.IGNORECASE)
_MARGINS = {
    **dict.fromkeys(("style:header", "style:header-left", "style:header-first"), Place.HEADER),
    **dict.fromkeys(("style:footer", "style:footer-left", "style:footer-first"), Place.FOOTER),
}
_SHAPES = tuple(
    f"draw:{name}"
    for name in (
        *("frame", "text-box", "custom-shape", "rect", "line", "polyline", "polygon", "regular-polygon", "path", "circle"),
        *("ellipse", "connector", "caption", "measure", "g"),
    )
)
# Elements that hold text themselves beside the usual paragraphs, and where it stands; None: where they stand.
_OTHER_TEXTS: Mapping[str, Place | None] = {
    "text:ruby-text": None,
    "svg:title": Place.HIDDEN,
    "svg:desc": Place.HIDDEN,
    "presentation:header-decl": Place.HEADER,
    "presentation:footer-decl": Place.FOOTER,
    "presentation:date-time-decl": Place.FOOTER,
}
_UNSEEN = {
    "table:tracked-changes": Place.DELETED,
    "table:content-validations": Place.HIDDEN,
}
_FORM_TEXTS = ("form:label", "form:value", "form:current-value", "form:title")
_PROPERTIES = "office:meta"
# Elements that may lie within a paragraph and hold other paragraphs, or nothing that is read on with the paragraph's text.
_NOT_INLINE = frozenset(
    f"text:{name}"
    for name in (
        *("note", "note-body", "note-citation", "list", "list-item", "list-header", "section", "index-body", "ruby"),
        *("tracked-changes", "changed-region", "deletion", "insertion", "script"),
    )
)
_WHITE = re.compile("[ \t\r\n]+")  # means one space (6.1.2)
_MOST_CHANGES = 20_000
_LONGEST_ID = 64
_STARS = str.maketrans({"\uf0ab": "★", "\uf0b5": "✪", "\uf0b6": "✰"})  # as the Wingdings font has them
_MOST_SPACES = 80

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Where:
    """What holds within an element. `unseen`: hidden or deleted text. `named`: what the drawing around it is called."""

    place: Place = Place.BODY
    unseen: Place | None = None
    look: Look = PLAIN
    named: str = ""

    def shown_if(self, shown: bool) -> Where:
        """Hidden where it is not shown, unless it was unseen before."""
        return self if shown or self.unseen else replace(self, unseen=Place.HIDDEN)


class Story:
    """Handlers for an XML parser. `ready` holds the paragraphs that ended, `characters` counts what a reader sees.

    `paged`: it is a text document's own, whose breaks begin a new page; otherwise each slide and each sheet is a page.
    """

    def __init__(self, styles: Styles, *, paged: bool) -> None:
        self.ready: list[Block | Member] = []
        self.characters = 0
        self._styles = [styles]
        self._page = 1 if paged else 0
        self._paged = paged
        self._fresh = True
        self._names: list[str] = [""]
        self._wheres = [Where()]
        self._paragraphs: list[Paragraph] = []
        self._columns: list[Columns] = []
        self._cells: list[str] = []
        self._hidden_layers: set[str] = set()
        self._change = ""
        self._deletions: set[str] = set()
        self._deleting: set[str] = set()
        self._file: Base64File | None = None
        self._enter = self._entrances()
        self._leave = self._exits()

    def take(self) -> list[Block | Member]:
        """What ended since the last call."""
        for paragraph in self._paragraphs:
            if paragraph.overlong:
                self.ready += paragraph.take()
        taken, self.ready = self.ready, []
        return taken

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""
        name, where = short(tag), self._wheres[-1]
        enter = self._enter.get(name)
        if enter:
            where = enter(shortened(attributes), where)
        elif name.startswith("form:"):
            self._form(shortened(attributes), where)
        elif self._names[-1] == _PROPERTIES:
            where = self._property(shortened(attributes), where)
        self._names.append(name)
        self._wheres.append(where)

    def end(self, _tag: str) -> None:
        """An element ends."""
        name, where = self._names.pop(), self._wheres.pop()
        leave = self._leave.get(name)
        if leave:
            leave(where)
        elif self._names[-1] == _PROPERTIES:
            self._end_paragraph(where)

    def data(self, text: str) -> None:
        """Characters."""
        name, where = self._names[-1], self._wheres[-1]
        if self._file is not None and name == "office:binary-data":
            self._file.feed(text)
        elif where.place is Place.METADATA or name in _OTHER_TEXTS or (name.startswith("text:") and name not in _NOT_INLINE):
            self._typed(_WHITE.sub(" ", text), where)

    def _entrances(self) -> dict[str, Callable[[Attributes, Where], Where]]:
        return {
            **dict.fromkeys(("style:style", "style:default-style"), self._style),
            **{
                f"style:{kind}-properties": self._style_properties
                for kind in ("text", "paragraph", "table", "drawing-page", "graphic")
            },
            "office:automatic-styles": self._automatic_styles,
            "office:document": self._document,
            "style:master-page": lambda _, where: replace(where, place=Place.HEADER),
            "style:handout-master": lambda _, where: replace(where, place=Place.HEADER),
            **{name: self._margin(place) for name, place in _MARGINS.items()},
            **dict.fromkeys(("text:p", "text:h"), self._paragraph),
            **{name: self._other_text(place) for name, place in _OTHER_TEXTS.items()},
            **dict.fromkeys(("text:span", "text:a"), self._span),
            **dict.fromkeys(_SHAPES, self._shape),
            **{name: self._unseen(place) for name, place in _UNSEEN.items()},
            "text:deletion": self._deletion,
            "text:changed-region": self._changed,
            "text:change-start": self._change_start,
            "text:change-end": self._change_end,
            "text:s": lambda a, where: self._typed(" " * min(count(a.get("text:c", "")), _MOST_SPACES), where),
            "text:tab": lambda _, where: self._typed("\t", where),
            "text:line-break": lambda _, where: self._typed("\n", where),
            "text:soft-page-break": self._soft_break,
            "text:section": self._section,
            "text:hidden-text": self._hidden_text,
            "text:hidden-paragraph": self._hidden_paragraph,
            "text:conditional-text": self._conditional,
            "text:note": lambda _, where: replace(where, look=PLAIN),
            "office:annotation": lambda _, where: replace(where, place=Place.BODY, look=PLAIN),
            "presentation:notes": self._notes,
            "draw:page": self._slide,
            "draw:layer": self._layer,
            "draw:object-ole": self._embedded,
            "table:table": self._table,
            "table:table-column": self._column,
            "table:table-row": self._row,
            "table:table-row-group": lambda a, where: where.shown_if(a.get("table:display") != "false"),
            "table:table-column-group": lambda a, where: where.shown_if(a.get("table:display") != "false"),
            "table:table-cell": self._cell,
            "table:covered-table-cell": self._cell,
        }

    def _exits(self) -> dict[str, Callable[[Where], None]]:
        return {
            **dict.fromkeys(("text:p", "text:h", *_OTHER_TEXTS), self._end_paragraph),
            **dict.fromkeys(("style:style", "style:default-style"), self._end_style),
            "office:document": lambda _: self._end_document(),
            "draw:object-ole": lambda _: self._end_embedded(),
            "table:table": lambda _: self._end_table(),
            "table:table-cell": self._end_cell,
            "table:covered-table-cell": self._end_cell,
        }

    # --- styles ---------------------------------------------------------------------------------------------------------

    def _automatic_styles(self, _attributes: Attributes, where: Where) -> Where:
        self._styles[-1].begin_automatic()
        return where

    def _style(self, attributes: Attributes, where: Where) -> Where:
        self._styles[-1].begin(attributes)
        return where

    def _style_properties(self, attributes: Attributes, where: Where) -> Where:
        self._styles[-1].set(attributes)
        return where

    def _end_style(self, _where: Where) -> None:
        self._styles[-1].end(automatic="office:automatic-styles" in self._names[-2:])

    def _document(self, _attributes: Attributes, where: Where) -> Where:
        """A flat document; one in another has styles of its own."""
        if len(self._names) > 1:
            self._styles.append(Styles())
        return where

    def _end_document(self) -> None:
        if len(self._styles) > 1:
            inner = self._styles.pop()
            self._styles[0].incomplete = self._styles[0].incomplete or inner.incomplete

    # --- text -----------------------------------------------------------------------------------------------------------

    def _paragraph(self, attributes: Attributes, where: Where) -> Where:
        look = self._styles[-1].look("paragraph", attributes.get("text:style-name", "")).over(where.look)
        if look.breaks and where.place is Place.BODY and not where.unseen:
            self._next_page()
        if self._cells:
            self._cells[-1] = ""  # the paragraph says what the cell shows
        self._paragraphs.append(Paragraph(self._page, look.left))
        return replace(where, look=look)

    def _end_paragraph(self, _where: Where) -> None:
        if self._paragraphs:
            self.ready += self._paragraphs.pop().take()

    def _other_text(self, place: Place | None) -> Callable[[Attributes, Where], Where]:
        def enter(_attributes: Attributes, where: Where) -> Where:
            self._paragraphs.append(Paragraph(self._page))
            return replace(where, place=place or where.place)

        return enter

    def _property(self, attributes: Attributes, where: Where) -> Where:
        """A property of the document; one that its author named is given as "name=value"."""
        self._paragraphs.append(Paragraph(page=0))
        where = replace(where, place=Place.METADATA)
        name = attributes.get("meta:name")
        return self._typed(f"{name}=", where) if name else where

    def _span(self, attributes: Attributes, where: Where) -> Where:
        look = self._styles[-1].look("text", attributes.get("text:style-name", ""))
        return replace(where, look=look.over(where.look))

    def _typed(self, text: str, where: Where) -> Where:
        if self._paragraphs:
            unseen = Place.DELETED if self._deleting else where.unseen or (Place.HIDDEN if where.look.hidden else None)
            place = unseen or where.place
            self._paragraphs[-1].add(text.translate(_STARS), place, where.look)
            if place.seen_by_a_reader and text.strip():
                self.characters += len(text)
                self._fresh = False
        return where

    def _aside(self, text: str, place: Place) -> None:
        if text.strip():
            self.ready.append(Block(text, place, page=self._page))
            self.characters += len(text) if place.seen_by_a_reader else 0

    def _soft_break(self, _attributes: Attributes, where: Where) -> Where:
        self._next_page()
        return where

    def _next_page(self) -> None:
        """A page without text between two breaks is not counted: programs say the same break twice."""
        if self._paged and not self._fresh:
            self._page += 1
            self._fresh = True

    # --- what is not seen -----------------------------------------------------------------------------------------------

    def _unseen(self, place: Place) -> Callable[[Attributes, Where], Where]:
        return lambda _, where: replace(where, unseen=place)

    def _changed(self, attributes: Attributes, where: Where) -> Where:
        self._change = attributes.get("text:id", "")[:_LONGEST_ID]
        return where

    def _deletion(self, _attributes: Attributes, where: Where) -> Where:
        """What was deleted stands here, or between a start and an end in the text itself."""
        if len(self._deletions) < _MOST_CHANGES:
            self._deletions.add(self._change)
        return replace(where, unseen=Place.DELETED)

    def _change_start(self, attributes: Attributes, where: Where) -> Where:
        change = attributes.get("text:change-id", "")[:_LONGEST_ID]
        if change in self._deletions:
            self._deleting.add(change)
        return where

    def _change_end(self, attributes: Attributes, where: Where) -> Where:
        self._deleting.discard(attributes.get("text:change-id", "")[:_LONGEST_ID])
        return where

    def _section(self, attributes: Attributes, where: Where) -> Where:
        display, is_hidden = attributes.get("text:display"), attributes.get("text:is-hidden") == "true"
        return where.shown_if(not (display == "none" or is_hidden))

    def _hidden_text(self, attributes: Attributes, where: Where) -> Where:
        if attributes.get("text:is-hidden") != "true":
            return where
        self._aside(attributes.get("text:string-value", ""), Place.HIDDEN)
        return where.shown_if(shown=False)

    def _hidden_paragraph(self, attributes: Attributes, where: Where) -> Where:
        if self._paragraphs and attributes.get("text:is-hidden") == "true":
            self._paragraphs[-1].hidden = True
        return where

    def _conditional(self, attributes: Attributes, where: Where) -> Where:
        """The element holds the one text that is shown now; the other one is not seen."""
        for name in ("text:string-value-if-true", "text:string-value-if-false"):
            self._aside(attributes.get(name, ""), Place.HIDDEN)
        return where

    # --- places ---------------------------------------------------------------------------------------------------------

    def _margin(self, place: Place) -> Callable[[Attributes, Where], Where]:
        return lambda attributes, where: replace(where, place=place).shown_if(attributes.get("style:display") != "false")

    def _slide(self, attributes: Attributes, where: Where) -> Where:
        self._page += 1
        look = self._styles[-1].look("drawing-page", attributes.get("draw:style-name", ""))
        place = Place.SLIDE if self._names[-1] == "office:presentation" else Place.BODY
        return replace(where, place=place).shown_if(look.shown is not False)

    def _notes(self, _attributes: Attributes, where: Where) -> Where:
        return replace(where, place=Place.BODY, look=PLAIN) if "draw:page" in self._names else where

    def _layer(self, attributes: Attributes, where: Where) -> Where:
        if attributes.get("draw:display") == "none" and len(self._hidden_layers) < 1024:
            self._hidden_layers.add(attributes.get("draw:name", ""))
        return where

    def _shape(self, attributes: Attributes, where: Where) -> Where:
        named = f"{where.named} {attributes.get('draw:name', '')}".strip()[-200:]
        place = where.place
        if place in (Place.HEADER, Place.FOOTER) and _WATERMARK.search(named):
            place = Place.WATERMARK
        elif place in (Place.BODY, Place.CELL) and "draw:page" not in self._names:
            place = Place.TEXTBOX
        shown = attributes.get("draw:display") != "none" and attributes.get("draw:layer") not in self._hidden_layers
        return replace(where, place=place, named=named, look=self._shape_look(attributes, where)).shown_if(shown)

    def _shape_look(self, attributes: Attributes, where: Where) -> Look:
        """In presentations and drawings text looks as its shape says; in a text box of other documents as its paragraph says."""
        if "draw:page" not in self._names:
            return PLAIN
        for family in ("presentation", "graphic"):
            prefix = "draw" if family == "graphic" else family
            if name := attributes.get(f"{prefix}:style-name"):
                return self._styles[-1].look(family, name)
        return where.look

    def _form(self, attributes: Attributes, where: Where) -> None:
        for name in _FORM_TEXTS:
            self._aside(attributes.get(name, ""), where.unseen or Place.TEXTBOX)

    def _embedded(self, _attributes: Attributes, where: Where) -> Where:
        self._file = Base64File()
        return where

    def _end_embedded(self) -> None:
        if self._file is not None and (member := self._file.member("object")):
            self.ready.append(member)
        self._file = None

    # --- tables ---------------------------------------------------------------------------------------------------------

    def _table(self, attributes: Attributes, where: Where) -> Where:
        self._columns.append(Columns())
        look = self._styles[-1].look("table", attributes.get("table:style-name", ""))
        if self._names[-1] == "office:text" and look.breaks:
            self._next_page()
        if self._names[-1] != "office:spreadsheet":
            return where
        self._page += 1
        where = where.shown_if(look.shown is not False)
        if name := attributes.get("table:name", ""):
            self.ready.append(Block(name, where.unseen or Place.CELL, page=self._page))
        return where

    def _end_table(self) -> None:
        if self._columns:
            self._columns.pop()

    def _column(self, attributes: Attributes, where: Where) -> Where:
        if self._columns:
            grouped = bool(where.unseen)
            hidden = grouped or attributes.get("table:visibility", "visible") != "visible"
            self._columns[-1].add(count(attributes.get("table:number-columns-repeated", "")), hidden=hidden)
        return where

    def _row(self, attributes: Attributes, where: Where) -> Where:
        if self._columns:
            self._columns[-1].begin_row()
        return where.shown_if(attributes.get("table:visibility", "visible") == "visible")

    def _cell(self, attributes: Attributes, where: Where) -> Where:
        """One block for each paragraph of a cell, however often the cell is repeated."""
        times = count(attributes.get("table:number-columns-repeated", ""))
        shown = not self._columns or self._columns[-1].next_is_shown(times)
        self._cells.append(attributes.get("office:string-value", ""))
        place = Place.CELL if where.place is Place.BODY else where.place
        look = self._styles[-1].look("table-cell", attributes.get("table:style-name", ""))
        return replace(where, place=place, look=look).shown_if(shown)

    def _end_cell(self, where: Where) -> None:
        """A cell without a paragraph shows its value."""
        value = self._cells.pop() if self._cells else ""
        self._aside(value, where.unseen or where.place)
