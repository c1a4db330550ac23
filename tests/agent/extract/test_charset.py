from __future__ import annotations

import random
import subprocess
import sys

import pytest

from agent.extract.charset import decode_line, detect, junk, plausibility, prepare, without_mark

SIMPLIFIED = "机密★10年\n关于做好本单位保密工作的通知\n各处室：现将有关事项通知如下。\n"
TRADITIONAL = "機密★10年\n關於做好本單位保密工作的通知\n各處室：現將有關事項通知如下。\n"
CASES = [
    ("utf-8", SIMPLIFIED, "utf-8"),
    ("utf-8-sig", SIMPLIFIED, "utf-8"),
    ("gb18030", SIMPLIFIED, "gb18030"),
    ("gbk", "绝密★", "gb18030"),
    ("gbk", "机密★10年", "gb18030"),
    ("cp950", TRADITIONAL, "cp950"),
    ("cp950", "機密★10年", "cp950"),
    ("big5hkscs", "機密★10年\n關於做好本單位嘅保密工作\n", "big5hkscs"),
    ("utf-16", SIMPLIFIED, "utf-16-le"),
    ("utf-16-le", SIMPLIFIED, "utf-16-le"),
    ("utf-16-be", SIMPLIFIED, "utf-16-be"),
    ("utf-16-le", "机密★十年绝密秘密文件", "utf-16-le"),
    ("utf-16-be", "hello", "utf-16-be"),
    ("utf-32", SIMPLIFIED, "utf-32-le"),
    ("ascii", "plain text\n", "utf-8"),
    ("latin-1", "Une école fermée, déjà vue à Genève.\n", "gb18030"),
]


@pytest.mark.parametrize(("encoding", "text", "expected"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)])
def test_the_encoding_is_found(encoding: str, text: str, expected: str) -> None:
    assert detect(text.encode(encoding), whole=True) == expected


def test_a_character_cut_by_the_end_of_the_sample_does_no_harm() -> None:
    for encoding, expected in (("utf-8", "utf-8"), ("gb18030", "gb18030"), ("cp950", "cp950"), ("utf-16-le", "utf-16-le")):
        data = (TRADITIONAL if encoding == "cp950" else SIMPLIFIED).encode(encoding)[:-1]
        assert detect(data, whole=False) == expected


def test_an_empty_file_is_a_text() -> None:
    assert detect(b"", whole=True) == "utf-8"


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_no_text(seed: int) -> None:
    assert detect(random.Random(seed).randbytes(4096), whole=True) is None


def test_random_bytes_without_zero_are_no_text() -> None:
    data = bytes(byte for byte in random.Random(1).randbytes(8192) if byte)
    assert detect(data, whole=True) is None


def test_a_byte_order_mark_before_nonsense_is_no_text() -> None:
    assert detect(b"\xef\xbb\xbf\xff\xff\xff", whole=True) is None


@pytest.mark.parametrize(("start", "length"), [(b"\xff\xfe\0\0", 4), (b"\xff\xfe", 2), (b"\xef\xbb\xbf", 3), (b"abc", 0)])
def test_a_byte_order_mark_is_no_text_itself(start: bytes, length: int) -> None:
    assert without_mark(start + b"x\0x\0") == length


def test_a_line_in_another_encoding_than_its_file_is_still_read() -> None:
    assert decode_line("机密★10年".encode("gb18030"), "utf-8") == "机密★10年"
    assert decode_line("机密★10年".encode(), "gb18030") == "机密★10年"


def test_a_damaged_line_keeps_what_is_sound() -> None:
    assert "abc" in decode_line(b"abc \xff\xff", "utf-8")


def test_chinese_is_more_plausible_than_the_same_bytes_read_wrongly() -> None:
    assert plausibility(SIMPLIFIED) > 0.6
    assert plausibility(SIMPLIFIED.encode("gb18030").decode("cp950", "replace")) < 0.4
    assert plausibility("") == 0


def test_control_characters_are_junk() -> None:
    assert junk("a\x00b\ufffd\tc\n") == 2


def test_every_codec_can_be_loaded_beforehand() -> None:
    code = "import sys; from agent.extract.charset import prepare; prepare(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    prepare()
    assert {f"encodings.{name}" for name in ("gb18030", "cp950", "utf_16_le", "utf_32_be", "cp437", "unicode_escape")} <= set(
        loaded
    )


@pytest.mark.parametrize(("encoding", "text"), [("gb18030", SIMPLIFIED), ("cp950", TRADITIONAL)])
@pytest.mark.parametrize("filler", ["licence text\n", "minified;"])
def test_a_text_that_is_chinese_only_far_down_is_still_told_apart(encoding: str, text: str, filler: str) -> None:
    data = filler.encode() * 4000 + text.encode(encoding)
    assert detect(data, whole=True) == encoding


def test_control_characters_make_ascii_and_utf_8_no_text() -> None:
    assert detect(b"\1\2\3abc" * 100, whole=True) is None
    assert detect("\1\2\3机密".encode() * 100, whole=True) is None
