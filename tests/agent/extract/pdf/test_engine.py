from __future__ import annotations

import ctypes
import io

import pypdfium2.raw as pdfium
import pytest

from agent.extract.base import Unreadable
from agent.extract.pdf.engine import address, copy_of, is_vast, opened, page_of, quick, start, text_of, wide
from policies.vocabulary import Unread
from tests.agent.extract.pdfs import (
    CATALOG,
    CHINESE,
    DESCENDANT,
    DESCRIPTOR,
    LATIN,
    PAGE,
    PAGES,
    drawn,
    one_page,
    stream,
    wide_text,
    written,
)
from tests.agent.extract.pdfs import opened as objects_of


@pytest.fixture(scope="module", autouse=True)
def engine() -> object:
    return start()


def test_pdfium_is_started_once() -> None:
    assert start() is start()


def test_a_document_opens_down_to_its_text() -> None:
    with opened(io.BytesIO(one_page(drawn("机密")))) as document, page_of(document, 1) as page, text_of(page) as text:
        assert pdfium.FPDFText_CountChars(text) == 2


def test_a_quick_function_says_the_same() -> None:
    code_of = quick(pdfium.FPDFText_GetUnicode, ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
    with opened(io.BytesIO(one_page(drawn("机密")))) as document, page_of(document, 1) as page, text_of(page) as text:
        assert [code_of(address(text), index) for index in range(2)] == [ord("机"), ord("密")]


def test_what_is_no_document_is_corrupt() -> None:
    with pytest.raises(Unreadable) as error, opened(io.BytesIO(b"%PDF-1.7\n")):
        pass
    assert error.value.reason is Unread.CORRUPT


def test_a_page_that_is_not_there_is_corrupt() -> None:
    with opened(io.BytesIO(one_page(""))) as document, pytest.raises(Unreadable), page_of(document, 2):
        pass


def test_only_a_page_that_no_program_makes_is_vast() -> None:
    pages = {box: PAGE.replace("595 842", box) for box in ("595 842", "14400 14400", "595 99999999")}
    found = {}
    for box, page in pages.items():
        data = written([CATALOG, PAGES, page, stream(""), LATIN, CHINESE, DESCENDANT, DESCRIPTOR])
        with opened(io.BytesIO(data)) as document, page_of(document, 1) as handle:
            found[box] = is_vast(handle)
    assert found == {"595 842": False, "14400 14400": False, "595 99999999": True}


def test_a_string_of_any_length_is_read() -> None:
    data = one_page("", f"<</Title{wide_text('密' * 5000)}>>", trailer="/Info 9 0 R")
    with opened(io.BytesIO(data)) as document:
        assert wide(pdfium.FPDF_GetMetaText, document.handle, b"Title") == "密" * 5000
        assert wide(pdfium.FPDF_GetMetaText, document.handle, b"Subject") == ""


def test_a_form_can_be_asked() -> None:
    with opened(io.BytesIO(one_page("", catalog="/AcroForm<</Fields[]>>"))) as document:
        assert document.form


def test_a_copy_has_sound_tables() -> None:
    broken = one_page(drawn("机密")).replace(b"startxref\n", b"startxref\n9")
    with opened(io.BytesIO(broken)) as document:
        copy = copy_of(document, 1 << 20)
        assert copy is not None
        assert "Root" in objects_of(copy).trailer
        assert copy_of(document, 100) is None
