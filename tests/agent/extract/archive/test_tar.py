from __future__ import annotations

import io
import tarfile

import pytest

from agent.extract.archive.tar import Tar
from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.nested import found
from tests.agent.extract.samples import docx, paragraph

MARK = "机密★10年"


def tar(files: dict[str, bytes], format: int = tarfile.GNU_FORMAT, encoding: str = "utf-8") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format, encoding=encoding) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


FILES = {"目录/甲.txt": MARK.encode(), "乙.docx": docx(paragraph("秘密★5年")), "x" * 150 + ".txt": b"long name"}


@pytest.mark.parametrize("format", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_every_document_in_it_is_read(format: int, encoding: str) -> None:
    seen = found(tar(FILES, format, encoding))
    assert (seen.format, seen.whole) == ("tar", True)
    assert seen.told == [(MARK, Place.MEMBER, "目录/甲.txt"), ("秘密★5年", Place.MEMBER, "乙.docx")]


def test_the_oldest_kind_is_known_by_its_checksum() -> None:
    data = tar({"a.txt": MARK.encode()})
    old = bytearray(data[:512])
    old[257:512] = bytes(255)
    old[148:156] = b" " * 8
    old[148:156] = b"%06o\0 " % sum(old)
    assert found(bytes(old) + data[512:]).told == [(MARK, Place.MEMBER, "a.txt")]


@pytest.mark.parametrize("size", [3 * 512, 3 * 512 + 100, 4 * 512, 5 * 512, 6 * 512 - 1])
def test_one_that_was_cut_short_is_told(size: int) -> None:
    """Also where it was cut between two files: the two empty blocks at the end are missing."""
    seen = found(tar({"a.txt": MARK.encode(), "b.txt": b"b" * 1000, "c.txt": b""})[:size])
    assert (seen.read, seen.reason, len(seen.marks)) == (Read.PARTIAL, Unread.CORRUPT, 1)


def test_a_damaged_header_is_told() -> None:
    data = bytearray(tar({"a.txt": MARK.encode(), "b.txt": b"b"}))
    data[1024 + 5] ^= 1
    seen = found(bytes(data))
    assert (seen.read, seen.reason, len(seen.marks)) == (Read.PARTIAL, Unread.CORRUPT, 1)


@pytest.mark.parametrize("data", [b"", b"text\n" * 200, bytes(1024), tar({"a": b""})[:511]])
def test_other_files_are_none(data: bytes) -> None:
    assert Tar().rank(data) < 0
