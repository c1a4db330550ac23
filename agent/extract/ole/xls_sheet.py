"""The sheets of an Excel workbook (MS-XLS 2.1.7.20.5, charts 2.1.7.20.1): cells, headers, text boxes, comments, charts."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Iterator

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.biff import Biff, Body, Record
from agent.extract.ole.records import lettering
from agent.extract.ole.xls_globals import BOF, EOF, CellLook, Globals, Sheet
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_SHARED, _LABEL, _RICH, _FORMULA, _RESULT = 0xFD, 0x204, 0xD6, (0x06, 0x206, 0x406), 0x207
_HEADER, _FOOTER, _MORE_HEADERS = 0x14, 0x15, 0x89C
_OBJECT, _TEXT, _COMMENT, _CHART_TEXT, _DRAWING = 0x5D, 0x1B6, 0x1C, 0x100D, 0xEC
_COMMENTS_OBJECT = 0x19
_FILEPASS = 0x2F
_ROW, _COLUMNS = 0x208, 0x7D
_LAST_COLUMN = 255
_ROW_IS_HIDDEN, _COLUMNS_ARE_HIDDEN = 0x20, 0x01
_CODES = re.compile(r'&(?:&|"[^"]{0,255}"|K[0-9A-F]{6}|K\d\d[+-]\d{3}|\d{1,3}|[A-Za-z])')
_LARGEST_DRAWING = 4 << 20
_SHOWN = {"L": "\n", "C": "\n", "R": "\n", "&": "&"}


class Sheets:
    """All that follows the globals, in the order of the file."""

    def __init__(self, biff: Biff, workbook: Globals, budget: Budget) -> None:
        self._biff = biff
        self._workbook = workbook
        self._budget = budget
        self._sheet = Sheet("", 0, hidden=False)
        self._look = CellLook()
        self._place = Place.CELL
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._is_comment = False
        self._drawing = bytearray()
        self._readers: dict[int, Callable[[Record], Iterator[Block]]] = {
            _LABEL: self._label,
            _RICH: self._label,
            _RESULT: self._result,
            _HEADER: lambda record: self._header(record, Place.HEADER),
            _FOOTER: lambda record: self._header(record, Place.FOOTER),
            _MORE_HEADERS: self._more_headers,
            _OBJECT: self._object,
            _TEXT: self._text_box,
            _COMMENT: self._old_comment,
            _CHART_TEXT: self._chart_text,
            _DRAWING: self._drawn,
            _ROW: self._row,
            _COLUMNS: self._columns,
            **dict.fromkeys(_FORMULA, self._formula),
        }

    def blocks(self, *, shared: bool) -> Iterator[Block]:
        """Their texts. `shared`: with the cells whose texts are shared. Raises Unreadable where a sheet is missing or cut off."""
        self._readers[_SHARED] = self._shared if shared else self._left_out
        missing = set(self._workbook.sheets)
        while missing:
            record = self._biff.read()
            if record is None or record.kind != BOF:
                raise Unreadable(Unread.CORRUPT)
            if record.at in missing:
                missing.remove(record.at)
                self._sheet = self._workbook.sheets[record.at]
                self._hidden_rows.clear()
                self._hidden_columns.clear()
                yield self._block(self._sheet.name, Place.CELL)
            yield from self._substream()
            yield from self._letterings()
        if self._workbook.strings.full:
            raise Unreadable(Unread.TOO_LARGE)

    def _substream(self) -> Iterator[Block]:
        """To the end of a sheet, with the charts in it."""
        depth = 1
        while depth:
            record = self._biff.read()
            if record is None:
                raise Unreadable(Unread.CORRUPT)
            if record.kind == BOF:
                depth += 1
                self._budget.nested(depth)
            elif record.kind == EOF:
                depth -= 1
            elif record.kind == _FILEPASS:
                raise Unreadable(Unread.ENCRYPTED)
            elif record.kind in self._readers:
                yield from self._readers[record.kind](record)

    def _block(self, text: str, place: Place, look: CellLook | None = None) -> Block:
        look = look or CellLook()
        seen = Place.HIDDEN if self._sheet.hidden else place
        return Block(text, seen, self._sheet.page, bold=look.bold, large=look.large, struck=look.struck, left=look.left)

    def _row(self, record: Record) -> Iterator[Block]:
        """Rows are told before their cells, columns before all cells (MS-XLS 2.1.7.20.5)."""
        if record.number(12) & _ROW_IS_HIDDEN:
            self._hidden_rows.add(record.number(0))
        yield from ()

    def _columns(self, record: Record) -> Iterator[Block]:
        if record.number(8) & _COLUMNS_ARE_HIDDEN:
            self._hidden_columns.update(range(record.number(0), min(record.number(2), _LAST_COLUMN) + 1))
        yield from ()

    def _cell(self, record: Record) -> Place:
        """The place of a cell's text: nobody sees it in a row or a column that is hidden."""
        hidden = record.number(0) in self._hidden_rows or record.number(2) in self._hidden_columns
        return Place.HIDDEN if hidden else Place.CELL

    def _shared(self, record: Record) -> Iterator[Block]:
        number = int.from_bytes(record.part(6, 4), "little")
        yield self._block(self._workbook.strings[number], self._cell(record), self._workbook.look(record.number(4)))

    def _left_out(self, record: Record) -> Iterator[Block]:
        """Such a cell's text is not told, but it must be there."""
        self._workbook.strings.check(int.from_bytes(record.part(6, 4), "little"))
        yield from ()

    def _label(self, record: Record) -> Iterator[Block]:
        text = self._workbook.text(Body(self._biff, record, 6))
        yield self._block(text, self._cell(record), self._workbook.look(record.number(4)))

    def _formula(self, record: Record) -> Iterator[Block]:
        self._look, self._place = self._workbook.look(record.number(4)), self._cell(record)
        yield from ()

    def _result(self, record: Record) -> Iterator[Block]:
        """The text that a formula came to; the formula stands before."""
        yield self._block(self._workbook.text(Body(self._biff, record)), self._place, self._look)

    def _header(self, record: Record, place: Place) -> Iterator[Block]:
        if record.data:
            yield self._coded(self._workbook.text(Body(self._biff, record), short=not self._workbook.is_wide), place)

    def _more_headers(self, record: Record) -> Iterator[Block]:
        """Headers and footers of even and of first pages (MS-XLS 2.4.137)."""
        lengths = struct.unpack("<4H", record.part(30, 8))
        body = Body(self._biff, record, 38)
        for length, place in zip(lengths, (Place.HEADER, Place.FOOTER) * 2, strict=True):
            if length:
                yield self._coded(body.string(), place)

    def _coded(self, text: str, place: Place) -> Block:
        """Without the codes for fonts, dates and the like; left, middle and right part on a line each."""
        return self._block(_CODES.sub(lambda code: _SHOWN.get(code[0][1:], ""), text).strip(), place)

    def _object(self, record: Record) -> Iterator[Block]:
        self._is_comment = len(record.data) >= 6 and record.number(4) == _COMMENTS_OBJECT
        yield from ()

    def _text_box(self, record: Record) -> Iterator[Block]:
        """The text stands in what goes on with the record (MS-XLS 2.4.329)."""
        count = record.number(10)
        if count:
            body = Body(self._biff, record, len(record.data))
            body.go_on()
            text = body.characters(count, wide=bool(body.take(1)[0] & 1))
            yield self._block(text, Place.BODY if self._is_comment else Place.TEXTBOX)

    def _old_comment(self, record: Record) -> Iterator[Block]:
        """Excel 5 and 95 write a comment's text here, the long one in several records; later ones its author."""
        if not self._workbook.is_wide:
            yield self._block(self._workbook.decoded(record.data[6:]), Place.BODY)

    def _chart_text(self, record: Record) -> Iterator[Block]:
        yield self._block(self._workbook.text(Body(self._biff, record, 2), short=True), Place.TEXTBOX)

    def _drawn(self, record: Record) -> Iterator[Block]:
        """A sheet's drawing is spread over several records, with other ones between."""
        self._drawing += record.data
        while (more := self._biff.continued()) is not None:
            self._drawing += more
        if len(self._drawing) > _LARGEST_DRAWING:
            raise Unreadable(Unread.TOO_LARGE)
        yield from ()

    def _letterings(self) -> Iterator[Block]:
        file = io.BytesIO(self._drawing)
        for text in lettering(file, 0, len(self._drawing), self._budget):
            yield self._block(text, Place.TEXTBOX)
        self._drawing.clear()
