from __future__ import annotations

import zlib

from agent.extract.pdf.filters import LARGEST
from agent.extract.pdf.programs import Programs
from agent.extract.pdf.syntax import Ref
from tests.agent.extract.pdfs import one_page, opened, stream

RESOURCES = {"Font": {"F": Ref(9, 0)}}


def programs(program: bytes) -> Programs:
    font = "<</Type/Font/Subtype/TrueType/BaseFont/X/FontDescriptor 10 0 R>>"
    descriptor = "<</Type/FontDescriptor/FontName/X/FontFile2 11 0 R>>"
    return Programs(opened(one_page("", font, descriptor, program)))


def test_a_font_file_is_whole() -> None:
    found = programs(stream(b"font" * 1000, packed=True))
    assert found.is_whole(Ref(9, 0))
    assert not found.are_too_large(RESOURCES)


def test_a_font_without_a_file_lacks_nothing() -> None:
    assert programs(b"null").is_whole(Ref(9, 0))


def test_a_font_file_that_is_cut_short_is_not_whole() -> None:
    found = programs(stream(zlib.compress(b"font" * 1000)[:-9], "/Filter/FlateDecode"))
    assert not found.is_whole(Ref(9, 0))
    assert not found.are_too_large(RESOURCES)


def test_a_damaged_font_file_without_bounds_is_too_large() -> None:
    endless = stream(bytes(2 * LARGEST), packed=True)
    found = programs(endless.replace(b"/Length ", b"/Length 1"))
    assert found.are_too_large(RESOURCES)
    assert not found.is_whole(Ref(9, 0))


def test_fonts_that_are_not_understood_are_not_judged() -> None:
    assert not programs(stream(b"x")).are_too_large({"Font": 5})
    assert not programs(stream(b"x", "/Filter/LZWDecode")).are_too_large(RESOURCES)
