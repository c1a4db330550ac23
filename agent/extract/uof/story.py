"""UOF markup (GB/T 20916) as located paragraphs, while it is parsed. Shapes are told before the text that anchors them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from agent.extract.base import Member
from agent.extract.embedded import Base64File
from agent.extract.flow import PLAIN, Look, Paragraph
from agent.extract.odf.names import count
from agent.extract.odf.table import Columns
from agent.extract.uof import names
from agent.extract.uof.names import is_true, plain, plain_attributes
from checks.marking.text import Block
from policies.vocabulary import Place

_WATERMARK = re.compile("watermark|水印", re.IGNORECASE)
_PICTURES = re.compile("png|jpe?g|bmp|gif|tiff?|svg|wmf|emf|pcx|eps|wav|mp3|avi|mpe?g|mp4", re.IGNORECASE)
_LOOKS = ("粗体", "删除线", "隐藏文字", "字体", "对齐", "段前分页")
_MOST_STYLES = 30_000
_LONGEST_ID = 64
_MOST_KEPT = 1 << 20  # characters of shapes that wait for their anchor
_LONGEST_LEAF = 64 << 10
_MOST_SPACES = 80

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Where:
    place: Place = Place.BODY
    unseen: Place | None = None


@dataclass(slots=True)
class _Open:
    """A paragraph that is open, its look and its run's."""

    paragraph: Paragraph
    look: Look = PLAIN
    run: Look = PLAIN


@dataclass(slots=True)
class _Shape:
    """The text of a shape; `named` is what it is called."""

    identity: str
    blocks: list[Block] = field(default_factory=list)
    named: str = ""


