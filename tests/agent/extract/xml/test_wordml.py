from __future__ import annotations

import base64
import gzip
import io
from pathlib import Path

import pytest

from agent.extract.base import MARKLESS, Budget, Member, NotThisFormat
from agent.extract.xml.wordml import Wordml
from checks.marking.reader import read_marks
from checks.marking.text import Block
from policies.vocabulary import Level, Place, Unread
from tests.agent.extract.samples import TRANSITIONAL, collect, texts

DOCUMENTS = Path(__file__).parents[3] / "data" / "documents"
_2003 = "http://schemas.microsoft.com/office/word/2003/wordml"
PACKAGE = "http://schemas.microsoft.com/office/2006/xmlPackage"


def word(content: str, before: str = "") -> bytes:
    """A document of Word 2003."""
    names = f'xmlns:w="{_2003}" xmlns:aml="http://schemas.microsoft.com/aml/2001/core" xmlns:v="urn:schemas-microsoft-com:vml"'
    return f'<?xml version="1.0"?><w:wordDocument {names}>{before}<w:body>{content}</w:body></w:wordDocument>'.encode()


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def flat(*parts: tuple[str, str]) -> bytes:
    """A flat package."""
    inner = "".join(f'<pkg:part pkg:name="{name}">{content}</pkg:part>' for name, content in parts)
    return f'<?xml version="1.0"?><pkg:package xmlns:pkg="{PACKAGE}">{inner}</pkg:package>'.encode()


def data(content: str) -> str:
    return f"<pkg:xmlData>{content}</pkg:xmlData>"


def document(content: str) -> str:
    return data(f'<w:document xmlns:w="{TRANSITIONAL}"><w:body>{content}</w:body></w:document>')


def given(content: bytes) -> list[Block | Member]:
    """All parts of a document that is read in full."""
    return list(Wordml().blocks(io.BytesIO(content), Budget()))


def test_a_document_is_known_by_its_root() -> None:
    assert Wordml().rank(word("")) > 0.5
    assert Wordml().rank(flat()) > 0.5
    assert Wordml().rank(b"<?xml version='1.0'?><a>wordml xmlPackage</a>") < 0


def test_another_root_is_another_format() -> None:
    with pytest.raises(NotThisFormat):
        list(Wordml().blocks(io.BytesIO(b"<?xml version='1.0'?><a/>"), Budget()))


def test_what_libreoffice_saves_is_read() -> None:
    blocks, reason = collect(Wordml(), gzip.decompress((DOCUMENTS / "libreoffice.wordml.gz").read_bytes()))
    assert reason is None
    assert (texts(blocks, Place.HEADER), texts(blocks, Place.FOOTER)) == (["绝密★30年"], ["页脚文字"])
    assert texts(blocks, Place.CELL) == ["密级", "名称", "秘密", "甲"]
    assert {"标题", "主题"} <= set(texts(blocks, Place.METADATA))
    assert texts(blocks, Place.BODY)[:2] == ["机密★10年", "关于做好有关工作的通知 plain text"]
    assert [block.text for block in blocks if block.struck] == ["删去的"]


def test_a_mark_split_over_runs_is_read() -> None:
    blocks, reason = collect(Wordml(), word(f"<w:p>{run('机')}{run('密★10年')}</w:p><w:p>{run('正文')}</w:p>"))
    assert (texts(blocks, Place.BODY), reason) == (["机密★10年", "正文"], None)
    assert [mark.level for mark in read_marks(blocks)] == [Level.JIMI]


def test_hidden_and_deleted_text_is_apart() -> None:
    gone, shown = "<w:r><w:delText>秘密★5年</w:delText></w:r>", run("入")
    deleted = f'<aml:annotation w:type="Word.Deletion"><aml:content>{gone}</aml:content></aml:annotation>'
    inserted = f'<aml:annotation w:type="Word.Insertion"><aml:content>{shown}</aml:content></aml:annotation>'
    blocks, _ = collect(Wordml(), word(f"<w:p>{run('见')}{run('藏', '<w:vanish/>')}{deleted}{inserted}</w:p>"))
    assert [texts(blocks, place) for place in (Place.BODY, Place.HIDDEN, Place.DELETED)] == [["见入"], ["藏"], ["秘密★5年"]]


