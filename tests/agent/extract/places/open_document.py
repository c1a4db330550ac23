"""OpenDocument, packaged and flat, and UOF: by LibreOffice with one text replaced, and by hand what it does not write."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from functools import partial

from policies.vocabulary import Place
from tests.agent.extract import uof_samples
from tests.agent.extract.odf_samples import NAMESPACES, content, odf, styles
from tests.agent.extract.parts import committed
from tests.agent.extract.places.case import LINES, MARK, TITLE, Case, Column, added, cases, with_text, with_texts
from tests.agent.extract.places.office import word as docx

_TEXT = "".join(f"<text:p>{line}</text:p>" for line in (TITLE, *LINES))
_MARKED = f"<text:p>{MARK}</text:p>"
_NOTE = f"<office:annotation>{_MARKED}</office:annotation>"
_HIDDEN = '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
_BOX = f"<draw:frame><draw:text-box>{_MARKED}</draw:text-box></draw:frame>"
_OWN = f'<meta:user-defined meta:name="密级">{MARK}</meta:user-defined>'
_ROW = "<table:table-row{}><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
_ROWS = "".join(_ROW.format("", line) for line in (TITLE, *LINES))


def _with(name: str, marks: Sequence[str], old: str) -> bytes:
    """The document by LibreOffice without its marks, and then with one text replaced."""
    spoilt = [(mark, re.sub("[^<>]+", f"某{number}", mark)) for number, mark in enumerate(marks)]
    old = dict(spoilt).get(old, old)
    data = committed(name)
    changes = [*spoilt, (f">{old}<", f">{MARK}<")]
    return with_texts(data, changes) if data.startswith(b"PK") else with_text(data, changes)


def _master(part: str) -> str:
    """The page's header or footer with the mark."""
    return f"<style:master-page style:name='a'><style:{part}>{_MARKED}</style:{part}></style:master-page>"


def _meta(values: str) -> str:
    return f"<office:document-meta {NAMESPACES}><office:meta>{values}</office:meta></office:document-meta>"


def _flat(body: str, kind: str, automatic: str = "", before: str = "") -> bytes:
    """A flat file; `before`: what stands before the styles."""
    text = content(body, kind=kind, automatic=automatic, root="document")
    return text.replace("<office:automatic-styles>", f"{before}<office:automatic-styles>", 1).encode()


def _embedded() -> str:
    """A document written into the markup."""
    data = base64.encodebytes(docx(first=MARK)).decode()
    return f"<draw:frame><draw:object-ole><office:binary-data>{data}</office:binary-data></draw:object-ole></draw:frame>"


def _sheet(rows: str, name: str = "表", attributes: str = "") -> str:
    return f'<table:table table:name="{name}" {attributes}>{rows}</table:table>'


def _slide(*texts: str, inner: str = "") -> str:
    frames = "".join(f"<draw:frame><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>" for text in texts)
    return f'<draw:page draw:name="page1">{frames}{inner}</draw:page>'


# --- texts ------------------------------------------------------------------------------------------------------------------

_ODT_MARKS = ("绝密★长期", "秘密★4年", "页眉 秘密★1年", "文本框 秘密★2年", "隐藏 秘密★3年", "水印 机密", ">机密<", "机密★")
_odt = partial(_with, "libreoffice.odt", _ODT_MARKS)
_fodt = partial(_with, "libreoffice.fodt.gz", _ODT_MARKS)

