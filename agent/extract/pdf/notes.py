"""What is shown on a page but is no part of its text: notes, stamps, watermarks and form fields (ISO 32000-1, 12.5 and 12.7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pypdfium2.raw as pdfium

from agent.extract.base import Budget
from agent.extract.pdf.characters import plain
from agent.extract.pdf.engine import Document, Handle, page_of, text_of, wide
from checks.marking.text import Block
from policies.vocabulary import Place

_UNSHOWN = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)
_UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW


def notes(page: Handle, form: Handle, number: int, budget: Budget) -> Iterator[Block]:
    """What each annotation and form field says."""
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        budget.tick()
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if note:
            try:
                yield from _said(note, form, number)
            finally:
                pdfium.FPDFPage_CloseAnnot(note)


def _said(note: Handle, form: Handle, number: int) -> Iterator[Block]:
    kind = pdfium.FPDFAnnot_GetSubtype(note)
    if kind in _UNSHOWN:
        return
    place = Place.WATERMARK if kind == pdfium.FPDF_ANNOT_WATERMARK else Place.TEXTBOX
    place = Place.HIDDEN if pdfium.FPDFAnnot_GetFlags(note) & _UNSEEN else place
    if kind == pdfium.FPDF_ANNOT_WIDGET:
        value = wide(pdfium.FPDFAnnot_GetFormFieldValue, form, note) or wide(pdfium.FPDFAnnot_GetStringValue, note, b"V")
    else:
        value = wide(pdfium.FPDFAnnot_GetStringValue, note, b"Contents")
    if value.strip():
        yield Block(value, place, number)


def drawn(document: Document, number: int, before: str, said: str) -> Iterator[Block]:
    """What the page's annotations draw, beyond what they say: a stamp is often a drawing only.

    PDFium makes them part of the page; `before` was the page's text without them, `said` what is known of them already.
    """
    with page_of(document, number) as page:
        if not _any_drawn(page) or pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
            return
    known = "".join(said.split())
    with page_of(document, number) as page, text_of(page) as text:
        added = Counter(plain(text).splitlines())
        added.subtract(before.splitlines())
        lines = [line for line in plain(text).splitlines() if added[line] > 0 and "".join(line.split()) not in known]
    if any(map(str.strip, lines)):
        yield Block("\n".join(lines), Place.TEXTBOX, number)


def _any_drawn(page: Handle) -> bool:
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if note:
            has = pdfium.FPDFAnnot_GetSubtype(note) not in _UNSHOWN and pdfium.FPDFAnnot_HasKey(note, b"AP")
            pdfium.FPDFPage_CloseAnnot(note)
            if has:
                return True
    return False