def test_headers_footnotes_and_word_art_are_read() -> None:
    art = '<w:pict><v:shape><v:textpath string="机密"/></v:shape></w:pict>'
    section = f"<w:sectPr><w:hdr><w:p>{run('眉')}<w:r>{art}</w:r></w:p></w:hdr></w:sectPr>"
    note = f"<w:r><w:footnote><w:p>{run('注')}</w:p></w:footnote></w:r>"
    blocks, _ = collect(Wordml(), word(f"<w:p>{run('文')}{note}{run('后')}</w:p>{section}"))
    assert [(block.place, block.text, block.page) for block in blocks] == [
        (Place.BODY, "注", 0),
        (Place.BODY, "文后", 1),
        (Place.WATERMARK, "机密", 1),
        (Place.HEADER, "眉", 1),
    ]


def test_styles_hold_wherever_they_stand() -> None:
    style = '<w:style w:type="character" w:styleId="x"><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>'
    styles = data(f'<w:styles xmlns:w="{TRANSITIONAL}">{style}</w:styles>')
    styled = f"<w:p>{run('机密', '<w:rStyle w:val=' + chr(34) + 'x' + chr(34) + '/>')}</w:p>"
    blocks, _ = collect(Wordml(), flat(("/word/document.xml", document(styled)), ("/word/styles.xml", styles)))
    assert [(block.bold, block.large) for block in blocks] == [(True, True)]


def test_the_parts_of_a_flat_package_are_read() -> None:
    header = data(f'<w:hdr xmlns:w="{TRANSITIONAL}"><w:p>{run("机密★10年")}</w:p></w:hdr>')
    core = data('<cp:coreProperties xmlns:cp="x"><title>题</title></cp:coreProperties>')
    own = data('<Properties><property name="密级"><x>机密</x></property></Properties>')
    inner = base64.b64encode(b"content").decode()
    parts = given(
        flat(
            ("/word/document.xml", document(f"<w:p>{run('文')}</w:p>")),
            ("/word/header1.xml", header),
            ("/docProps/core.xml", core),
            ("/docProps/custom.xml", own),
            ("/word/media/image1.png", f"<pkg:binaryData>{inner}</pkg:binaryData>"),
            ("/word/embeddings/oleObject1.bin", f"<pkg:binaryData>{inner}</pkg:binaryData>"),
        ),
    )
    files = [(part.name, part.file.read() if part.file else b"") for part in parts if isinstance(part, Member)]
    assert files == [("oleObject1.bin", b"content")]
    assert [(part.place, part.text) for part in parts if isinstance(part, Block)] == [
        (Place.BODY, "文"),
        (Place.HEADER, "机密★10年"),
        (Place.METADATA, "题"),
        (Place.METADATA, "密级=机密"),
    ]


def test_slides_of_a_flat_package_are_read() -> None:
    names = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    slide = data(f"<p:sld {names} {drawing}><a:p><a:r><a:t>机密★10年</a:t></a:r></a:p></p:sld>")
    assert texts(collect(Wordml(), flat(("/ppt/slides/slide1.xml", slide)))[0], Place.SLIDE) == ["机密★10年"]


def test_of_a_document_that_can_bear_no_mark_only_its_files_are_given() -> None:
    assert collect(Wordml(), word(f"<w:p>{run('正文')}</w:p>")) == ([MARKLESS], None)
    inner = base64.b64encode(b"content").decode()
    part = ("/word/embeddings/a.xlsx", f"<pkg:binaryData>{inner}</pkg:binaryData>")
    found = given(flat(("/word/document.xml", document(f"<w:p>{run('正文')}</w:p>")), part))
    assert len([each for each in found if isinstance(each, Member)]) == 1
    assert MARKLESS in found


def test_an_object_of_word_2003_is_not_read_in_full() -> None:
    assert collect(Wordml(), word(f"<w:p>{run('机密')}</w:p>", "<w:docOleData><w:binData>AA</w:binData></w:docOleData>"))[1] is (
        Unread.UNSUPPORTED
    )


def test_pictures_alone_hold_no_text() -> None:
    assert collect(Wordml(), word("<w:p><w:r><w:pict><w:binData>AA</w:binData></w:pict></w:r></w:p>"))[1] is Unread.NO_TEXT


@pytest.mark.parametrize("text", ["机密", "正文"])
def test_a_document_that_is_cut_off_is_never_read_in_full(text: str) -> None:
    assert collect(Wordml(), word(f"<w:p>{run(text)}</w:p>")[:-20])[1] is Unread.CORRUPT


def test_damaged_binary_data_is_told() -> None:
    assert collect(Wordml(), flat(("/word/a.bin", "<pkg:binaryData>A</pkg:binaryData>")))[1] is Unread.CORRUPT