ODT = cases(
    "odt",
    ("first-line", Column.TEXT, Place.COVER, lambda: odf(_MARKED + _TEXT)),
    ("second-page", Column.TEXT, Place.BODY, lambda: _odt("第二页")),
    ("table-cell", Column.CELL, Place.CELL, lambda: _odt("秘密★4年")),
    ("header", Column.MARGIN, Place.HEADER, lambda: _odt("页眉 秘密★1年")),
    ("footer", Column.MARGIN, Place.FOOTER, lambda: _odt("页脚")),
    (
        "first-page-header",
        Column.MARGIN,
        Place.HEADER,
        lambda: odf(
            _TEXT,
            {"styles.xml": styles(master=_master("header-first"))},
        ),
    ),
    ("text-box", Column.BOX, Place.TEXTBOX, lambda: _odt("文本框 秘密★2年")),
    ("watermark", Column.WATERMARK, Place.WATERMARK, lambda: _odt("水印 机密")),
    ("footnote", Column.NOTE, Place.COVER, lambda: _odt("脚注")),
    ("comment", Column.NOTE, Place.COVER, lambda: _odt("批注")),
    ("subject-property", Column.PROPERTY, Place.METADATA, lambda: _odt("主题")),
    ("keyword-property", Column.PROPERTY, Place.METADATA, lambda: _odt("关键词")),
    ("custom-property", Column.PROPERTY, Place.METADATA, lambda: odf(_TEXT, {"meta.xml": _meta(_OWN)})),
    ("tracked-deletion", Column.DELETED, Place.DELETED, lambda: _odt("绝密★长期")),
    ("hidden-text", Column.HIDDEN, Place.HIDDEN, lambda: _odt("隐藏 秘密★3年")),
    ("hidden-section", Column.HIDDEN, Place.HIDDEN, lambda: _odt("隐藏节")),
    ("embedded-file", Column.INNER, Place.MEMBER, lambda: added(odf(_TEXT), {"Object 1": docx(first=MARK)})),
)
FODT = cases(
    "fodt",
    ("first-line", Column.TEXT, Place.COVER, lambda: _flat(_MARKED + _TEXT, "text")),
    ("second-page", Column.TEXT, Place.BODY, lambda: _fodt("第二页")),
    ("table-cell", Column.CELL, Place.CELL, lambda: _fodt("秘密★4年")),
    ("header", Column.MARGIN, Place.HEADER, lambda: _fodt("页眉 秘密★1年")),
    ("footer", Column.MARGIN, Place.FOOTER, lambda: _fodt("页脚")),
    ("text-box", Column.BOX, Place.TEXTBOX, lambda: _fodt("文本框 秘密★2年")),
    ("watermark", Column.WATERMARK, Place.WATERMARK, lambda: _fodt("水印 机密")),
    ("footnote", Column.NOTE, Place.COVER, lambda: _fodt("脚注")),
    ("comment", Column.NOTE, Place.COVER, lambda: _fodt("批注")),
    ("subject-property", Column.PROPERTY, Place.METADATA, lambda: _fodt("主题")),
    ("tracked-deletion", Column.DELETED, Place.DELETED, lambda: _fodt("绝密★长期")),
    ("hidden-text", Column.HIDDEN, Place.HIDDEN, lambda: _fodt("隐藏 秘密★3年")),
    ("embedded-file", Column.INNER, Place.MEMBER, lambda: _flat(f"{_TEXT}<text:p>{_embedded()}</text:p>", "text")),
)

# --- spreadsheets -----------------------------------------------------------------------------------------------------------

_ods = partial(_with, "libreoffice.ods", ("机密★10年", "页眉 秘密★1年", ">机密<"))

