"""Word documents: python-docx lays out a few hundred, each file has its own text; the marked ones it makes one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from tests.bench.corpus.marks import Suited
from tests.bench.corpus.revise import revised, stamped
from tests.bench.corpus.shape import Format, Parts, Source, Way, unzipped, zipped

_TEMPLATES = 150
_OWN_SHAPES = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
_BOX = (
    "<w:r {ns} {shapes}><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><mc:Choice "
    "xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' Requires='wps'><w:drawing><wp:anchor "
    "xmlns:wp='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing'><a:graphic "
    "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><a:graphicData><wps:wsp><wps:txbx><w:txbxContent><w:p><w:r>"
    "<w:t>{mark}</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    "</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>{mark}</w:t></w:r></w:p></w:txbxContent>"
    "</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
_OLD_BOX = (
    "<w:r {ns} {shapes}><w:pict><v:shape id='b' style='position:absolute;width:120pt;height:30pt'><v:textbox><w:txbxContent><w:p>"
    "<w:r><w:t>{mark}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
_WATERMARK = (
    "<w:r {ns} {shapes}><w:pict><v:shape id='PowerPlusWaterMarkObject1' o:spid='_x0000_s2049' type='#_x0000_t136' "
    "style='position:absolute;width:400pt;height:120pt;rotation:315'><v:textpath style='font-family:宋体' string='{mark}'/>"
    "</v:shape></w:pict></w:r>"
)
_DELETED = '<w:del {ns} w:id="9" w:author="a" w:date="2026-03-02T09:00:00Z"><w:r><w:delText>{mark}</w:delText></w:r></w:del>'
_HIDDEN = "<w:r {ns}><w:rPr><w:vanish/></w:rPr><w:t>{mark}</w:t></w:r>"
_CONTROL = "<w:sdt {ns}><w:sdtContent><w:p><w:r><w:t>{mark}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
_CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property '
    'fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="密级"><vt:lpwstr>{mark}</vt:lpwstr></property></Properties>'
)
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_NOTES = '<w:footnotes {ns}><w:footnote w:id="2"><w:p><w:r><w:t>{mark}</w:t></w:r></w:p></w:footnote></w:footnotes>'
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WORDML = "application/vnd.openxmlformats-officedocument.wordprocessingml."

Put = Callable[[Document, str], None]


def _laid_out(source: Source, most: int = 700) -> Document:
    """A document of the usual parts: heading, paragraphs in runs, sometimes tables, pictures, header and footer."""
    rng, prose = source.rng, source.prose
    document = docx.Document()
    for number, text in enumerate(prose.paragraphs(prose.size(40, most))):
        if number == 0:
            document.add_heading(text, 1)
            continue
        paragraph = document.add_paragraph()
        cut = rng.randrange(len(text) + 1)
        paragraph.add_run(text[:cut]).bold = rng.random() < 0.1
        paragraph.add_run(text[cut:])
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        table = document.add_table(rng.randint(2, 12), rng.randint(2, 5))
        for cell in table._cells:
            cell.text = prose.phrase()
    if rng.random() < 0.3:
        document.add_picture(BytesIO(source.shared.pictures.photograph(rng)))
    if rng.random() < 0.4:
        document.sections[0].header.paragraphs[0].text = prose.phrase()
        document.sections[0].footer.paragraphs[0].text = "第 1 页"
    return document


def _saved(document: Document) -> Parts:
    buffer = BytesIO()
    document.save(buffer)
    parts = unzipped(buffer.getvalue())
    parts["docProps/core.xml"] = stamped(parts["docProps/core.xml"])
    return parts


def plain(source: Source) -> bytes:
    """A document without a mark."""
    parts = source.template("docx", _TEMPLATES, lambda own: _saved(_laid_out(own)))
    for name in parts:
        if (name.startswith("word/") and name.endswith("ument.xml")) or "header" in name:
            parts[name] = revised(parts[name], source.prose.sentence, source.prose.phrase)
        elif name.startswith("word/media/"):
            parts[name] = source.shared.pictures.photograph(source.rng)
    return zipped(parts)


def marked(source: Source, mark: str, put: Put | None = None) -> bytes:
    """A document with the mark as its first paragraph, or wherever `put` puts it."""
    document = _laid_out(source, 80)
    (put or _first)(document, mark)
    return zipped(_saved(document))


def _way(put: Put, suited: Suited = Suited.ANY, *, counts: bool = True) -> Way:
    return Way(lambda source, mark: marked(source, mark, put), suited, counts)


def _before_all(document: Document, text: str = "") -> Paragraph:
    return document.paragraphs[0].insert_paragraph_before(text)


def _first(document: Document, mark: str) -> None:
    run = _before_all(document).add_run(mark)
    run.bold, run.font.size = True, Pt(16)


def _split(document: Document, mark: str) -> None:
    """As Word splits runs at every change of proofing or input method."""
    paragraph = _before_all(document)
    for character in mark:
        paragraph.add_run(character).font.size = Pt(16)


def _copied(document: Document, mark: str) -> None:
    first = document.paragraphs[0]
    for text in ("000017", mark, "特急"):
        first.insert_paragraph_before(text)


def _table_on_cover(document: Document, mark: str) -> None:
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, (mark, "特急", "编号", "2026-017"), strict=True):
        cell.text = text
    document.element.body.insert(0, table._tbl)


def _form(document: Document, mark: str) -> None:
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("密级", mark, "编号", "2026-017"), strict=True):
        cell.text = text
    document.element.body.insert(0, table._tbl)


def _drawn(markup: str) -> Put:
    """In a run of its own in the first paragraph."""

    def put(document: Document, mark: str) -> None:
        run = parse_xml(markup.format(ns=nsdecls("w"), shapes=_OWN_SHAPES, mark=mark))
        _before_all(document, "")._p.append(run)

    return put


def _control(document: Document, mark: str) -> None:
    document.element.body.insert(0, parse_xml(_CONTROL.format(ns=nsdecls("w"), mark=mark)))


def _header(document: Document, mark: str) -> None:
    document.sections[0].header.paragraphs[0].text = mark


def _first_header(document: Document, mark: str) -> None:
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = mark


def _last_header(document: Document, mark: str) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.header.is_linked_to_previous = False
    section.header.paragraphs[0].text = mark


def _footer(document: Document, mark: str) -> None:
    document.sections[0].footer.paragraphs[0].text = mark


def _watermark(document: Document, mark: str) -> None:
    shape = parse_xml(_WATERMARK.format(ns=nsdecls("w"), shapes=_OWN_SHAPES, mark=mark))
    document.sections[0].header.paragraphs[0]._p.append(shape)


def _comment(document: Document, mark: str) -> None:
    document.add_comment(document.paragraphs[1].runs[0], mark, "张伟", "张")


def _passage(document: Document, mark: str) -> None:
    document.add_paragraph(f"（{mark}）三、有关情况如下。各单位要认真落实。")


def _deep(document: Document, mark: str) -> None:
    document.add_paragraph(mark)
    document.add_paragraph("以上内容请妥善保管。")


def _subject(document: Document, mark: str) -> None:
    document.core_properties.subject = mark


def _keywords(document: Document, mark: str) -> None:
    document.core_properties.keywords = mark


def _with_part(name: str, content: str, kind: str, relation: str, relations: str) -> Callable[[Source, str], bytes]:
    """A maker that adds a part which python-docx does not write."""

    def make(source: Source, mark: str) -> bytes:
        parts = _saved(_laid_out(source, 80))
        parts[name] = content.format(ns=nsdecls("w"), mark=mark).encode()
        types = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", types.encode())
        target = name.removeprefix("word/")
        link = f'<Relationship Id="rIdOwn" Type="{relation}" Target="{target}"/></Relationships>'
        parts[relations] = parts[relations].replace(b"</Relationships>", link.encode())
        return zipped(parts)

    return make


def _footnote(source: Source, mark: str) -> bytes:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    add = _with_part("word/footnotes.xml", _NOTES, _WORDML + "footnotes+xml", relation, "word/_rels/document.xml.rels")
    return add(source, mark)


def _property(source: Source, mark: str) -> bytes:
    return _with_part("docProps/custom.xml", _CUSTOM, _CUSTOM_TYPE, _CUSTOM_RELATION, "_rels/.rels")(source, mark)


def _embedded(source: Source, mark: str) -> bytes:
    inner = marked(Source(source.shared, f"inner/{source.rng.random()}"), mark)
    parts = _saved(_laid_out(source, 40))
    parts["word/embeddings/Microsoft_Word_Document1.docx"] = inner
    default = f'<Default Extension="docx" ContentType="{_DOCUMENT}"/></Types>'.encode()
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", default)
    return zipped(parts)


WAYS: Mapping[str, Way] = {
    "first line": _way(_first),
    "split over runs": _way(_split),
    "below a copy number": _way(_copied),
    "table on the cover": _way(_table_on_cover, Suited.FULL),
    "form with a label": _way(_form, Suited.STATUTORY),
    "content control": _way(_control),
    "text box": _way(_drawn(_BOX)),
    "text box (VML)": _way(_drawn(_OLD_BOX)),
    "header": _way(_header),
    "first header": _way(_first_header),
    "header of a later section": _way(_last_header),
    "footer": _way(_footer),
    "watermark": _way(_watermark),
    "comment": _way(_comment, Suited.FULL),
    "footnote": Way(_footnote, Suited.FULL),
    "before a paragraph": _way(_passage, Suited.STATUTORY),
    "own line deep in the text": _way(_deep, Suited.FULL),
    "embedded document": Way(_embedded),
    "subject property": _way(_subject, Suited.STATUTORY, counts=False),
    "keywords property": _way(_keywords, Suited.STATUTORY, counts=False),
    "property named 密级": Way(_property, Suited.STATUTORY, counts=False),
    "tracked deletion": _way(_drawn(_DELETED), Suited.STATUTORY, counts=False),
    "hidden text": _way(_drawn(_HIDDEN), Suited.STATUTORY, counts=False),
}

FORMATS: Mapping[str, Format] = {"docx": Format(".docx", 2000, plain, WAYS)}
