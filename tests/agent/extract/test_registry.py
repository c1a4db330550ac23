from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

import pytest

from agent.extract.base import Budget, Extractor, NotThisFormat, Unreadable
from agent.extract.registry import Extraction, extractors
from checks.marking.text import Block
from policies.vocabulary import Place, Read, Unread
from tests.agent.extract.samples import compound, docx, paragraph

SECRET = "某部队定于某日调动"


class Made(Extractor):
    """An extractor that gives blocks in some places and then fails."""

    def __init__(self, name: str, rank: float, error: Exception | None = None, places: tuple[Place, ...] = ()) -> None:
        self.name = name  # type: ignore[misc]
        self._rank = rank
        self._error = error
        self._places = places

    def rank(self, head: bytes) -> float:
        return self._rank

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        assert file.tell() == 0
        yield from (Block(SECRET, place) for place in self._places)
        if self._error is not None:
            raise self._error


def extraction(*every: Extractor) -> tuple[Extraction, list[Block]]:
    made = Extraction(every, io.BytesIO(b"content"), Budget())
    return made, list(made.blocks())


def test_every_format_is_found_by_walking_the_package() -> None:
    assert [extractor.name for extractor in extractors()] == ["doc", "docx", "image", "ooxml", "pdf", "program", "txt"]


def test_the_surest_extractor_reads() -> None:
    made, blocks = extraction(Made("poor", 0.1), Made("sure", 0.9, places=(Place.BODY,)), Made("never", -1))
    assert (made.format, made.read, made.reason, len(blocks)) == ("sure", Read.FULL, None, 1)


def test_the_next_one_reads_what_the_surest_does_not_know() -> None:
    made, blocks = extraction(Made("wrong", 0.9, NotThisFormat()), Made("right", 0.5, places=(Place.BODY,)))
    assert (made.format, made.read, len(blocks)) == ("right", Read.FULL, 1)


@pytest.mark.parametrize("every", [(), (Made("never", -1),), (Made("wrong", 0.9, NotThisFormat()),)])
def test_what_nobody_knows_is_unsupported(every: tuple[Extractor, ...]) -> None:
    made, blocks = extraction(*every)
    assert (made.format, made.read, made.reason, blocks) == ("", Read.NONE, Unread.UNSUPPORTED, [])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unreadable(Unread.ENCRYPTED), Unread.ENCRYPTED),
        (ValueError(SECRET), Unread.CORRUPT),
        (RecursionError(), Unread.CORRUPT),
        (MemoryError(), Unread.BOMB),
    ],
)
def test_a_failure_ends_the_reading_with_its_reason(error: Exception, reason: Unread) -> None:
    for places, read in (((), Read.NONE), ((Place.METADATA,), Read.NONE), ((Place.BODY,), Read.PARTIAL)):
        made, blocks = extraction(Made("x", 1, error, places), Made("other", 0.5))
        assert (made.format, made.read, made.reason, len(blocks)) == ("x", read, reason, len(places))


def test_a_parsers_crash_leaves_no_text_in_the_log(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    extraction(Made("x", 1, ValueError(SECRET)))
    captured = capsys.readouterr()
    assert SECRET not in caplog.text + captured.out + captured.err


@pytest.mark.parametrize(
    ("data", "format", "read", "reason"),
    [
        (b"", "txt", Read.FULL, None),
        ("机密★10年".encode(), "txt", Read.FULL, None),
        (docx(paragraph("机密★10年")), "docx", Read.FULL, None),
        (docx(paragraph("x"))[:-40], "docx", Read.NONE, Unread.CORRUPT),
        (compound({"EncryptedPackage": b"x" * 5000}), "ooxml", Read.NONE, Unread.ENCRYPTED),
        (compound({"WordDocument": b"x" * 5000}), "doc", Read.NONE, Unread.CORRUPT),
        (compound({"Workbook": b"x" * 5000}), "xls", Read.NONE, Unread.CORRUPT),
        (b"\x89PNG\r\n\x1a\n", "image", Read.NONE, Unread.NO_TEXT),
        (b"\x7fELF", "program", Read.NONE, Unread.UNSUPPORTED),
        (bytes(range(256)), "", Read.NONE, Unread.UNSUPPORTED),
    ],
)
def test_a_file_is_told_by_its_content(data: bytes, format: str, read: Read, reason: Unread | None) -> None:
    made = Extraction(extractors(), io.BytesIO(data), Budget())
    list(made.blocks())
    assert (made.format, made.read, made.reason) == (format, read, reason)
