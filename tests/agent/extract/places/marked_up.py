"""RTF, web pages, XML and plain text: by LibreOffice, the standard library, and by hand what they do not write."""

from __future__ import annotations

import base64
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from policies.vocabulary import Place
from tests.agent.extract.places.case import LINES, MARK, TITLE, Case, Column, cases
from tests.agent.extract.places.office import word as docx
from tests.agent.extract.rtf.test_objects import ole, packaged
from tests.agent.extract.rtf.test_reader import HEAD, coded, hexed
from tests.agent.extract.xml.test_sheetml import row, workbook
from tests.agent.extract.xml.test_wordml import document, flat, run
from tests.agent.extract.xml.test_wordml import word as word_2003

_TEXT = "\n".join((TITLE, *LINES)) + "\n"

# --- plain text -------------------------------------------------------------------------------------------------------------

TXT = cases(
    "txt",
    ("first-line", Column.TEXT, Place.COVER, lambda: f"{MARK}\n{_TEXT}".encode()),
    ("gb18030", Column.TEXT, Place.COVER, lambda: f"{MARK}\n{_TEXT}".encode("gb18030")),
    ("big5", Column.TEXT, Place.COVER, lambda: "機密★10年\n關於會議的通知\n請各單位按要求辦理。\n".encode("big5")),
    ("utf-16", Column.TEXT, Place.COVER, lambda: f"{MARK}\n{_TEXT}".encode("utf-16")),
    ("later-line", Column.TEXT, Place.BODY, lambda: f"{_TEXT}\n{MARK}\n".encode()),
    ("markdown", Column.TEXT, Place.COVER, lambda: f"**{MARK}**\n\n# {TITLE}\n\n{_TEXT}".encode()),
    ("code-comment", Column.TEXT, Place.COVER, lambda: f"# {MARK}\nimport os\n\nprint(os.name)\n".encode()),
    ("table-row", Column.TEXT, Place.COVER, lambda: f"{MARK},,,\n编号,名称,数量,备注\n1,甲,2,\n".encode()),
)

# --- RTF --------------------------------------------------------------------------------------------------------------------

_RTF_TEXT = b"".join(hexed(line) + rb"\par " for line in (TITLE, *LINES))
_GROUP = rb"{\%s %s\par}"


def _rtf(before: bytes = b"", after: bytes = b"") -> bytes:
    return HEAD + before + _RTF_TEXT + after + b"}"


def _object() -> bytes:
    return rb"{\object\objemb{\*\objdata " + bytes(ole(b"Package", packaged(b"a.docx", docx(first=MARK)))).hex().encode() + b"}}"


_SHAPE = rb"{\shp{\*\shpinst{\sp{\sn gtextUNICODE}{\sv " + coded(MARK) + rb"}}}}"
_USER = rb"{\*\userprops{\propname " + coded("密级") + rb"}\proptype30{\staticval " + coded(MARK) + rb"}}"

RTF = cases(
    "rtf",
    ("first-line", Column.TEXT, Place.COVER, lambda: _rtf(hexed(MARK) + rb"\par ")),
    ("unicode", Column.TEXT, Place.COVER, lambda: _rtf(coded(MARK) + rb"\par ")),
    ("later-line", Column.TEXT, Place.BODY, lambda: _rtf(after=hexed(MARK) + rb"\par ")),
    (
        "table-cell",
        Column.CELL,
        Place.CELL,
        lambda: _rtf(after=rb"\trowd\pard\intbl " + hexed(MARK) + rb"\cell x\cell\row\pard "),
    ),
    ("header", Column.MARGIN, Place.HEADER, lambda: _rtf(_GROUP % (b"header", hexed(MARK)))),
    ("first-page-header", Column.MARGIN, Place.HEADER, lambda: _rtf(_GROUP % (b"headerf", hexed(MARK)))),
    ("footer", Column.MARGIN, Place.FOOTER, lambda: _rtf(_GROUP % (b"footer", hexed(MARK)))),
    ("text-box", Column.BOX, Place.TEXTBOX, lambda: _rtf(rb"{\shp{\*\shpinst{\shptxt " + hexed(MARK) + rb"\par}}}")),
    ("watermark", Column.WATERMARK, Place.WATERMARK, lambda: _rtf(rb"{\header " + _SHAPE + rb"\par}")),
    ("footnote", Column.NOTE, Place.BODY, lambda: _rtf(after=_GROUP % (b"footnote", hexed(MARK)))),
    ("comment", Column.NOTE, Place.BODY, lambda: _rtf(after=_GROUP % (rb"*\annotation", hexed(MARK)))),
    ("keywords-property", Column.PROPERTY, Place.METADATA, lambda: _rtf(rb"{\info{\keywords " + hexed(MARK) + b"}}")),
    ("custom-property", Column.PROPERTY, Place.METADATA, lambda: _rtf(_USER)),
    ("tracked-deletion", Column.DELETED, Place.DELETED, lambda: _rtf(after=rb"{\deleted " + hexed(MARK) + rb"}\par ")),
    ("hidden-text", Column.HIDDEN, Place.HIDDEN, lambda: _rtf(after=rb"{\v " + hexed(MARK) + rb"}\par ")),
    ("embedded-file", Column.INNER, Place.MEMBER, lambda: _rtf(after=_object())),
)