ODS = cases(
    "ods",
    ("first-cell", Column.CELL, Place.CELL, lambda: _ods("机密★10年")),
    ("sheet-name", Column.CELL, Place.CELL, lambda: odf(_sheet(_ROWS, MARK), kind="spreadsheet")),
    ("header", Column.MARGIN, Place.HEADER, lambda: _ods("页眉 秘密★1年")),
    (
        "footer",
        Column.MARGIN,
        Place.FOOTER,
        lambda: odf(_sheet(_ROWS), {"styles.xml": styles(master=_master("footer"))}, kind="spreadsheet"),
    ),
    (
        "text-box",
        Column.BOX,
        Place.TEXTBOX,
        lambda: odf(_sheet(f"<table:shapes>{_BOX}</table:shapes>{_ROWS}"), kind="spreadsheet"),
    ),
    ("comment", Column.NOTE, Place.COVER, lambda: _ods("批注")),
    ("subject-property", Column.PROPERTY, Place.METADATA, lambda: _ods("主题")),
    (
        "custom-property",
        Column.PROPERTY,
        Place.METADATA,
        lambda: odf(_sheet(_ROWS), {"meta.xml": _meta(_OWN)}, kind="spreadsheet"),
    ),
    ("hidden-column", Column.HIDDEN, Place.HIDDEN, lambda: _ods("隐藏列")),
    ("hidden-row", Column.HIDDEN, Place.HIDDEN, lambda: _ods("隐藏行")),
    ("hidden-sheet", Column.HIDDEN, Place.HIDDEN, lambda: _ods("隐藏表")),
    (
        "tracked-deletion",
        Column.DELETED,
        Place.DELETED,
        lambda: odf(
            "<table:tracked-changes><table:cell-content-change><table:previous><table:change-track-table-cell>"
            f"{_MARKED}</table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes>"
            + _sheet(_ROWS),
            kind="spreadsheet",
        ),
    ),
    ("embedded-file", Column.INNER, Place.MEMBER, lambda: odf(_sheet(_ROWS), {"Object 1": docx(first=MARK)}, kind="spreadsheet")),
)
FODS = cases(
    "fods",
    ("cell", Column.CELL, Place.CELL, lambda: _flat(_sheet(_ROW.format("", MARK) + _ROWS), "spreadsheet")),
    (
        "comment",
        Column.NOTE,
        Place.BODY,
        lambda: _flat(_sheet(_ROWS + _ROW.format("", "x").replace("<text:p>", _NOTE + "<text:p>")), "spreadsheet"),
    ),
    (
        "custom-property",
        Column.PROPERTY,
        Place.METADATA,
        lambda: _flat(_sheet(_ROWS), "spreadsheet", before=f"<office:meta>{_OWN}</office:meta>"),
    ),
    (
        "hidden-row",
        Column.HIDDEN,
        Place.HIDDEN,
        lambda: _flat(_sheet(_ROWS + _ROW.format(' table:visibility="collapse"', MARK)), "spreadsheet"),
    ),
)

# --- presentations and drawings ---------------------------------------------------------------------------------------------

_odp = partial(_with, "libreoffice.odp", ("机密★10年", "母版 秘密★1年", "表格 秘密★4年", ">机密<"))

ODP = cases(
    "odp",
    ("slide", Column.SLIDE, Place.SLIDE, lambda: _odp("机密★10年")),
    ("table-cell", Column.CELL, Place.SLIDE, lambda: _odp("表格 秘密★4年")),
    ("text-box", Column.BOX, Place.SLIDE, lambda: odf(_slide(TITLE, MARK), kind="presentation")),
    ("footer", Column.MARGIN, Place.FOOTER, lambda: _odp("页脚声明")),
    ("master", Column.MASTER, Place.HEADER, lambda: _odp("母版 秘密★1年")),
    ("notes", Column.NOTE, Place.COVER, lambda: _odp("备注")),
    ("subject-property", Column.PROPERTY, Place.METADATA, lambda: _odp("主题")),
    (
        "custom-property",
        Column.PROPERTY,
        Place.METADATA,
        lambda: odf(_slide(TITLE), {"meta.xml": _meta(_OWN)}, kind="presentation"),
    ),
    ("hidden-slide", Column.HIDDEN, Place.HIDDEN, lambda: _odp("隐藏片")),
    (
        "embedded-file",
        Column.INNER,
        Place.MEMBER,
        lambda: odf(_slide(TITLE), {"Object 1": docx(first=MARK)}, kind="presentation"),
    ),
)
FODP = cases(
    "fodp",
    ("slide", Column.SLIDE, Place.SLIDE, lambda: _flat(_slide(MARK), "presentation")),
    ("text-box", Column.BOX, Place.SLIDE, lambda: _flat(_slide(TITLE, *LINES, MARK), "presentation")),
)
ODG = cases(
    "odg",
    ("page", Column.SLIDE, Place.COVER, lambda: odf(_slide(MARK, TITLE), kind="graphics")),
    ("custom-property", Column.PROPERTY, Place.METADATA, lambda: odf(_slide(TITLE), {"meta.xml": _meta(_OWN)}, kind="graphics")),
)
FODG = cases("fodg", ("page", Column.SLIDE, Place.COVER, lambda: _flat(_slide(MARK, TITLE), "graphics")))

