from __future__ import annotations

import io
import struct

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ole.biff import Biff, Body, Record
from policies.vocabulary import Unread


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def biff(*records: bytes) -> Biff:
    return Biff(io.BytesIO(b"".join(records)), Budget())


def body(first: bytes, *others: bytes) -> Body:
    records = biff(record(9, first), *[record(0x3C, other) for other in others])
    found = records.read()
    assert found is not None
    return Body(records, found)


def test_records_come_with_where_they_begin() -> None:
    records = biff(record(1, b"ab"), record(2))
    assert [records.read(), records.read(), records.read()] == [Record(1, 0, b"ab"), Record(2, 6, b""), None]


def test_a_record_that_is_cut_off_is_corrupt() -> None:
    with pytest.raises(Unreadable) as raised:
        biff(record(1, b"ab")[:-1]).read()
    assert raised.value.reason is Unread.CORRUPT


def test_only_a_record_that_goes_on_is_taken_ahead() -> None:
    records = biff(record(1), record(0x3C, b"x"), record(2))
    records.read()
    assert [records.continued(), records.continued()] == [b"x", None]
    assert records.read() == Record(2, 9, b"")


def test_numbers_and_parts_of_a_record_are_checked() -> None:
    found = Record(1, 0, b"\x01\x02\x03")
    assert (found.number(1), found.part(0, 2)) == (0x0302, b"\x01\x02")
    with pytest.raises(Unreadable) as raised:
        found.number(2)
    assert raised.value.reason is Unread.CORRUPT


def test_bytes_are_taken_and_left_out_across_records() -> None:
    found = body(b"abc", b"de", b"fgh")
    assert found.take(4) == b"abcd"
    found.skip(2)
    assert found.take(2) == b"gh"
    with pytest.raises(Unreadable) as raised:
        found.skip(1)
    assert raised.value.reason is Unread.CORRUPT


def test_strings_of_all_kinds_are_read() -> None:
    wide = "机密".encode("utf-16-le")
    assert body(b"\x02\0\x01" + wide).string() == "机密"
    assert body(b"\x02\x01" + wide).string(short=True) == "机密"
    found = body(b"\x02\0\x0d\x01\0\x03\0\0\0" + wide + b"runs" + b"ext" + b"\x01\0\0z")
    assert (found.string(), found.string()) == ("机密", "z")


def test_characters_may_change_their_width_where_they_go_on() -> None:
    assert body(b"\x04\0\0ab", b"\x01" + "机密".encode("utf-16-le")).string() == "ab机密"
    assert body(b"\x03\0\x01" + "机".encode("utf-16-le"), b"\0ab").string() == "机ab"


def test_a_text_in_a_code_page_is_given_as_bytes() -> None:
    assert body(b"\x03\0abcd").narrow() == b"abc"
    assert body(b"\x03abcd").narrow(short=True) == b"abc"


def test_an_empty_part_without_an_end_is_corrupt() -> None:
    with pytest.raises(Unreadable):
        body(b"\x03\0\x01", b"\x01", b"\x01").string()
