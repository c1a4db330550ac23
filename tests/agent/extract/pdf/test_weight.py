from __future__ import annotations

import pytest

from agent.extract.base import Budget
from agent.extract.pdf.pages import pages
from agent.extract.pdf.programs import Programs
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
    return too_heavy(objects, next(pages(objects, Budget())), Programs(objects), Budget())


def test_a_page_of_text_is_light() -> None:
    assert not heavy(one_page(drawn("机密★10年") * 500))


def test_a_page_of_a_million_glyphs_is_heavy() -> None:
    assert heavy(one_page(GLYPHS))


def test_a_drawing_may_be_long() -> None:
    assert not heavy(one_page("0 0 m 9 9 l S\n" * 100_000))


def test_a_form_weighs_as_much_as_what_it_draws() -> None:
    form = stream(GLYPHS, "/Subtype/Form/Resources<</XObject<</X 9 0 R>>>>", packed=True)
    assert heavy(one_page("/X Do", form, page="/Resources<</XObject<</X 9 0 R>>>>"))


def test_a_form_weighs_each_time_that_it_is_drawn() -> None:
    resources = "/Resources<</XObject<</X {} 0 R>>>>"
    text = stream("BT (text) Tj ET", "/Subtype/Form")
    middle = stream("/X Do " * 100, "/Subtype/Form" + resources.format(9))
    assert not heavy(one_page("/X Do", text, middle, page=resources.format(10)))
    assert heavy(one_page("/X Do " * 100, text, middle, page=resources.format(10)))
    assert heavy(one_page("/X Do", stream("/X Do", "/Subtype/Form" + resources.format(9)), page=resources.format(9)))


def test_a_form_without_resources_has_those_of_the_page() -> None:
    page = "/Resources<</XObject<</X 9 0 R/Y 10 0 R>>>>"
    assert heavy(one_page("/X Do", stream("/Y Do", "/Subtype/Form"), stream(GLYPHS, "/Subtype/Form"), page=page))
    assert not heavy(one_page("/X Do", stream("0 0 m", "/Subtype/Form"), stream(GLYPHS, "/Subtype/Form"), page=page))


def test_what_cannot_be_unpacked_may_draw_every_form() -> None:
    page = "/Resources<</XObject<</X 9 0 R/Y 10 0 R>>>>"
    unknown = stream(b"x", "/Subtype/Form/Filter/LZWDecode")
    assert heavy(one_page("/X Do", unknown, stream(GLYPHS, "/Subtype/Form"), page=page))
    assert not heavy(one_page("/X Do", unknown, stream("0 0 m", "/Subtype/Form"), page=page))


def test_what_annotations_draw_weighs_too() -> None:
    note = "<</Type/Annot/Subtype/Stamp/Rect[0 0 9 9]/AP<</N {}>>>>"
    for normal in ("10 0 R", "<</On 10 0 R>>"):
        data = one_page("", note.format(normal), stream(GLYPHS, "/Subtype/Form"), page="/Annots[9 0 R]")
        assert heavy(data)


def test_a_page_that_shows_text_very_often_is_too_much_work() -> None:
    for show in ("(a) Tj ", "[(a)] TJ ", "(a) ' "):
        assert not heavy(one_page("BT /F 9 Tf " + show * 15_000 + "ET"))
        assert heavy(one_page("BT /F 9 Tf " + show * 25_000 + "ET"))


def test_clips_that_are_saved_again_and_again_are_heavy() -> None:
    clip = "0 0 9 9 re W* n\n"
    assert not heavy(one_page(f"q {clip} Q\n" * 20_000))
    assert heavy(one_page(f"q {clip}" * 5_000))


def test_marked_content_that_never_ends_is_heavy() -> None:
    assert not heavy(one_page("/P <</MCID 0>> BDC 0 0 m 9 9 l S EMC\n" * 20_000))
    for begin in ("/P BMC s\n", "/P <</MCID 0>> BDC s\n"):
        assert heavy(one_page(begin * 5_000))


def test_a_string_of_a_million_escapes_is_weighed() -> None:
    assert heavy(one_page("BT /F 9 Tf (" + "\\101" * 1_000_000 + ") Tj ET"))
    assert heavy(one_page("BT /F 9 Tf " + "(" + "\\)" * 1_000_000 + ") Tj ET"))


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
