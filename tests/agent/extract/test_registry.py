from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

import pytest

from agent.extract.base import HEAD, Budget, Extractor, Member, NotThisFormat, Unreadable
from agent.extract.registry import Extraction, extractors
from agent.extract.stream import forward
from agent.extract.txt import Txt
from checks.marking.reader import read_marks
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
    names = [extractor.name for extractor in extractors()]
    assert names == sorted(set(names))
    assert {"docx", "eml", "pdf", "program", "txt", "zip"} <= set(names)


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


# --- files in files ---------------------------------------------------------------------------------------------------------

MARK = "机密★10年"


class Box(Extractor):
    """A container that gives what it was made with; a file of its own kind begins with its name."""

    def __init__(self, name: str, *parts: Block | Member | Exception, rank: float = 0.9, forward: bool = False) -> None:
        self.name = name  # type: ignore[misc]
        self.forward = forward  # type: ignore[misc]
        self._parts = parts
        self._rank = rank

    def rank(self, head: bytes) -> float:
        return self._rank if head.startswith(self.name.encode()) else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
        for part in self._parts:
            if isinstance(part, Exception):
                raise part
            yield part


def text(content: str = MARK) -> BinaryIO:
    return forward(iter([content.encode()]))


def read(data: bytes, *every: Extractor, budget: Budget | None = None) -> tuple[Extraction, list[Block]]:
    made = Extraction([*every, Txt()], io.BytesIO(data), budget or Budget())
    return made, list(made.blocks())


def given(blocks: list[Block], place: Place = Place.BODY) -> list[tuple[str | None, Place | None, str]]:
    return [(block.member, block.within, block.text) for block in blocks if block.place is place]


def test_a_member_is_read_where_it_stands() -> None:
    box = Box("box", Block("before", Place.BODY), Member("folder/a.txt", text()), Block("after", Place.BODY))
    made, blocks = read(b"box", box)
    assert (made.format, made.read) == ("box", Read.FULL)
    assert given(blocks) == [(None, None, "before"), ("folder/a.txt", Place.MEMBER, MARK), (None, None, "after")]
    assert given(blocks, Place.NAME) == [("folder/a.txt", Place.MEMBER, "a")]


def test_names_are_joined_and_inside_an_attachment_all_is_the_attachments() -> None:
    inner = Box("inner", Member("c.txt", text()))
    outer = Box("outer", Member("b.zip", text("inner"), Place.ATTACHMENT))
    _, blocks = read(b"outer", inner, outer)
    assert given(blocks) == [("b.zip/c.txt", Place.ATTACHMENT, MARK)]
    assert [(mark.member, mark.place) for mark in read_marks(blocks)] == [("b.zip/c.txt", Place.ATTACHMENT)]


def test_a_part_without_a_name_is_the_document_itself() -> None:
    box = Box("box", Block(MARK, Place.BODY), Block("x\n" * 20, Place.BODY), Member("", text()), Member("", text("正文")))
    _, blocks = read(b"box", box)
    assert [(block.member, block.within, block.part) for block in blocks] == [(None, None, part) for part in (0, 0, 1, 2)]
    assert [(mark.member, mark.place) for mark in read_marks(blocks)] == [(None, Place.COVER)]


def test_a_part_of_a_member_is_the_member_itself() -> None:
    inner = Box("inner", Member("", text()))
    _, blocks = read(b"outer", inner, Box("outer", Member("a.eml", text("inner"))))
    assert given(blocks) == [("a.eml", Place.MEMBER, MARK)]


def test_a_name_holds_nothing_that_a_screen_or_an_answer_cannot_bear() -> None:
    _, blocks = read(b"box", Box("box", Member("a\x1b[2J\ud800\n.txt", text()), Member("密" * 300 + ".txt", text())))
    members = [member for member, *_ in given(blocks)]
    assert members[0] == "a\ufffd[2J\ufffd\ufffd.txt"
    assert len(members[1] or "") == 255


@pytest.mark.parametrize("order", [1, -1])
def test_the_gravest_reason_stands_for_the_whole(order: int) -> None:
    members = [Member(str(reason), None, reason=reason) for reason in (Unread.NO_TEXT, Unread.ENCRYPTED, Unread.UNSUPPORTED)]
    made, _ = read(b"box", Box("box", *members[::order], Block("x", Place.BODY)))
    assert (made.read, made.reason) == (Read.PARTIAL, Unread.ENCRYPTED)


def test_of_what_cannot_be_opened_the_name_counts() -> None:
    made, blocks = read(b"box", Box("box", Member(f"（{MARK}）.doc", None, reason=Unread.ENCRYPTED)))
    assert (made.read, made.reason) == (Read.NONE, Unread.ENCRYPTED)
    assert [mark.place for mark in read_marks(blocks)] == [Place.NAME]


def test_a_program_in_a_container_is_not_missed() -> None:
    made, blocks = read(b"box", Made("program", 0.5, Unreadable(Unread.UNSUPPORTED)), Box("box", Member("a.exe", text("x"))))
    assert (made.read, made.reason, given(blocks, Place.NAME)) == (Read.FULL, None, [("a.exe", Place.MEMBER, "a")])


def failing(error: Exception) -> Iterator[bytes]:
    yield b"begun"
    raise error


