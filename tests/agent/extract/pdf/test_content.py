from __future__ import annotations

import pytest

from agent.extract.base import Budget
from agent.extract.pdf.content import Contents, paints
from agent.extract.pdf.syntax import Dictionary, Ref, Unsure
from tests.agent.extract.pdfs import CHINESE, LATIN, opened, stream, wide_text, written

MARK = "机密★10年"
HEX = MARK.encode("utf-16-be").hex()
RESOURCES: Dictionary = {"Font": {"G": Ref(1, 0), "F": Ref(2, 0)}, "XObject": {"X": Ref(3, 0), "P": Ref(4, 0), "R": Ref(5, 0)}}
FORM = stream(f"BT /G 9 Tf <{HEX}> Tj ET", "/Subtype/Form/Resources<</Font<</G 1 0 R>>>>")
PICTURE = stream("(SECRET)", "/Subtype/Image")
ROUND = stream("/R Do", "/Subtype/Form/Resources<</XObject<</R 5 0 R>>>>")


def shown(content: str | bytes, resources: Dictionary = RESOURCES) -> str:
    return "".join(pieces(content, resources))


def pieces(content: str | bytes, resources: Dictionary = RESOURCES) -> list[str]:
    data = content.encode("latin-1") if isinstance(content, str) else content
    objects = opened(written([CHINESE, LATIN, FORM, PICTURE, ROUND, "<</ActualText(x)>>"]))
    return Contents(objects, Budget()).pieces(data, resources)


@pytest.mark.parametrize(
    "content",
    [
        f"BT /G 9 Tf <{HEX}> Tj ET",
        f"BT /G 9 Tf [<{HEX[:8]}> -250 <{HEX[8:]}>] TJ ET",
        f"BT/G 9 Tf<{HEX[:4]}>Tj 1 0 0 1 9 9 Tm <{HEX[4:]}>' ET",
        f"/G 1.5 Tf % (comment)\n<{HEX}> Tj",
        "/X Do",
        f"q /G 9 Tf q /F 9 Tf Q <{HEX}> Tj Q",
        f"q\n/G 9 Tf\nq\n/F 9 Tf\nQ\n<{HEX}>Tj\nQ",
        f"/G 9 Tf /F 9 Tf () Tj /G 9 Tf <{HEX}> Tj /P Do",
        f"(no font) Tj /P <</MCID 0/Lang (zh-CN)/A<</B(x)>>>> BDC /G 9 Tf /P <</Lang(en)>> BDC <{HEX}> Tj",
        f"/q gs /Q gs /BI gs /G 9 Tf <{HEX}> Tj",
    ],
)
def test_text_is_read_in_the_order_of_the_stream(content: str) -> None:
    assert shown(content) == MARK


def test_literal_strings_are_read_with_their_escapes() -> None:
    raw = b"/G 9 Tf (" + b"".join(b"\\%03o" % value for value in MARK.encode("utf-16-be")) + b") Tj /F 9 Tf (a(b)\\051) Tj"
    assert shown(raw) == MARK + "a(b))"


def test_strings_of_two_fonts_are_read_each_by_its_own() -> None:
    assert shown("/F 9 Tf (No. ) Tj /G 9 Tf <5BC6> Tj /F 9 Tf (7) Tj") == "No. 密7"


@pytest.mark.parametrize(
    ("content", "together"),
    [
        ("(ab) Tj (cd) Tj", ["ab", "cd"]),
        ("[(ab)-99.5(cd) 7\n<6566>(g)] TJ", ["abcdefg"]),
        ("[(ab)-100(cd) 1e2 (e)] TJ", ["ab", "cd", "e"]),
        ("[(a)] TJ (b) ' (c) 5 5 Td (d) Tj", ["a", "b", "c", "d"]),
        ("0.1 Tc (ab) Tj", ["ab"]),
        ("-3 Tc (ab) Tj 0 Tc (cd) Tj", ["a", "b", "c", "d"]),
        ('2 3 (ab) " (cd) Tj', ["a", "b", "c", "d"]),
        ("1-1 Tc (ab) Tj", ["a", "b"]),
    ],
)
def test_what_one_operator_shows_is_one_piece(content: str, together: list[str]) -> None:
    assert pieces(f"/F 9 Tf {content}") == together


def test_spacing_without_a_size_beside_it_may_be_of_any_width() -> None:
    assert pieces("/X Do 0.1 Tc") == list(MARK)


def test_a_long_stream_reads_the_same() -> None:
    assert shown("/G 9 Tf <5BC6> Tj\n" + "0 0 m 9 9 l S\n" * 30_000 + "<673A> Tj") == "密机"


@pytest.mark.parametrize(
    "content",
    [
        "/Missing 9 Tf (x) Tj",
        "BI /W 1 ID (x) EI",
        "/R Do",
        "(((((deep))))) Tj",
        "(open Tj",
        "/F 9 Tf (x) Tj " * 200_001,
        f"/Span<</ActualText {wide_text(MARK)}>>BDC",
        "/Span<</ActualText 7 0 R>>BDC",
        "/X Do " * 300_000,
    ],
)
def test_what_is_not_understood_is_not_guessed(content: str) -> None:
    with pytest.raises(Unsure):
        shown(content)


def test_a_stream_that_paints_is_told_from_one_that_does_not() -> None:
    assert not paints(b"1 0 0 1 0 0 cm BT /F1 12 Tf 14.4 TL ET q Q /fs gs")
    for operators in (b"0 0 m S", b"0 0 9 9 re f*", b"/X Do", b"(x)Tj", b"[(x)]TJ", b"BI ID x EI"):
        assert paints(operators)


def test_text_given_in_place_of_glyphs_may_hold_no_sign() -> None:
    assert shown(f"/Span<</ActualText {wide_text('文件')}>>BDC /G 9 Tf <5BC6> Tj EMC") != ""
    contents = Contents(opened(written([CHINESE, LATIN, "<</ActualText(x)>>"])), Budget())
    contents.refuse_replaced({"Properties": {"M": Ref(1, 0)}})
    with pytest.raises(Unsure):
        contents.refuse_replaced({"Properties": {"M": Ref(3, 0)}})


def test_parentheses_in_a_string_end_no_string() -> None:
    for written_so in (r"a\(b", r"a\)b\\", r"a(b)c", r"a(b(c)d(e\))f)", r"\\", "x" * 300 + "(b)" * 500):
        assert shown(f"BT /F 9 Tf ({written_so}) Tj (SECRET) Tj ET").endswith("SECRET")


def test_a_string_of_escapes_is_read_however_long() -> None:
    escaped = "".join(f"\\{byte:03o}" for byte in MARK.encode("utf-16-be"))
    for count in (10, 20_000):
        assert shown(f"BT /G 9 Tf ({escaped * count}) Tj ET") == MARK * count


@pytest.mark.parametrize(
    "content", ["(a", "(a (b) c", "(a \\)", "(\\(" * 50_000, "(a" + "(b)" * 5000 + ")", "/F 9 Tf (SECRET) Tj (("]
)
def test_a_string_that_does_not_end_is_not_guessed(content: str) -> None:
    with pytest.raises(Unsure):
        shown(content)
