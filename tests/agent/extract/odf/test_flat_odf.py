from __future__ import annotations

import base64
import io

import pytest

from agent.extract.base import Budget, Extractor, NotThisFormat
from agent.extract.odf.flat_odf import Fodg, Fodp, Fods, Fodt
from agent.extract.stream import forward
from policies.vocabulary import Place, Unread
from tests.agent.extract.odf_samples import content
from tests.agent.extract.parts import committed, given

KINDS: dict[str, Extractor] = {"text": Fodt(), "spreadsheet": Fods(), "presentation": Fodp(), "graphics": Fodg()}


def flat(body: str, kind: str = "text", automatic: str = "") -> bytes:
    return content(body, kind=kind, automatic=automatic, root="document").encode()


def test_a_flat_file_by_a_program_is_read_as_its_package_is() -> None:
    found = given(Fodt(), committed("libreoffice.fodt.gz"))
    assert found.reason is None
    assert found.texts(Place.BODY) == ["脚注", "机密★10年", "批注", "正文继续", "可见尾", "作废", "第二页"]
    assert (found.texts(Place.HEADER), found.texts(Place.FOOTER)) == (["页眉 秘密★1年"], ["页脚"])
    assert (found.texts(Place.TEXTBOX), found.texts(Place.WATERMARK)) == (["文本框 秘密★2年"], ["水印 机密"])
    assert "密级=机密" in found.texts(Place.METADATA)


def test_a_deletion_that_stands_in_the_text_is_no_part_of_it() -> None:
    assert given(Fodt(), committed("libreoffice.fodt.gz")).texts(Place.DELETED) == ["绝密★长期"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_ranks_its_own_files_in_any_encoding(kind: str) -> None:
    text = flat("<text:p>密</text:p>", kind).decode()
    for head in (text.encode(), text.replace("UTF-8", "UTF-16").encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        assert [name for name, extractor in KINDS.items() if extractor.rank(head) > 0] == [kind]


@pytest.mark.parametrize("head", [b"", b"opendocument", b"<html>opendocument</html>", b"<?xml version='1.0'?><opendocument"])
def test_other_files_are_not_flat_documents(head: bytes) -> None:
    assert Fodt().rank(head) < 0


def test_a_file_that_only_goes_forward_is_read() -> None:
    data = flat("<table:table table:name='一'><table:table-row><table:table-cell><text:p>机密★10年</text:p>", "spreadsheet")
    data = data.replace(b"</office:spreadsheet>", b"</table:table-cell></table:table-row></table:table></office:spreadsheet>")
    parts = list(Fods().blocks(forward(iter([data[:500], data[500:]])), Budget()))
    assert [part.text for part in parts if not hasattr(part, "file")] == ["一", "机密★10年"]


def test_a_file_written_into_the_markup_is_given() -> None:
    written = base64.encodebytes(b"\xd0\xcf\x11\xe0" * 50).decode()
    ole = f"<draw:object-ole><office:binary-data>{written}</office:binary-data></draw:object-ole>"
    found = given(Fodt(), flat(f"<text:p><draw:frame>{ole}</draw:frame></text:p>"))
    assert (found.members, found.reason) == ({"object": b"\xd0\xcf\x11\xe0" * 50}, None)


def test_a_picture_written_into_a_paragraph_is_no_text_of_it() -> None:
    picture = "<draw:frame><draw:image><office:binary-data>AAAA</office:binary-data></draw:image></draw:frame>"
    assert given(Fodt(), flat(f"<text:p>机密{picture}★10年</text:p>")).texts(Place.BODY) == ["机密★10年"]


def test_a_document_in_the_document_does_not_lend_it_its_styles() -> None:
    def style(weight: str) -> str:
        look = f'<style:text-properties fo:font-weight="{weight}"/>'
        return f'<style:style style:name="P1" style:family="paragraph">{look}</style:style>'

    inner = content('<text:p text:style-name="P1">内</text:p>', automatic=style("bold"), root="document").partition("?>")[2]
    body = f'<text:p><draw:frame><draw:object>{inner}</draw:object></draw:frame></text:p><text:p text:style-name="P1">外</text:p>'
    found = given(Fodt(), flat(body, automatic=style("normal")))
    assert [(block.text, block.bold) for block in found.blocks] == [("内", True), ("外", False)]


def test_what_was_read_before_the_damage_counts() -> None:
    data = flat("<text:p>机密★10年</text:p>" + "<text:p>正文</text:p>" * 9000)
    found = given(Fodt(), data[:-200])
    assert (found.blocks[0].text, found.reason) == ("机密★10年", Unread.CORRUPT)


@pytest.mark.parametrize("data", [b"", b"no markup", b"<a></b>"])
def test_what_is_no_markup_from_its_beginning_is_another_format(data: bytes) -> None:
    with pytest.raises(NotThisFormat):
        list(Fodt().blocks(io.BytesIO(data), Budget()))
