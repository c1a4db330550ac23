from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.extract.pdf.syntax import Damaged, Ref, Stream, Unsure, indirect, literal, name, parse, text, without_escaped_marks


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"12", 12),
        (b"-1.5", -1.5),
        (b"true", True),
        (b"null", None),
        (b"/Name#20with#20spaces", "Name with spaces"),
        (b"(a(b)c)", b"a(b)c"),
        (rb"(\(\101\n\\)", b"(A\n\\"),
        (b"(line\\\nend)", b"lineend"),
        (b"<48 65 6>", b"He`"),
        (b"[1 2.5 3]", [1, 2.5, 3]),
        (b"[1 0 R 2]", [Ref(1, 0), 2]),
        (b"<</A 1/B[/C(d)]/E<</F 7 0 R>>>>", {"A": 1, "B": ["C", b"d"], "E": {"F": Ref(7, 0)}}),
        (b" % a comment\n /A", "A"),
        (b"<<>>", {}),
    ],
)
def test_an_object_is_read(raw: bytes, value: object) -> None:
    assert parse(raw)[0] == value


@pytest.mark.parametrize(
    "raw", [b"", b"<<", b"[1", b"(open", b"<</A>>", b"<<1 2>>", b"]", b"word", b"[>>", b"[1.2.3]", b"[[" * 99]
)
def test_what_is_no_object_is_not_guessed(raw: bytes) -> None:
    with pytest.raises(Unsure):
        parse(raw)


@given(st.binary(max_size=200))
def test_garbage_never_raises_anything_else(raw: bytes) -> None:
    for read in (lambda: parse(raw), lambda: indirect(raw, 1, 0), lambda: literal(raw), lambda: name(raw), lambda: text(raw)):
        try:
            read()
        except Unsure:
            continue


@given(st.binary(max_size=50))
def test_every_escaped_string_comes_back(raw: bytes) -> None:
    octal = b"".join(b"\\%03o" % value for value in raw)
    assert literal(octal) == raw
    assert parse(b"(" + octal + b")")[0] == raw


@given(st.text(alphabet="\\\\\\()nrtbfa018\r\n", max_size=30).map(str.encode))
def test_marks_may_be_written_by_their_codes(raw: bytes) -> None:
    without = without_escaped_marks(raw)
    assert literal(without) == literal(raw)
    assert without.count(b"(") + without.count(b")") <= raw.count(b"(") + raw.count(b")")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (rb"\\(", rb"\("),
        (rb"\\\(", rb"\("),
        (rb"\\101", rb"\101"),
        (rb"\1010", b"A0"),
        (rb"\50", b"("),
        (rb"\x41", b"x41"),
        (rb"\777", b"\xff"),
        (b"a\\", b"a\\"),
        (rb"\b\f\n\r\t", b"\b\f\n\r\t"),
    ],
)
def test_escapes_mean_what_the_standard_says(raw: bytes, value: bytes) -> None:
    assert literal(raw) == value


def test_a_number_of_five_thousand_digits_is_no_reference() -> None:
    digits = b"1" * 5000
    with pytest.raises(Unsure):
        parse(digits + b" 0 R")
    assert parse(b"1 " + digits + b" R")[0] == 1
    with pytest.raises(Damaged):
        indirect(digits + b" 0 obj 1", 1, 0)


def test_an_object_is_known_by_its_number() -> None:
    assert indirect(b"7 0 obj<</Length 3>>stream\r\nabc\nendstream", 7, 100) == Stream({"Length": 3}, 128, 7)
    assert indirect(b"7 0 obj 5 endobj", 7, 0) == 5
    with pytest.raises(Damaged):
        indirect(b"7 0 obj 5 endobj", 8, 0)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [(b"\xfe\xff\x5b\xc6", "密"), (b"\xff\xfe\xc6\x5b", "密"), (b"\xef\xbb\xbf\xe5\xaf\x86", "密"), (b"A", "A"), (7, "")],
)
def test_a_text_string_tells_its_encoding(raw: object, shown: str) -> None:
    assert text(raw) == shown
