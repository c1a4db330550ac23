from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.extract.pdf.fonts import OTHER, UNKNOWN, WORD, decoder, meanings, program, reduced
from agent.extract.pdf.syntax import Ref, Unsure
from checks.marking.regimes import FOREIGN_WORDS
from checks.marking.trace import could_bear
from tests.agent.extract.pdfs import CATALOG, CHINESE, DESCENDANT, PAGES, opened, stream, written

CMAP = """/CIDInit /ProcSet findresource begin 1 begincodespacerange <0000> <FFFF> endcodespacerange
3 beginbfchar <0001> <673A> <0002> <5bc6>
<0003><4E00> endbfchar
2 beginbfrange <0010> <0012> <2604> <0020> <0021> [<5E74> <00660069>] endbfrange endcmap"""
MARK = "机密★10年"


def decode(font: str, data: bytes, *more: str | bytes) -> str:
    """What a font, object 3, makes of a string; `more` are objects from number 4 on."""
    objects = opened(written([CATALOG, PAGES, font, *more]))
    return decoder(objects, objects.dictionary(Ref(3, 0)))(data)


def test_a_map_tells_signs_from_others() -> None:
    found = meanings(CMAP.encode())
    assert {code: found[code] for code in (1, 2, 3, 0x10, 0x11, 0x20, 0x21, 0x99)} == {
        1: "机",
        2: "密",
        3: WORD,
        0x10: OTHER,
        0x11: "★",
        0x20: WORD,
        0x21: "fi",
        0x99: UNKNOWN,
    }


def test_white_space_in_a_map_says_nothing() -> None:
    assert meanings(b"1 beginbfchar <00 01>\n<5B\nC6> endbfchar")[1] == "密"


@given(st.dictionaries(st.integers(0, 0xFFFF), st.sampled_from(MARK + "文件内部SECRET")))
def test_every_pair_of_a_map_is_read(pairs: dict[int, str]) -> None:
    lines = "\n".join(f"<{code:04x}> <{ord(c):04X}>" for code, c in pairs.items())
    found = meanings(f"beginbfchar\n{lines}\nendbfchar".encode())
    assert {code: found[code] for code in pairs} == {code: reduced(c) for code, c in pairs.items()}


def test_two_byte_codes_are_read_by_their_map() -> None:
    font = "<</Subtype/Type0/Encoding/Identity-H/ToUnicode 4 0 R/DescendantFonts[5 0 R]>>"
    identity = "<</CIDSystemInfo<</Ordering(Identity)>>>>"
    assert decode(font, b"\0\1\0\2\0\x11\xd8\x00\xdc\x00", stream(CMAP), identity) == f"机密★{UNKNOWN}{UNKNOWN}"


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        ("UniGB-UCS2-H", "utf-16-be"),
        ("UniGB-UTF16-V", "utf-16-be"),
        ("UniCNS-UTF16-H", "utf-16-be"),
        ("GBK-EUC-H", "gbk"),
        ("GB-EUC-H", "gb2312"),
        ("GBK2K-V", "gb18030"),
    ],
)
def test_predefined_maps_are_read(encoding: str, codec: str) -> None:
    assert decode(f"<</Subtype/Type0/Encoding/{encoding}>>", MARK.encode(codec)) == MARK


def test_big5_is_read() -> None:
    assert decode("<</Subtype/Type0/Encoding/ETen-B5-H>>", "機密".encode("cp950")) == "機密"


@pytest.mark.parametrize(
    ("font", "data", "shown"),
    [
        ("<</Subtype/TrueType/Encoding/WinAnsiEncoding>>", b"SECRET", "SECRET"),
        ("<</Subtype/Type1/BaseFont/Helvetica>>", b"SECRET", "SECRET"),
        (
            "<</Subtype/Type1/Encoding<</Differences[1/S/E 9/uni5BC6/u673A/space/germandbls]>>>>",
            b"\1\2\x09\x0a\x0b\x0c",
            f"SE密机 {OTHER}",
        ),
        ("<</Subtype/TrueType/ToUnicode 4 0 R>>", b"\1\2\x11", "机密★"),
        ("<</Subtype/Type3/ToUnicode 4 0 R>>", b"\1\2", "机密"),
    ],
)
def test_one_byte_codes_are_read(font: str, data: bytes, shown: str) -> None:
    assert decode(font, data, stream(CMAP)) == shown


@pytest.mark.parametrize(
    "font",
    [
        "<</Subtype/Type0/Encoding/Identity-H/DescendantFonts[5 0 R]>>",
        "<</Subtype/Type0/Encoding/Identity-H/ToUnicode 4 0 R/DescendantFonts[6 0 R]>>",
        "<</Subtype/Type0/Encoding/90ms-RKSJ-H>>",
        "<</Subtype/Type0/Encoding 4 0 R>>",
        "<</Subtype/Type3/Encoding<</Differences[1/a]>>>>",
        "<</Subtype/Type1/FontDescriptor<</FontFile 4 0 R>>>>",
        "<</Subtype/Type1/Encoding<</Differences[1/g17]>>>>",
        "<</Subtype/Type1/BaseFont/ZapfDingbats/Encoding/WinAnsiEncoding>>",
        "<</Subtype/Unheard>>",
        "<<>>",
        "<</Subtype/TrueType/ToUnicode/Identity-H>>",
    ],
)
def test_what_only_the_font_program_knows_is_left_to_pdfium(font: str) -> None:
    with pytest.raises(Unsure):
        decode(font, b"\0\1", stream(CMAP), "<</CIDSystemInfo<</Ordering(Identity)>>>>", DESCENDANT)


def test_no_sign_of_the_cheap_question_is_missing() -> None:
    """A text that could bear a mark could still bear it when all but the signs is made one character."""
    every = [text for c in map(chr, range(0x20, 0xFFFF)) for text in (f"{c}密", f"内{c}", f"开{c}")]
    texts = [text for text in (*every, "內部", "開★", "敏感★", "受控★", "机十密", *FOREIGN_WORDS) if could_bear(text)]
    assert len(texts) > 30
    assert all(could_bear(reduced(text)) for text in texts)


def test_the_font_file_is_found() -> None:
    descriptor = "<</FontFile2 9 0 R>>"
    objects = opened(
        written([CATALOG, PAGES, CHINESE, "<<>>", "<<>>", "<<>>", "<</FontDescriptor 8 0 R>>", descriptor, stream("x")])
    )
    held = program(objects, objects.dictionary(Ref(3, 0)))
    assert held is not None
    assert held.number == 9
    assert program(objects, {}) is None


def test_a_map_that_tells_the_same_codes_for_ever_is_left_to_pdfium() -> None:
    with pytest.raises(Unsure):
        meanings(b"1 beginbfrange\n" + b"<0000><FFFF><0020>\n" * 90_000 + b"endbfrange")


def test_the_parts_of_a_map_end() -> None:
    assert meanings(b"beginbfchar <01> <5BC6> endbfchar beginbfchar <02> <673A>") == {1: "密"}
    assert meanings(b"beginbfchar <01> <5BC6> beginbfchar <02> <673A> endbfchar <03> <5BC6> endbfchar") == {1: "密", 2: "机"}
    assert meanings(b"endbfrange beginbfrange <01> <02> [<5BC6> <673A>] <03> <04> [<5BC6> endbfrange") == {1: "密", 2: "机"}


def test_a_font_of_thousands_of_names_is_left_to_pdfium() -> None:
    names = "/A" * 5000
    with pytest.raises(Unsure):
        decode(f"<</Type/Font/Subtype/Type1/BaseFont/X/Encoding<</Differences[0 {names}]>>>>", b"A")
