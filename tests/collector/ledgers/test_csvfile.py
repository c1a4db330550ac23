from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.ledgers import cells
from collector.ledgers.csvfile import Field, LedgerError, read, write
from policies.vocabulary import Language, Level, Text

FIELDS = (
    Field("number", Text("编号", "number"), cells.needed, required=True),
    Field("level", Text("密级", "level"), cells.choice(Level), required=True),
    Field("holder", Text("保管人", "holder"), cells.words),
    Field("seen", Text("最近", "last seen"), None),
)
GOOD = "编号,密级,保管人\nM-1,机密,张三\n\nM-2,top secret,\n"
VALUES = [
    (2, {"number": "M-1", "level": Level.JIMI, "holder": "张三"}),
    (4, {"number": "M-2", "level": Level.JUEMI, "holder": ""}),
]


def taken(data: bytes) -> list[tuple[int, Any]]:
    return [(line.row, line.values) for line in read(data, "台账.csv", FIELDS)]


def reasons(data: bytes) -> list[str]:
    with pytest.raises(LedgerError) as caught:
        read(data, "台账.csv", FIELDS)
    return [text.zh for text in caught.value.texts]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_a_file_is_read_in_the_encodings_that_offices_use(encoding: str) -> None:
    assert taken(GOOD.encode(encoding)) == VALUES


def test_headers_may_be_english_in_any_order_and_optional_ones_missing() -> None:
    data = "Level,NUMBER,last seen\r\n机密,M-1,yesterday\r\n".encode()
    assert taken(data) == [(2, {"number": "M-1", "level": Level.JIMI, "holder": ""})]


def test_a_short_row_has_empty_cells() -> None:
    assert reasons("编号,密级,保管人\nM-1\n".encode()) == [
        "台账.csv 第 2 行“密级”列，值“”：应为以下之一：公开, 内部, 秘密, 机密, 绝密"
    ]


def test_every_bad_cell_is_told_with_its_place() -> None:
    told = reasons("编号,密级,保管人\n,机密,\nM-2,高密,张三\nM-3,机密,\nM-4,机密,".encode() + b"x" * 201)
    assert told == [
        "台账.csv 第 2 行“编号”列，值“”：不能为空",
        "台账.csv 第 3 行“密级”列，值“高密”：应为以下之一：公开, 内部, 秘密, 机密, 绝密",
        f"台账.csv 第 5 行“保管人”列，值“{'x' * 201}”：超过 200 个字符",
    ]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "文件是空的"),
        ("编号,保管人\n".encode(), "缺少“密级”列"),
        ("编号,密级,颜色\n".encode(), "未知的列“颜色”"),
        ("编号,密级,number\n".encode(), "“number”列重复"),
        ('编号,密级\n"M-1,机密\n'.encode(), "不是 CSV 文件"),
        (b"\xff\xff\xff", "编码既非 UTF-8 也非 GB18030"),
        (b"x" * (33 << 20), "文件超过"),
    ],
    ids=["empty", "missing", "unknown", "twice", "quote", "encoding", "large"],
)
def test_a_file_that_is_no_ledger_is_refused(data: bytes, word: str) -> None:
    assert word in reasons(data)[0]


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1", "＠x"])
def test_a_spreadsheet_runs_nothing_that_was_written(cell: str) -> None:
    data = write(FIELDS, [{"number": cell, "level": Level.JIMI, "holder": "", "seen": None}], Language.ZH)
    written = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1][0]
    assert written == f"'{cell}"
    assert taken(data)[0][1]["number"] == cell


def test_a_spreadsheet_opens_it_as_utf8_with_headers_in_the_users_language() -> None:
    assert write(FIELDS, [], Language.ZH) == "\ufeff编号,密级,保管人,最近\r\n".encode()
    assert write(FIELDS, [], Language.EN) == "\ufeffnumber,level,holder,last seen\r\n".encode()


text = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20).filter(lambda t: not t.startswith("'"))


@given(st.lists(st.tuples(text, st.sampled_from(Level), text), max_size=5), st.sampled_from(Language))
def test_what_is_written_is_read_back(rows: list[tuple[str, Level, str]], language: Language) -> None:
    items = [{"number": number, "level": level, "holder": holder, "seen": None} for number, level, holder in rows]
    back = [dict(values) | {"seen": None} for _, values in taken(write(FIELDS, items, language))]
    assert back == items