# --- web pages --------------------------------------------------------------------------------------------------------------

_HTML_TEXT = "".join(f"<p>{line}</p>" for line in (TITLE, *LINES))


def html(body: str = "", head: str = "", after: str = "", encoding: str = "utf-8") -> bytes:
    """A page of text, with more before and after it."""
    head = f'<meta charset="{encoding}">{head}'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}{_HTML_TEXT}{after}</body></html>".encode(encoding)


HTML = cases(
    "html",
    ("first-line", Column.TEXT, Place.COVER, lambda: html("<p>机<b>密</b>&#9733;10年</p>")),
    ("gb18030", Column.TEXT, Place.COVER, lambda: html(f"<p>{MARK}</p>", encoding="gb18030")),
    ("later-line", Column.TEXT, Place.BODY, lambda: html(after=f"<p>{MARK}</p>")),
    ("table-cell", Column.CELL, Place.CELL, lambda: html(after=f"<table><tr><td>甲<td>{MARK}</table>")),
    ("header", Column.MARGIN, Place.HEADER, lambda: html(f'<div title="header"><p>{MARK}</p></div>')),
    ("footer", Column.MARGIN, Place.FOOTER, lambda: html(after=f'<div title="footer"><p>{MARK}</p></div>')),
    ("title", Column.PROPERTY, Place.METADATA, lambda: html(head=f"<title>{MARK}</title>")),
    ("meta-keywords", Column.PROPERTY, Place.METADATA, lambda: html(head=f'<meta name="keywords" content="{MARK}">')),
    ("unseen-text", Column.HIDDEN, Place.HIDDEN, lambda: html(after=f'<p style="display:none">{MARK}</p>')),
)


def _mhtml(page: bytes) -> bytes:
    message = MIMEMultipart("related", type="text/html")
    message["From"], message["Subject"] = "<Saved by Blink>", "page"
    message["Snapshot-Content-Location"] = "https://example.org/"
    message.attach(MIMEText(page.decode(), "html", "utf-8"))
    return message.as_bytes()


MHTML = cases(
    "mhtml",
    ("first-line", Column.TEXT, Place.COVER, lambda: _mhtml(html(f"<p>{MARK}</p>"))),
    ("table-cell", Column.CELL, Place.CELL, lambda: _mhtml(html(after=f"<table><tr><td>甲<td>{MARK}</table>"))),
    ("title", Column.PROPERTY, Place.METADATA, lambda: _mhtml(html(head=f"<title>{MARK}</title>"))),
    ("unseen-text", Column.HIDDEN, Place.HIDDEN, lambda: _mhtml(html(after=f'<p style="display:none">{MARK}</p>'))),
)

# --- XML --------------------------------------------------------------------------------------------------------------------


def _xml(inner: str) -> bytes:
    lines = "".join(f"<p>{line}</p>" for line in (TITLE, *LINES))
    return f'<?xml version="1.0" encoding="UTF-8"?><a>{inner}{lines}</a>'.encode()


XML = cases(
    "xml",
    ("element", Column.TEXT, Place.COVER, lambda: _xml(f"<p>{MARK}</p>")),
    ("attribute", Column.PROPERTY, Place.METADATA, lambda: _xml(f'<p level="{MARK}"/>')),
)

