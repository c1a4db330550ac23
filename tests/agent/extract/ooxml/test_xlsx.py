from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.styles import Font  # type: ignore[import-untyped]

from agent.extract.base import MARKLESS, Budget, Member, NotThisFormat
from agent.extract.ooxml.xlsx import Xlsx
from policies.vocabulary import Place, Unread
from tests.agent.extract.samples import collect, docx, package, texts

MARK = "机密★10年"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml."
SPACES = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
RELATION = '<Relationship Id="{}" Type="http://x/{}" Target="{}"/>'


def saved(workbook: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def workbook(*rows: list[object]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    assert made.active
    for row in rows:
        made.active.append(row)
    return made


def by_hand(
    sheets: dict[str, str],
    *,
    strings: str = "",
    main: str = "sheet.main+xml",
    listed: list[str] | None = None,
    spaces: str = SPACES,
) -> bytes:
    """A workbook of sheets by name, which it lists in their order or as told."""
    names = list(sheets)
    listed = names if listed is None else listed
    entries = "".join(f'<sheet name="{name}" sheetId="1" r:id="r{name}"/>' for name in listed)
    relations = "".join(RELATION.format(f"r{name}", "worksheet", f"sheets/{name}.xml") for name in listed)
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": f"<workbook {spaces}><sheets>{entries}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
        "xl/sharedStrings.xml": f"<sst {spaces}>{strings}</sst>",
    }
    parts |= {f"xl/sheets/{name}.xml": f"<worksheet {spaces}>{content}</worksheet>" for name, content in sheets.items()}
    kinds = {"xl/workbook.xml": SHEET + main, "xl/sharedStrings.xml": SHEET + "sharedStrings+xml"}
    return package(parts, kinds | {f"xl/sheets/{name}.xml": SHEET + "worksheet+xml" for name in (*names, *listed)})


def cell(text: str) -> str:
    return f'<sheetData><row><c t="inlineStr"><is><t>{text}</t></is></c></row></sheetData>'


def test_every_text_that_openpyxl_gives_is_given_in_its_order() -> None:
    rng = random.Random(3)
    made = openpyxl.Workbook()
    for number in range(3):
        sheet = made.create_sheet(f"表{number}")
        for row in range(1, 30):
            for column in rng.sample(range(1, 12), 5):
                sheet.cell(row, column).value = rng.choice([f"文{rng.randint(0, 40)}", MARK, 3.5, "=A1", True, None, "a<b>&c"])
        sheet.oddHeader.left.text, sheet.evenFooter.center.text = f"页眉{number}", f"页脚{number}"
        sheet["A1"].comment = Comment(f"批注{number}", "某人")
    data = saved(made)
    given = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    expected = [
        cell.value for sheet in given.worksheets for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)
    ]
    found, reason = collect(Xlsx(), data)
    assert [text for text in texts(found, Place.CELL) if text not in given.sheetnames] == expected
    assert [text for text in texts(found, Place.CELL) if text in given.sheetnames] == given.sheetnames
    assert texts(found, Place.HEADER) == ["页眉0", "页眉1", "页眉2"]
    assert texts(found, Place.FOOTER) == ["页脚0", "页脚1", "页脚2"]
    assert texts(found, Place.BODY) == ["批注0", "批注1", "批注2"]
    assert reason is None


def test_a_sheet_is_a_page_and_its_cells_look_as_they_are_set() -> None:
    made = workbook([MARK])
    assert made.active
    made.active["A1"].font = Font(bold=True, size=18)
    made.create_sheet("附表")["A1"] = "附表内容"
    found, _ = collect(Xlsx(), saved(made))
    assert [(b.text, b.page, b.bold, b.large) for b in found if b.place is Place.CELL] == [
        (MARK, 1, True, True),
        ("Sheet", 1, False, False),
        ("附表内容", 2, False, False),
        ("附表", 2, False, False),
    ]


def test_a_hidden_sheet_is_hidden_with_its_name() -> None:
    made = workbook([MARK])
    hidden = made.create_sheet("底稿")
    hidden["A1"], hidden.sheet_state = "秘密★5年", "veryHidden"
    assert texts(collect(Xlsx(), saved(made))[0], Place.HIDDEN) == ["秘密★5年", "底稿"]


def test_properties_are_metadata() -> None:
    made = workbook(["x"])
    made.properties.keywords = MARK
    assert MARK in texts(collect(Xlsx(), saved(made))[0], Place.METADATA)


def test_a_workbook_that_can_hold_no_mark_is_not_parsed() -> None:
    assert collect(Xlsx(), saved(workbook(["部门", "人数"], ["生产", 12]))) == ([MARKLESS], None)


@pytest.mark.parametrize("row", [["机", "密", "★", 1, 0, "年"], ["密级", "中间", "机"]])
def test_a_mark_spelled_over_cells_is_not_passed_over(row: list[object]) -> None:
    assert collect(Xlsx(), saved(workbook(row)))[0] != [MARKLESS]


def test_a_mark_in_a_printed_header_is_seen_through_its_codes() -> None:
    made = workbook(["x"])
    assert made.active
    made.active.oddHeader.left.text = '机&"黑体,Bold"&16密★10年'
    assert texts(collect(Xlsx(), saved(made))[0], Place.HEADER) == [MARK]


