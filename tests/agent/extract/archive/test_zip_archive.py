from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from agent.extract.archive.zip_archive import ZipArchive
from agent.extract.base import Budget
from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.nested import DOCUMENTS, found
from tests.agent.extract.samples import docx, paragraph

MARK = "机密★10年"


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_every_document_in_it_is_read() -> None:
    seen = found(zipped({"目录/甲.txt": MARK.encode(), "乙.docx": docx(paragraph("秘密★5年"))}))
    assert (seen.format, seen.whole) == ("zip", True)
    assert seen.told == [(MARK, Place.MEMBER, "目录/甲.txt"), ("秘密★5年", Place.MEMBER, "乙.docx")]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_in_an_archive_is_read(compression: int) -> None:
    inner = zipped({"a.txt": MARK.encode()}, compression)
    assert found(zipped({"b.zip": zipped({"c.zip": inner})}, compression)).told == [(MARK, Place.MEMBER, "b.zip/c.zip/a.txt")]


def test_a_name_in_gbk_is_read() -> None:
    name = "（机密★10年）".encode("gb18030")
    data = zipped({"A" * len(name) + ".txt": b"x"}).replace(b"A" * len(name), name)
    seen = found(data)
    assert [(place, member) for _, place, member in seen.told] == [(Place.NAME, "（机密★10年）.txt")]


@pytest.mark.parametrize("name", ["7zip-zipcrypto.zip", "7zip-aes.zip"])
def test_of_what_is_encrypted_the_name_is_read(name: str) -> None:
    seen = found((DOCUMENTS / name).read_bytes())
    assert (seen.format, seen.read, seen.reason) == ("zip", Read.NONE, Unread.ENCRYPTED)
    assert [place for _, place, _ in seen.told] == [Place.NAME]


def test_a_damaged_member_does_not_stop_the_next() -> None:
    data = zipped({"a.txt": b"aaaa", "b.txt": MARK.encode()}, zipfile.ZIP_STORED).replace(b"aaaa", b"aaab", 1)
    seen = found(data)
    assert (seen.read, seen.reason) == (Read.PARTIAL, Unread.CORRUPT)
    assert (MARK, Place.MEMBER, "b.txt") in seen.told


def test_a_program_in_it_is_not_unpacked() -> None:
    seen = found(zipped({"a.exe": b"\x7fELF" + bytes(50 << 20), "b.txt": MARK.encode()}), Budget(out=1 << 20))
    assert (seen.whole, seen.told) == (True, [(MARK, Place.MEMBER, "b.txt")])


def test_an_empty_archive_is_read() -> None:
    assert found(zipped({})).whole


def test_bombs_are_told() -> None:
    zeros = zipped({f"{number}.txt": b"a\n" * (10 << 20) for number in range(4)})
    assert found(zeros).reason is Unread.BOMB
    nested = zeros
    for _ in range(9):
        nested = zipped({"a.zip": nested})
    assert found(nested).reason is Unread.BOMB
    assert found(zipped({str(number): b"" for number in range(10_001)})).reason is Unread.BOMB


def test_one_that_was_cut_short_is_told() -> None:
    data = zipped({"a.txt": MARK.encode()})
    for size in (30, len(data) // 2, len(data) - 1):
        seen = found(data[:size])
        assert (seen.read, seen.reason) == (Read.NONE, Unread.CORRUPT)


@pytest.mark.parametrize("data", [b"", b"PK\x01\x02", b"PK", b"MZ"])
def test_other_files_are_none(data: bytes) -> None:
    assert ZipArchive().rank(data) < 0
