from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import pytest

from agent.extract.archive import unpacker
from agent.extract.archive.unpacker import members, unpacked, window
from agent.extract.base import Budget, Member, Unreadable
from agent.extract.stream import forward
from policies.vocabulary import Unread
from tests.agent.extract.archives import written

FILES = {"目录/甲.txt": b"first" * 1000, "乙.txt": b"second", "空.txt": b""}


def contents(every: Iterator[Member]) -> dict[str, bytes]:
    return {member.name: member.file.read() for member in every if member.file}


def reason(every: Iterator[object]) -> Unread:
    with pytest.raises(Unreadable) as raised:
        for _ in every:
            pass
    return raised.value.reason


@pytest.mark.parametrize(
    ("format", "writer"),
    [("tar", "ustar"), ("tar", "pax"), ("tar", "gnutar"), ("cpio", "cpio_newc"), ("7zip", "7zip"), ("iso9660", "iso9660")],
)
def test_what_the_library_wrote_is_read_back(format: str, writer: str) -> None:
    data = written(writer, FILES)
    assert contents(members(io.BytesIO(data), Budget(), format)) == FILES


def test_a_file_that_goes_forward_only_is_enough_for_what_needs_no_more() -> None:
    data = written("pax", FILES)
    file = forward(data[at : at + 100] for at in range(0, len(data), 100))
    assert contents(members(file, Budget(), "tar", marked_end=True)) == FILES


def test_a_member_that_nobody_read_is_passed_over() -> None:
    names = [member.name for member in members(io.BytesIO(written("7zip", FILES)), Budget(), "7zip")]
    assert sorted(names) == sorted(FILES)


def test_folders_links_and_devices_are_no_files() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (("d", tarfile.DIRTYPE), ("s", tarfile.SYMTYPE), ("h", tarfile.LNKTYPE), ("p", tarfile.FIFOTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "f"
            archive.addfile(entry)
        archive.addfile(tarfile.TarInfo("f"), io.BytesIO())
    buffer.seek(0)
    assert [member.name for member in members(buffer, Budget(), "tar")] == ["f"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_are_read_in_either_encoding(encoding: str) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT, encoding=encoding) as archive:
        archive.addfile(tarfile.TarInfo("机密★10年.txt"), io.BytesIO())
    buffer.seek(0)
    assert [member.name for member in members(buffer, Budget(), "tar")] == ["机密★10年.txt"]


def test_a_long_member_that_nobody_reads_is_watched_too() -> None:
    data = written("7zip", {"zeros": bytes(80 << 20), "b": b""})
    assert reason(members(io.BytesIO(data), Budget(), "7zip")) is Unread.BOMB


@pytest.mark.parametrize(
    ("limits", "most", "expected"),
    [({"out": 1000}, None, Unread.TOO_LARGE), ({"slack": 100, "ratio": 1}, None, Unread.BOMB), ({}, 1000, Unread.TOO_LARGE)],
)
def test_what_comes_out_is_bounded(limits: dict[str, int], most: int | None, expected: Unread) -> None:
    budget = Budget(**limits)  # type: ignore[arg-type]
    data = written("7zip", {"a": b"a" * 200_000})

    def read() -> Iterator[bytes]:
        for member in members(io.BytesIO(data), budget, "7zip", most=most):
            assert member.file
            while chunk := member.file.read(1000):
                yield chunk

    assert reason(read()) is expected


def test_time_is_watched_while_the_library_reads() -> None:
    clock = iter(range(1000))
    data = written("pax", {str(number): os.urandom(200_000) for number in range(10)})
    file = forward(data[at : at + 1000] for at in range(0, len(data), 1000))
    assert reason(members(file, Budget(seconds=5, clock=lambda: next(clock)), "tar")) is Unread.TIMEOUT


class Broken(io.BytesIO):
    """A file that fails behind its beginning."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 100:
            raise ZeroDivisionError
        return super().read(50)

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 2:
            raise ZeroDivisionError
        return super().seek(offset, whence)


@pytest.mark.parametrize("format", ["tar", "7zip"])
def test_an_error_while_reading_comes_through_the_library(format: str) -> None:
    broken: BinaryIO = Broken(written("pax" if format == "tar" else "7zip", FILES))
    with pytest.raises(ZeroDivisionError):
        list(members(broken, Budget(), format))


@pytest.mark.parametrize("filter", ["zstd", "lz4", "compress", "lzip"])
def test_a_single_file_is_unpacked(filter: str) -> None:
    content = os.urandom(100_000) + bytes(100_000)
    data = written("raw", {"a": content}, filter)
    assert b"".join(unpacked(io.BytesIO(data), Budget(), filter)) == content


def test_without_the_library_all_is_unsupported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacker, "FUNCTIONS", {})
    assert reason(members(io.BytesIO(written("7zip", FILES)), Budget(), "7zip")) is Unread.UNSUPPORTED
    assert reason(unpacked(io.BytesIO(b""), Budget(), "zstd")) is Unread.UNSUPPORTED


def test_a_window_that_fits_is_kept_whole() -> None:
    budget = Budget(memory=100)
    with window(budget, 60) as most:
        assert (budget.memory, most) == (40, budget.out)
    assert budget.memory == 100


def test_of_a_larger_window_only_what_there_is_room_for_may_be_filled() -> None:
    budget = Budget(memory=100)
    with window(budget, 1 << 40) as most:
        assert (budget.memory, most) == (50, 50)


@pytest.mark.parametrize("format", ["7zip", "cab", "cpio", "iso9660", "lha", "rar", "rar5", "tar"])
@pytest.mark.parametrize("data", [b"", b"no archive at all" * 100, bytes(40_000)])
def test_what_is_no_archive_of_the_format_brings_the_library_down_in_none(format: str, data: bytes) -> None:
    for _ in range(3):
        with suppress(Unreadable):
            assert contents(members(io.BytesIO(data), Budget(), format)) == {}