def test_a_workbook_by_libreoffice_is_read_as_a_reader_sees_it() -> None:
    found, reason = collect(Xlsx(), Path("tests/data/documents/libreoffice.xlsx").read_bytes())
    assert [(b.text, b.place, b.page) for b in found if b.place is not Place.METADATA][:9] == [
        (MARK, Place.CELL, 1),
        ("隐藏的行", Place.HIDDEN, 1),
        ("有批注", Place.CELL, 1),
        (MARK, Place.HEADER, 1),
        ("右", Place.HEADER, 1),
        ("页脚", Place.FOOTER, 1),
        ("批注文字", Place.BODY, 1),
        ("文本框秘密★5年", Place.TEXTBOX, 1),
        ("封面", Place.CELL, 1),
    ]
    assert (found[0].bold, found[0].large, reason) == (True, True, None)


@pytest.mark.parametrize("main", ["template.main+xml", "sheet.main+xml"])
@pytest.mark.parametrize("strict", [False, True])
def test_templates_and_strict_workbooks_are_read(main: str, strict: bool) -> None:
    spaces = (
        SPACES.replace("schemas.openxmlformats.org/spreadsheetml/2006", "purl.oclc.org/ooxml/spreadsheetml") if strict else SPACES
    )
    found, reason = collect(Xlsx(), by_hand({"一": cell(MARK)}, main=main, spaces=spaces))
    assert (texts(found, Place.CELL), reason) == ([MARK, "一"], None)


@pytest.mark.parametrize("main", ["sheet", "template", "addin"])
def test_workbooks_with_macros_are_workbooks(main: str) -> None:
    kind = f"application/vnd.ms-excel.{main}.macroEnabled.main+xml"
    data = package(
        {"xl/workbook.xml": f"<workbook {SPACES}/>", "docProps/core.xml": f"<p><t>{MARK}</t></p>"}, {"xl/workbook.xml": kind}
    )
    assert collect(Xlsx(), data)[1] is None


def test_a_binary_workbook_is_told() -> None:
    kind = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    data = package({"xl/workbook.bin": b"\0", "docProps/core.xml": f"<p><t>{MARK}</t></p>"}, {"xl/workbook.bin": kind})
    found, reason = collect(Xlsx(), data)
    assert (texts(found, Place.METADATA), reason) == ([MARK], Unread.UNSUPPORTED)


def test_a_sheet_that_no_workbook_lists_is_hidden() -> None:
    found, _ = collect(Xlsx(), by_hand({"一": cell("文"), "二": cell(MARK)}, listed=["一"]))
    assert texts(found, Place.HIDDEN) == [MARK]


def test_a_sheet_that_is_listed_but_not_there_is_damage() -> None:
    found, reason = collect(Xlsx(), by_hand({"一": cell(MARK)}, listed=["一", "二"]))
    assert (texts(found, Place.CELL), reason) == ([MARK, "一", "二"], Unread.CORRUPT)


def test_a_string_that_no_cell_shows_is_hidden_and_one_that_is_not_there_is_damage() -> None:
    strings = f"<si><t>{MARK}</t></si>"
    found, reason = collect(Xlsx(), by_hand({"一": '<sheetData><row><c t="s"><v>5</v></c></row></sheetData>'}, strings=strings))
    assert (texts(found, Place.HIDDEN), reason) == ([MARK], Unread.CORRUPT)


def test_more_strings_than_fit_into_memory_are_read_all_the_same() -> None:
    count = 9000
    strings = "".join(f"<si><t>{number}{'长文' * 200}</t></si>" for number in range(count)) + f"<si><t>{MARK}</t></si>"
    rows = "".join(f'<row><c t="s"><v>{number}</v></c></row>' for number in range(count + 1))
    found, reason = collect(Xlsx(), by_hand({"一": f"<sheetData>{rows}</sheetData>"}, strings=strings), Budget(ratio=1000))
    shown = texts(found, Place.CELL)
    assert (len(shown), shown[-1], reason) == (count + 2, MARK, None)


def test_an_embedded_document_is_a_member() -> None:
    data = io.BytesIO(by_hand({"一": cell("x")}))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/embeddings/a.docx", docx(""))
    assert [part.name for part in Xlsx().blocks(data, Budget()) if isinstance(part, Member)] == ["xl/embeddings/a.docx"]


@pytest.mark.parametrize("text", [MARK, "通知"])
@pytest.mark.parametrize("cut", [0.3, 0.7, 0.99])
def test_a_workbook_cut_short_is_corrupt(text: str, cut: float) -> None:
    data = saved(workbook([text]))
    assert collect(Xlsx(), data[: int(cut * len(data))])[1] is Unread.CORRUPT


def test_a_damaged_sheet_does_not_hide_the_others() -> None:
    found, reason = collect(Xlsx(), by_hand({"一": "<sheetData><row>", "二": cell(MARK)}))
    assert (texts(found, Place.CELL), reason) == (["一", MARK, "二"], Unread.CORRUPT)


def test_another_package_is_no_workbook() -> None:
    with pytest.raises(NotThisFormat):
        list(Xlsx().blocks(io.BytesIO(docx("")), Budget()))


def test_rank_looks_at_content_only() -> None:
    assert Xlsx().rank(saved(workbook(["x"]))) == 0.9
    assert Xlsx().rank(package({}, {})) == 0
    assert Xlsx().rank(b"text") < 0
