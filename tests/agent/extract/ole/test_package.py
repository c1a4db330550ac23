from __future__ import annotations

import io
import struct

import pytest

from agent.extract.base import Budget, Member, NotThisFormat
from agent.extract.ole.cfb import opened
from agent.extract.ole.package import OlePackage, embedded
from policies.vocabulary import Place, Unread
from tests.agent.extract.compounds import compound
from tests.agent.extract.outcome import outcome

NATIVE = "\x01Ole10Native"


def native(label: bytes, content: bytes, *, size: int | None = None, path: bytes = b"C:\\tmp\\x") -> bytes:
    """A packaged file as the packager writes it."""
    body = b"\x02\0" + label + b"\0" + path + b"\0" + b"\0\0\x03\0" + struct.pack("<I", len(path) + 1) + path + b"\0"
    body += struct.pack("<I", len(content) if size is None else size) + content
    return struct.pack("<I", len(body)) + body


def found(streams: dict[str, bytes]) -> tuple[list[tuple[str, bytes]], Unread | None]:
    blocks, members, reason = outcome(OlePackage(), compound(streams))
    assert blocks == []
    return [(member.name, member.file.read() if member.file else b"") for member in members], reason


@pytest.mark.parametrize(
    ("streams", "name", "content"),
    [
        ({NATIVE: native("机密★1年.txt".encode("gbk"), b"text")}, "机密★1年.txt", b"text"),
        ({NATIVE: native(b"D:\\a\\b.txt", b"x" * 9000)}, "b.txt", b"x" * 9000),
        ({NATIVE: native(b"", b"text")}, "x", b"text"),
        ({NATIVE: struct.pack("<I", 6) + b"BM1234"}, "object", b"BM1234"),
        ({"Package": b"PK\3\4", "\x01CompObj": b"x"}, "object", b"PK\3\4"),
        ({"CONTENTS": b"%PDF-1.4"}, "object", b"%PDF-1.4"),
        ({"EmbeddedOdf": b"PK\3\4"}, "object", b"PK\3\4"),
    ],
)
def test_a_packed_file_is_a_member(streams: dict[str, bytes], name: str, content: bytes) -> None:
    assert found(streams) == ([(name, content)], None)


@pytest.mark.parametrize(
    "stream",
    [
        native(b"a.txt", b"text", size=1 << 30),  # a file that is larger than what holds it
        native(b"a.txt", b"text")[:20],
        struct.pack("<I", 9999) + b"BM",
        native(b"a" * 5000, b"text"),  # a name without end
    ],
)
def test_a_package_that_lies_is_corrupt(stream: bytes) -> None:
    assert found({NATIVE: stream}) == ([], Unread.CORRUPT)


@pytest.mark.parametrize("name", ["\tDRMContent", "EncryptedPackage"])
def test_what_is_protected_is_encrypted(name: str) -> None:
    assert found({name: b"x"})[1] is Unread.ENCRYPTED


@pytest.mark.parametrize("streams", [{"VisioDocument": b"x"}, {"Quill/QuillSub/CONTENTS": b"x"}, {"Catalog": b"x"}, {}])
def test_what_is_not_read_is_told(streams: dict[str, bytes]) -> None:
    assert found(streams) == ([], Unread.UNSUPPORTED)


def test_a_formula_bears_no_mark() -> None:
    assert found({"Equation Native": b"x", "\x01Ole": b"x", "\x02OlePres000": b"x"}) == ([], None)


def members(streams: dict[str, bytes]) -> list[Member]:
    return list(embedded(opened(io.BytesIO(compound(streams)), Budget()), "O", Budget(), Place.ATTACHMENT))


def test_a_document_in_a_storage_is_a_compound_file_of_its_own() -> None:
    (member,) = members({"O/WordDocument": b"word"})
    assert (member.name, member.place) == ("O", Place.ATTACHMENT)
    assert member.file is not None
    stream = opened(member.file, Budget()).open("WordDocument")
    assert stream is not None
    assert stream.read() == b"word"


def test_a_link_or_nothing_is_no_member() -> None:
    assert members({"O/\x01Ole": b"x", "O/\x03LinkInfo": b"x", "O/\x03ObjInfo": b"x"}) == []
    assert members({"P": b"x"}) == []


def test_only_a_compound_file_is_of_this_format() -> None:
    assert OlePackage().rank(compound({})) > 0 > OlePackage().rank(b"PK\3\4")
    with pytest.raises(NotThisFormat):
        list(OlePackage().blocks(io.BytesIO(b"PK\3\4"), Budget()))