_WORD_TEXT = "".join(f"<w:p>{run(line)}</w:p>" for line in (TITLE, *LINES))
_WORD_MARK = f"<w:p>{run(MARK)}</w:p>"
_SECTION = "<w:sectPr>{}</w:sectPr>"
_WORD_ART = f'<w:p><w:r><w:pict><v:shape><v:textpath string="{MARK}"/></v:shape></w:pict></w:r></w:p>'
_DELETION = (
    f'<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>{MARK}</w:delText></w:r></aml:content></aml:annotation>'
)
_WORD_PROPERTY = (
    f'<o:DocumentProperties xmlns:o="urn:schemas-microsoft-com:office:office"><o:Title>{MARK}</o:Title></o:DocumentProperties>'
)


def _embedding() -> bytes:
    data = base64.b64encode(docx(first=MARK)).decode()
    inner = ("/word/embeddings/a.docx", f"<pkg:binaryData>{data}</pkg:binaryData>")
    return flat(("/word/document.xml", document(_WORD_TEXT)), inner)


WORDML = cases(
    "wordml",
    ("first-line", Column.TEXT, Place.COVER, lambda: word_2003(_WORD_MARK + _WORD_TEXT)),
    (
        "table-cell",
        Column.CELL,
        Place.CELL,
        lambda: word_2003(
            f"{_WORD_TEXT}<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid><w:tr><w:tc>{_WORD_MARK}</w:tc><w:tc/></w:tr></w:tbl>"
        ),
    ),
    ("header", Column.MARGIN, Place.HEADER, lambda: word_2003(_WORD_TEXT + _SECTION.format(f"<w:hdr>{_WORD_MARK}</w:hdr>"))),
    ("footer", Column.MARGIN, Place.FOOTER, lambda: word_2003(_WORD_TEXT + _SECTION.format(f"<w:ftr>{_WORD_MARK}</w:ftr>"))),
    (
        "text-box",
        Column.BOX,
        Place.TEXTBOX,
        lambda: word_2003(
            f"{_WORD_TEXT}<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{_WORD_MARK}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
        ),
    ),
    (
        "watermark",
        Column.WATERMARK,
        Place.WATERMARK,
        lambda: word_2003(_WORD_TEXT + _SECTION.format(f"<w:hdr>{_WORD_ART}</w:hdr>")),
    ),
    (
        "footnote",
        Column.NOTE,
        Place.BODY,
        lambda: word_2003(f"{_WORD_TEXT}<w:p><w:r><w:footnote>{_WORD_MARK}</w:footnote></w:r></w:p>"),
    ),
    ("title-property", Column.PROPERTY, Place.METADATA, lambda: word_2003(_WORD_TEXT, _WORD_PROPERTY)),
    ("tracked-deletion", Column.DELETED, Place.DELETED, lambda: word_2003(f"{_WORD_TEXT}<w:p>{_DELETION}</w:p>")),
    ("hidden-text", Column.HIDDEN, Place.HIDDEN, lambda: word_2003(f"{_WORD_TEXT}<w:p>{run(MARK, '<w:vanish/>')}</w:p>")),
    ("embedded-document", Column.INNER, Place.MEMBER, _embedding),
)

_ROWS = "".join(map(row, (TITLE, *LINES)))
_SETUP = '<x:PageSetup><x:{0} x:Data="&amp;L{1}"/></x:PageSetup>'
_BOOK_PROPERTY = f"<o:CustomDocumentProperties><o:密级>{MARK}</o:密级></o:CustomDocumentProperties>"
_NOTED = f"<Row><Cell><Data>甲</Data><Comment><ss:Data>{MARK}</ss:Data></Comment></Cell></Row>"
_HIDDEN_ROW = f'<Row ss:Hidden="1"><Cell><Data>{MARK}</Data></Cell></Row>'

SHEETML = cases(
    "sheetml",
    ("first-cell", Column.CELL, Place.CELL, lambda: workbook(row(MARK) + _ROWS)),
    ("header-code", Column.MARGIN, Place.HEADER, lambda: workbook(_ROWS, options=_SETUP.format("Header", MARK))),
    ("footer-code", Column.MARGIN, Place.FOOTER, lambda: workbook(_ROWS, options=_SETUP.format("Footer", MARK))),
    ("comment", Column.NOTE, Place.BODY, lambda: workbook(_ROWS + _NOTED)),
    ("custom-property", Column.PROPERTY, Place.METADATA, lambda: workbook(_ROWS, _BOOK_PROPERTY)),
    ("hidden-row", Column.HIDDEN, Place.HIDDEN, lambda: workbook(_ROWS + _HIDDEN_ROW)),
)
CASES: list[Case] = [*TXT, *RTF, *HTML, *MHTML, *XML, *WORDML, *SHEETML]
