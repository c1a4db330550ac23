from __future__ import annotations

import pytest

from agent.extract.base import Budget, Member, Unreadable
from agent.extract.rtf.reader import Reader
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.rtf.test_objects import ole

HEAD = rb"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fcharset134 \'cb\'ce\'cc\'e5;}{\f1\fcharset136 x;}{\f2\fcharset2 Wingdings;}}"


def read(data: bytes, budget: Budget | None = None) -> tuple[list[Block], Reader]:
    reader = Reader(budget or Budget())
    return [part for part in reader.read([HEAD + data + b"}"]) if isinstance(part, Block)], reader


def told(data: bytes) -> list[tuple[Place, str]]:
    return [(block.place, block.text) for block in read(data)[0]]


def hexed(text: str, encoding: str = "gb18030") -> bytes:
    return b"".join(b"\\'%02x" % byte for byte in text.encode(encoding))


def coded(text: str, instead: bytes = b"?") -> bytes:
    return b"".join(b"\\u%d%s" % (ord(c) if ord(c) < 0x8000 else ord(c) - 0x10000, instead) for c in text)


MARK = "机密★10年"


@pytest.mark.parametrize(
    "data",
    [
        hexed(MARK),
        MARK.encode("gbk"),
        coded(MARK),
        coded(MARK, b" ?"),
        coded(MARK, b"\\'3f"),
        rb"\uc0 " + coded(MARK, b""),
        rb"\uc2 " + coded("机密★", b"\\'bb\\'fa") + b"10" + coded("年", b"\\'c4\\'ea"),
        hexed("机") + rb"{\b " + hexed("密") + rb"}{\fs32\insrsid123 " + hexed("★") + b"1}0" + coded("年"),
        hexed("机密") + rb"{\f2 \'ab}10" + hexed("年"),
        hexed("机密") + rb"{\f2 \u61611 ?}10" + hexed("年"),
        hexed("机") + b"\r\n" + hexed("密★") + b"\n10" + hexed("年"),
        hexed("机密") + rb"{\*\bkmkstart x}{\*\unknown {y}}{\pict 89ab}" + hexed("★10年"),
        rb"{\field{\*\fldinst HYPERLINK {x}}{\fldrslt " + hexed("机密") + rb"}}" + hexed("★10年"),
    ],
)
def test_a_mark_is_read_however_it_is_spelled(data: bytes) -> None:
    assert told(data) == [(Place.BODY, MARK)]


def test_a_characters_second_byte_may_stand_as_it_is() -> None:
    assert told(rb"\f1\'be\'f7\'b1K \'b3\\") == [(Place.BODY, "機密 許")]


def test_what_stands_for_a_character_may_be_less_or_more_than_its_bytes() -> None:
    assert told(rb"\u26426\'bb\'c3\'dc x") == [(Place.BODY, "机密 x")]
    assert told(rb"\uc2\u26426 ?x\u23494 ?yz") == [(Place.BODY, "机密z")]
    assert told(rb"\uc0 \u26426\'c3\'dc") == [(Place.BODY, "机密")]


def test_a_character_beyond_the_first_plane_is_two_units() -> None:
    assert told(rb"\u-10179?\u-8704?") == [(Place.BODY, "😀")]


def test_lines_and_paragraphs_end() -> None:
    assert told(rb"a\line b\par c\tab d\sect e\page f" + b"\\\n" + b"g") == [
        (Place.BODY, text) for text in ("a\nb", "c\td", "e", "f", "g")
    ]


def test_pages_are_counted() -> None:
    assert [(block.text, block.page) for block in read(rb"a\page b\par c\sect d")[0]] == [("a", 1), ("b", 2), ("c", 2), ("d", 3)]


def test_special_characters_are_read() -> None:
    assert told(rb"a\~b\_c\-d\{\}\\ \ldblquote x\rdblquote\emdash") == [(Place.BODY, "a\xa0b-cd{}\\ “x”—")]


def test_cells_are_cells() -> None:
    assert told(rb"\trowd\pard\intbl a\cell b\par c\cell\row\pard d\par") == [
        *((Place.CELL, text) for text in "abc"),
        (Place.BODY, "d"),
    ]


@pytest.mark.parametrize(
    ("word", "place"),
    [
        *((word, Place.HEADER) for word in ("header", "headerf", "headerl", "headerr")),
        *((word, Place.FOOTER) for word in ("footer", "footerf", "footerl", "footerr")),
        ("footnote", Place.BODY),
        ("*\\annotation", Place.BODY),
        ("shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt", Place.TEXTBOX),
        ("*\\do{\\dptxbx{\\dptxbxtext", Place.TEXTBOX),
    ],
)
def test_other_flows_than_the_body_are_read_apart(word: str, place: Place) -> None:
    data = rb"a{" + b"\\" + word.encode() + b" " + hexed(MARK) + rb"\par" + b"}" * (word.count("{") + 1 - word.count("}")) + b"b"
    assert set(told(data)) == {(place, MARK), (Place.BODY, "ab")}


def test_word_art_in_a_header_is_a_watermark() -> None:
    shape = (
        rb"{\shp{\*\shpinst{\sp{\sn gtextFont}{\sv Arial}}{\sp{\sn gtextUNICODE}{\sv " + coded("机密") + rb"}}}{\shprslt again}}"
    )
    assert told(rb"{\header " + shape + rb"\par}") == [(Place.WATERMARK, "机密")]
    assert told(shape) == [(Place.TEXTBOX, "机密")]