@pytest.mark.parametrize(
    ("error", "reason"),
    [(Unreadable(Unread.ENCRYPTED), Unread.ENCRYPTED), (ValueError(SECRET), Unread.CORRUPT), (MemoryError(), Unread.BOMB)],
)
def test_what_goes_wrong_in_one_member_does_not_stop_the_next(error: Exception, reason: Unread) -> None:
    box = Box("box", Member("a", forward(failing(error))), Member("b", text("bad")), Member("c", text()))
    made, blocks = read(b"box", box, Box("bad", Block("x", Place.BODY), error))
    assert (made.read, made.reason) == (Read.PARTIAL, reason)
    assert (made.format, given(blocks)[-1]) == ("box", ("c", Place.MEMBER, MARK))


def test_a_member_that_nobody_knows_makes_the_container_partial() -> None:
    made, _ = read(b"box", Box("box", Member("a", forward(iter([bytes(range(256))]))), Member("b", text())))
    assert (made.format, made.read, made.reason) == ("box", Read.PARTIAL, Unread.UNSUPPORTED)


@pytest.mark.parametrize("forwards", [True, False])
def test_a_file_that_goes_forward_only_falls_back_to_the_next_extractor(forwards: bool) -> None:
    wrong = Box("mar", NotThisFormat(), forward=forwards)
    content = "mar" + MARK * 10_000
    _, blocks = read(b"box", Box("box", Member("a.txt", text(content))), wrong)
    assert "".join(block.text for block in blocks if block.place is Place.BODY).startswith("mar" + MARK)


class Greedy(Extractor):
    """Reads beyond the beginning before it finds that the file is not its own."""

    name = "greedy"
    forward = True

    def rank(self, head: bytes) -> float:
        return 0.9 if head.startswith(b"greedy") else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        file.read(2 * HEAD)
        raise NotThisFormat


def test_what_was_read_too_far_to_fall_back_is_corrupt() -> None:
    content = "greedy" + "text\n" * HEAD
    made, blocks = read(b"box", Box("box", Member("a", text(content)), Member("b", text())), Greedy())
    assert (made.reason, given(blocks)) == (Unread.CORRUPT, [("b", Place.MEMBER, MARK)])


def test_how_deep_files_lie_in_one_another_is_bounded() -> None:
    class Endless(Box):
        def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block | Member]:
            yield Block("x", Place.BODY)
            yield Member("a", text("endless"))

    made, blocks = read(b"endless", Endless("endless"), budget=Budget(nesting=8))
    assert (made.read, made.reason, len(given(blocks))) == (Read.PARTIAL, Unread.BOMB, 9)


def test_the_number_of_files_is_bounded_at_all_depths_together() -> None:
    inner = Box("inner", *(Member(str(number), None) for number in range(5)), Member("x", text()), Member("y", text()))
    outer = Box("outer", Member("a", text("inner")), Member("b", text("inner")))
    made, blocks = read(b"outer", inner, outer, budget=Budget(members=4))
    assert (made.reason, [member for member, *_ in given(blocks)]) == (Unread.BOMB, ["a/x", "a/y"])


def test_all_files_share_one_budget() -> None:
    box = Box("box", *(Member(str(number), text("text\n" * 1000)) for number in range(10)))
    budget = Budget(out=20_000)
    made, _ = read(b"box", box, budget=budget)
    assert (made.read, made.reason, budget.out < 0) == (Read.PARTIAL, Unread.TOO_LARGE, True)


def test_files_in_memory_share_what_there_is_and_give_it_back() -> None:
    budget = Budget(memory=100)
    inner = Box("inner", Member("b", text("later" + "x" * 55)))
    later = Box("later", Block("read", Place.BODY))
    outer = Box("outer", Member("a", text("inner" + "x" * 55)), Member("c", text("later" + "x" * 95)))
    made, blocks = read(b"outer", inner, later, outer, budget=budget)
    assert (made.reason, given(blocks)) == (Unread.TOO_LARGE, [("c", Place.MEMBER, "read")])
    assert budget.memory == 100


def test_a_rank_that_fails_is_the_files_fault() -> None:
    class Fragile(Made):
        def rank(self, head: bytes) -> float:
            raise IndexError

    made, _ = extraction(Fragile("fragile", 1))
    assert (made.read, made.reason) == (Read.NONE, Unread.CORRUPT)


class Long(Extractor):
    """Gives its whole file as one block."""

    name: ClassVar[str] = "long"

    def rank(self, head: bytes) -> float:
        return 1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        yield Block(file.read().decode(), Place.BODY)


def test_a_long_text_comes_in_pieces_of_whole_lines() -> None:
    text = "机密★10年\n正文\n" * 20_000
    blocks = list(Extraction([Long()], io.BytesIO(text.encode()), Budget()).blocks())
    assert "".join(block.text for block in blocks) == text
    assert len(blocks) > 3
    assert all(block.text.endswith("\n") for block in blocks)


def test_a_mark_at_the_end_of_a_piece_is_whole_in_one_of_them() -> None:
    for before in range(32_750, 32_769):
        text = "字" * before + "机密★10年" + "字" * 40_000
        blocks = Extraction([Long()], io.BytesIO(text.encode()), Budget()).blocks()
        assert any("机密★10年" in block.text for block in blocks)


def test_time_is_watched_within_a_long_text() -> None:
    ticks = iter(range(10_000))
    extraction = Extraction([Long()], io.BytesIO("机密★10年\n".encode() * 90_000), Budget(clock=lambda: next(ticks), seconds=8))
    found = read_marks(extraction.blocks())
    assert (extraction.read, extraction.reason, len(found)) == (Read.PARTIAL, Unread.TIMEOUT, 2)
