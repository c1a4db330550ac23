from __future__ import annotations

import io
import random
import zipfile

import pytest

from agent.extract.base import MARKLESS, Budget, NotThisFormat
from agent.extract.ofd import ofd
from policies.vocabulary import Place, Unread
from tests.agent.extract.ofd_samples import Ofd, annotation, glyphs, layer, text
from tests.agent.extract.parts import Given, given, zipped

MARK = layer(text("机密★10年", 20, 20))
CUSTOM = '<ofd:CustomDatas><ofd:CustomData Name="密级">机密</ofd:CustomData></ofd:CustomDatas>'


def read(document: Ofd) -> Given:
    return given(ofd.Ofd(), document.build())


def test_a_page_is_read_line_by_line() -> None:
    found = read(Ofd(pages=[layer(text("机密★10年", 20, 20), text("关于会议的通知", 60, 60, size=7))]))
    assert found.reason is None
    assert [(b.text, b.place, b.page, b.large, b.left) for b in found.blocks] == [
        ("机密★10年", Place.BODY, 1, True, True),
        ("关于会议的通知", Place.BODY, 1, True, False),
    ]


def test_characters_written_in_any_order_are_read_in_the_order_of_their_places() -> None:
    objects = glyphs("机密★10年", 20, 20) + glyphs("关于机要工作的若干规定", 20, 40)
    random.Random(5).shuffle(objects)
    found = read(Ofd(pages=[layer(*objects)]))
    assert [line.replace(" ", "") for line in found.texts(Place.BODY)] == ["机密★10年", "关于机要工作的若干规定"]


def test_characters_far_apart_are_one_line_with_spaces() -> None:
    found = read(Ofd(pages=[layer(*glyphs("机密★10年", 20, 20, step=(11, 0)))]))
    assert "".join(found.texts(Place.BODY)[0].split()) == "机密★10年"


@pytest.mark.parametrize(
    "objects", [[text("机密★10年", 20, 20, DeltaX="0", DeltaY="g 5 6")], glyphs("机密★10年", 20, 20, step=(0, 6))]
)
def test_characters_one_below_another_are_one_line(objects: list[str]) -> None:
    found = read(Ofd(pages=[layer(*objects, text("正文在旁边", 60, 22))]))
    assert sorted(found.texts(Place.BODY)) == ["机密★10年", "正文在旁边"]


def test_two_characters_below_one_another_in_one_code_are_one_line() -> None:
    assert read(Ofd(pages=[layer(text("机密", 20, 20, DeltaY="6"))])).texts(Place.BODY) == ["机密"]


def test_a_template_is_part_of_the_page_that_uses_it() -> None:
    document = Ofd(
        pages=[layer(text("10年", 37, 20)), layer(text("第二页", 20, 40))],
        page_inner='<ofd:Template TemplateID="3" ZOrder="Background"/>',
        templates={"3": layer(text("机密★", 20, 20)), "4": layer(text("绝密★长期", 20, 20))},
    )
    found = read(document)
    assert found.reason is None
    assert [(b.text, b.place, b.page) for b in found.blocks] == [
        ("机密★10年", Place.BODY, 1),
        ("机密★", Place.BODY, 2),
        ("第二页", Place.BODY, 2),
        ("绝密★长期", Place.HIDDEN, 0),
    ]


def test_annotations_are_placed_by_what_they_are() -> None:
    notes = annotation("Watermark", text("秘密★1年", 0, 0)) + annotation("Stamp", text("章", 0, 0), remark="机密★批示")
    notes += annotation("Watermark", text("绝密", 0, 0), attributes='Visible="false"')
    found = read(Ofd(pages=[MARK, MARK], annotations={2: notes}))
    assert [(b.text, b.place, b.page) for b in found.blocks if b.place is not Place.BODY] == [
        ("秘密★1年", Place.WATERMARK, 2),
        ("机密★批示", Place.TEXTBOX, 2),
        ("章", Place.TEXTBOX, 2),
        ("绝密", Place.HIDDEN, 2),
    ]


def test_properties_are_metadata_and_the_author_s_own_have_their_names() -> None:
    information = "<ofd:Title>情况</ofd:Title><ofd:Keywords><ofd:Keyword>秘密</ofd:Keyword></ofd:Keywords>" + CUSTOM
    found = read(Ofd(pages=[MARK], information=information))
    assert found.texts(Place.METADATA) == ["情况", "秘密", "密级=机密"]


def test_a_mark_in_the_properties_alone_makes_all_read() -> None:
    assert read(Ofd(pages=[layer(text("正文", 20, 20))], information=CUSTOM)).texts(Place.BODY) == ["正文"]


