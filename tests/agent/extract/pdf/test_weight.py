from __future__ import annotations

import pytest

from agent.extract.base import Budget
from agent.extract.pdf.pages import pages
from agent.extract.pdf.syntax import Damaged
from agent.extract.pdf.weight import too_heavy
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
    opened,
    stream,
    written,
)

GLYPHS = b"BT /F 9 Tf " + b"(aaaaaaaaaa) Tj " * 30_000 + b"ET"


def heavy(data: bytes) -> bool:
    objects = opened(data)
    return too_heavy(objects, next(pages(objects, Budget())), Budget())


def test_a_page_of_text_is_light() -> None:
    assert not heavy(one_page(drawn("机密★10年") * 500))


def test_a_page_of_a_million_glyphs_is_heavy() -> None:
    assert heavy(one_page(GLYPHS))


def test_a_drawing_may_be_long() -> None:
    assert not heavy(one_page("0 0 m 9 9 l S\n" * 100_000))


def test_a_form_weighs_as_much_as_what_it_draws() -> None:
    form = stream(GLYPHS, "/Subtype/Form/Resources<</XObject<</X 9 0 R>>>>", packed=True)
    assert heavy(one_page("/X Do", form, page="/Resources<</XObject<</X 9 0 R>>>>"))


def test_a_picture_weighs_nothing() -> None:
    assert not heavy(one_page("/X Do", stream(GLYPHS, "/Subtype/Image"), page="/Resources<</XObject<</X 9 0 R>>>>"))


def test_what_cannot_be_unpacked_is_taken_for_large() -> None:
    assert not heavy(one_page("/X Do", stream(b"x" * 999, "/Filter/LZWDecode"), page="/Resources<</XObject<</X 9 0 R>>>>"))
    assert heavy(one_page("/X Do", stream(b"x" * 999_999, "/Filter/LZWDecode"), page="/Resources<</XObject<</X 9 0 R>>>>"))


def test_a_damaged_stream_is_told() -> None:
    with pytest.raises(Damaged):
        heavy(one_page("0 0 m").replace(b"/Length 5", b"/Length 4"))


def test_a_damaged_stream_weighs_as_much_as_is_left_of_it() -> None:
    def page(content: bytes) -> bytes:
        return written([CATALOG, PAGES, PAGE, content, LATIN, CHINESE, DESCENDANT, DESCRIPTOR])

    packed = stream(GLYPHS, packed=True)
    assert heavy(page(packed[:-40] + b"\xff" * 20 + packed[-20:]))
    with pytest.raises(Damaged):
        heavy(page(stream("0 0 m", packed=True).replace(b"endstream", b"\xff endstream")))
