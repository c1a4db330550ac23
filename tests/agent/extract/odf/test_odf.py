from __future__ import annotations

import io
import zipfile

import pytest

from agent.extract.base import HEAD, MARKLESS, Budget, Extractor, NotThisFormat
from agent.extract.odf.odf import Odg, Odp, Ods, Odt
from policies.vocabulary import Place, Unread
from tests.agent.extract.odf_samples import NAMESPACES, TYPE, content, manifest, odf, styles
from tests.agent.extract.parts import committed, given, zipped

MARK = "<text:p>机密★10年</text:p>"
META = f"<office:document-meta {NAMESPACES}><office:meta><dc:title>秘密★1年</dc:title></office:meta></office:document-meta>"
KINDS: dict[str, Extractor] = {"text": Odt(), "spreadsheet": Ods(), "presentation": Odp(), "graphics": Odg()}


def test_a_text_document_by_a_program_is_read_in_every_place() -> None:
    found = given(Odt(), committed("libreoffice.odt"))
    assert found.reason is None
    assert found.texts(Place.BODY) == ["脚注", "机密★10年", "批注", "正文继续", "可见尾", "作废", "第二页"]
    assert found.texts(Place.CELL) == ["单元格", "秘密★4年"]
    assert found.texts(Place.TEXTBOX) == ["文本框 秘密★2年"]
    assert (found.texts(Place.HEADER), found.texts(Place.FOOTER)) == (["页眉 秘密★1年"], ["页脚"])
    assert found.texts(Place.WATERMARK) == ["水印 机密"]
    assert found.texts(Place.HIDDEN) == ["隐藏 秘密★3年", "隐藏节"]
    assert found.texts(Place.DELETED) == ["绝密★长期"]
    assert [text for text in found.texts(Place.METADATA) if not text.startswith("LibreOffice")] == [
        "情况报告",
        "主题",
        "关键词",
        "密级=机密",
    ]


def test_the_look_and_the_page_of_a_paragraph_come_from_its_styles() -> None:
    blocks = {block.text: block for block in given(Odt(), committed("libreoffice.odt")).blocks}
    mark = blocks["机密★10年"]
    assert (mark.bold, mark.large, mark.left, mark.struck, mark.page) == (True, True, True, False, 1)
    assert (blocks["正文继续"].bold, blocks["作废"].struck, blocks["第二页"].page) == (False, True, 2)


def test_a_spreadsheet_by_a_program_is_read_sheet_by_sheet() -> None:
    found = given(Ods(), committed("libreoffice.ods"))
    assert found.reason is None
    assert [(b.text, b.page) for b in found.blocks if b.place is Place.CELL] == [("台账", 1), ("机密★10年", 1), ("3", 1)]
    assert found.texts(Place.HIDDEN) == ["隐藏列", "隐藏行", "密底", "隐藏表"]
    assert (found.texts(Place.HEADER), found.texts(Place.BODY)) == (["页眉 秘密★1年"], ["批注"])


def test_a_presentation_by_a_program_is_read_slide_by_slide() -> None:
    found = given(Odp(), committed("libreoffice.odp"))
    assert found.reason is None
    assert [(b.text, b.page) for b in found.blocks if b.place is Place.SLIDE] == [("机密★10年", 1), ("表格 秘密★4年", 2)]
    assert "母版 秘密★1年" in found.texts(Place.HEADER)
    assert (found.texts(Place.BODY), found.texts(Place.HIDDEN)) == (["备注"], ["隐藏片"])
    assert found.texts(Place.FOOTER) == ["页脚声明"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", ["", "-template"])
def test_each_kind_ranks_its_own_files_first_templates_too(kind: str, ending: str) -> None:
    head = zipped({"mimetype": TYPE + kind + ending})
    assert {name: extractor.rank(head) for name, extractor in KINDS.items() if extractor.rank(head) > 0} == {kind: 1.0}


def test_what_only_the_parts_tell_is_possible_and_other_files_are_not() -> None:
    assert Odt().rank(zipped({"content.xml": "", "mimetype": TYPE + "text"})) == 0
    assert Odt().rank(b"%PDF-1.7") < 0


@pytest.mark.parametrize("kind", KINDS)
def test_without_its_type_a_package_is_told_by_its_manifest_or_its_body(kind: str) -> None:
    body = content(MARK, kind=kind)
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE}{kind}"/>'
    told = zipped({"META-INF/manifest.xml": f"<manifest:manifest {NAMESPACES}>{entry}</manifest:manifest>", "content.xml": body})
    for data in (told, zipped({"content.xml": body})):
        assert "机密★10年" in [block.text for block in given(KINDS[kind], data).blocks]
        others = [extractor for name, extractor in KINDS.items() if name != kind]
        for extractor in others:
            with pytest.raises(NotThisFormat):
                list(extractor.blocks(io.BytesIO(data), Budget()))


