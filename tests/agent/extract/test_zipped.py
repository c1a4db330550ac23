from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.zipped import CHUNK, Zipped
from policies.vocabulary import Unread

TEXT = "内容".encode() * 100


def made(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(data: bytes, budget: Budget | None = None) -> dict[str, bytes]:
    zipped = Zipped(io.BytesIO(data), budget or Budget())
    return {name: b"".join(zipped.chunks(entry)) for name, entry in zipped.entries.items()}


def refused(data: bytes, budget: Budget | None = None) -> Unread:
    with pytest.raises(Unreadable) as raised:
        read(data, budget)
    return raised.value.reason


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_files_are_read_as_they_were_written(compression: int) -> None:
    files = {"a": TEXT, "b/c": bytes(range(256)) * 3000, "leer": b""}
    assert read(made(files, compression)) == files


def test_folders_are_no_files_and_a_leading_slash_is_no_name() -> None:
    assert read(made({"folder/": b"", "/word/a.xml": TEXT, "word\\b.xml": TEXT})) == {"word/a.xml": TEXT, "word/b.xml": TEXT}


def test_a_file_written_as_a_stream_is_read() -> None:
    class Pipe(io.RawIOBase):
        written = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.written += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", TEXT)
    assert b"PK\7\10" in pipe.written
    assert read(pipe.written) == {"a": TEXT}


def test_a_comment_at_the_end_is_passed_over() -> None:
    buffer = io.BytesIO(made({"a": TEXT}))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"x" * 60_000
    assert read(buffer.getvalue()) == {"a": TEXT}


def test_sizes_in_the_large_form_are_read() -> None:
    """What programs write that did not know the size before: 64-bit fields although the file is small."""
    packed = zlib.compress(TEXT)[2:-4]
    extra = struct.pack("<2H3Q", 1, 24, len(TEXT), len(packed), 0)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 45, 0, 8, 0, 0, zlib.crc32(TEXT), len(packed), len(TEXT), 1, 0) + b"a" + packed
    unknown = 0xFFFFFFFF
    claims = (zlib.crc32(TEXT), unknown, unknown, 1, len(extra), 0, 0, 0, 0, unknown)
    directory = struct.pack("<4s6H3L5H2L", b"PK\1\2", 45, 45, 0, 8, 0, 0, *claims) + b"a" + extra
    large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(directory), len(local))
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(local) + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert read(local + directory + large + locator + end) == {"a": TEXT}
    assert refused(local + directory + large[:20] + locator + end) is Unread.CORRUPT


@pytest.mark.parametrize(("raw", "name"), [("机密.txt".encode(), "机密.txt"), ("机密.txt".encode("gb18030"), "机密.txt")])
def test_a_name_without_a_word_about_its_encoding_is_guessed(raw: bytes, name: str) -> None:
    placeholder = "x" * len(raw)
    assert list(read(made({placeholder: TEXT}).replace(placeholder.encode(), raw))) == [name]


def test_two_files_of_one_name_are_corrupt() -> None:
    assert refused(made({"aa": TEXT, "ab": TEXT}).replace(b"ab", b"aa")) is Unread.CORRUPT


def test_files_that_share_bytes_are_a_bomb() -> None:
    data = bytearray(made({"a": TEXT, "b": TEXT}))
    second = data.rindex(b"PK\1\2")
    data[second + 42 : second + 46] = bytes(4)
    assert refused(bytes(data)) is Unread.BOMB


def test_a_header_that_contradicts_the_directory_is_corrupt() -> None:
    data = made({"aa": TEXT})
    assert refused(data.replace(b"aa", b"ab", 1)) is Unread.CORRUPT


@pytest.mark.parametrize("cut", [1, 10, 22, 30, 100])
def test_a_file_cut_short_is_corrupt(cut: int) -> None:
    assert refused(made({"a": TEXT})[:-cut]) is Unread.CORRUPT


@pytest.mark.parametrize(("at", "what"), [(16, "checksum"), (24, "size"), (20, "packed size")])
def test_content_that_is_not_what_the_directory_says_is_corrupt(at: int, what: str) -> None:
    data = bytearray(made({"a": TEXT}))
    data[data.index(b"PK\1\2") + at] ^= 1
    assert refused(bytes(data)) is Unread.CORRUPT


def test_what_follows_the_compressed_data_is_corrupt() -> None:
    packed = zlib.compress(TEXT)[2:-4] + b"more"
    data = made({"a": packed}, zipfile.ZIP_STORED)
    changed = bytearray(data)
    directory = data.index(b"PK\1\2")
    for at in (8, directory + 10):
        changed[at] = 8
    changed[directory + 16 : directory + 20] = struct.pack("<L", zlib.crc32(TEXT))
    changed[directory + 24 : directory + 28] = struct.pack("<L", len(TEXT))
    assert refused(bytes(changed)) is Unread.CORRUPT


def test_what_follows_data_that_fills_its_chunks_is_corrupt_too() -> None:
    """zlib leaves what it did not take standing then, which must not be given to it for ever."""
    content = bytes(2 * CHUNK)
    packed = zlib.compress(content)[2:-4] + b"junk" * 100
    sizes = struct.pack("<3L", zlib.crc32(content), len(packed), len(content))
    local = b"PK\3\4" + struct.pack("<5H", 20, 0, 8, 0, 0) + sizes + struct.pack("<2H", 1, 0) + b"a" + packed
    entry = b"PK\1\2" + struct.pack("<6H", 20, 20, 0, 8, 0, 0) + sizes + struct.pack("<5H2L", 1, 0, 0, 0, 0, 0, 0) + b"a"
    end = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 1, 1, len(entry), len(local), 0)
    assert refused(local + entry + end) is Unread.CORRUPT


def test_no_more_than_a_chunk_comes_out_at_once() -> None:
    zipped = Zipped(io.BytesIO(made({"a": bytes(2 << 20)})), Budget())
    sizes = [len(chunk) for chunk in zipped.chunks(zipped.entries["a"])]
    assert (max(sizes), sum(sizes)) == (CHUNK, 2 << 20)


def test_two_readers_do_not_disturb_one_another() -> None:
    big = bytes(range(256)) * 4000
    zipped = Zipped(io.BytesIO(made({"a": big, "b": big[::-1]}, zipfile.ZIP_STORED)), Budget())
    pairs = list(zip(zipped.chunks(zipped.entries["a"]), zipped.chunks(zipped.entries["b"]), strict=True))
    assert (b"".join(a for a, _ in pairs), b"".join(b for _, b in pairs)) == (big, big[::-1])


def test_more_files_than_allowed_are_a_bomb() -> None:
    assert refused(made({str(n): b"" for n in range(20)}), Budget(members=10)) is Unread.BOMB


def test_no_zip_file_is_corrupt() -> None:
    assert refused(b"PK\3\4" + bytes(100)) is Unread.CORRUPT
    assert refused(b"") is Unread.CORRUPT