# --- UOF --------------------------------------------------------------------------------------------------------------------

_uot = partial(
    _with,
    "libreoffice.uot.gz",
    ("绝密★长期", "秘密★4年", "页眉 秘密★1年", "文本框 秘密★2年", "隐藏 秘密★3年", "水印 机密", "机密★"),
)
_uos = partial(_with, "libreoffice.uos.gz", ("机密★10年", ">机密<"))
_uop = partial(_with, "libreoffice.uop.gz", ("机密★10年", "母版 秘密★1年"))
_PART = "字:文字处理文档_4225"
_UOF_TEXT = "".join(map(uof_samples.numbered, (TITLE, *LINES)))
_UOF_OWN = f'<元:用户自定义元数据_5210 名称_5211="密级">{MARK}</元:用户自定义元数据_5210>'
_DELETION = '<字:修订开始_421F 标识符_4220="r" 类型_4221="delete"/>{}<字:修订结束_4223 开始标识引用_4224="r"/>'


def _second(inner: str = "", others: Mapping[str, bytes | str] | None = None) -> bytes:
    """A package of the second edition."""
    parts: dict[str, str | bytes] = {"content.xml": uof_samples.part(_PART, inner + _UOF_TEXT)}
    return uof_samples.package({**parts, **(others or {})})


UOF = cases(
    "uof",
    ("first-line", Column.TEXT, Place.COVER, lambda: uof_samples.body(*map(uof_samples.paragraph, (MARK, TITLE, *LINES)))),
    ("first-line-of-a-package", Column.TEXT, Place.COVER, lambda: _second(uof_samples.numbered(MARK))),
    ("second-page", Column.TEXT, Place.BODY, lambda: _uot("第二页")),
    ("table-cell", Column.CELL, Place.CELL, lambda: _uot("秘密★4年")),
    ("sheet-cell", Column.CELL, Place.CELL, lambda: _uos("机密★10年")),
    ("header", Column.MARGIN, Place.HEADER, lambda: _uot("页眉 秘密★1年")),
    ("footer", Column.MARGIN, Place.FOOTER, lambda: _uot("页脚")),
    ("text-box", Column.BOX, Place.TEXTBOX, lambda: _uot("文本框 秘密★2年")),
    ("watermark", Column.WATERMARK, Place.TEXTBOX, lambda: _uot("水印 机密")),
    ("slide", Column.SLIDE, Place.SLIDE, lambda: _uop("机密★10年")),
    ("master", Column.MASTER, Place.HEADER, lambda: _uop("母版 秘密★1年")),
    ("footnote", Column.NOTE, Place.COVER, lambda: _uot("脚注")),
    ("comment", Column.NOTE, Place.COVER, lambda: _uot("批注")),
    ("slide-notes", Column.NOTE, Place.COVER, lambda: _uop("备注")),
    ("subject-property", Column.PROPERTY, Place.METADATA, lambda: _uot("主题")),
    (
        "custom-property",
        Column.PROPERTY,
        Place.METADATA,
        lambda: _second("", {"_meta/meta.xml": uof_samples.part("元:元数据_5200", _UOF_OWN)}),
    ),
    ("tracked-deletion", Column.DELETED, Place.DELETED, lambda: _uot("绝密★长期")),
    (
        "tracked-deletion-of-a-package",
        Column.DELETED,
        Place.DELETED,
        lambda: _second(_DELETION.format(uof_samples.numbered(MARK))),
    ),
    ("hidden-text", Column.HIDDEN, Place.HIDDEN, lambda: _uot("隐藏 秘密★3年")),
    ("hidden-row", Column.HIDDEN, Place.HIDDEN, lambda: _uos("隐藏行")),
    ("hidden-sheet", Column.HIDDEN, Place.HIDDEN, lambda: _uos("隐藏表")),
    ("embedded-file", Column.INNER, Place.MEMBER, lambda: _second("", {"data/2.bin": docx(first=MARK)})),
)
CASES: list[Case] = [*ODT, *FODT, *ODS, *FODS, *ODP, *FODP, *ODG, *FODG, *UOF]
