from __future__ import annotations

import gzip
import struct

import pytest

from agent.extract.archive.bundle import Cab, Cpio, Deb, Iso, Lha
from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.archive.test_tar import tar
from tests.agent.extract.archives import written
from tests.agent.extract.nested import found

MARK = "机密★10年"
FILES = {"目录/甲.txt": MARK.encode(), "乙.txt": "正文".encode()}


@pytest.mark.parametrize(("format", "name"), [("cpio", "cpio"), ("cpio_newc", "cpio"), ("iso9660", "iso")])
def test_every_document_in_it_is_read(format: str, name: str) -> None:
    seen = found(written(format, FILES))
    assert (seen.format, seen.whole, seen.told) == (name, True, [(MARK, Place.MEMBER, "目录/甲.txt")])


@pytest.mark.parametrize(("format", "part"), [("cpio", 0.6), ("cpio_newc", 0.6), ("iso9660", 0.9), ("iso9660", 0.1)])
def test_one_that_was_cut_short_is_told(format: str, part: float) -> None:
    data = written(format, FILES)
    seen = found(data[: int(len(data) * part)])
    assert seen.reason is Unread.CORRUPT


def ar(files: dict[str, bytes]) -> bytes:
    data = b"!<arch>\n"
    for name, content in files.items():
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n"
        data += header.encode() + content + b"\n" * (len(content) % 2)
    return data


def test_a_debian_package_is_read_to_its_documents() -> None:
    content = gzip.compress(tar({"usr/share/doc/说明.txt": MARK.encode()}))
    seen = found(ar({"debian-binary": b"2.0\n", "control.tar.gz": gzip.compress(tar({"control": b"x"})), "data.tar.gz": content}))
    assert (seen.format, seen.whole) == ("deb", True)
    assert seen.told == [(MARK, Place.MEMBER, "data.tar.gz/usr/share/doc/说明.txt")]


@pytest.mark.parametrize("size", [30, 84, 120, 140])
def test_a_debian_package_without_what_is_installed_is_told(size: int) -> None:
    data = ar({"debian-binary": b"2.0\n", "control.tar.gz": gzip.compress(tar({"control": b"x"})), "data.tar": b""})
    assert found(data[:size]).reason is Unread.CORRUPT


def test_a_library_of_machine_code_is_none() -> None:
    assert Deb().rank(ar({"a.o": b"x"})) < 0
    assert found(ar({"a.o": b"x"})).format == "program"


def cab(files: dict[str, bytes], flags: int = 0) -> bytes:
    """A cabinet of one folder that only stores (MS-CAB 2)."""
    content, entries, at = b"".join(files.values()), b"", 0
    for name, data in files.items():
        utf8 = 0 if name.isascii() else 0x80
        entries += struct.pack("<IIHHHH", len(data), at, 0, 0x5A21, 0, 0x20 | utf8) + name.encode() + b"\0"
        at += len(data)
    first = 36 + 8 + (4 if flags else 0)
    extra = b"a\0b\0" if flags else b""
    folder = struct.pack("<IHH", first + len(entries), 1, 0)
    block = struct.pack("<IHH", 0, len(content), len(content)) + content
    size = first + len(entries) + len(block)
    header = b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, size, 0, first, 0, 3, 1, 1, len(files), flags, 1, 0)
    return header + extra + folder + entries + block


def test_a_cabinet_is_read() -> None:
    seen = found(cab({"甲.txt": MARK.encode(), "b.txt": b"text"}))
    assert (seen.format, seen.whole, seen.told) == ("cab", True, [(MARK, Place.MEMBER, "甲.txt")])


def test_a_cabinet_of_a_set_is_never_whole() -> None:
    seen = found(cab({"甲.txt": MARK.encode()}, flags=2))
    assert seen.read is not Read.FULL


def test_behind_fatal_damage_the_library_is_not_asked_again() -> None:
    """It would crash."""
    data = cab({"a.txt": b"a" * 500, "b.txt": b"b" * 280})
    at = data.index(struct.pack("<HH", 780, 780))
    seen = found(data[: at + 2] + struct.pack("<H", 0) + data[at + 4 :])
    assert seen.reason is Unread.CORRUPT


def lha(name: str, content: bytes) -> bytes:
    """An LHA archive of level 0 that only stores."""
    raw = name.encode("gb18030")
    body = b"-lh0-" + struct.pack("<III", len(content), len(content), 0x5A210000) + b"\x20\0" + bytes([len(raw)]) + raw
    body += struct.pack("<H", crc16(content))
    return bytes([len(body), sum(body) & 0xFF]) + body + content + b"\0"


def test_an_lha_archive_whose_names_cannot_be_read_is_never_whole() -> None:
    assert found(lha("报告.txt", MARK.encode())).read is not Read.FULL


def crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def test_an_lha_archive_is_read() -> None:
    seen = found(lha("a.txt", MARK.encode()))
    assert (seen.format, seen.whole, seen.told) == ("lha", True, [(MARK, Place.MEMBER, "a.txt")])
    assert found(lha("a.txt", MARK.encode())[:-8]).reason is Unread.CORRUPT


@pytest.mark.parametrize("extractor", [Cpio(), Deb(), Cab(), Iso(), Lha()])
@pytest.mark.parametrize("data", [b"", b"text\n" * 20_000, bytes(40_000)])
def test_other_files_are_none(extractor: Cpio, data: bytes) -> None:
    assert extractor.rank(data) < 0
