from __future__ import annotations

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.xml.stream import XmlStream, may_bear, root
from policies.vocabulary import Unread


def text(data: bytes, budget: Budget | None = None, size: int = 1 << 20) -> tuple[str, bool]:
    """All characters of a document, and whether something was not read."""
    found: list[str] = []
    stream = XmlStream(budget or Budget(), data=found.append)
    for _ in stream.read(data[at : at + size] for at in range(0, len(data), size)):
        pass
    return "".join(found), stream.incomplete


def refused(data: bytes, budget: Budget | None = None, size: int = 1 << 20) -> Unread:
    with pytest.raises(Unreadable) as raised:
        text(data, budget, size)
    return raised.value.reason


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", ""),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "utf-16"),
        ("gb18030", "GB2312"),
        ("gb18030", "gbk"),
        ("gb18030", ""),
        ("cp950", "Big5"),
        ("latin-1", "iso-8859-1"),
    ],
)
@pytest.mark.parametrize("size", [1 << 20, 97])
def test_a_document_is_read_in_every_encoding(encoding: str, named: str, size: int) -> None:
    content = "déjà" if encoding == "latin-1" else "機密★關於" if encoding == "cp950" else "机密★关于"
    told = f' encoding="{named}"' if named else ""
    data = f'<?xml version="1.0"{told}?>{" " * 60}<a>{content}</a>'.encode(encoding)
    assert text(data, size=size) == (content, False)


def test_an_unknown_encoding_is_not_supported() -> None:
    assert refused(b'<?xml version="1.0" encoding="x-unknown"?><a/>') is Unread.UNSUPPORTED


def test_an_encoding_with_a_name_without_end_is_corrupt() -> None:
    assert refused(b'<?xml version="1.0" encoding="' + b"x" * 3000 + b'"?><a>text</a>') is Unread.CORRUPT


def test_bytes_that_the_encoding_does_not_know_are_told() -> None:
    data = b'<?xml version="1.0" encoding="gb2312"?><a>' + "机密".encode("gbk") + b"\xff</a>"
    assert text(data)[1]


def test_names_are_given_with_their_namespace() -> None:
    names: list[str] = []
    stream = XmlStream(Budget(), start=lambda tag, _: names.append(tag), end=names.append)
    assert list(stream.read([b'<a xmlns="urn:x"/>'])) == [None, None]
    assert names == ["urn:x a", "urn:x a"]


@pytest.mark.parametrize(
    "data", [b"", b"text", b"<a>", b"<a></b>", b"<a>&undefined;</a>", b"<a/><b/>", b"<a>\xff</a>", b"<a>\0</a>"]
)
def test_what_is_no_xml_is_corrupt(data: bytes) -> None:
    assert refused(data) is Unread.CORRUPT


def test_simple_entities_are_read() -> None:
    assert text('<!DOCTYPE a [<!ENTITY x "机密">]><a>&x;★&#49;0年</a>'.encode()) == ("机密★10年", False)


def test_the_entities_of_html_are_known_where_others_are_declared_elsewhere() -> None:
    assert text(b'<!DOCTYPE a SYSTEM "x.dtd"><a>1&nbsp;&starf;</a>') == ("1\xa0★", False)
    assert text(b'<!DOCTYPE a SYSTEM "x.dtd"><a>1&other;</a>') == ("1", True)


def test_a_file_that_an_entity_stands_for_is_not_read() -> None:
    assert text(b'<!DOCTYPE a [<!ENTITY x SYSTEM "/etc/passwd">]><a>1&x;</a>') == ("1", True)


def test_entities_of_entities_are_refused() -> None:
    assert refused(b'<!DOCTYPE a [<!ENTITY x "1"><!ENTITY y "&x;&x;">]><a>&y;</a>') is Unread.UNSUPPORTED
    assert refused(b'<!DOCTYPE a [<!ENTITY x "' + b"1" * 70_000 + b'">]><a/>') is Unread.UNSUPPORTED


def test_an_entity_that_unfolds_too_far_is_a_bomb() -> None:
    data = b'<!DOCTYPE a [<!ENTITY x "' + b"1" * 60_000 + b'">]><a>' + b"&x;" * 10_000 + b"</a>"
    assert refused(data, Budget(slack=1 << 20)) in (Unread.BOMB, Unread.CORRUPT)


def test_elements_without_end_are_a_bomb() -> None:
    assert refused(b"<a>" * 300) is Unread.BOMB


def test_a_tag_of_many_megabytes_is_too_large() -> None:
    assert refused(b'<a b="' + b"x" * (9 << 20) + b'"/>', size=1 << 16) is Unread.TOO_LARGE


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"<a>", ("a", "")),
        (
            b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- > -->\n<!DOCTYPE x [ <!ENTITY y '>'> ]>\n<ns:a b='>' c>",
            ("ns:a", " b='>' c"),
        ),
        ('<?xml version="1.0"?><a b="1">'.encode("utf-16"), ("a", ' b="1"')),
        (b"", ("", "")),
        (b"text <a>", ("", "")),
        (b"<1>", ("", "")),
        (b"<!-- <a>", ("", "")),
    ],
)
def test_the_root_is_found(head: bytes, expected: tuple[str, str]) -> None:
    assert root(head) == expected


@pytest.mark.parametrize("data", [b"<a>text</a>", "<a b='保密'>国内<!-- 机密 --></a>".encode()])
def test_the_cheap_question_may_be_denied(data: bytes) -> None:
    assert not may_bear(data)


@pytest.mark.parametrize(
    "data",
    [
        "<a>机<b>密</b></a>",
        "<a b='机密'/>",
        "<a>&#26426;</a>",
        "<a>机<!-- 某某某某某某某某某某 -->密</a>",
        "<a>text",
        "<a><![CDATA[x]]></a>",
    ],
)
def test_the_cheap_question_is_answered_by_yes_when_in_doubt(data: str) -> None:
    assert may_bear(data.encode())
