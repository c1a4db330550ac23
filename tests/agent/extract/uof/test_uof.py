from __future__ import annotations

import io

import pytest

from agent.extract.base import Budget, NotThisFormat
from agent.extract.uof.uof import Uof
from policies.vocabulary import Place, Unread
from tests.agent.extract.parts import committed, given, zipped
from tests.agent.extract.uof_samples import body, numbered, package, paragraph, part, single


def test_a_text_by_a_program_is_read_in_every_place() -> None:
    found = given(Uof(), committed("libreoffice.uot.gz"))
    assert found.reason is None
    assert found.texts(Place.BODY) == ["批注", "脚注", "机密★10年", "正文继续", "可见尾", "作废", "第二页"]
    assert found.texts(Place.CELL) == ["单元格", "秘密★4年"]
    assert (found.texts(Place.HEADER), found.texts(Place.FOOTER)) == (["页眉 秘密★1年"], ["页脚"])
    assert found.texts(Place.TEXTBOX) == ["文本框 秘密★2年", "水印 机密"]
    assert (found.texts(Place.HIDDEN), found.texts(Place.DELETED)) == (["隐藏 秘密★3年"], ["绝密★长期"])
    blocks = {block.text: block for block in found.blocks}
    mark = blocks["机密★10年"]
    assert (mark.bold, mark.large, mark.left, mark.page) == (True, True, True, 1)
    assert (blocks["作废"].struck, blocks["第二页"].page) == (True, 2)


def test_a_spreadsheet_by_a_program_is_read_sheet_by_sheet() -> None:
    found = given(Uof(), committed("libreoffice.uos.gz"))
    assert found.reason is None
    assert [(b.text, b.page) for b in found.blocks if b.place is Place.CELL] == [("台账", 1), ("机密★10年", 1), ("3", 1)]
    assert found.texts(Place.HIDDEN) == ["隐藏列", "隐藏行", "密底", "隐藏表"]
    assert "密级=机密" in found.texts(Place.METADATA)


def test_a_presentation_by_a_program_is_read_slide_by_slide() -> None:
    found = given(Uof(), committed("libreoffice.uop.gz"))
    assert found.reason is None
    assert [(b.text, b.page) for b in found.blocks if b.place is Place.SLIDE] == [("机密★10年", 1), ("隐藏片", 3)]
    assert "母版 秘密★1年" in found.texts(Place.HEADER)
    assert found.texts(Place.BODY) == ["备注"]


@pytest.mark.parametrize("encoding", ["GB2312", "GBK", "GB18030"])
def test_a_file_in_the_encoding_of_chinese_windows_is_read(encoding: str) -> None:
    data = single(f"<字:主体>{paragraph('机密★10年')}</字:主体>", encoding=encoding)
    assert given(Uof(), data).texts(Place.BODY) == ["机密★10年"]


HEADER = "<字:分节_416A><字:页眉_41F3><字:奇数页页眉_41F4>{}</字:奇数页页眉_41F4></字:页眉_41F3></字:分节_416A>"
ANCHOR = '<字:段落_416B><字:句_419D><uof:锚点_C644 图形引用_C62E="o1"/></字:句_419D></字:段落_416B>'
SHAPE = '<图:图形_8062 标识符_804B="o1"><图:文本_803C><图:内容_8043>{}</图:内容_8043></图:文本_803C></图:图形_8062>'
OWN = '<元:用户自定义元数据_5210 名称_5211="密级">机密</元:用户自定义元数据_5210>'


def test_a_package_of_the_second_edition_is_read_in_every_place() -> None:
    table = f"<字:文字表_416C><字:行_41CD><字:单元格_41BE>{numbered('格')}</字:单元格_41BE></字:行_41CD></字:文字表_416C>"
    bold = '<字:字体_4128 字号_412D="16"/><字:是否粗体_4130>true</字:是否粗体_4130>'
    content = HEADER.format(numbered("页眉")) + numbered("机密★10年", bold) + table + ANCHOR
    content += numbered("藏", "<字:是否隐藏文字_413D>true</字:是否隐藏文字_413D>")
    content += (
        '<字:修订开始_421F 标识符_4220="r" 类型_4221="delete"/>' + numbered("删") + '<字:修订结束_4223 开始标识引用_4224="r"/>'
    )
    parts: dict[str, str | bytes] = {
        "content.xml": part("字:文字处理文档_4225", content),
        "_meta/meta.xml": part("元:元数据_5200", f"<元:标题_5201>情况</元:标题_5201>{OWN}"),
        "graphics.xml": part("图形:图形集_7C00", SHAPE.format(numbered("框"))),
        "rules.xml": part(
            "规则:公用处理规则_B665", f"<规则:批注集_B669><规则:批注_B66A>{numbered('批')}</规则:批注_B66A></规则:批注集_B669>"
        ),
    }
    found = given(Uof(), package(parts))
    assert found.reason is None
    assert [(b.text, b.place) for b in found.blocks] == [
        ("批", Place.BODY),
        ("页眉", Place.HEADER),
        ("机密★10年", Place.BODY),
        ("格", Place.CELL),
        ("框", Place.TEXTBOX),
        ("藏", Place.HIDDEN),
        ("删", Place.DELETED),
        ("情况", Place.METADATA),
        ("密级=机密", Place.METADATA),
    ]
    assert (found.blocks[2].bold, found.blocks[2].large) == (True, True)


