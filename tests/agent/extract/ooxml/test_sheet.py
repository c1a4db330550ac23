from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget, Unreadable
from agent.extract.ooxml.ooxml import Handlers
from agent.extract.ooxml.sheet import IDLE, Font, Fonts, KeptData, Sheet, StringReader, Strings, printed
from agent.extract.package import Package
from checks.marking.text import Block
from policies.vocabulary import Place, Unread
from tests.agent.extract.samples import package

MARK = "机密★10年"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def read(content: str, handlers: Handlers) -> None:
    parts = Package(io.BytesIO(package({"a.xml": f"<x {MAIN}>{content}</x>"}, {})), Budget())
    for _ in parts.parse("a.xml", handlers.start, handlers.end, handlers.data):
        pass


def strings(*texts: str) -> Strings:
    kept = Strings()
    for text in texts:
        kept.keep(text)
    return kept


def cells(content: str, *shared: str, hidden: bool = False) -> list[Block]:
    sheet = Sheet("封面", 2, strings(*shared), Fonts(), hidden=hidden)
    read(content, sheet)
    return sheet.take()


def test_shared_strings_are_whole_and_without_their_pronunciation() -> None:
    found: list[str] = []
    runs = f"<si><r><rPr/><t>机</t></r><r><t>密★10年</t></r><rPh><t>ki</t></rPh></si><si><t>{MARK}</t></si><si/>"
    read(runs, StringReader(found.append))
    assert found == [MARK, MARK, ""]


def test_a_string_without_end_is_too_large() -> None:
    with pytest.raises(Unreadable) as raised:
        read(f"<si><t>{'长' * ((1 << 20) + 1)}</t></si>", StringReader(lambda _: None))
    assert raised.value.reason is Unread.TOO_LARGE


def test_strings_are_kept_while_there_is_room_and_those_unused_are_known() -> None:
    kept = strings("一", MARK, "三")
    assert (kept[1], list(kept.unused()), kept.full, len(kept)) == (MARK, ["一", "三"], False, 3)
    while not kept.full:
        kept.keep("长" * 100_000)
    size = len(kept)
    kept.keep("more")
    assert (len(kept), kept[2]) == (size, "三")


def test_a_row_s_cells_are_blocks() -> None:
    row = (
        '<row><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>行</t></r><r><t>内</t></r></is></c>'
        '<c r="C1" t="str"><f>A1</f><v>公式</v></c><c r="D1"><v>12</v></c><c r="E1"><v>7</v></c>'
        '<c r="F1" t="b"><v>1</v></c></row>'
    )
    assert [(b.text, b.place, b.page) for b in cells(row, MARK)][:3] == [
        (MARK, Place.CELL, 2),
        ("行内", Place.CELL, 2),
        ("公式", Place.CELL, 2),
    ]
    assert [block.text for block in cells(row, MARK)][3:] == ["7"]


def test_hidden_rows_columns_and_sheets_are_hidden() -> None:
    content = (
        '<cols><col min="2" max="3" hidden="1"/></cols>'
        '<row r="1"><c r="A1" t="str"><v>显</v></c><c r="C1" t="str"><v>列</v></c></row>'
        '<row r="2" hidden="1"><c t="str"><v>行</v></c></row><row r="3"><c t="str"><v>又</v></c><c t="str"><v>无</v></c></row>'
    )
    assert [(b.text, b.place) for b in cells(content)] == [
        ("显", Place.CELL),
        ("列", Place.HIDDEN),
        ("行", Place.HIDDEN),
        ("又", Place.CELL),
        ("无", Place.HIDDEN),
    ]
    assert {block.place for block in cells(content, hidden=True)} == {Place.HIDDEN}


@pytest.mark.parametrize("number", ["1", "x", "", "99999999999999999999"])
def test_a_cell_that_names_no_string_is_noticed(number: str) -> None:
    sheet = Sheet("", 1, strings(MARK), Fonts())
    read(f'<row><c t="s"><v>{number}</v></c></row>', sheet)
    assert (sheet.take(), sheet.lost) == ([], number != "")


