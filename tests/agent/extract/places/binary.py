"""Word, Excel and PowerPoint 97-2003, WPS too: by LibreOffice and xlwt, and by hand what neither writes.

Of a document by LibreOffice the texts are replaced by others of the same length, so that nothing else of it changes.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from functools import partial
from typing import Any

import xlwt  # type: ignore[import-untyped]  # ships no types

from policies.vocabulary import Place, Text
from tests.agent.extract.compounds import compound
from tests.agent.extract.ole.test_package import NATIVE, native
from tests.agent.extract.ole.test_property_set import DOCUMENT, SUMMARY, dictionary, page
from tests.agent.extract.ole.test_property_set import NAMED as OWN
from tests.agent.extract.ole.test_property_set import stream as properties
from tests.agent.extract.ole.test_property_set import wide as property_text
from tests.agent.extract.ole.test_xls import workbook as by_hand
from tests.agent.extract.ole.test_xls_sheet import text_box
from tests.agent.extract.places.case import DOCUMENTS, LINES, MARK, TITLE, Case, Column, cases, with_text
from tests.agent.extract.places.office import word as docx
from tests.agent.extract.slides import Show, container, listed, record, shape, slide, wide
from tests.agent.extract.words import word

_WIDE = "utf-16-le"
_KEYWORDS = 5
_PROPERTY = ("机密★9年".encode(), "机某一9年".encode())


def _swapped(name: str, marks: tuple[str, ...], old: str, new: str = MARK) -> bytes:
    """The document by LibreOffice with all of its marks spoilt, and then one text replaced."""
    changes = [(mark, mark.replace("★", "一").replace("密", "某")) for mark in marks]
    old = next((spoilt for mark, spoilt in changes if mark == old), old)
    return with_text((DOCUMENTS / name).read_bytes(), [*changes, (old, new)], _WIDE).replace(*_PROPERTY)


def _summary(text: str) -> dict[str, bytes]:
    return {SUMMARY: properties({1: page(1200), _KEYWORDS: property_text(text)})}


def _custom(text: str) -> dict[str, bytes]:
    names = dictionary({2: "密级\0".encode(_WIDE)}, unit=2)
    return {DOCUMENT: properties({0: names, 1: page(1200), 2: property_text(text)}, OWN)}


# --- Word -------------------------------------------------------------------------------------------------------------------

_DOC_MARKS = (
    *("机密★10年", "绝密★30年", "隐藏 秘密★1年", "机密★5年", "机密★7年", "其他页眉 秘密★2年", "页脚 内部资料"),
    *("首页眉 机密★3年", "批注 秘密★6个月", "框内 机密★4年"),
)
_doc = partial(_swapped, "libreoffice.doc", (*_DOC_MARKS, "水印 绝密", "密级"))
_TEXT = "".join(f"{line}\r" for line in (TITLE, *LINES))


DOC = cases(
    "doc",
    ("first-line", Column.TEXT, Place.COVER, lambda: _doc("机密★10年")),
    ("second-page", Column.TEXT, Place.BODY, lambda: _doc("第二页标题 秘密")),
    ("table-cell", Column.CELL, Place.CELL, lambda: _doc("多段一\x0b多段二")),
    ("header", Column.MARGIN, Place.HEADER, lambda: _doc("其他页眉 秘密★2年")),
    ("first-page-header", Column.MARGIN, Place.HEADER, lambda: _doc("首页眉 机密★3年")),
    ("footer", Column.MARGIN, Place.FOOTER, lambda: _doc("页脚 内部资料")),
    ("text-box", Column.BOX, Place.TEXTBOX, lambda: _doc("框内 机密★4年")),
    # The text ends with a zero, which makes room for a character more.
    ("watermark", Column.WATERMARK, Place.WATERMARK, lambda: _doc("水印 绝某\0")),
    ("comment", Column.NOTE, Place.BODY, lambda: _doc("批注 秘密★6个月")),
    ("footnote", Column.NOTE, Place.BODY, lambda: _swapped("libreoffice-notes.doc", (), "脚注文字内容")),
    ("endnote", Column.NOTE, Place.BODY, lambda: _swapped("libreoffice-notes.doc", (), "尾注文字内容")),
    ("keywords-property", Column.PROPERTY, Place.METADATA, lambda: word([(_TEXT, False)], others=_summary(MARK))),
    ("custom-property", Column.PROPERTY, Place.METADATA, lambda: word([(_TEXT, False)], others=_custom(MARK))),
    ("tracked-deletion", Column.DELETED, Place.DELETED, lambda: _doc("绝密★30年")),
    ("hidden-text", Column.HIDDEN, Place.HIDDEN, lambda: _doc("隐藏 秘密★1年")),
    (
        "embedded-file",
        Column.INNER,
        Place.MEMBER,
        lambda: word([(_TEXT, False)], others={f"ObjectPool/_1/{NATIVE}": native(b"a.docx", docx(first=MARK))}),
    ),
    (
        "embedded-document",
        Column.INNER,
        Place.MEMBER,
        lambda: word([(_TEXT, False)], others={"ObjectPool/_2/Package": docx(first=MARK)}),
    ),
)

# --- Excel ------------------------------------------------------------------------------------------------------------------

_XLS_MARKS = (
    *(
        "机密★1年&R第 &P 页",
        "脚 秘密★2年",
        "机密★10年",
        "秘密★3年",
        "划掉 秘密★1年",
        "批注 机密★2年",
        "图表 秘密★4年",
        "绝密★30年",
        "汇总 内部",
    ),
)
_xls = partial(_swapped, "libreoffice.xls", _XLS_MARKS)


def by_xlwt(change: Callable[[Any, Any], Any], name: str = "表") -> bytes:
    """A workbook by xlwt; the change gets it with its sheet."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    for number, line in enumerate((TITLE, *LINES)):
        sheet.write(number, 0, line)
    change(book, sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _xls_hidden_row(_book: Any, sheet: Any) -> None:
    sheet.write(20, 0, MARK)
    sheet.row(20).hidden = True


def _xls_hidden_sheet(book: Any, _sheet: Any) -> None:
    hidden = book.add_sheet("底稿")
    hidden.write(0, 0, MARK)
    hidden.visibility = 1


def _xls_hidden_column(_book: Any, sheet: Any) -> None:
    sheet.write(2, 5, MARK)
    sheet.col(5).hidden = True


def _with_streams(data: bytes, others: dict[str, bytes]) -> bytes:
    """A workbook as xlwt writes it, in a compound file with other streams."""
    start = data.index(b"\x09\x08\x10\0")
    return compound({"Workbook": data[start:], **others})


XLS = cases(
    "xls",
    ("first-cell", Column.CELL, Place.CELL, lambda: _xls("机密★10年")),
    ("later-cell", Column.CELL, Place.CELL, lambda: by_xlwt(lambda _, sheet: sheet.write(30, 2, MARK))),
    ("sheet-name", Column.CELL, Place.CELL, lambda: by_xlwt(lambda *_: None, MARK)),
    ("header-code", Column.MARGIN, Place.HEADER, lambda: _xls("机密★1年&R第 &P 页")),
    ("footer-code", Column.MARGIN, Place.FOOTER, lambda: _xls("脚 秘密★2年")),
    ("text-box", Column.BOX, Place.TEXTBOX, lambda: by_hand(b"", text_box(6, MARK))),
    ("chart-title", Column.BOX, Place.TEXTBOX, lambda: _xls("图表 秘密★4年")),
    ("comment", Column.NOTE, Place.COVER, lambda: _xls("批注 机密★2年")),
    (
        "keywords-property",
        Column.PROPERTY,
        Place.METADATA,
        lambda: _with_streams(by_xlwt(lambda *_: None), _summary(MARK)),
    ),
    ("hidden-row", Column.HIDDEN, Place.HIDDEN, lambda: by_xlwt(_xls_hidden_row)),
    ("hidden-column", Column.HIDDEN, Place.HIDDEN, lambda: by_xlwt(_xls_hidden_column)),
    ("hidden-sheet", Column.HIDDEN, Place.HIDDEN, lambda: by_xlwt(_xls_hidden_sheet)),
    (
        "embedded-document",
        Column.INNER,
        Place.MEMBER,
        lambda: _with_streams(by_xlwt(lambda *_: None), {"MBD0001/Package": docx(first=MARK)}),
    ),
)

# --- PowerPoint -------------------------------------------------------------------------------------------------------------

_PPT_MARKS = ("页脚 秘密★5年", "机密★10年", "框 秘密★1年", "批注 秘密★4年", "藏页 绝密★1年", "备注 机密★2年")
_MASTER_MARKS = ("机密★10年", "框 秘密★1年", "格 秘密★3年", "藏页 绝密★1年", "备注 机密★2年", "母版 秘密★6年")
_ppt = partial(_swapped, "libreoffice.ppt", _PPT_MARKS)
_master = partial(_swapped, "libreoffice-master.ppt", _MASTER_MARKS)


def _show(others: dict[str, bytes] | None = None) -> bytes:
    return Show().save({1: container(0x03E8, listed(0, 2)), 2: slide(shape(wide(TITLE)))}).file(others)


def _with_object() -> bytes:
    """A presentation with an embedded document."""
    inner = compound({"Package": docx(first=MARK)})
    described = container(0x0409, container(0x0FCC, record(0x0FC3, struct.pack("<IIIIII", 1, 0, 1, 0, 5, 0))))
    parts = {1: container(0x03E8, described, listed(0, 2)), 2: slide(shape(wide(TITLE))), 5: record(0x1011, inner)}
    return Show().save(parts).file()


PPT = cases(
    "ppt",
    ("title", Column.SLIDE, Place.SLIDE, lambda: _ppt("机密★10年")),
    ("text-box", Column.BOX, Place.SLIDE, lambda: _ppt("框 秘密★1年")),
    ("second-slide", Column.SLIDE, Place.SLIDE, lambda: _ppt("Second slide")),
    ("table-cell", Column.CELL, Place.SLIDE, lambda: _master("格 秘密★3年")),
    ("footer", Column.MARGIN, Place.FOOTER, lambda: _ppt("页脚 秘密★5年")),
    ("master", Column.MASTER, Place.HEADER, lambda: _master("母版 秘密★6年")),
    ("notes", Column.NOTE, Place.COVER, lambda: _ppt("备注 机密★2年")),
    ("comment", Column.NOTE, Place.COVER, lambda: _ppt("批注 秘密★4年")),
    ("keywords-property", Column.PROPERTY, Place.METADATA, lambda: _show(_summary(MARK))),
    ("custom-property", Column.PROPERTY, Place.METADATA, lambda: _show(_custom(MARK))),
    ("hidden-slide", Column.HIDDEN, Place.HIDDEN, lambda: _ppt("藏页 绝密★1年")),
    ("embedded-document", Column.INNER, Place.MEMBER, _with_object),
)
_LOG = Text(
    "共享工作簿的修订记录不读取，此类文件报告为未完整读取", "the log of a shared workbook, whose file is told as not read in full"
)
MISSED = [
    Case(
        "xls",
        "log-of-changes",
        Column.DELETED,
        Place.DELETED,
        lambda: _with_streams(by_xlwt(lambda *_: None), {"Revision Log": MARK.encode("utf-16-le")}),
        _LOG,
    )
]
CASES: list[Case] = [*DOC, *XLS, *PPT, *MISSED]
