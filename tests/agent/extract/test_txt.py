from __future__ import annotations

import io
import random
from collections.abc import Iterator

import pytest

from agent.extract.base import HEAD, MARKLESS, Budget, NotThisFormat
from agent.extract.txt import CHUNK, HELD, Txt
from checks.marking.reader import read_marks
from checks.marking.text import Block
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
    with pytest.raises(NotThisFormat):
        next(iter(Txt().blocks(io.BytesIO(noise), Budget())))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_a_line_at_the_border_of_two_chunks_is_whole(encoding: str) -> None:
    line = "关于有关工作的通知" * 7
    text = "\n".join([MARK] + [line] * (2 * CHUNK // len(line.encode(encoding))) + [MARK, line])
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
    blocks, reason = collect(Txt(), f"{MARK}\n".encode() + b"line\n" * 200_000, Budget(out=400_000))
    assert reason is Unread.TOO_LARGE
    assert 0 < sum(len(block.text) for block in blocks) <= 400_000


def test_a_markless_text_beyond_the_budget_is_said_too() -> None:
    assert collect(Txt(), b"line\n" * 200_000, Budget(out=400_000)) == ([MARKLESS], Unread.TOO_LARGE)


class Slow(io.BytesIO):
    """A file that counts how much was asked for at once."""

    largest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.largest = max(self.largest, -1 if size is None else size)
        return super().read(size)


def test_a_large_file_is_never_asked_for_whole() -> None:
    file = Slow(f"{MARK}\n".encode() + b"line\n" * 1_000_000)
    blocks: Iterator[object] = Txt().blocks(file, Budget())
    assert sum(1 for _ in blocks) > 10
    assert 0 < file.largest <= CHUNK


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "gb18030", "cp950", "utf-16-le"])
def test_of_a_text_that_can_bear_no_mark_nothing_is_given(encoding: str) -> None:
    line = "plain words\n" if encoding == "ascii" else "工作安排如下\n"
    assert collect(Txt(), (line * 100_000).encode(encoding)) == ([MARKLESS], None)


def filled(size: int) -> str:
    """So many characters of lines without a mark."""
    return "nothing of note\n" * (size // 16)


@pytest.mark.parametrize("before", [0, HEAD - 8, CHUNK, CHUNK + HEAD - 3, 3 * CHUNK])
def test_what_stands_before_and_after_the_first_sign_of_a_mark_is_given_whole(before: int) -> None:
    text = filled(before) + f"{MARK}\n" + filled(2 * CHUNK)
    assert "".join(block.text for block in collect(Txt(), text.encode())[0]) == text


def test_far_down_a_text_is_not_its_first_page() -> None:
    late = [block for block in collect(Txt(), (filled(2 * HELD) + "机密\n").encode())[0] if block is not MARKLESS]
    assert {block.page for block in late} == {2}
    assert HELD // 2 < sum(len(block.text) for block in late) <= HELD + CHUNK
    assert read_marks(late) == []


@pytest.mark.parametrize("parts", [("机", "密★10年"), ("机", "密", "★10年"), ("公开", "★5年"), ("内", "部★5年")])
@pytest.mark.parametrize("shift", range(-2, 3))
def test_a_mark_spread_over_the_end_of_a_chunk_is_found(parts: tuple[str, ...], shift: int) -> None:
    spelled = "\n".join(parts)
    before = "x" * (HEAD - len(parts[0].encode()) - 1 + shift - 15) + "\n" + "nothing of note\n"[-14:]
    text = f"{before}{spelled}\n{filled(CHUNK)}"
    assert read_marks(collect(Txt(), text.encode())[0]) == read_marks([Block(text, Place.BODY)])


def test_a_ledger_with_a_column_of_levels_bears_no_mark() -> None:
    rows = "\n".join(f"{n},BM-2024-{n:03},台式机,机密级,张三" for n in range(30))
    assert read_marks(collect(Txt(), f"序号,编号,类型,密级,责任人\n{rows}\n".encode("gb18030"))[0]) == []
    tabbed = "\n".join(f"{n}\t机密\tBM-2024-{n:03}" for n in range(30))
    assert read_marks(collect(Txt(), f"序号\t密级\t编号\n{tabbed}\n".encode())[0]) == []


@pytest.mark.parametrize(
    "line",
    [MARK, f"{MARK},,,", f",,{MARK}", f",{MARK},", f'"{MARK}","",""', f'"","{MARK}",""', f"{MARK};;", f"{MARK}\t\t", f"\t{MARK}"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_of_comma_separated_values_under_a_mark_bears_it(line: str, end: str) -> None:
    marks = read_marks(collect(Txt(), f"{line}{end}序号,名称,数量{end}1,甲,3{end}".encode())[0])
    assert [(mark.level, mark.place) for mark in marks] == [(Level.JIMI, Place.COVER)]


@pytest.mark.parametrize("line", ['"机密",', '    "机密",', ',"机密"', '"机密", "秘密",,', '机密,秘密,""', "[,,'机密']"])
def test_a_list_in_a_program_is_no_row_with_one_cell(line: str) -> None:
    text = f'words = [\n{line}\n""\n]\n'
    assert "".join(block.text for block in collect(Txt(), text.encode())[0]) == text


def test_the_cheap_question_agrees_with_the_grammar_on_texts_by_chance() -> None:
    chance = random.Random(7)
    pieces = [
        *"绝机秘密★*内部开公敏感受控解商非涉年月个10长期（）【】[]\n\n \t　|",
        "\u200b",
        "国家",
        "级",
        "SECRET",
        "机密★10年",
        "工作",
        "\xa0",
    ]
    for _ in range(3000):
        text = f"正文\n{''.join(chance.choices(pieces, k=chance.randrange(1, 14)))}\n"
        assert read_marks(collect(Txt(), text.encode())[0]) == read_marks([Block(text, Place.BODY)])