def test_attached_files_are_given_shown_or_not() -> None:
    found = read(Ofd(pages=[layer(text("正文", 20, 20))], attachments={"名单.docx": b"PK", "b.txt": b"x"}))
    assert found.blocks == [MARKLESS]
    assert found.members == {"名单.docx": b"PK", "b.txt": b"x"}
    assert set(found.places.values()) == {(Place.ATTACHMENT, None)}


def test_an_attached_file_that_is_not_there_is_told() -> None:
    parts = Ofd(pages=[MARK], attachments={"a.txt": b"x"}).parts()
    del parts["Doc_0/Attachs/a.txt"]
    assert given(ofd.Ofd(), zipped(parts)).places == {"a.txt": (Place.ATTACHMENT, Unread.CORRUPT)}


def test_every_document_of_a_package_is_read_and_begins_anew() -> None:
    first, second = Ofd(pages=[MARK]), Ofd(pages=[layer(text("绝密★长期", 20, 20))], folder="Doc_1")
    bodies = "".join(f"<ofd:DocBody><ofd:DocRoot>Doc_{n}/Document.xml</ofd:DocRoot></ofd:DocBody>" for n in (0, 1))
    parts = {**first.parts(), **second.parts(), "OFD.xml": first.part("OFD", bodies)}
    found = given(ofd.Ofd(), zipped(parts))
    assert [(b.text, b.page, b.part) for b in found.blocks] == [("机密★10年", 1, 0), ("绝密★长期", 1, 1)]