@pytest.mark.parametrize(
    "parts", [{"a.txt": "x"}, {"content.xml": "<feed/>"}, {"content.xml": "no markup"}, {"mimetype": "x/epub"}]
)
def test_another_package_is_no_open_document(parts: dict[str, str | bytes]) -> None:
    with pytest.raises(NotThisFormat):
        list(Odt().blocks(io.BytesIO(zipped(parts)), Budget()))


def test_a_document_that_can_hold_no_mark_is_said_to_hold_none() -> None:
    found = given(Odt(), odf("<text:p>会议通知</text:p>", {"Object 1": b"an object"}))
    assert found.blocks == [MARKLESS]
    assert (found.members, found.reason) == ({"Object 1": b"an object"}, None)


@pytest.mark.parametrize(
    "others",
    [
        {
            "styles.xml": styles(
                master='<style:master-page style:name="S"><style:header>' + MARK + "</style:header></style:master-page>"
            )
        },
        {"meta.xml": META},
        {"Object 1/content.xml": content(MARK)},
    ],
    ids=["header", "title", "object"],
)
def test_a_mark_in_any_part_makes_all_parts_read(others: dict[str, str | bytes]) -> None:
    found = given(Odt(), odf("<text:p>正文</text:p>", others))
    assert "正文" in found.texts(Place.BODY)
    assert any("★" in block.text for block in found.blocks)


@pytest.mark.parametrize(
    "inside",
    [
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>一个很长很长很长的脚注</text:p></text:note-body></text:note>",
        "<office:annotation><text:p>一条很长很长很长的批注</text:p></office:annotation>",
        "<draw:custom-shape><text:p>很长很长很长很长的形状</text:p></draw:custom-shape>",
        '<text:span text:style-name="H">很长很长很长很长的隐藏</text:span>',
    ],
)
def test_a_mark_around_other_text_is_not_lost_to_the_cheap_question(inside: str) -> None:
    hidden = '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    found = given(Odt(), odf(f"<text:p>机{inside}密★10年</text:p>", automatic=hidden))
    assert "机密★10年" in found.texts(Place.BODY)


def test_an_embedded_document_is_read_with_its_own_styles() -> None:
    bold = '<style:style style:name="P1" style:family="paragraph"><style:text-properties fo:font-weight="bold"/></style:style>'
    paragraph = '<text:p text:style-name="P1">秘密★1年</text:p>'
    found = given(Odt(), odf(paragraph, {"Object 1/content.xml": content(paragraph, automatic=bold)}))
    assert [(block.text, block.bold) for block in found.blocks] == [("秘密★1年", False), ("秘密★1年", True)]


def test_embedded_files_are_given_but_pictures_and_the_package_s_own_parts_are_not() -> None:
    others: dict[str, str | bytes] = {
        "Object 1": b"\xd0\xcf\x11\xe0",
        "Versions/Version1": b"PK",
        "photo": b"\x89PNG\r\n\x1a\n",
        "Pictures/1.png": b"\x89PNG",
        "ObjectReplacements/Object 1": b"x",
        "Basic/script.xml": b"x",
        "settings.xml": b"x",
        "Object 2/content.xml": content(""),
        "Object 2/Pictures/2.png": b"x",
    }
    found = given(Odt(), odf(MARK, others))
    assert found.members == {"Object 1": b"\xd0\xcf\x11\xe0", "Versions/Version1": b"PK"}
    assert found.reason is None


