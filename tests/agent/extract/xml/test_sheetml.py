from __future__ import annotations

import io

import pytest

from agent.extract.base import MARKLESS, Budget, NotThisFormat
from agent.extract.xml.sheetml import Sheetml
from checks.marking.reader import read_marks
from policies.vocabulary import Place, Unread
from tests.agent.extract.samples import collect, texts

_NAMES = " ".join(
    f'xmlns:{prefix}="urn:schemas-microsoft-com:office:{name}"'
    for prefix, name in [("ss", "spreadsheet"), ("x", "excel"), ("o", "office")]
)


def workbook(rows: str, before: str = "", options: str = "") -> bytes:
    """A workbook of one sheet."""
    sheet = f'<Worksheet ss:Name="台账"><Table>{rows}</Table><x:WorksheetOptions>{options}</x:WorksheetOptions></Worksheet>'
    content = f'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" {_NAMES}>{before}{sheet}</Workbook>'
    return f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>{content}'.encode()


def row(*cells: str) -> str:
    return "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in cells) + "</Row>"


def test_a_workbook_is_known_by_its_root() -> None:
    assert Sheetml().rank(workbook("")) > 0.5
    assert Sheetml().rank(b"<?xml version='1.0'?><Workbook/>") < 0
    with pytest.raises(NotThisFormat):
        list(Sheetml().blocks(io.BytesIO(b"<a/>"), Budget()))


def test_cells_and_the_name_of_the_sheet_are_read() -> None:
    blocks, reason = collect(Sheetml(), workbook(row("机密★10年", "甲") + row("乙", "<B>丙</B>丁")))
    assert (texts(blocks, Place.CELL), reason) == (["台账", "机密★10年", "甲", "乙", "丙丁"], None)


def test_how_a_cell_is_set_is_told() -> None:
    bold, struck = '<Font ss:Bold="1" ss:Size="16"/>', '<Font ss:StrikeThrough="1"/>'
    styles = f'<Styles><Style ss:ID="a">{bold}</Style><Style ss:ID="b">{struck}</Style></Styles>'
    cells = "".join(f'<Row><Cell ss:StyleID="{name}"><Data>机密</Data></Cell></Row>' for name in "abc")
    blocks = collect(Sheetml(), workbook(cells, styles))[0][1:]
    assert [(block.bold, block.large, block.struck) for block in blocks] == [
        (True, True, False),
        (False, False, True),
        (False, False, False),
    ]


def test_headers_and_footers_are_read_without_their_codes() -> None:
    options = '<x:PageSetup><x:Header x:Data="&amp;L&amp;B机密★5年&amp;R&amp;P"/><x:Footer x:Data="&amp;C尾"/></x:PageSetup>'
    blocks, _ = collect(Sheetml(), workbook(row("甲"), options=options))
    assert texts(blocks, Place.HEADER) == ["机密★5年"]
    assert texts(blocks, Place.FOOTER) == ["尾"]


def test_comments_hidden_rows_and_properties_are_told_apart() -> None:
    properties = "<o:DocumentProperties><o:Title>题</o:Title></o:DocumentProperties>"
    own = "<o:CustomDocumentProperties><o:密级>机密</o:密级></o:CustomDocumentProperties>"
    hidden = '<Row ss:Hidden="1"><Cell><Data>藏</Data></Cell></Row>'
    rows = hidden + "<Row><Cell><Data>见</Data><Comment><ss:Data>批</ss:Data></Comment></Cell></Row>"
    blocks, _ = collect(Sheetml(), workbook(rows, properties + own))
    assert texts(blocks, Place.METADATA) == ["题", "密级=机密"]
    assert (texts(blocks, Place.HIDDEN), texts(blocks, Place.BODY)) == (["藏"], ["批"])
    assert "见" in texts(blocks, Place.CELL)


def test_a_ledger_with_a_column_of_levels_bears_no_mark() -> None:
    ledger = row("序号", "名称", "密级", "责任人") + "".join(row(str(n), f"BM-{n}", "机密", "甲") for n in range(20))
    assert read_marks(collect(Sheetml(), workbook(ledger))[0]) == []


def test_of_a_workbook_that_can_bear_no_mark_nothing_is_given() -> None:
    assert collect(Sheetml(), workbook(row("甲"))) == ([MARKLESS], None)


@pytest.mark.parametrize("text", ["机密", "甲"])
def test_a_workbook_that_is_cut_off_is_never_read_in_full(text: str) -> None:
    blocks, reason = collect(Sheetml(), workbook(row(text))[:-20])
    assert (bool(blocks), reason) == (True, Unread.CORRUPT)


def test_a_cell_without_end_is_given_in_pieces() -> None:
    assert len(collect(Sheetml(), workbook(row("机密" + "x" * 200_000)))[0]) > 3
