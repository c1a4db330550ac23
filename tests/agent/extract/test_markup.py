from __future__ import annotations

import io
import re
from collections.abc import Iterable

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.markup import chunks_of, empty_but, looks_like, parse, root
from policies.vocabulary import Unread


def characters(chunks: Iterable[bytes], budget: Budget | None = None) -> str:
    gathered: list[str] = []
    for _ in parse(chunks, budget or Budget(), lambda *_: None, lambda _: None, gathered.append):
        pass
    return "".join(gathered)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb2312", "GBK", "gb18030", "big5"])
def test_the_encodings_of_chinese_computers_are_read(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><a>密</a>'.encode(encoding)
    assert characters([data[at : at + 50] for at in range(0, len(data), 50)]) == "密"


def test_a_character_may_lie_over_two_chunks_in_any_encoding() -> None:
    data = '<?xml version="1.0" encoding="GBK"?><a>机密★</a>'.encode("gbk")
    assert characters([data[:41], data[41:]]) == "机密★"


BIG = [b"y" * 65536] * 200
REFUSED: dict[str, tuple[list[bytes], Unread]] = {
    "nothing": ([], Unread.CORRUPT),
    "an end before its time": ([b"<a><b>"], Unread.CORRUPT),
    "no markup": ([b"text"], Unread.CORRUPT),
    "a document type": ([b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'], Unread.CORRUPT),
    "an encoding that no one knows": ([b'<?xml version="1.0" encoding="x-none"?><a/>'], Unread.CORRUPT),
    "broken bytes": ([b'<?xml version="1.0" encoding="gbk"?><a>\xff\xff</a>'], Unread.CORRUPT),
    "nesting": ([b"<a>" * 1000 + b"</a>" * 1000], Unread.BOMB),
    "a tag of megabytes": ([b"<a b='", *BIG], Unread.TOO_LARGE),
    "names without end": ([b"<a>", *(b"<x%d y%d=''/>" % (n, n) for n in range(6000)), b"</a>"], Unread.TOO_LARGE),
    "a comment of megabytes": ([b"<a><!--", *BIG], Unread.TOO_LARGE),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_told(case: str) -> None:
    chunks, expected = REFUSED[case]
    with pytest.raises(Unreadable) as raised:
        characters(chunks)
    assert raised.value.reason is expected


def test_text_of_any_length_is_read() -> None:
    assert len(characters([b"<a>", *BIG, b"</a>"])) == 200 * 65536


def test_a_file_is_read_in_chunks_within_the_budget() -> None:
    assert b"".join(chunks_of(io.BytesIO(b"x" * 200_000), Budget())) == b"x" * 200_000
    with pytest.raises(Unreadable) as raised:
        list(chunks_of(io.BytesIO(b"x" * 200_000), Budget(out=100_000)))
    assert raised.value.reason is Unread.TOO_LARGE


def test_the_root_is_told_by_the_beginning_of_a_file() -> None:
    assert root(b'\xef\xbb\xbf<?xml version="1.0"?><!-- c --><x:a xmlns:x="urn:q" b="1"><c>') == ("urn:q a", {"b": "1"})
    assert root("<a/>".encode("utf-16")) == ("a", {})
    assert root(b"<html") is None
    assert root(b"text") is None
    assert root(b"<!-- c -->") is None


@pytest.mark.parametrize(("head", "expected"), [(b" \n<a", True), (b"\xff\xfe<\0a\0", True), (b"text <a>", False), (b"", False)])
def test_markup_is_told_from_other_files(head: bytes, expected: bool) -> None:
    assert looks_like(head, b"a") is expected


def elements(chunks: Iterable[bytes], idle: re.Pattern[bytes] | None) -> tuple[list[str], str]:
    """The local names of the elements that begin, and the text."""
    names: list[str] = []
    gathered: list[str] = []
    started = lambda tag, _: names.append(tag.rpartition(" ")[2])  # noqa: E731
    for _ in parse(chunks, Budget(), started, lambda _: None, gathered.append, idle):
        pass
    return names, "".join(gathered)


IDLE = empty_but("w", "b")
SOME = '<w:r xmlns:w="urn:w"><w:c w:v="1"/>机<w:b/><w:bc x=\'2\' y="a/>b" />密<x:c xmlns:x="urn:x"/><w:c>★</w:c></w:r>'


def test_the_parser_does_not_see_what_is_idle() -> None:
    assert elements([SOME.encode()], IDLE) == (["r", "b", "c", "c"], "机密★")
    assert elements([SOME.encode()], None) == (["r", "c", "b", "bc", "c", "c"], "机密★")


@pytest.mark.parametrize("length", range(1, 40))
def test_idle_elements_may_lie_over_chunks(length: int) -> None:
    data = SOME.encode()
    names, text = elements([data[at : at + length] for at in range(0, len(data), length)], IDLE)
    assert ([name for name in names if name != "bc"], text) == (["r", "b", "c", "c"], "机密★")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "gbk"])
def test_nothing_is_idle_that_only_looks_so_in_another_encoding(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding[:6]}"?><w:a xmlns:w="urn:w">⼾<w:c/>密</w:a>'.replace(
        "⼾", "户" if encoding == "gbk" else "⼾"
    )
    assert elements([data.encode(encoding)], IDLE)[1][-1] == "密"


@pytest.mark.parametrize(
    "broken", [b'<w:r xmlns:w="urn:w"><w:c/', b'<w:r xmlns:w="urn:w"><w:c w:v="', b'<w:r xmlns:w="urn:w"><w:c/>']
)
def test_what_ends_before_its_time_is_damaged_though_its_end_is_idle(broken: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        elements([broken], IDLE)
    assert raised.value.reason is Unread.CORRUPT


def test_a_tag_without_end_is_not_gathered() -> None:
    with pytest.raises(Unreadable) as raised:
        elements([b"<a b='", *BIG], IDLE)
    assert raised.value.reason is Unread.TOO_LARGE
