from __future__ import annotations

import io
from pathlib import Path

import pytest

from agent.extract.base import Budget
from agent.extract.pdf import repair
from agent.extract.pdf.pdf import Pdf
from agent.extract.pdf.repair import takes_too_long
from policies.vocabulary import Place, Unread
from tests.agent.extract.pdfs import drawn, one_page
from tests.agent.extract.samples import collect, texts

DOCUMENTS = Path(__file__).parents[3] / "data" / "documents"
OPEN = b"1 0 obj <<>> stream\n"


def judged(data: bytes) -> bool:
    return takes_too_long(io.BytesIO(b"%PDF-1.7\n" + data), Budget())


@pytest.mark.parametrize(
    "unit",
    [
        OPEN,
        b"1 0 obj <</Length 9>>stream\nno end\n",
        b"1 0 obj <</Length 9>>stream\nxendstream endobj\n",
        b"1 0 obj <</Length 9 0 R>>stream\n12345endstream\nendobj\n",
    ],
)
def test_streams_whose_end_is_not_found_take_too_long(unit: bytes) -> None:
    assert judged(unit * (1_000_000 // len(unit)))
    assert not judged(unit * 100)


@pytest.mark.parametrize(
    "unit",
    [
        b"1 0 obj <</Length 9>>stream\n123456789endstream endobj\n",
        b"1 0 obj <</Length 9>>stream\n12345\nendstream\nendobj\n",
        b"1 0 obj <</Length 5 0 R>>stream\r\n12345\nendstream\nendobj\n",
        b"1 0 obj <<>>\nendobj\n",
        b"downstream and upstream\n",
    ],
)
def test_streams_that_end_where_they_should_do_not(unit: bytes) -> None:
    assert not judged(unit * (3_000_000 // len(unit)))


def test_a_word_on_the_border_of_what_is_read_at_once_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "_MOST", 1 << 20)
    sound = b"1 0 obj <</Length 3>>stream\n123\nendstream\nendobj\n"
    for shift in range(30):
        data = OPEN + b" " * ((1 << 20) - len(OPEN) - shift) + sound + b" " * (1 << 20)
        assert judged(data)  # from the first stream up to the word that is on the border
        assert not judged(data.replace(OPEN, b" " * len(OPEN)))


def test_a_damaged_document_that_would_take_too_long_is_corrupt() -> None:
    sound = one_page(drawn("机密★10年"))
    damaged = sound.replace(b"startxref\n", b"startxref\n9")
    found, reason = collect(Pdf(), damaged)
    assert (texts(found, Place.BODY), reason) == (["机密★10年"], Unread.CORRUPT)
    assert collect(Pdf(), damaged + OPEN * 50_000) == ([], Unread.CORRUPT)


@pytest.mark.parametrize("name", ["libreoffice", "ghostscript", "cairo", "qpdf"])
def test_documents_of_real_programs_are_worth_a_try(name: str) -> None:
    data = (DOCUMENTS / f"{name}.pdf").read_bytes()
    assert not judged(data[9 : len(data) * 3 // 4] * (1_000_000 // len(data)))
