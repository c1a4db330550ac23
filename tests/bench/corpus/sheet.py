"""Workbooks: openpyxl and XlsxWriter lay out templates for .xlsx, xlwt makes every .xls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO

import openpyxl  # type: ignore[import-untyped]
import xlsxwriter  # type: ignore[import-untyped]
import xlwt  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.workbook import Workbook  # type: ignore[import-untyped]

from tests.bench.corpus.marks import Suited
from tests.bench.corpus.revise import revised, stamped
from tests.bench.corpus.shape import Format, Marked, Parts, Source, Way, unzipped, zipped
from tests.bench.corpus.words import LEDGER

_TEMPLATES = 120
_HEADS = ("序号", "名称", "单位", "数量", "单价", "金额", "责任人", "备注")
_LEDGERS = 0.01

Put = Callable[[Workbook, str], None]


def _rows(source: Source, most: int) -> list[list[object]]:
    rng, prose = source.rng, source.prose
    rows: list[list[object]] = [[prose.title()], list(_HEADS)]
    for number in range(prose.size(180, most, 1.1)):
        row = [number + 1, prose.phrase(), "项", rng.randrange(500), round(rng.random() * 9000, 2), rng.randrange(10**6), "张伟"]
        rows.append([*row, prose.sentence() if rng.random() < 0.2 else ""])
    return rows


def _filled(source: Source, most: int = 2500) -> Workbook:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in _rows(source, most):
        sheet.append(row)
    if source.rng.random() < 0.4:
        book.create_sheet("汇总").append(["合计", 12345])
    return book


def _saved(book: Workbook) -> Parts:
    buffer = BytesIO()
    book.save(buffer)
    parts = unzipped(buffer.getvalue())
    parts["docProps/core.xml"] = stamped(parts["docProps/core.xml"])
    return parts


def _written(source: Source, fill: Callable[[xlsxwriter.Workbook], None] | None = None, *, strings: bool = True) -> Parts:
    """A workbook by XlsxWriter; without `strings` its text stands in the cells (inlineStr)."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "constant_memory": not strings})
    book.set_properties({"created": datetime(2026, 3, 2, 9)})  # noqa: DTZ001  the library takes no zone
    sheet = book.add_worksheet()
    if fill:
        fill(book)
    for number, row in enumerate(_rows(source, 120 if fill else 2500), 8 if fill else 0):
        sheet.write_row(number, 0, row)
    book.close()
    return unzipped(buffer.getvalue())


def _template(source: Source) -> Parts:
    return _saved(_filled(source)) if source.rng.random() < 0.5 else _written(source)


def plain(source: Source) -> bytes:
    """A workbook without a mark; one in a hundred is a ledger of classified documents."""
    if source.rng.random() < _LEDGERS:
        book = _filled(source, 20)
        ledger = book.create_sheet("登记", 0)
        for row in LEDGER:
            ledger.append(list(row))
        return zipped(_saved(book))
    parts = source.template("xlsx", _TEMPLATES, _template)
    for name in parts:
        if name.startswith(("xl/sharedStrings", "xl/worksheets/sheet")):
            parts[name] = revised(parts[name], source.prose.sentence, source.prose.phrase)
    return zipped(parts)


def _by_openpyxl(put: Put) -> Marked:
    def make(source: Source, mark: str) -> bytes:
        book = _filled(source, 120)
        put(book, mark)
        return zipped(_saved(book))

    return make


def _by_xlsxwriter(put: Callable[[xlsxwriter.Workbook, str], None], *, strings: bool = True) -> Marked:
    return lambda source, mark: zipped(_written(source, lambda book: put(book, mark), strings=strings))


def _first_cell(book: Workbook, mark: str) -> None:
    book.worksheets[0].insert_rows(1)
    book.worksheets[0]["A1"] = mark


def _third_row(book: Workbook, mark: str) -> None:
    book.worksheets[0].insert_rows(3)
    book.worksheets[0]["B3"] = mark