def test_a_spreadsheet_of_the_second_edition_is_read() -> None:
    run = "<字:句_419D><字:文本串_415B>{}</字:文本串_415B></字:句_419D>"
    cells = "".join(
        f'<表:单元格_E7F2 列号_E7BC="{n}"><表:数据_E7B3>{run.format(t)}</表:数据_E7B3></表:单元格_E7F2>'
        for n, t in ((1, "机密"), (3, "藏"))
    )
    column = '<表:列_E7EC 列号_E7ED="3" 是否隐藏_E73C="true"/>'
    sheets = f'<表:工作表_E825 名称_E822="甲">{column}<表:行_E7F1>{cells}</表:行_E7F1></表:工作表_E825>'
    sheets += '<表:工作表_E825 名称_E822="乙" 是否隐藏_E73C="true"/>'
    found = given(Uof(), package({"content.xml": part("表:电子表格文档_E826", sheets)}, "spreadsheet"))
    assert found.reason is None
    assert [(b.text, b.place, b.page) for b in found.blocks] == [
        ("甲", Place.CELL, 1),
        ("机密", Place.CELL, 1),
        ("藏", Place.HIDDEN, 1),
        ("乙", Place.HIDDEN, 2),
    ]


def test_files_in_a_package_are_given_and_pictures_are_not() -> None:
    content = part("字:文字处理文档_4225", numbered("正文"))
    found = given(Uof(), package({"content.xml": content, "data/1.png": b"\x89PNG\r\n\x1a\n", "data/2.bin": b"\xd0\xcf\x11\xe0"}))
    assert (found.members, found.reason) == ({"data/2.bin": b"\xd0\xcf\x11\xe0"}, None)


def test_text_where_none_is_known_leaves_a_file_read_in_part() -> None:
    found = given(Uof(), body(paragraph("机密★10年"), "<字:未知>密级</字:未知>"))
    assert (found.texts(Place.BODY), found.texts(Place.HIDDEN), found.reason) == (["机密★10年"], ["密级"], Unread.UNSUPPORTED)


@pytest.mark.parametrize("size", [0.3, 0.9])
def test_what_was_read_before_the_damage_counts(size: float) -> None:
    data = body(paragraph("机密★10年"), *[paragraph("正文")] * 3000)
    found = given(Uof(), data[: int(len(data) * size)])
    assert (found.texts(Place.BODY)[0], found.reason) == ("机密★10年", Unread.CORRUPT)


def test_a_damaged_part_does_not_keep_the_others_from_being_read() -> None:
    content = part("字:文字处理文档_4225", numbered("正文"))
    found = given(Uof(), package({"content.xml": content, "styles.xml": "<broken"}))
    assert (found.texts(Place.BODY), found.reason) == (["正文"], Unread.CORRUPT)


def test_a_package_without_its_content_is_corrupt() -> None:
    assert given(Uof(), package({})).reason is Unread.CORRUPT


def test_a_bomb_of_entities_is_refused() -> None:
    data = body(paragraph("&y;")).replace(b"?>", '?><!DOCTYPE a [<!ENTITY x "机密"><!ENTITY y "&x;&x;">]>'.encode(), 1)
    assert given(Uof(), data).reason is Unread.CORRUPT


@pytest.mark.parametrize("parts", [{"content.xml": "x"}, {"uof.xml": "<feed/>"}])
def test_another_package_is_no_uof(parts: dict[str, str | bytes]) -> None:
    with pytest.raises(NotThisFormat):
        list(Uof().blocks(io.BytesIO(zipped(parts)), Budget()))


def test_rank_looks_at_content_only() -> None:
    assert Uof().rank(body(paragraph("x"))) == 1.0
    assert Uof().rank(package({})) == 0.9
    assert Uof().rank(zipped({"a": "x"})) == 0
    assert Uof().rank(b"<html>UOF</html>") < 0
    assert Uof().rank(b"text UOF") < 0