def test_hidden_deleted_and_struck_text_is_apart() -> None:
    blocks, _ = read(rb"a{\v b}{\deleted c}{\strike d}e")
    assert [(block.place, block.text, block.struck) for block in blocks] == [
        (Place.BODY, "ae", False),
        (Place.HIDDEN, "b", False),
        (Place.DELETED, "c", False),
        (Place.BODY, "d", True),
    ]


def test_how_text_is_set_is_told() -> None:
    blocks, _ = read(rb"\qc\b\fs32 a\par\pard\plain b\par")
    assert [(block.bold, block.large, block.left) for block in blocks] == [(True, True, False), (False, False, True)]


def test_properties_are_metadata() -> None:
    data = (
        rb"{\info{\title "
        + hexed("题")
        + rb"}{\keywords "
        + coded(MARK)
        + rb"}{\creatim\yr2020}}{\*\userprops{\propname "
        + coded("密级")
        + rb"}\proptype30{\staticval "
        + coded("机密")
        + rb"}}x"
    )
    assert told(data) == [(Place.METADATA, "题"), (Place.METADATA, MARK), (Place.METADATA, "密级=机密"), (Place.BODY, "x")]


def test_what_is_written_twice_is_read_in_unicode() -> None:
    assert told(rb"{\info{\upr{\title ??}{\*\ud{\title " + coded("题") + rb"}}}}{\upr{x}{\*\ud{y}}}z") == [
        (Place.METADATA, "题"),
        (Place.BODY, "yz"),
    ]


@pytest.mark.parametrize(
    "group",
    [rb"{\stylesheet{\s0 Normal;}}", rb"{\colortbl;\red0;}", rb"{\*\generator X;}", rb"{\*\docvar {x}{y}}", rb"{\listtext 1.}"],
)
def test_what_is_no_text_is_left_out(group: bytes) -> None:
    assert told(group + b"x") == [(Place.BODY, "x")]


def test_an_embedded_object_is_a_file() -> None:
    data = ole(b"Word.Document.8", b"content").hex().encode()
    text = rb"{\object\objemb{\*\objclass Word.Document.8}{\*\objdata " + data[:21] + b"\r\n" + data[21:] + rb"}{\result shown}}"
    parts = list(Reader(Budget()).read([HEAD + text + b"}"]))
    member = next(part for part in parts if isinstance(part, Member))
    assert member.file is not None
    assert (member.name, member.file.read()) == ("Word.Document.8", b"content")
    assert [part.text for part in parts if isinstance(part, Block)] == ["shown"]


def test_an_object_may_be_binary() -> None:
    data = bytes(ole(b"Word.Document.8", b"{content}"))
    parts = list(Reader(Budget()).read([HEAD + rb"{\*\objdata\bin%d " % len(data) + data + b"}}"]))
    assert [part.file.read() for part in parts if isinstance(part, Member) and part.file] == [b"{content}"]


def test_a_large_object_is_not_held() -> None:
    with pytest.raises(Unreadable) as raised:
        read(rb"{\*\objdata " + b"00" * 3000 + b"}", Budget(held=4000))
    assert raised.value.reason is Unread.TOO_LARGE


def test_pictures_are_known() -> None:
    _, reader = read(rb"{\*\shppict{\pict\pngblip 89504e47}}")
    assert (reader.pictures, reader.told, reader.cut) == (True, False, False)


def test_groups_without_end_are_a_bomb() -> None:
    with pytest.raises(Unreadable) as raised:
        read(b"{" * 300)
    assert raised.value.reason is Unread.BOMB


@pytest.mark.parametrize(("data", "cut"), [(b"", False), (b"\0\r\n", False), (b"more", True)])
def test_text_behind_the_end_is_told(data: bytes, cut: bool) -> None:
    reader = Reader(Budget())
    list(reader.read([HEAD + b"x}" + data]))
    assert reader.cut is cut


def test_a_paragraph_without_end_is_given_in_pieces() -> None:
    blocks, _ = read(b"x" * 700_000)
    assert len(blocks) > 1


def test_a_character_at_the_border_of_a_long_run_is_whole() -> None:
    text = " ".join(["关于有关工作的通知"] * 9000)
    assert "\ufffd" not in "".join(block.text for block in read(hexed(text))[0])
    assert "\ufffd" not in "".join(block.text for block in read(text.encode("gbk"))[0])


def test_the_digits_of_an_object_may_be_divided_anywhere() -> None:
    data = ole(b"Word.Document.8", b"content" * 20_000).hex().encode()
    pieces = [HEAD + rb"{\*\objdata ", *(data[at : at + 70_001] for at in range(0, len(data), 70_001)), b"}}"]
    parts = list(Reader(Budget()).read(pieces))
    assert [part.file.read() for part in parts if isinstance(part, Member) and part.file] == [b"content" * 20_000]


def test_a_property_without_end_is_not_kept() -> None:
    with pytest.raises(Unreadable) as raised:
        read(rb"{\info{\title " + b"x" * 500_000 + b"}}")
    assert raised.value.reason is Unread.TOO_LARGE
    assert told(rb"{\shp{\*\shpinst{\sp{\sn pib}{\sv " + b"x" * 500_000 + b"}}}}y") == [(Place.BODY, "y")]
