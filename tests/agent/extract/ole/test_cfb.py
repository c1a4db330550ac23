from __future__ import annotations

import io
import random
import struct

import pytest

from agent.extract.base import Budget, NotThisFormat, Unreadable
from agent.extract.ole.cfb import Compound, opened, whole
from policies.vocabulary import Unread
from tests.agent.extract.compounds import changed, compound

BLOB = random.Random(1).randbytes(20_000)
TREE = {
    "Large": BLOB,
    "Small": b"small" * 30,
    "Empty": b"",
    "ObjectPool/_123/\x01Ole10Native": b"native",
    "ObjectPool/_123/Package": BLOB[::-1],
    "ObjectPool/_9/deep/er": b"x" * 4096,
}


def read(storage: Compound, path: str) -> bytes:
    stream = storage.open(path)
    assert stream is not None
    return stream.read()


def read_all(data: bytes) -> dict[str, bytes]:
    storage = of(data)
    return {path: read(storage, path) for path in TREE}


def of(data: bytes) -> Compound:
    return opened(io.BytesIO(data), Budget())


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("shuffled", [False, True])
def test_every_stream_is_read_wherever_its_sectors_lie(version: int, shuffled: bool) -> None:
    storage = of(compound(TREE, version=version, shuffled=shuffled))
    assert {path: read(storage, path) for path in TREE} == TREE


def test_a_storage_lists_what_lies_in_it() -> None:
    storage = of(compound(TREE))
    assert set(storage.streams) == {"Large", "Small", "Empty"}
    assert set(storage.storages) == {"ObjectPool"}
    pool = storage.storage("ObjectPool")
    assert pool is not None
    assert set(pool.storages) == {"_123", "_9"}


def test_names_are_found_in_any_case_as_programs_find_them() -> None:
    storage = of(compound(TREE))
    assert "LARGE" in storage.streams
    assert read(storage, "objectpool/_123/package") == BLOB[::-1]


@pytest.mark.parametrize("path", ["None", "ObjectPool/None", "None/Package", "Large/Package"])
def test_what_is_not_there_is_none(path: str) -> None:
    assert of(compound(TREE)).open(path) is None


def test_a_storage_is_a_compound_file_of_its_own() -> None:
    pool = of(compound(TREE)).storage("ObjectPool")
    assert pool is not None
    inner = opened(pool.as_file("_123"), Budget())
    assert read(inner, "Package") == BLOB[::-1]


def test_a_stream_is_read_from_any_place() -> None:
    stream = of(compound(TREE, shuffled=True)).open("Large")
    assert stream is not None
    for at in (19_990, 0, 511, 513, 7000, 4096):
        stream.seek(at)
        assert stream.read(700) == BLOB[at : at + 700]
    assert stream.seek(-5, io.SEEK_END) == 19_995


def test_a_table_that_the_header_cannot_hold_is_found() -> None:
    blob = random.Random(2).randbytes(9 << 20)
    assert read(of(compound({"Large": blob})), "Large") == blob


def test_two_compound_files_in_one_another_are_read() -> None:
    inner = of(compound({"Package": compound(TREE, shuffled=True)}, shuffled=True)).open("Package")
    assert inner is not None
    assert read(opened(inner, Budget()), "Large") == BLOB


def test_a_small_stream_is_had_whole_and_a_large_one_is_refused() -> None:
    stream = of(compound(TREE)).open("Large")
    assert stream is not None
    with pytest.raises(Unreadable) as raised:
        whole(stream, Budget(), most=100)
    assert raised.value.reason is Unread.TOO_LARGE


@pytest.mark.parametrize("data", [b"", b"text", b"PK\3\4" + bytes(600)])
def test_anything_else_is_not_this_format(data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        of(data)


def test_a_file_cut_off_anywhere_is_corrupt() -> None:
    data = compound(TREE)
    for size in range(8, len(data) - 512, 257):
        with pytest.raises(Unreadable) as raised:
            read_all(data[:size])
        assert raised.value.reason is Unread.CORRUPT


SIMPLE = compound({"Large": BLOB})  # its sectors: 40 of the stream, the directory, the table
DIRECTORY, TABLE = 512 * 41, 512 * 42


@pytest.mark.parametrize(
    "data",
    [
        changed(SIMPLE, 30, b"\x20"),  # an absurd sector size
        changed(SIMPLE, TABLE + 4 * 40, struct.pack("<I", 40)),  # the directory follows itself
        changed(SIMPLE, TABLE + 4 * 40, struct.pack("<I", 0x7F0000)),  # the directory leads out of the file
        changed(SIMPLE, 48, struct.pack("<I", 0xFFFFFFFE)),  # there is no directory
        changed(SIMPLE, 68, struct.pack("<I", 3)),  # a table of tables that is none
        changed(SIMPLE, DIRECTORY + 66, b"\x02"),  # the root is a stream
        changed(SIMPLE, DIRECTORY + 76, struct.pack("<I", 0)),  # the root lies in itself
        changed(SIMPLE, DIRECTORY + 76, struct.pack("<I", 99)),  # an entry that is not there
        changed(SIMPLE, DIRECTORY + 128 + 72, struct.pack("<I", 1)),  # a stream is its own neighbour
        changed(SIMPLE, TABLE + 4 * 5, struct.pack("<I", 2)),  # the stream's chain runs in a circle
        changed(SIMPLE, TABLE + 4 * 5, struct.pack("<I", 0xFFFFFFFE)),  # the stream's chain ends early
        changed(SIMPLE, DIRECTORY + 128 + 120, struct.pack("<I", 1 << 30)),  # the stream says that it is larger than the file
    ],
)
def test_a_damaged_file_is_told(data: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        read(of(data), "Large")
    assert raised.value.reason is Unread.CORRUPT


def test_what_lies_before_the_damage_is_read() -> None:
    stream = of(changed(SIMPLE, TABLE + 4 * 5, struct.pack("<I", 0xFFFFFFFE))).open("Large")
    assert stream is not None
    assert stream.read(3072) == BLOB[:3072]


def test_a_storage_in_itself_is_corrupt() -> None:
    data = compound({"A/B/c": b"x"})  # entries: root, A, B, c
    directory = 512 + 512 * 2
    with pytest.raises(Unreadable) as raised:
        of(changed(data, directory + 2 * 128 + 76, struct.pack("<I", 1))).storage("A/B")
    assert raised.value.reason is Unread.CORRUPT


def test_a_directory_of_a_million_entries_is_too_large() -> None:
    with pytest.raises(Unreadable) as raised:
        of(directory_of(60_000))
    assert raised.value.reason is Unread.TOO_LARGE


def directory_of(entries: int) -> bytes:
    data = compound({"Large": bytes(128 * entries)})
    return changed(data, 48, struct.pack("<I", 0))  # the stream's sectors are the directory
