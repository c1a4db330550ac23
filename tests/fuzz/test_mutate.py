from __future__ import annotations

from random import Random

import pytest

from tests.fuzz.mutate import LARGEST, counted, cut, flat, marked_up, numbered, spliced

XML = b'<?xml version="1.0"?><a xmlns:b="urn:b"><b:c d="12">text</b:c><e/></a>'


@pytest.mark.parametrize("data", [b"\0" * 600, bytes(range(256)) * 4, XML, b"plain 12 text\n" * 30, b"x"])
def test_the_same_number_does_the_same_damage_and_never_much(data: bytes) -> None:
    for number in range(200):
        damaged = flat(Random(number), data, [b"other" * 50])
        assert damaged == flat(Random(number), data, [b"other" * 50])
        assert len(damaged) <= LARGEST


def test_nearly_every_damage_changes_something() -> None:
    assert sum(flat(Random(number), XML * 20, []) != XML * 20 for number in range(200)) > 180


def test_a_cut_leaves_the_beginning() -> None:
    for number in range(100):
        short = cut(Random(number), XML, keep=20)
        assert XML.startswith(short)
        assert 20 <= len(short) < len(XML)


def test_what_is_short_already_is_not_cut() -> None:
    assert cut(Random(1), b"abc", keep=8) == b"abc"


def test_a_number_keeps_its_width() -> None:
    assert {len(numbered(Random(number), bytes(64))) for number in range(100)} == {64}


def test_a_written_number_becomes_an_extreme_one() -> None:
    assert {counted(Random(number), b"/Length 12 ") for number in range(100)} >= {b"/Length 0 ", b"/Length 4294967295 "}
    assert counted(Random(1), b"none") == b"none"


def test_tags_are_taken_doubled_and_nested() -> None:
    made = [marked_up(Random(number), XML) for number in range(300)]
    counts = {one.count(b"<b:c") for one in made}
    assert {0, 1, 2} <= counts
    assert max(counts) >= 300
    assert any(b"<!DOCTYPE" in one for one in made)


def test_the_end_is_another_files() -> None:
    made = spliced(Random(3), b"a" * 100, b"b" * 100)
    assert made == b"a" * made.count(b"a") + b"b" * made.count(b"b")