def test_headers_and_hints_are_read() -> None:
    content = (
        '<dataValidations><dataValidation promptTitle="题" prompt="示"/></dataValidations>'
        '<headerFooter><oddHeader>&amp;L&amp;"黑体,Bold"&amp;16机密★10年</oddHeader><firstFooter>&amp;C第&amp;P页</firstFooter></headerFooter>'
    )
    assert [(b.text, b.place) for b in cells(content)] == [
        ("题", Place.TEXTBOX),
        ("示", Place.TEXTBOX),
        (MARK, Place.HEADER),
        ("第页", Place.FOOTER),
    ]


@pytest.mark.parametrize(
    ("codes", "lines"),
    [
        ('&L&"黑体,Bold"&16机密★10年', [MARK]),
        ("&L左&C中&R右", ["左", "中", "右"]),
        ("机&B密&B★&K01+00010年", [MARK]),
        ("机&KFF0000密&I★&U10年", [MARK]),
        ("甲&&乙 &&L丙", ["甲&乙 &L丙"]),
        ("&A", ["封面"]),
        ("&P / &N", ["/"]),
        ("&", []),
        ("机密★&D&T&F&Z&G", ["机密★"]),
    ],
)
def test_the_codes_of_a_header_are_no_text(codes: str, lines: list[str]) -> None:
    assert [block.text for block in printed(codes, "封面", Place.HEADER, 1)] == lines


def test_the_codes_of_a_header_tell_how_it_is_set() -> None:
    (left, right) = printed('&L&"黑体,Bold"&16机密&R&8文', "", Place.HEADER, 1)
    assert (left.bold, left.large, right.bold, right.large) == (True, True, False, False)


def test_a_cell_s_font_is_that_of_its_format() -> None:
    fonts = Fonts()
    read(
        '<fonts><font><sz val="11"/></font><font><b/><strike/><sz val="16.5"/></font><font><b val="0"/></font></fonts>'
        '<cellXfs><xf fontId="0"/><xf fontId="1"/><xf fontId="9"/></cellXfs>',
        fonts,
    )
    assert [fonts.of(number) for number in ("0", "1", "2", "7", "x")] == [Font(), Font(True, True, True), Font(), Font(), Font()]


def test_what_is_kept_of_other_data_is_read() -> None:
    kept = KeptData()
    read(f'<sharedItems><s v="{MARK}"/><n v="1"/></sharedItems><cell t="str"><v>外部</v></cell><cell><v>12</v></cell>', kept)
    assert kept.take() == [MARK, "外部"]


def test_what_cells_were_before_they_were_changed_is_kept() -> None:
    kept = KeptData()
    old = '<oc r="A1" t="inlineStr"><is><r><t>机密</t></r><r><t>★10年</t></r></is></oc><nc r="A1"><v>12</v></nc>'
    read(f'<rcc rId="1" sId="1">{old}</rcc><rcc><oc r="A2"><v>7</v></oc></rcc>', kept)
    assert kept.take() == [MARK]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"/>',
        '<c r="AB12" s="3"/>',
        '<c r="A1" s="3" t="inlineStr"></c>',
        '<c r="A1"><v>12</v></c>',
        '<c r="A1" s="3" t="n"><f>SUM(B1:B2)</f><v>-1.5E+3</v></c>',
    ],
)
def test_cells_without_text_are_idle_where_the_next_tells_its_own_place(cell: str) -> None:
    assert (IDLE.sub(b"", f"{cell}</row>".encode()), cells(f"<row>{cell}</row>")) == (b"</row>", [])
    assert IDLE.sub(b"", f'{cell}<c r="B1" t="s">'.encode()) == b'<c r="B1" t="s">'
    assert IDLE.search(f"{cell}<c>".encode()) is None


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><v>1</v></c>',
        '<c r="A1" t="s"><v>12</v></c>',
        '<c r="A1" t="str"><v>12</v></c>',
        '<c r="A1" t="str"><f>A2</f><v>12</v></c>',
        '<c r="A1" t="inlineStr"><is><t>12</t></is></c>',
        '<c r="A1"><v>&#49;</v></c>',
        "<c><v>12</v></c>",
    ],
)
def test_cells_that_say_something_are_not_idle(cell: str) -> None:
    assert IDLE.search(f"{cell}</row>".encode()) is None
