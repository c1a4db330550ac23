from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zlib
from collections.abc import Callable

import pytest

from agent.extract.archive.packed_stream import Decoder, Inflater, decoded
from agent.extract.base import Budget, Unreadable
from policies.vocabulary import Unread

CONTENT = os.urandom(300_000) + bytes(300_000) + b"text\n" * 50_000
Kind = tuple[Callable[[bytes], bytes], Callable[[], Decoder], bytes]
KINDS: dict[str, Kind] = {
    "gzip": (gzip.compress, Inflater, b"\x1f\x8b"),
    "bzip2": (bz2.compress, bz2.BZ2Decompressor, b"BZh"),
    "xz": (lzma.compress, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ), b"\xfd7zXZ"),
}


def content(data: bytes, kind: Kind, budget: Budget | None = None, most: int | None = None) -> bytes:
    return b"".join(decoded(io.BytesIO(data), budget or Budget(), kind[1], kind[2], most))


def reason(data: bytes, kind: Kind, budget: Budget | None = None, most: int | None = None) -> Unread:
    with pytest.raises(Unreadable) as raised:
        content(data, kind, budget, most)
    return raised.value.reason


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_was_packed_comes_out(kind: Kind) -> None:
    assert content(kind[0](CONTENT), kind) == CONTENT
    assert content(kind[0](b""), kind) == b""


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_streams_behind_one_another_are_one_file(kind: Kind) -> None:
    assert content(kind[0](b"one") + kind[0](CONTENT) + bytes(300_000), kind) == b"one" + CONTENT


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_is_cut_short_damaged_or_followed_by_something_else_is_corrupt(kind: Kind) -> None:
    data = kind[0](CONTENT)
    damaged = bytearray(data)
    damaged[len(data) // 2] ^= 1
    for broken in (data[:-5], data[: len(data) // 2], b"", bytes(damaged), data + b"something", data + data[:-3]):
        assert reason(broken, kind) is Unread.CORRUPT


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_comes_out_is_bounded(kind: Kind) -> None:
    bomb = kind[0](bytes(20 << 20))
    assert reason(bomb, kind) is Unread.BOMB
    assert reason(bomb, kind, Budget(out=1 << 20)) is Unread.TOO_LARGE
    assert reason(bomb, kind, most=1 << 20) is Unread.TOO_LARGE


def test_a_window_larger_than_is_allowed_is_told() -> None:
    kind = (lzma.compress, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=1 << 20), b"\xfd7zXZ")
    assert reason(lzma.compress(CONTENT), kind) is Unread.TOO_LARGE


def test_chunks_are_small_whatever_the_input_unpacks_to() -> None:
    budget = Budget(ratio=10_000_000)
    for kind in KINDS.values():
        assert max(map(len, decoded(io.BytesIO(kind[0](bytes(10 << 20))), budget, kind[1], kind[2]))) <= 128 << 10


def test_the_inflater_knows_gzips_checksum() -> None:
    data = bytearray(gzip.compress(b"text"))
    data[-8] ^= 1
    with pytest.raises(zlib.error):
        Inflater().decompress(bytes(data), 100)
