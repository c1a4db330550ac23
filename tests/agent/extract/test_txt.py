from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from agent.extract.base import Budget, NotThisFormat
from agent.extract.txt import CHUNK, Txt
from checks.marking.reader import read_marks
from policies.vocabulary import Level, Place, Unread
from tests.agent.extract.samples import collect, lines

MARK = "机密★10年"


def test_a_text_is_given_line_by_line() -> None:
    blocks, reason = collect(Txt(), f"{MARK}\n正文\n".encode())
    assert (list(lines(blocks)), reason) == ([MARK, "正文"], None)
    assert {(block.place, block.page) for block in blocks} == {(Place.BODY, 1)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_mark_is_read_in_every_encoding(encoding: str) -> None:
    blocks, reason = collect(Txt(), f"{MARK}\n关于有关工作的通知\n".encode(encoding))
    assert next(lines(blocks)) == MARK
    assert reason is None


def test_an_empty_file_is_read_in_full() -> None:
    assert collect(Txt(), b"") == ([], None)
    assert Txt().rank(b"") >= 0


def test_binary_content_is_no_text() -> None:
    noise = bytes(range(256)) * 40
    assert Txt().rank(noise) < 0
    with pytest.raises(NotThisFormat):
        next(iter(Txt().blocks(io.BytesIO(noise), Budget())))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_a_line_at_the_border_of_two_chunks_is_whole(encoding: str) -> None:
    line = "关于有关工作的通知" * 7
    text = "\n".join([line] * (2 * CHUNK // len(line.encode(encoding))) + [MARK, line])
    blocks, reason = collect(Txt(), text.encode(encoding))
    assert (list(lines(blocks)), reason) == (text.split("\n"), None)
    assert len(blocks) > 1


def test_a_mark_in_a_line_without_end_is_found_wherever_it_is_cut() -> None:
    for before in range(1_048_560, 1_048_600, 7):
        blocks, _ = collect(Txt(), b"x" * before + f" {MARK} ".encode() + b"y" * 300_000)
        assert any(MARK in block.text for block in blocks)


def test_lines_in_another_encoding_are_read_too() -> None:
    data = "日志 log\n".encode() * 50 + f"{MARK}\n".encode("gb18030") + "日志 log\n".encode() * 50
    blocks, reason = collect(Txt(), data)
    assert MARK in list(lines(blocks))
    assert reason is None


def test_binary_content_behind_a_text_is_not_called_read() -> None:
    blocks, reason = collect(Txt(), f"{MARK}\n".encode() * 9000 + b"\0\1\2\3" * 200_000)
    assert reason is Unread.UNSUPPORTED
    assert blocks


@pytest.mark.parametrize(
    "text",
    [
        "{\\rtf1\\ansi \\'bb\\'fa}",
        "<html><body>&#26426;&#23494;</body></html>",
        "\n<!DOCTYPE html><p>x",
        '<?xml version="1.0"?><a/>',
        "%!PS-Adobe\n",
        "From: a@b\nSubject: x\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n5py65a+G\n",
        "Received: from x\n\tby y\nContent-Type: text/plain\n\n5py65a+G\n",
        "From a@b Mon Jan 1\n",
        "begin 644 secret.txt\nM\n",
    ],
)
def test_text_that_spells_its_text_otherwise_is_never_read_in_full(text: str) -> None:
    assert collect(Txt(), text.encode())[1] is Unread.UNSUPPORTED


def test_a_mark_that_can_be_read_in_markup_counts_nevertheless() -> None:
    blocks, _ = collect(Txt(), f"<html>\n{MARK}\n</html>\n".encode())
    assert [mark.level for mark in read_marks(blocks)] == [Level.JIMI]


def test_what_goes_beyond_the_budget_is_cut_and_said() -> None:
    blocks, reason = collect(Txt(), b"line\n" * 200_000, Budget(out=400_000))
    assert reason is Unread.TOO_LARGE
    assert 0 < sum(len(block.text) for block in blocks) <= 400_000


class Slow(io.BytesIO):
    """A file that counts how much was asked for at once."""

    largest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.largest = max(self.largest, -1 if size is None else size)
        return super().read(size)


def test_a_large_file_is_never_asked_for_whole() -> None:
    file = Slow(b"line\n" * 1_000_000)
    blocks: Iterator[object] = Txt().blocks(file, Budget())
    assert sum(1 for _ in blocks) > 10
    assert 0 < file.largest <= CHUNK
