from __future__ import annotations

import pytest

from agent.extract.codepage import decode, of_language

MARK = "秘密★3年 关于工作的通知"


@pytest.mark.parametrize(
    ("page", "encoding"), [(936, "gbk"), (54936, "gb18030"), (65001, "utf-8"), (1200, "utf-16-le"), (52936, "hz"), (0, "gbk")]
)
def test_chinese_text_is_read_by_the_number_of_its_code_page(page: int, encoding: str) -> None:
    assert decode(MARK.encode(encoding), page) == MARK


def test_traditional_and_western_text_is_read() -> None:
    assert decode("祕密★3年".encode("big5"), 950) == "祕密★3年"
    assert decode(b"caf\xe9 \x96", 1252) == "café –"


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert decode(b"\xff\xff", 936) == decode(b"\xff\xff", 65001)


@pytest.mark.parametrize(("language", "page"), [(0x0804, 936), (0x0404, 950), (0x0409, 1252), (0, 1252)])
def test_a_language_has_its_code_page(language: int, page: int) -> None:
    assert of_language(language) == page