def _form(book: Workbook, mark: str) -> None:
    book.worksheets[0].insert_rows(1)
    book.worksheets[0]["A1"], book.worksheets[0]["B1"] = "密级", mark


def _header(book: Workbook, mark: str) -> None:
    header = book.worksheets[0].oddHeader
    header.left.text, header.right.text = mark, "第 &P 页"


def _footer(book: Workbook, mark: str) -> None:
    book.worksheets[0].oddFooter.center.text = mark


def _comment(book: Workbook, mark: str) -> None:
    book.worksheets[0]["C5"].comment = Comment(mark, "张伟")


def _name(book: Workbook, mark: str) -> None:
    book.create_sheet(mark.replace("：", " ")).append(["合计", 1])


def _hidden(book: Workbook, mark: str) -> None:
    sheet = book.create_sheet("附表")
    sheet.append([mark])
    sheet.sheet_state = "hidden"


def _subject(book: Workbook, mark: str) -> None:
    book.properties.subject = mark


def _rich(book: xlsxwriter.Workbook, mark: str) -> None:
    bold = book.add_format({"bold": True})
    cut = max(2, len(mark) // 2)
    book.worksheets()[0].write_rich_string(0, 0, bold, mark[:1], mark[1:cut], bold, mark[cut:] or " ", " ")


def _box(book: xlsxwriter.Workbook, mark: str) -> None:
    book.worksheets()[0].insert_textbox(1, 1, mark)


def _cell(book: xlsxwriter.Workbook, mark: str) -> None:
    book.worksheets()[0].write(0, 0, mark)


WAYS: Mapping[str, Way] = {
    "first cell": Way(_by_openpyxl(_first_cell)),
    "third row": Way(_by_openpyxl(_third_row), Suited.FULL),
    "form with a label": Way(_by_openpyxl(_form), Suited.STATUTORY),
    "header": Way(_by_openpyxl(_header)),
    "footer": Way(_by_openpyxl(_footer)),
    "comment": Way(_by_openpyxl(_comment), Suited.FULL),
    "sheet's name": Way(_by_openpyxl(_name), Suited.STATUTORY),
    "split over runs": Way(_by_xlsxwriter(_rich)),
    "text in the cell": Way(_by_xlsxwriter(_cell, strings=False)),
    "text box": Way(_by_xlsxwriter(_box)),
    "hidden sheet": Way(_by_openpyxl(_hidden), Suited.STATUTORY, counts=False),
    "subject property": Way(_by_openpyxl(_subject), Suited.STATUTORY, counts=False),
}


def _old(source: Source, put: Callable[[xlwt.Worksheet], None] | None = None) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    if put:  # xlwt writes the rows in the order in which they were begun
        put(sheet)
    for row, values in enumerate(_rows(source, 600), 8 if put else 0):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _old_way(put: Callable[[xlwt.Worksheet, str], None], suited: Suited = Suited.ANY) -> Way:
    return Way(lambda source, mark: _old(source, lambda sheet: put(sheet, mark)), suited)


def _old_header(sheet: xlwt.Worksheet, mark: str) -> None:
    sheet._Worksheet__header_str = f"&L{mark}&R&P"  # its own setter takes no text under Python 3


def _old_footer(sheet: xlwt.Worksheet, mark: str) -> None:
    sheet._Worksheet__footer_str = f"&C{mark}"


_OLD_WAYS: Mapping[str, Way] = {
    "first cell": _old_way(lambda sheet, mark: sheet.write(0, 0, mark)),
    "third row": _old_way(lambda sheet, mark: sheet.write(2, 1, mark), Suited.FULL),
    "header": _old_way(_old_header),
    "footer": _old_way(_old_footer),
}

FORMATS: Mapping[str, Format] = {"xlsx": Format(".xlsx", 1000, plain, WAYS), "xls": Format(".xls", 300, _old, _OLD_WAYS)}
