from __future__ import annotations

import io
import random
import zipfile

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.package import Locals, Package, leaves, listed, local
from agent.extract.sieve import Sieve
from policies.vocabulary import Unread


def zipped(content: bytes, name: str = "a.xml") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def parsed(data: bytes, budget: Budget | None = None) -> str:
    """The characters of the part a.xml."""
    gathered: list[str] = []
    package = Package(io.BytesIO(data), budget or Budget())
    for _ in package.parse("a.xml", lambda *_: None, lambda _: None, gathered.append):
        pass
    return "".join(gathered)


def reason(data: bytes, budget: Budget | None = None) -> Unread:
    with pytest.raises(Unreadable) as raised:
        parsed(data, budget)
    return raised.value.reason


def test_a_part_is_parsed() -> None:
    assert parsed(zipped("<a>机<b>密</b></a>".encode())) == "机密"


def test_a_part_that_begins_with_a_slash_is_found_without_it() -> None:
    assert "a.xml" in Package(io.BytesIO(zipped(b"<a/>", "/a.xml")), Budget())


LAUGHS = b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 1000 + b'"><!ENTITY y "' + b"&x;" * 1000 + b'">]><a>&y;</a>'
HOSTILE = {
    "entities": (zipped(LAUGHS), Unread.CORRUPT),
    "a bomb": (zipped(b"<a>" + b"x" * (20 << 20) + b"</a>"), Unread.BOMB),
    "nesting": (zipped(b"<a>" * 1000 + b"</a>" * 1000), Unread.BOMB),
    "broken XML": (zipped(b"<a><b></a>"), Unread.CORRUPT),
    "no zip": (b"PK\3\4 and no more", Unread.CORRUPT),
    "cut short": (zipped(b"<a/>" * 1)[:-30], Unread.CORRUPT),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_package_is_refused(case: str) -> None:
    data, expected = HOSTILE[case]
    assert reason(data) is expected


def test_a_damaged_stream_is_corrupt() -> None:
    sound = zipped(b"<a>" + bytes(range(97, 123)) * 200 + b"</a>")
    assert reason(sound[:60] + b"\xff\xff\xff" + sound[63:]) is Unread.CORRUPT


def test_an_encrypted_member_is_told() -> None:
    data = bytearray(zipped(b"<a/>"))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    assert reason(bytes(data)) is Unread.ENCRYPTED


def test_an_unknown_compression_is_unsupported() -> None:
    data = bytearray(zipped(b"<a/>"))
    data[8] = 99
    data[data.index(b"PK\1\2") + 10] = 99
    assert reason(bytes(data)) is Unread.UNSUPPORTED


def test_too_many_members_are_a_bomb() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(20):
            archive.writestr(str(number), b"")
    with pytest.raises(Unreadable) as raised:
        Package(buffer, Budget(members=10))
    assert raised.value.reason is Unread.BOMB


def test_too_much_text_is_too_large() -> None:
    assert reason(zipped(b"<a>" + bytes(range(97, 123)) * 9000 + b"</a>"), Budget(out=100_000)) is Unread.TOO_LARGE


def test_leaves_are_the_elements_that_hold_text() -> None:
    data = zipped('<p xmlns="urn:x"><q name="密级" pid="2"><v> 机密 </v></q><r/></p>'.encode())
    found = leaves(Package(io.BytesIO(data), Budget()), "a.xml")
    assert found == [("v", {"name": "密级", "pid": "2"}, "机密"), ("r", {}, "")]


def test_a_name_is_told_without_its_namespace() -> None:
    assert (local("urn:x name"), local("name")) == ("name", "name")


def test_a_list_s_elements_are_given_with_their_attributes() -> None:
    data = zipped(b'<l xmlns:r="urn:r"><e r:id="1" n="x"/><e n="y"/></l>')
    found = listed(Package(io.BytesIO(data), Budget()), "a.xml")
    assert found == [("l", {}), ("e", {"id": "1", "n": "x"}), ("e", {"n": "y"})]


@pytest.mark.parametrize("content", [b"<l>" + b"<e/>" * 50_001 + b"</l>", b"<l>" + b" " * (5 << 20) + b"</l>"])
def test_a_list_without_end_is_too_large(content: bytes) -> None:
    for reader in (listed, leaves):
        with pytest.raises(Unreadable) as raised:
            reader(Package(io.BytesIO(zipped(content)), Budget()), "a.xml")
        assert raised.value.reason is Unread.TOO_LARGE


def test_a_tag_without_end_is_too_large() -> None:
    noise = random.Random(1).randbytes(5 << 20).hex().encode()
    assert reason(zipped(b'<a b="' + noise + b'"/>')) is Unread.TOO_LARGE


def test_what_was_read_before_the_damage_is_given_on() -> None:
    gathered: list[str] = []
    package = Package(io.BytesIO(zipped("<a>机密</a></b>".encode())), Budget())
    steps = package.parse("a.xml", lambda *_: None, lambda _: None, gathered.append)
    next(steps)
    assert "".join(gathered) == "机密"
    with pytest.raises(Unreadable):
        next(steps)


@pytest.mark.parametrize(("text", "answer"), [("机密★10年", True), ("通知", False), ("", False)])
def test_parts_are_asked_whether_they_could_bear_a_mark(text: str, answer: bool) -> None:
    data = zipped(f"<a>{text}</a>".encode())
    assert Package(io.BytesIO(data), Budget()).sift("a.xml", Sieve()) is answer


def test_an_empty_part_may_bear_anything_so_that_a_parser_tells_of_it() -> None:
    assert Package(io.BytesIO(zipped(b"")), Budget()).sift("a.xml", Sieve())


def test_damage_is_told_while_a_part_is_asked() -> None:
    data = bytearray(zipped(b"<a>plain</a>"))
    data[data.index(b"PK\1\2") + 16] ^= 1
    with pytest.raises(Unreadable):
        Package(io.BytesIO(bytes(data)), Budget()).sift("a.xml", Sieve())


def test_a_part_is_a_file_of_its_own() -> None:
    data = zipped(b"<a>" + b"x" * 300_000 + b"</a>")
    file = Package(io.BytesIO(data), Budget()).open("a.xml")
    assert len(file.read()) == 300_007


def test_local_names_are_kept() -> None:
    names = Locals()
    assert (names["urn:x a"], names["a"], names["urn:x a"], len(names)) == ("a", "a", "a", 2)


def test_parts_are_told_apart_by_their_digest() -> None:
    first, same, other = (Package(io.BytesIO(zipped(c, n)), Budget()) for c, n in ((b"x", "a"), (b"x", "b"), (b"y", "a")))
    assert first.digest("a") == same.digest("b") != other.digest("a")
