"""Office Open XML: by python-docx, openpyxl and python-pptx, and by hand what they do not write."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import docx as python_docx
import openpyxl  # type: ignore[import-untyped]
import pptx as python_pptx
from docx.document import Document
from openpyxl.chart import BarChart  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.packaging.custom import StringProperty  # type: ignore[import-untyped]
from pptx.presentation import Presentation
from pptx.util import Emu

from policies.vocabulary import Place
from tests.agent.extract import samples
from tests.agent.extract.ole.test_package import NATIVE, native
from tests.agent.extract.places.case import LINES, MARK, TITLE, Case, Column, added, cases
from tests.agent.extract.samples import WORD, element, paragraph

_DRAWING = "application/vnd.openxmlformats-officedocument.drawing+xml"
_CUSTOM = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_LABELS = "application/vnd.ms-office.classificationlabels+xml"
_ONE = Emu(1_000_000)
_BOX = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
_WORD_ART = '<w:r><w:pict><v:shape id="PowerPlusWaterMarkObject1"><v:textpath string="{}"/></v:shape></w:pict></w:r>'
_LONG = "".join(paragraph(line) for line in (TITLE, *LINES))


def _custom(package: bytes) -> bytes:
    """With a property that the author named."""
    values = f'<property fmtid="{{}}" pid="2" name="密级"><vt:lpwstr>{MARK}</vt:lpwstr></property>'
    text = f'<Properties xmlns="urn:p" xmlns:vt="urn:vt">{values}</Properties>'
    return added(package, {"docProps/custom.xml": text}, {"docProps/custom.xml": _CUSTOM})


def _labelled(package: bytes) -> bytes:
    """With a sensitivity label."""
    label = f'<clbl:labelList xmlns:clbl="urn:l"><clbl:label id="{{42}}" name="{MARK}"/></clbl:labelList>'
    return added(package, {"docMetadata/LabelInfo.xml": label}, {"docMetadata/LabelInfo.xml": _LABELS})


def _embedding(package: bytes, folder: str, inner: bytes, name: str = "a.docx") -> bytes:
    return added(package, {f"{folder}/embeddings/{name}": inner})


# --- Word -------------------------------------------------------------------------------------------------------------------


def word(change: Callable[[Document], Any] = lambda document: None, first: str = TITLE) -> bytes:
    """A document by python-docx."""
    document = python_docx.Document()
    for line in (first, *LINES):
        document.add_paragraph(line)
    change(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _hidden_run(document: Document) -> None:
    document.paragraphs[3].add_run(MARK).font.hidden = True


def _first_page_header(document: Document) -> None:
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = MARK


def _word_table(document: Document) -> None:
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(0, 1).text, table.cell(1, 1).text = "名称", "密级", MARK


def _word_part(kind: str, content: str, root: str = "") -> bytes:
    return samples.docx(_LONG, {"word/x1.xml": (f"{kind}+xml", element(root or kind, content))})


def _of_kind(kind: str) -> bytes:
    return samples.package({"word/document.xml": samples.body(paragraph(MARK) + _LONG)}, {"word/document.xml": kind})


DOCX = cases(
    "docx",
    ("first-line", Column.TEXT, Place.COVER, lambda: word(first=MARK)),
    ("later-line", Column.TEXT, Place.BODY, lambda: word(lambda d: d.add_paragraph(MARK))),
    ("split-over-runs", Column.TEXT, Place.COVER, lambda: samples.docx(paragraph("机", "密", "★", "10年") + _LONG)),
    (
        "content-control",
        Column.TEXT,
        Place.COVER,
        lambda: samples.docx(f"<w:sdt><w:sdtContent>{paragraph(MARK)}</w:sdtContent></w:sdt>" + _LONG),
    ),
    ("strict", Column.TEXT, Place.COVER, lambda: samples.docx(paragraph(MARK) + _LONG, namespace=samples.STRICT)),
    ("docm", Column.TEXT, Place.COVER, lambda: _of_kind("application/vnd.ms-word.document.macroEnabled.main+xml")),
    ("dotx", Column.TEXT, Place.COVER, lambda: _of_kind(f"{WORD}template.main+xml")),
    ("dotm", Column.TEXT, Place.COVER, lambda: _of_kind("application/vnd.ms-word.template.macroEnabledTemplate.main+xml")),
    ("table-cell", Column.CELL, Place.CELL, lambda: word(_word_table)),
    ("header", Column.MARGIN, Place.HEADER, lambda: word(lambda d: setattr(d.sections[0].header.paragraphs[0], "text", MARK))),
    ("first-page-header", Column.MARGIN, Place.HEADER, lambda: word(_first_page_header)),
    ("footer", Column.MARGIN, Place.FOOTER, lambda: word(lambda d: setattr(d.sections[0].footer.paragraphs[0], "text", MARK))),
    ("text-box", Column.BOX, Place.TEXTBOX, lambda: samples.docx(_LONG + paragraph(_BOX.format(paragraph(MARK))))),
    ("watermark", Column.WATERMARK, Place.WATERMARK, lambda: _word_part("header", paragraph(_WORD_ART.format(MARK)), "hdr")),
    ("footnote", Column.NOTE, Place.BODY, lambda: _word_part("footnotes", paragraph(MARK))),
    ("endnote", Column.NOTE, Place.BODY, lambda: _word_part("endnotes", paragraph(MARK))),
    ("comment", Column.NOTE, Place.BODY, lambda: _word_part("comments", paragraph(MARK))),
    ("subject-property", Column.PROPERTY, Place.METADATA, lambda: word(lambda d: setattr(d.core_properties, "subject", MARK))),
    ("keywords-property", Column.PROPERTY, Place.METADATA, lambda: word(lambda d: setattr(d.core_properties, "keywords", MARK))),
    ("custom-property", Column.PROPERTY, Place.METADATA, lambda: _custom(word())),
    ("sensitivity-label", Column.PROPERTY, Place.METADATA, lambda: _labelled(word())),
    (
        "tracked-deletion",
        Column.DELETED,
        Place.DELETED,
        lambda: samples.docx(_LONG + paragraph(f"<w:del><w:r><w:delText>{MARK}</w:delText></w:r></w:del>")),
    ),
    ("hidden-text", Column.HIDDEN, Place.HIDDEN, lambda: word(_hidden_run)),
    ("embedded-document", Column.INNER, Place.MEMBER, lambda: _embedding(word(), "word", word(first=MARK))),
    (
        "ole-object",
        Column.INNER,
        Place.MEMBER,
        lambda: _embedding(word(), "word", samples.compound({NATIVE: native(b"a.txt", MARK.encode())}), "oleObject1.bin"),
    ),
)

# --- Excel ------------------------------------------------------------------------------------------------------------------


def workbook(change: Callable[[Any, Any], Any] = lambda book, sheet: None) -> bytes:
    """A workbook by openpyxl; the change gets it with its sheet."""
    book = openpyxl.Workbook()
    for number, line in enumerate((TITLE, *LINES)):
        book.active.append([line, number])
    change(book, book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _set(path: str, value: object) -> Callable[[Any, Any], None]:
    """Sets what a path of names leads to from the sheet."""

    def change(_book: Any, sheet: Any) -> None:
        *names, last = path.split(".")
        for name in names:
            sheet = getattr(sheet, name)
        setattr(sheet, last, value)

    return change


def _cell(place: str) -> Callable[[Any, Any], None]:
    return lambda _book, sheet: sheet.__setitem__(place, MARK)


def _comment(_book: Any, sheet: Any) -> None:
    sheet["A9"].comment = Comment(MARK, "某人")


def _chart(_book: Any, sheet: Any) -> None:
    chart = BarChart()
    chart.title = MARK
    sheet.add_chart(chart, "E5")


def _hidden_row(_book: Any, sheet: Any) -> None:
    sheet["A20"] = MARK
    sheet.row_dimensions[20].hidden = True


def _hidden_column(_book: Any, sheet: Any) -> None:
    sheet["F2"] = MARK
    sheet.column_dimensions["F"].hidden = True


def _hidden_sheet(book: Any, _sheet: Any) -> None:
    hidden = book.create_sheet("底稿")
    hidden["A1"], hidden.sheet_state = MARK, "hidden"


def _template(book: Any, sheet: Any) -> None:
    sheet["A1"], book.template = MARK, True


def _drawn() -> bytes:
    shape = f"<xdr:sp><xdr:txBody><a:p><a:r><a:t>{MARK}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    drawing = f'<xdr:wsDr xmlns:xdr="urn:xdr" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{shape}</xdr:wsDr>'
    return added(workbook(), {"xl/drawings/drawing1.xml": drawing}, {"xl/drawings/drawing1.xml": _DRAWING})


_REVISIONS = "application/vnd.openxmlformats-officedocument.spreadsheetml.revisionLog+xml"


def _changed() -> bytes:
    """A shared workbook with the log of its changes."""
    old = f'<oc r="A1" t="inlineStr"><is><t>{MARK}</t></is></oc><nc r="A1"><v>12</v></nc>'
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    log = f'<revisions xmlns="{space}"><rcc rId="1" sId="1">{old}</rcc></revisions>'
    return added(workbook(), {"xl/revisions/revisionLog1.xml": log}, {"xl/revisions/revisionLog1.xml": _REVISIONS})


XLSX = cases(
    "xlsx",
    ("first-cell", Column.CELL, Place.CELL, lambda: workbook(_cell("A1"))),
    ("later-cell", Column.CELL, Place.CELL, lambda: workbook(_cell("C40"))),
    ("sheet-name", Column.CELL, Place.CELL, lambda: workbook(_set("title", MARK))),
    ("template", Column.CELL, Place.CELL, lambda: workbook(_template)),
    ("header-code", Column.MARGIN, Place.HEADER, lambda: workbook(_set("oddHeader.left.text", MARK))),
    ("first-page-header", Column.MARGIN, Place.HEADER, lambda: workbook(_set("firstHeader.center.text", MARK))),
    ("footer-code", Column.MARGIN, Place.FOOTER, lambda: workbook(_set("oddFooter.right.text", MARK))),
    ("text-box", Column.BOX, Place.TEXTBOX, _drawn),
    ("chart-title", Column.BOX, Place.TEXTBOX, lambda: workbook(_chart)),
    ("comment", Column.NOTE, Place.BODY, lambda: workbook(_comment)),
    ("keywords-property", Column.PROPERTY, Place.METADATA, lambda: workbook(_set("parent.properties.keywords", MARK))),
    (
        "custom-property",
        Column.PROPERTY,
        Place.METADATA,
        lambda: workbook(lambda book, _: book.custom_doc_props.append(StringProperty(name="密级", value=MARK))),
    ),
    ("sensitivity-label", Column.PROPERTY, Place.METADATA, lambda: _labelled(workbook())),
    ("log-of-changes", Column.DELETED, Place.DELETED, _changed),
    ("hidden-row", Column.HIDDEN, Place.HIDDEN, lambda: workbook(_hidden_row)),
    ("hidden-column", Column.HIDDEN, Place.HIDDEN, lambda: workbook(_hidden_column)),
    ("hidden-sheet", Column.HIDDEN, Place.HIDDEN, lambda: workbook(_hidden_sheet)),
    ("embedded-document", Column.INNER, Place.MEMBER, lambda: _embedding(workbook(), "xl", word(first=MARK))),
)

# --- PowerPoint -------------------------------------------------------------------------------------------------------------


def deck(change: Callable[[Presentation, Any], Any] = lambda deck, slide: None, title: str = TITLE) -> bytes:
    """A presentation by python-pptx; the change gets it with its first slide."""
    made = python_pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = title, "\n".join(LINES)
    change(made, slide)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _box(shapes: Any) -> None:
    shapes.add_textbox(_ONE, _ONE, _ONE, _ONE).text_frame.text = MARK


def _behind(of: Any, slide: Any) -> None:
    """A text box of a master or a layout, to which the library adds none: it is moved there."""
    _box(slide.shapes)
    of.shapes._spTree.append(slide.shapes[-1]._element)


def _deck_table(_deck: Presentation, slide: Any) -> None:
    slide.shapes.add_table(2, 2, _ONE, _ONE, _ONE, _ONE).table.cell(1, 1).text = MARK


def _footer(deck: Presentation, slide: Any) -> None:
    _box(slide.shapes)
    shape = slide.shapes[-1]._element
    placeholder = shape.nvSpPr.nvPr._add_ph()
    placeholder.set("type", "ftr")


def _hide(deck: Presentation, _slide: Any) -> None:
    hidden = deck.slides.add_slide(deck.slide_layouts[5])
    assert hidden.shapes.title
    hidden.shapes.title.text = MARK
    hidden._element.set("show", "0")


_COMMENTS = "application/vnd.openxmlformats-officedocument.presentationml.comments+xml"
_COMMENT = f'<p:cmLst xmlns:p="urn:p"><p:cm><p:text>{MARK}</p:text></p:cm></p:cmLst>'
PPTX = cases(
    "pptx",
    ("title", Column.SLIDE, Place.SLIDE, lambda: deck(title=MARK)),
    (
        "second-slide",
        Column.SLIDE,
        Place.SLIDE,
        lambda: deck(lambda d, s: setattr(d.slides.add_slide(d.slide_layouts[5]).shapes.title, "text", MARK)),
    ),
    ("table-cell", Column.CELL, Place.CELL, lambda: deck(_deck_table)),
    ("footer", Column.MARGIN, Place.FOOTER, lambda: deck(_footer)),
    ("text-box", Column.BOX, Place.SLIDE, lambda: deck(lambda _, slide: _box(slide.shapes))),
    ("master", Column.MASTER, Place.HEADER, lambda: deck(lambda d, s: _behind(d.slide_master, s))),
    ("layout", Column.MASTER, Place.HEADER, lambda: deck(lambda d, s: _behind(d.slide_layouts[1], s))),
    ("notes", Column.NOTE, Place.BODY, lambda: deck(lambda _, s: setattr(s.notes_slide.notes_text_frame, "text", MARK))),
    (
        "comment",
        Column.NOTE,
        Place.BODY,
        lambda: added(deck(), {"ppt/comments/comment1.xml": _COMMENT}, {"ppt/comments/comment1.xml": _COMMENTS}),
    ),
    (
        "category-property",
        Column.PROPERTY,
        Place.METADATA,
        lambda: deck(lambda d, _: setattr(d.core_properties, "category", MARK)),
    ),
    ("custom-property", Column.PROPERTY, Place.METADATA, lambda: _custom(deck())),
    ("sensitivity-label", Column.PROPERTY, Place.METADATA, lambda: _labelled(deck())),
    ("hidden-slide", Column.HIDDEN, Place.HIDDEN, lambda: deck(_hide)),
    ("embedded-workbook", Column.INNER, Place.MEMBER, lambda: _embedding(deck(), "ppt", workbook(_cell("A1")), "a.xlsx")),
)
CASES: list[Case] = [*DOCX, *XLSX, *PPTX]