ODD = {
    "another namespace": Ofd(pages=[MARK], namespace="http://www.ofdspec.org"),
    "no namespace": Ofd(pages=[MARK], namespace=""),
    "absolute paths": Ofd(pages=[MARK], location="/{folder}/{part}"),
    "paths beside": Ofd(pages=[MARK], location="{part}"),
    "paths with a dot": Ofd(pages=[MARK], location="./{part}"),
    "paths with detours": Ofd(pages=[MARK], location="../{folder}/x/../{part}"),
    "backslashes": Ofd(pages=[MARK], location="\\{folder}\\{part}"),
    "a Chinese folder": Ofd(pages=[MARK], folder="文档_0"),
    "another case": Ofd(pages=[MARK], location="/DOC_0/{part}", root="ofd.XML"),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_namespaces_and_paths_are_understood(case: str) -> None:
    found = read(ODD[case])
    assert (found.texts(Place.BODY), found.reason) == (["机密★10年"], None)


def test_a_package_in_a_folder_is_understood() -> None:
    parts = {f"公文/{name}": content for name, content in Ofd(pages=[MARK], location="/{folder}/{part}").parts().items()}
    found = given(ofd.Ofd(), zipped(parts))
    assert (found.texts(Place.BODY), found.reason) == (["机密★10年"], None)


def test_parts_named_in_the_encoding_of_chinese_windows_are_found() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in Ofd(pages=[MARK], folder="文档").parts().items():
            archive.writestr(name.replace("文档", "@@@@"), content)
    data = buffer.getvalue().replace(b"@@@@", "文档".encode("gbk"))
    assert given(ofd.Ofd(), data).texts(Place.BODY) == ["机密★10年"]


def test_parts_in_the_encoding_of_chinese_windows_are_read() -> None:
    parts = {
        name: content.replace("UTF-8", "GB2312").encode("gbk") if isinstance(content, str) else content
        for name, content in Ofd(pages=[MARK]).parts().items()
    }
    assert given(ofd.Ofd(), zipped(parts)).texts(Place.BODY) == ["机密★10年"]


PATH = '<ofd:PathObject ID="1" Boundary="0 0 9 9"><ofd:AbbreviatedData>M 0 0 L 9 9</ofd:AbbreviatedData></ofd:PathObject>'
IMAGE = '<ofd:ImageObject ID="1" ResourceID="2" Boundary="0 0 9 9"/>'


@pytest.mark.parametrize("drawn", [PATH, IMAGE])
def test_a_page_without_characters_is_no_text(drawn: str) -> None:
    assert read(Ofd(pages=[layer(drawn)])).reason is Unread.NO_TEXT
    assert read(Ofd(pages=[layer(drawn, text("正文", 20, 20))])).reason is None
    both = read(Ofd(pages=[MARK, layer(drawn)]))
    assert (both.texts(Place.BODY), both.reason) == (["机密★10年"], Unread.NO_TEXT)


def test_an_empty_page_is_read() -> None:
    assert read(Ofd(pages=[""])).reason is None


def test_a_mark_among_drawings_on_a_later_page_is_found() -> None:
    found = read(
        Ofd(pages=[layer(text("首页", 20, 20)), layer(text("机", 20, 20), PATH, text("密★", 25.64, 20), text("10年", 36.9, 20))])
    )
    assert found.texts(Place.BODY) == ["首页", "机密★10年"]


def test_a_document_that_can_hold_no_mark_is_said_to_hold_none() -> None:
    assert read(Ofd(pages=[layer(text("会议通知", 20, 20)), layer(text("第二页", 20, 20))])).blocks == [MARKLESS]


def test_signatures_and_tags_are_no_trouble() -> None:
    others: dict[str, str | bytes] = {
        "Doc_0/Signs/Signatures.xml": "<ofd:Signatures xmlns:ofd='x'/>",
        "Doc_0/Signs/Sign_0/SignedValue.dat": b"\x30\x82",
        "Doc_0/Tags/CustomTags.xml": "<broken",
        "Doc_0/Extensions.xml": b"\0",
    }
    assert read(Ofd(pages=[MARK], others=others)).reason is None


def test_an_encrypted_document_is_told() -> None:
    whole = Ofd(pages=[MARK], others={"Encryptions.xml": "<Encryptions/>"})
    assert read(whole).reason is Unread.ENCRYPTED
    parts = {**whole.parts(), "Doc_0/Document.xml": b"\x81\x02", "OFD.xml": b"\x81"}
    assert given(ofd.Ofd(), zipped(parts)).reason is Unread.ENCRYPTED


@pytest.mark.parametrize(
    "missing", ["Doc_0/Document.xml", "Doc_0/Pages/Page_1/Content.xml", "Doc_0/Annots/Page_1.xml", "Doc_0/Tpls/Tpl_3/Content.xml"]
)
def test_without_a_part_the_rest_is_read_and_it_is_corrupt(missing: str) -> None:
    use = '<ofd:Template TemplateID="3"/>'
    parts = Ofd(pages=[MARK, MARK], annotations={1: annotation("Stamp")}, page_inner=use, templates={"3": ""}).parts()
    del parts[missing]
    found = given(ofd.Ofd(), zipped(parts))
    assert found.reason is Unread.CORRUPT
    assert ("机密★10年" in found.texts(Place.BODY)) is (missing != "Doc_0/Document.xml")


def test_a_damaged_page_leaves_the_others_read() -> None:
    parts = Ofd(pages=[MARK, MARK]).parts()
    parts["Doc_0/Pages/Page_1/Content.xml"] = str(parts["Doc_0/Pages/Page_1/Content.xml"])[:-20]
    found = given(ofd.Ofd(), zipped(parts))
    assert (found.texts(Place.BODY), found.reason) == (["机密★10年", "机密★10年"], Unread.CORRUPT)


def test_a_page_cut_short_is_corrupt_even_where_no_mark_could_be() -> None:
    parts = Ofd(pages=[layer(text("正文", 20, 20))]).parts()
    parts["Doc_0/Pages/Page_1/Content.xml"] = str(parts["Doc_0/Pages/Page_1/Content.xml"])[:-20]
    assert given(ofd.Ofd(), zipped(parts)).reason is Unread.CORRUPT


def test_every_shorter_file_is_corrupt() -> None:
    whole = Ofd(pages=[MARK], attachments={"a.txt": b"x" * 200}).build()
    for size in range(40, len(whole), 97):
        assert given(ofd.Ofd(), whole[:size]).reason is Unread.CORRUPT


LAUGHS = '<!DOCTYPE a [<!ENTITY x "机密"><!ENTITY y "&x;&x;&x;">]>'
HOSTILE = {
    "entities": (LAUGHS + layer(text("&y;", 1, 1)), Unread.CORRUPT),
    "nesting": (layer("<ofd:PageBlock>" * 1000 + "</ofd:PageBlock>" * 1000), Unread.BOMB),
    "a code without end": (layer(text("机密" * 15_000, 1, 1)), Unread.TOO_LARGE),
    "a bomb": (layer(text("密", 1, 1) + " " * (20 << 20)), Unread.BOMB),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_page_is_refused(case: str) -> None:
    content, expected = HOSTILE[case]
    document = Ofd(pages=[content])
    parts = document.parts()
    if case == "entities":
        parts["Doc_0/Pages/Page_1/Content.xml"] = (
            LAUGHS + "<Page><Content>" + layer(text("&y;", 1, 1)).replace("ofd:", "") + "</Content></Page>"
        )
    assert given(ofd.Ofd(), zipped(parts)).reason is expected


@pytest.mark.parametrize("parts", [{"a.txt": "x"}, {"OFD.xml": "<feed/>"}])
def test_another_package_is_no_ofd(parts: dict[str, str | bytes]) -> None:
    with pytest.raises(NotThisFormat):
        list(ofd.Ofd().blocks(io.BytesIO(zipped(parts)), Budget()))


def test_rank_looks_at_content_only() -> None:
    assert ofd.Ofd().rank(Ofd().build()) == 0.9
    assert ofd.Ofd().rank(zipped({"a": "x"})) == 0
    assert ofd.Ofd().rank(b"%PDF") < 0