@pytest.mark.parametrize("kind", KINDS)
def test_an_encrypted_document_is_told(kind: str) -> None:
    parts: dict[str, str | bytes] = {
        "mimetype": TYPE + kind,
        "content.xml": b"\x81\x02",
        "META-INF/manifest.xml": manifest("content.xml"),
    }
    found = given(KINDS[kind], zipped(parts))
    assert (found.reason, found.members) == (Unread.ENCRYPTED, {})


def test_a_document_encrypted_as_a_whole_package_is_told() -> None:
    parts: dict[str, str | bytes] = {
        "mimetype": TYPE + "text",
        "encrypted-package": b"\x81\x02",
        "META-INF/manifest.xml": manifest("encrypted-package"),
    }
    assert given(Odt(), zipped(parts)).reason is Unread.ENCRYPTED


def test_of_a_document_encrypted_in_part_the_rest_is_read() -> None:
    found = given(Odt(), odf(MARK, {"Object 1": b"\x81", "META-INF/manifest.xml": manifest("Object 1")}))
    assert (found.texts(Place.BODY), found.reason) == (["机密★10年"], Unread.ENCRYPTED)


def test_pictures_without_a_word_are_no_text() -> None:
    assert given(Odt(), odf("<text:p/>", {"Pictures/1.png": b"\x89PNG"})).reason is Unread.NO_TEXT
    assert given(Odt(), odf("<text:p>图</text:p>", {"Pictures/1.png": b"\x89PNG"})).reason is None


def test_a_damaged_part_does_not_keep_the_others_from_being_read() -> None:
    found = given(Odt(), odf(MARK, {"styles.xml": f"<office:document-styles {NAMESPACES}><office:styles>"}))
    assert (found.texts(Place.BODY), found.reason) == (["机密★10年"], Unread.CORRUPT)


def test_markup_cut_short_is_corrupt_even_where_no_mark_could_be() -> None:
    parts: dict[str, str | bytes] = {"mimetype": TYPE + "text", "content.xml": content("<text:p>正文</text:p>")[:-30]}
    found = given(Odt(), zipped(parts))
    assert (found.texts(Place.BODY), found.reason) == (["正文"], Unread.CORRUPT)


def test_a_package_without_its_content_is_corrupt() -> None:
    assert given(Odt(), zipped({"mimetype": TYPE + "text"})).reason is Unread.CORRUPT


def test_every_shorter_file_is_corrupt() -> None:
    whole = committed("libreoffice.odt")
    for size in range(100, len(whole), 977):
        assert given(Odt(), whole[:size]).reason is Unread.CORRUPT


HOSTILE = {
    "entities": (
        '<!DOCTYPE a [<!ENTITY x "机密"><!ENTITY y "&x;&x;&x;">]>' + content("<text:p>&y;</text:p>")[38:],
        Unread.CORRUPT,
    ),
    "nesting": (content("<text:span>" * 1000 + "机密" + "</text:span>" * 1000), Unread.BOMB),
    "a bomb": (content("<text:p>密" + "x" * (20 << 20) + "</text:p>"), Unread.BOMB),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_document_is_refused(case: str) -> None:
    markup, expected = HOSTILE[case]
    assert given(Odt(), zipped({"mimetype": TYPE + "text", "content.xml": markup})).reason is expected


def test_too_many_styles_leave_a_document_read_in_part() -> None:
    many = "".join(f'<style:style style:name="P{n}" style:family="paragraph"/>' for n in range(30_001))
    found = given(Odt(), odf(MARK, automatic=many))
    assert (found.texts(Place.BODY), found.reason) == (["机密★10年"], Unread.TOO_LARGE)


def test_the_head_is_enough_to_rank_a_large_file() -> None:
    buffer = io.BytesIO(committed("libreoffice.odt"))
    assert Odt().rank(buffer.read(HEAD)) == 1.0
    assert zipfile.ZipFile(buffer).namelist()[0] == "mimetype"
