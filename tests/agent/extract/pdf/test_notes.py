from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget
from agent.extract.pdf.characters import plain
from agent.extract.pdf.engine import opened, page_of, start, text_of
from agent.extract.pdf.notes import drawn, notes
from checks.marking.text import Block
from policies.vocabulary import Place
from tests.agent.extract.pdfs import Part, one_page, stream, wide_text
from tests.agent.extract.pdfs import drawn as shown

MARK = "机密★10年"
FORM = "/AcroForm<</Fields[9 0 R]>>"
APPEARANCE = stream(shown(MARK, 10, 10), "/Type/XObject/Subtype/Form/BBox[0 0 200 50]/Resources<</Font<</G 6 0 R>>>>")


@pytest.fixture(scope="module", autouse=True)
def engine() -> object:
    return start()


def said(*objects: Part, catalog: str = "") -> list[tuple[str, Place]]:
    data = one_page(shown("正文"), *objects, page="/Annots[9 0 R]", catalog=catalog)
    with opened(io.BytesIO(data)) as document, page_of(document, 1) as page:
        return [(block.text, block.place) for block in notes(page, document.form, 1, Budget())]


def pictured(note: str, known: str = "") -> list[Block]:
    data = one_page(shown("正文"), note, APPEARANCE, page="/Annots[9 0 R]")
    with opened(io.BytesIO(data)) as document:
        with page_of(document, 1) as page, text_of(page) as text:
            before = plain(text)
        return list(drawn(document, 1, before, known))


@pytest.mark.parametrize(
    ("subtype", "flags", "place"),
    [
        ("FreeText", 4, Place.TEXTBOX),
        ("Stamp", 4, Place.TEXTBOX),
        ("Text", 4, Place.TEXTBOX),
        ("Watermark", 4, Place.WATERMARK),
        ("Text", 2, Place.HIDDEN),
        ("FreeText", 32, Place.HIDDEN),
        ("Link", 4, None),
        ("Popup", 4, None),
    ],
)
def test_a_note_is_told_by_its_kind(subtype: str, flags: int, place: Place | None) -> None:
    note = f"<</Type/Annot/Subtype/{subtype}/F {flags}/Rect[0 0 99 99]/Contents{wide_text(MARK)}>>"
    assert said(note) == ([(MARK, place)] if place else [])


def test_the_value_of_a_field_is_read() -> None:
    widget = f"<</Type/Annot/Subtype/Widget/F 4/Rect[0 0 99 99]/FT/Tx/T(a)/V{wide_text(MARK)}>>"
    assert said(widget, catalog=FORM) == [(MARK, Place.TEXTBOX)]
    assert said(widget) == [(MARK, Place.TEXTBOX)]


def test_a_value_that_a_field_inherits_is_read() -> None:
    widget = "<</Type/Annot/Subtype/Widget/F 4/Rect[0 0 99 99]/Parent 10 0 R>>"
    parent = f"<</FT/Tx/T(a)/Kids[9 0 R]/V{wide_text(MARK)}>>"
    assert said(widget, parent, catalog="/AcroForm<</Fields[10 0 R]>>") == [(MARK, Place.TEXTBOX)]


def test_what_a_stamp_draws_is_read() -> None:
    stamp = "<</Type/Annot/Subtype/Stamp/F 4/Rect[100 400 300 450]/AP<</N 10 0 R>>>>"
    assert [(block.text.strip(), block.place) for block in pictured(stamp)] == [(MARK, Place.TEXTBOX)]
    assert pictured(stamp, known=MARK) == []


def test_a_stamp_that_is_hidden_draws_nothing() -> None:
    assert pictured("<</Type/Annot/Subtype/Stamp/F 2/Rect[100 400 300 450]/AP<</N 10 0 R>>>>") == []


def test_a_page_without_drawn_notes_is_not_read_again() -> None:
    assert pictured("<</Type/Annot/Subtype/Stamp/F 4/Rect[100 400 300 450]>>") == []
