"""PDF, OFD and drawings: pages as they are printed. By reportlab and LibreOffice, and by hand what they do not write."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing, String
from reportlab.pdfgen.canvas import Canvas

from policies.vocabulary import Place
from tests.agent.extract import samples
from tests.agent.extract.ofd_samples import Ofd, annotation, layer
from tests.agent.extract.ofd_samples import text as ofd_text
from tests.agent.extract.pdfs import drawn, one_page, stream, wide_text
from tests.agent.extract.places.case import LINES, MARK, TITLE, Case, Column, cases
from tests.agent.extract.places.office import word as docx
from tests.agent.extract.samples import written
from tests.agent.extract.xml.test_svg import drawing

# --- PDF --------------------------------------------------------------------------------------------------------------------


def _page(canvas: Canvas) -> None:
    for number, line in enumerate((TITLE, *LINES)):
        written(line, 70, 740 - 20 * number, 10.5)(canvas)


def pdf(draw: Callable[[Canvas], None] = lambda canvas: None) -> bytes:
    """A page of text by reportlab, on which more is drawn."""

    def all_of_it(canvas: Canvas) -> None:
        _page(canvas)
        draw(canvas)

    return samples.pdf(all_of_it)


def _aslant(canvas: Canvas) -> None:
    canvas.translate(150, 200)
    canvas.rotate(45)
    written(MARK, 0, 0, 40)(canvas)


def _by_hand(note: str, *more: str | bytes, **entries: str) -> bytes:
    """A page with an object of its own."""
    return one_page(drawn(TITLE) + drawn(LINES[0], y=700), note, *more, **entries)


def _noted(subtype: str, flags: int = 4) -> bytes:
    note = f"<</Type/Annot/Subtype/{subtype}/F {flags}/Rect[0 0 99 99]/Contents{wide_text(MARK)}>>"
    return _by_hand(note, page="/Annots[9 0 R]")


def _stamp() -> bytes:
    form = "/Type/XObject/Subtype/Form/BBox[0 0 200 50]/Resources<</Font<</G 6 0 R>>>>"
    stamp = "<</Type/Annot/Subtype/Stamp/F 4/Rect[100 400 300 450]/AP<</N 10 0 R>>>>"
    return _by_hand(stamp, stream(drawn(MARK, 10, 10), form), page="/Annots[9 0 R]")


def _field() -> bytes:
    widget = f"<</Type/Annot/Subtype/Widget/F 4/Rect[0 0 99 99]/FT/Tx/T(a)/V{wide_text(MARK)}>>"
    return _by_hand(widget, page="/Annots[9 0 R]", catalog="/AcroForm<</Fields[9 0 R]>>")


def _attached() -> bytes:
    specification = f"<</Type/Filespec/UF{wide_text('附件.docx')}/EF<</F 10 0 R>>>>"
    file = stream(docx(first=MARK), "/Type/EmbeddedFile")
    return _by_hand(specification, file, catalog="/Names<</EmbeddedFiles<</Names[(a) 9 0 R]>>>>")


def _layer_off() -> bytes:
    content = f"/OC /M BDC {drawn(MARK)} EMC {drawn(TITLE, y=600)}"
    properties = "/Resources<</Font<</G 6 0 R>>/Properties<</M 9 0 R>>>>"
    return one_page(content, "<</Type/OCG/Name(x)>>", catalog="/OCProperties<</OCGs[9 0 R]/D<</OFF[9 0 R]>>>>", page=properties)


def _packet() -> bytes:
    value = f'<rdf:Description xmlns:x="http://example.org/office/" x:level="{MARK}"/>'
    rdf = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{value}</rdf:RDF>'
    packet = f'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">{rdf}</x:xmpmeta><?xpacket end="w"?>'
    return _by_hand("null", stream(packet.encode(), "/Type/Metadata/Subtype/XML"), catalog="/Metadata 10 0 R")


PDF = cases(
    "pdf",
    ("first-line", Column.TEXT, Place.COVER, lambda: pdf(written(MARK, 70, 780))),
    ("second-page", Column.TEXT, Place.BODY, lambda: samples.pdf(_page, written(MARK))),
    ("top-of-page", Column.MARGIN, Place.COVER, lambda: pdf(written(MARK, 270, 820, 9))),
    ("bottom-of-page", Column.MARGIN, Place.BODY, lambda: pdf(written(MARK, 270, 30, 9))),
    ("text-box", Column.BOX, Place.TEXTBOX, lambda: _noted("FreeText")),
    ("stamp", Column.BOX, Place.TEXTBOX, _stamp),
    ("form-field", Column.BOX, Place.TEXTBOX, _field),
    ("text-aslant", Column.WATERMARK, Place.WATERMARK, lambda: pdf(_aslant)),
    ("watermark-annotation", Column.WATERMARK, Place.WATERMARK, lambda: _noted("Watermark")),
    ("comment", Column.NOTE, Place.TEXTBOX, lambda: _noted("Text")),
    ("title-property", Column.PROPERTY, Place.METADATA, lambda: samples.pdf(_page, title=MARK)),
    ("custom-property", Column.PROPERTY, Place.METADATA, lambda: _by_hand(f"<</Level{wide_text(MARK)}>>", trailer="/Info 9 0 R")),
    ("xmp-property", Column.PROPERTY, Place.METADATA, _packet),
    ("layer-switched-off", Column.HIDDEN, Place.HIDDEN, _layer_off),
    ("hidden-comment", Column.HIDDEN, Place.HIDDEN, lambda: _noted("Text", 2)),
    ("attachment", Column.INNER, Place.ATTACHMENT, _attached),
)


# --- OFD --------------------------------------------------------------------------------------------------------------------

_OFD_TEXT = [ofd_text(line, 30, 40 + 10 * number) for number, line in enumerate((TITLE, *LINES))]
_ofd = partial(Ofd, pages=[layer(*_OFD_TEXT)])


def _noted_ofd(kind: str, attributes: str = "", remark: str = "") -> bytes:
    shown = [] if remark else [ofd_text(MARK, 0, 0)]
    return _ofd(annotations={1: annotation(kind, *shown, attributes=attributes, remark=remark)}).build()


def _ofd_template() -> bytes:
    use = '<ofd:Template TemplateID="3" ZOrder="Background"/>'
    return _ofd(page_inner=use, templates={"3": layer(ofd_text(MARK, 20, 20))}).build()


_OWN = f'<ofd:CustomDatas><ofd:CustomData Name="密级和保密期限">{MARK}</ofd:CustomData></ofd:CustomDatas>'
_KEYWORD = f"<ofd:Keywords><ofd:Keyword>{MARK}</ofd:Keyword></ofd:Keywords>"

OFD = cases(
    "ofd",
    ("first-line", Column.TEXT, Place.COVER, lambda: Ofd(pages=[layer(ofd_text(MARK, 20, 20), *_OFD_TEXT)]).build()),
    ("second-page", Column.TEXT, Place.BODY, lambda: Ofd(pages=[layer(*_OFD_TEXT), layer(ofd_text(MARK, 20, 20))]).build()),
    ("bottom-of-page", Column.MARGIN, Place.BODY, lambda: Ofd(pages=[layer(*_OFD_TEXT, ofd_text(MARK, 100, 280))]).build()),
    ("template-page", Column.MASTER, Place.COVER, _ofd_template),
    ("stamp", Column.BOX, Place.TEXTBOX, lambda: _noted_ofd("Stamp")),
    ("watermark", Column.WATERMARK, Place.WATERMARK, lambda: _noted_ofd("Watermark")),
    ("remark", Column.NOTE, Place.TEXTBOX, lambda: _noted_ofd("Highlight", remark=MARK)),
    ("title-property", Column.PROPERTY, Place.METADATA, lambda: _ofd(information=f"<ofd:Title>{MARK}</ofd:Title>").build()),
    ("keyword-property", Column.PROPERTY, Place.METADATA, lambda: _ofd(information=_KEYWORD).build()),
    ("custom-property", Column.PROPERTY, Place.METADATA, lambda: _ofd(information=_OWN).build()),
    ("invisible-annotation", Column.HIDDEN, Place.HIDDEN, lambda: _noted_ofd("Watermark", 'Visible="false"')),
    ("unused-template", Column.HIDDEN, Place.HIDDEN, lambda: _ofd(templates={"4": layer(ofd_text(MARK, 20, 20))}).build()),
    ("attachment", Column.INNER, Place.ATTACHMENT, lambda: _ofd(attachments={"附件.docx": docx(first=MARK)}).build()),
)

# --- SVG --------------------------------------------------------------------------------------------------------------------


def _by_reportlab() -> bytes:
    made = Drawing(200, 100)
    made.add(String(10, 80, MARK, fontSize=20))
    made.add(String(10, 20, TITLE))
    return bytes(renderSVG.drawToString(made).encode())


def _svg(inner: str) -> bytes:
    return drawing(f"{inner}<text>{TITLE}</text>")


SVG = cases(
    "svg",
    ("text", Column.TEXT, Place.COVER, _by_reportlab),
    ("title", Column.PROPERTY, Place.METADATA, lambda: _svg(f"<title>{MARK}</title>")),
    ("description", Column.PROPERTY, Place.METADATA, lambda: _svg(f"<desc>{MARK}</desc>")),
    ("unseen-text", Column.HIDDEN, Place.HIDDEN, lambda: _svg(f'<text display="none">{MARK}</text>')),
)
CASES: list[Case] = [*PDF, *OFD, *SVG]