class Story:
    """Handlers for an XML parser. `ready` holds what ended. `strange`: there was text where none is known to be."""

    def __init__(self) -> None:
        self.ready: list[Block | Member] = []
        self.strange = False
        self._paged = True
        self._page = 1
        self._fresh = True
        self._names: list[str] = [""]
        self._wheres = [_Where()]
        self._paragraphs: list[_Open] = []
        self._leaf: Attributes | None = None
        self._leaf_text: list[str] = []
        self._leaf_length = 0
        self._styles: dict[str, Look] = {}
        self._style: tuple[str, Look] | None = None
        self._shapes: list[_Shape] = []
        self._waiting: dict[str, _Shape] = {}
        self._kept = 0
        self._deleting: set[str] = set()
        self._columns = Columns()
        self._file: Base64File | None = None
        self._enter: dict[str, Callable[[Attributes, _Where], _Where]] = self._entrances()

    def take(self) -> list[Block | Member]:
        """What ended since the last call."""
        for each in self._paragraphs:
            if each.paragraph.overlong:
                self._give(each.paragraph.take())
        taken, self.ready = self.ready, []
        return taken

    def rest(self) -> Iterator[Block]:
        """Shapes that nothing anchors, when the document is at its end."""
        for shape in self._waiting.values():
            yield from (replace(block, page=0) for block in shape.blocks)
        self._waiting = {}

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""
        name, where = plain(tag), self._wheres[-1]
        own = plain_attributes(attributes)
        if name in names.MARGINS:
            where = replace(where, place=names.MARGINS[name])
        elif enter := self._enter.get(name):
            where = enter(own, where)
        self._names.append(name)
        self._wheres.append(where)
        self._leaf, self._leaf_text, self._leaf_length = own, [], 0

    def end(self, _tag: str) -> None:
        """An element ends."""
        name, where = self._names.pop(), self._wheres.pop()
        if self._leaf is not None:
            self._end_leaf(name, self._leaf, "".join(self._leaf_text), where)
        self._leaf = None
        if name == names.PARAGRAPH or (name == names.CELL_DATA and self._names[-1] == names.CELL):
            self._end_paragraph()
        elif name in names.STYLES and self._style:
            if len(self._styles) < _MOST_STYLES:
                self._styles[self._style[0]] = self._style[1]
            self._style = None
        elif name == names.SHAPE and self._shapes:
            self._end_shape()
        elif name in names.OBJECTS:
            self._end_object()

    def data(self, text: str) -> None:
        """Characters."""
        name = self._names[-1]
        if name == names.TEXT:
            self._add(text)
        elif self._file is not None and name == names.CELL_DATA:
            self._file.feed(text)
        elif self._leaf is not None and self._leaf_length < _LONGEST_LEAF:
            self._leaf_text.append(text)
            self._leaf_length += len(text)
        elif text.strip():
            self.strange = True

    def _entrances(self) -> dict[str, Callable[[Attributes, _Where], _Where]]:
        return {
            **dict.fromkeys(names.ROOTS, self._root),
            names.PARAGRAPH: self._paragraph,
            names.RUN: self._run,
            names.CELL: self._cell,
            names.CELL_DATA: self._cell_data,
            names.SHAPE: self._shape,
            names.ANCHOR: self._anchor,
            **dict.fromkeys(names.OBJECTS, self._object),
            **dict.fromkeys(names.STYLES, self._begin_style),
            **dict.fromkeys(("句属性", "段落属性"), self._styled),
            "页眉页脚": self._sheet_margin,
            "幻灯片": self._slide,
            "工作表": self._sheet,
            "行": lambda a, where: self._shown(where, not is_true(a.get("隐藏", ""))),
            "列": self._column,
            "域代码": lambda _, where: self._shown(where, shown=False),
            "修订开始": self._revision,
            "修订结束": self._revised,
            "空格符": lambda a, where: self._typed(" " * min(count(a.get("个数", "")), _MOST_SPACES), where),
            "制表符": lambda _, where: self._typed("\t", where),
            "换行符": lambda _, where: self._typed("\n", where),
            "分页符": self._break,
        }

    # --- text -----------------------------------------------------------------------------------------------------------

    def _root(self, attributes: Attributes, where: _Where) -> _Where:
        if attributes.get("mimetype", "").endswith(("presentation", "spreadsheet")):
            self._paged, self._page = False, 0
        return where

    def _paragraph(self, _attributes: Attributes, where: _Where) -> _Where:
        self._paragraphs.append(_Open(Paragraph(self._page)))
        return where

    def _run(self, _attributes: Attributes, where: _Where) -> _Where:
        if self._paragraphs:
            self._paragraphs[-1].run = self._paragraphs[-1].look
        return where

    def _end_paragraph(self) -> None:
        if self._paragraphs:
            self._give(self._paragraphs.pop().paragraph.take())

    def _give(self, blocks: Iterator[Block]) -> None:
        """To the shape that is open, otherwise to the reader."""
        if self._shapes:
            self._shapes[-1].blocks += blocks
        else:
            self.ready += blocks

    def _typed(self, text: str, where: _Where) -> _Where:
        if self._paragraphs:
            run = self._paragraphs[-1].run
            unseen = Place.DELETED if self._deleting else where.unseen or (Place.HIDDEN if run.hidden else None)
            self._paragraphs[-1].paragraph.add(text, unseen or where.place, run)
            self._fresh = self._fresh and not text.strip()
        return where

    def _add(self, text: str) -> None:
        if self._paragraphs:
            self._typed(text, self._wheres[-1])
        elif text.strip():
            self.ready.append(Block(text, Place.TEXTBOX, page=self._page))

    def _break(self, _attributes: Attributes, where: _Where) -> _Where:
        if self._paged and not self._fresh and where.place is Place.BODY:
            self._page += 1
            self._fresh = True
        return where

    def _end_leaf(self, name: str, attributes: Attributes, text: str, where: _Where) -> None:
        """An element that held no other."""
        if name in _LOOKS:
            self._set_look(name, attributes, text.strip())
        elif names.PROPERTIES in self._names:
            own = attributes.get("名称") if name == names.OWN_PROPERTY else None
            if text.strip():
                self.ready.append(Block(f"{own}={text.strip()}" if own else text.strip(), Place.METADATA, page=0))
        elif name == "名称" and self._shapes:
            self._shapes[-1].named += f" {text[:200]}"
        elif name == "标题" and attributes.get("名称"):
            self.ready.append(Block(attributes["名称"], where.unseen or Place.TEXTBOX, page=self._page))
        elif text.strip() and names.WORD_ART in (*self._names, name):
            self._give(iter([Block(text.strip(), Place.TEXTBOX, page=self._page)]))
        elif not text.isascii() and name not in names.SILENT:
            self.strange = True
            self.ready.append(Block(text, Place.HIDDEN, page=self._page))

    # --- looks ----------------------------------------------------------------------------------------------------------

    def _begin_style(self, attributes: Attributes, where: _Where) -> _Where:
        base = self._styles.get(attributes.get("基式样引用", "")[:_LONGEST_ID], PLAIN)
        self._style = attributes.get("标识符", "")[:_LONGEST_ID], base
        return where

    def _styled(self, attributes: Attributes, where: _Where) -> _Where:
        if look := self._styles.get(attributes.get("式样引用", "")[:_LONGEST_ID]):
            self._put_on(look)
        return where

    def _set_look(self, name: str, attributes: Attributes, text: str) -> None:
        value = attributes.get("值", text)
        match name:
            case "粗体":
                self._put_on(Look(bold=is_true(value)))
            case "删除线":
                self._put_on(Look(struck=(attributes.get("类型") or text) not in ("", "none")))
            case "隐藏文字":
                self._put_on(Look(hidden=is_true(value)))
            case "字体" if re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,6})?", attributes.get("字号", "")):
                self._put_on(Look(size=float(attributes["字号"])))
            case "对齐" if self._paragraphs and not self._style:
                self._paragraphs[-1].paragraph.left = attributes.get("水平对齐") in ("left", "justified")
            case "段前分页" if is_true(value) and self._paragraphs:
                self._break({}, self._wheres[-1])
                self._paragraphs[-1].paragraph.page = self._page

    def _put_on(self, look: Look) -> None:
        """On the style that is open, else on the run, else on the paragraph."""
        if self._style:
            self._style = self._style[0], look.over(self._style[1])
        elif self._paragraphs:
            each = self._paragraphs[-1]
            each.run = look.over(each.run)
            if names.RUN not in self._names[-3:]:
                each.look = look.over(each.look)

    # --- places ---------------------------------------------------------------------------------------------------------

    def _shown(self, where: _Where, shown: bool) -> _Where:
        return where if shown or where.unseen else replace(where, unseen=Place.HIDDEN)

    def _sheet_margin(self, attributes: Attributes, where: _Where) -> _Where:
        return replace(where, place=Place.FOOTER if attributes.get("位置", "").startswith("footer") else Place.HEADER)

    def _slide(self, attributes: Attributes, where: _Where) -> _Where:
        self._paged, self._page = False, 1 if self._paged else self._page + 1
        return self._shown(replace(where, place=Place.SLIDE), attributes.get("显示", "true") != "false")

    def _sheet(self, attributes: Attributes, where: _Where) -> _Where:
        self._paged, self._page = False, 1 if self._paged else self._page + 1
        self._columns = Columns()
        where = self._shown(where, not is_true(attributes.get("隐藏", "")))
        if name := attributes.get("名称", ""):
            self.ready.append(Block(name, where.unseen or Place.CELL, page=self._page))
        return where

    def _column(self, attributes: Attributes, where: _Where) -> _Where:
        if is_true(attributes.get("隐藏", "")):
            self._columns.hide(count(attributes.get("列号", "")) - 1, count(attributes.get("跨度", "")))
        return where

    def _cell(self, attributes: Attributes, where: _Where) -> _Where:
        if "列号" in attributes:
            self._columns.stand(count(attributes["列号"]) - 1)
        where = replace(where, place=Place.CELL) if where.place is Place.BODY else where
        return self._shown(where, self._columns.next_is_shown(1))

    def _cell_data(self, _attributes: Attributes, where: _Where) -> _Where:
        if self._names[-1] == names.CELL:
            self._paragraphs.append(_Open(Paragraph(self._page)))
        return where

    def _revision(self, attributes: Attributes, where: _Where) -> _Where:
        if attributes.get("类型") == "delete" and len(self._deleting) < 1024:
            self._deleting.add(attributes.get("标识符", "")[:_LONGEST_ID])
        return where

    def _revised(self, attributes: Attributes, where: _Where) -> _Where:
        self._deleting.discard(attributes.get("开始标识引用", "")[:_LONGEST_ID])
        return where

    # --- shapes and objects ---------------------------------------------------------------------------------------------

    def _shape(self, attributes: Attributes, where: _Where) -> _Where:
        self._shapes.append(_Shape(attributes.get("标识符", "")[:_LONGEST_ID]))
        return replace(where, place=Place.TEXTBOX)

    def _end_shape(self) -> None:
        """Kept until its anchor comes; one within an anchor is anchored already."""
        shape = self._shapes.pop()
        size = sum(len(block.text) for block in shape.blocks)
        if names.ANCHOR in self._names or not shape.identity or self._kept + size > _MOST_KEPT:
            self.ready += self._anchored(shape, self._wheres[-1])
        elif shape.blocks:
            self._kept += size
            self._waiting[shape.identity] = shape

    def _anchor(self, attributes: Attributes, where: _Where) -> _Where:
        if shape := self._waiting.pop(attributes.get("图形引用", "")[:_LONGEST_ID], None):
            self.ready += self._anchored(shape, where)
        return where

    def _anchored(self, shape: _Shape, where: _Where) -> Iterator[Block]:
        place: Place = Place.TEXTBOX if where.place in (Place.BODY, Place.CELL) else where.place
        if place in (Place.HEADER, Place.FOOTER) and _WATERMARK.search(shape.named):
            place = Place.WATERMARK
        if "幻灯片备注" in self._names:
            place = Place.BODY
        for block in shape.blocks:
            unseen = None if block.place.seen_by_a_reader else block.place
            yield replace(block, place=where.unseen or unseen or place, page=self._page)

    def _object(self, attributes: Attributes, where: _Where) -> _Where:
        kind = attributes.get("公共类型") or attributes.get("公有类型") or ""
        self._file = None if _PICTURES.fullmatch(kind) else Base64File()
        return where

    def _end_object(self) -> None:
        if self._file is not None and (member := self._file.member("object")):
            self.ready.append(member)
        self._file = None
