from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.extract.base import Unreadable
from agent.extract.mail.text import PIECE, decoded_text, decoded_word
from checks.marking.text import OVERLAP
from policies.vocabulary import Unread

TEXT = "机密★10年\n各单位：请按时参加会议，并做好保密工作。\n"


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("utf-8", "utf-8"),
        ("hz-gb-2312", "hz"),
        ("utf-7", "utf-7"),
        ("utf-16le", "utf-16-le"),
        ("unknown-8bit", "gb18030"),
        ("unknown-8bit", "utf-8"),
        ("us-ascii", "gb18030"),
        ("iso-8859-1", "gb18030"),
        ("utf-8", "gb18030"),  # said wrongly
        ("gb2312", "utf-8"),
        ("", "gb18030"),
        ("", "utf-8"),
    ],
)
def test_chinese_text_is_read_whatever_it_is_called(charset: str, codec: str) -> None:
    text = TEXT.replace("★", "*") if codec == "hz" else TEXT  # GB 2312 has the star, HZ's codec as well; kept plain
    assert "".join(decoded_text([text.encode(codec)], charset)) == text


def test_traditional_characters_are_read() -> None:
    text = "機密★10年\n各單位請準時參加會議，並做好保密工作。\n"
    for charset in ("big5", "x-unknown"):
        assert "".join(decoded_text([text.encode("big5")], charset)) == text


def test_a_character_cut_between_two_pieces_is_whole() -> None:
    data = TEXT.encode("gb18030")
    assert "".join(decoded_text((bytes([byte]) for byte in data), "gbk")) == TEXT


def test_latin_text_stays_text() -> None:
    assert "".join(decoded_text(["déjà vu".encode("latin-1")], "iso-8859-1")) == "déjà vu"


def test_a_set_without_codec_is_told() -> None:
    with pytest.raises(Unreadable) as raised:
        list(decoded_text([b"\x1b$)A"], "ISO-2022-CN"))
    assert raised.value.reason is Unread.UNSUPPORTED


def long(line: str, count: int) -> Iterator[bytes]:
    return (line.encode() for _ in range(count))


def test_a_long_text_comes_in_pieces_that_end_with_a_line() -> None:
    pieces = list(decoded_text(long(TEXT, 40_000), "utf-8"))
    assert len(pieces) > 2
    assert all(piece.endswith("\n") and len(piece) < 2 * PIECE for piece in pieces)
    assert "".join(pieces) == TEXT * 40_000


@pytest.mark.parametrize("overlap", [0, OVERLAP])
def test_the_pieces_of_a_line_without_end_overlap_where_that_is_wished(overlap: int) -> None:
    pieces = list(decoded_text(long("密" * 1000, 1000), "utf-8", overlap))
    assert sum(map(len, pieces)) == 1_000_000 + overlap * (len(pieces) - 1)


def test_a_word_is_decoded_where_it_fits() -> None:
    assert decoded_word("机密".encode("gb18030"), "gb2312") == "机密"
    assert decoded_word("机密".encode("gb18030"), "utf-8") == "机密"
    assert decoded_word("机密".encode(), "no-such-set") == "机密"
