"""OFD packages (GB/T 33190-2016), written as the standard says: no free program writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.bench.corpus.marks import Suited
from tests.bench.corpus.shape import Format, Parts, Source, Way, zipped

_NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_IN_A_LINE, _LINES = 34, 36
_SIZE = 4.23

Change = Callable[[dict[str, str], str], None]


def _object(content: str, x: float, y: float, size: float = _SIZE) -> str:
    moves = " ".join([f"{size}"] * (len(content) - 1))
    return (
        f'<ofd:TextObject ID="{int(x * 100 + y * 7)}" Boundary="{x} {y} 170 {size + 2}" Font="3" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="{moves}">{content}</ofd:TextCode></ofd:TextObject>'
    )


def _page(objects: str, before: str = "") -> str:
    content = f'<ofd:Content><ofd:Layer ID="2">{objects}</ofd:Layer></ofd:Content>'
    return f"{_HEAD}<ofd:Page {_NAMESPACE}>{before}{content}</ofd:Page>"


def _lines(source: Source) -> list[str]:
    prose = source.prose
    lines: list[str] = []
    for paragraph in prose.paragraphs(prose.size(22, 300)):
        lines += [paragraph[at : at + _IN_A_LINE] for at in range(0, len(paragraph), _IN_A_LINE)]
    return lines


def _laid_out(source: Source) -> dict[str, str]:
    lines, parts = _lines(source), {}
    pages = [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)]
    for number, page in enumerate(pages):
        objects = "".join(_object(line, 20, 40 + 6.5 * row) for row, line in enumerate(page))
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = _page(objects)
    listed = "".join(f'<ofd:Page ID="{n + 10}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    common = (
        "<ofd:CommonData><ofd:MaxUnitID>9000</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        "</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
    )
    information = "<ofd:DocID>0123456789abcdef</ofd:DocID><ofd:Creator>office</ofd:Creator>"
    return {
        "OFD.xml": f'{_HEAD}<ofd:OFD {_NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody>'
        f"<ofd:DocInfo>{information}</ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"{_HEAD}<ofd:Document {_NAMESPACE}>{common}<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/PublicRes.xml": f'{_HEAD}<ofd:Res {_NAMESPACE} BaseLoc="Res"><ofd:Fonts>'
        '<ofd:Font ID="3" FontName="仿宋" FamilyName="仿宋"/></ofd:Fonts></ofd:Res>',
        **parts,
    }


def _packed(source: Source, parts: Mapping[str, str]) -> bytes:
    whole: Parts = {name: part.encode() for name, part in parts.items()}
    for number in range(source.rng.choice((0, 0, 1, 2))):
        whole[f"Doc_0/Res/image_{number}.jpg"] = source.shared.pictures.photograph(source.rng)
    return zipped(whole)


def plain(source: Source) -> bytes:
    """A package without a mark."""
    return _packed(source, _laid_out(source))


def _way(change: Change, suited: Suited = Suited.ANY, *, counts: bool = True) -> Way:
    def make(source: Source, mark: str) -> bytes:
        parts = _laid_out(source)
        change(parts, mark)
        return _packed(source, parts)

    return Way(make, suited, counts)


_FIRST = "Doc_0/Pages/Page_0/Content.xml"
_LAYER = '<ofd:Layer ID="2">'


def _line(parts: dict[str, str], mark: str) -> None:
    parts[_FIRST] = parts[_FIRST].replace(_LAYER, _LAYER + _object(mark, 20, 25, 5.64), 1)


def _glyphs(parts: dict[str, str], mark: str) -> None:
    objects = "".join(_object(character, 20 + 5.64 * n, 25, 5.64) for n, character in enumerate(mark))
    parts[_FIRST] = parts[_FIRST].replace(_LAYER, _LAYER + objects, 1)


def _last(parts: dict[str, str], mark: str) -> None:
    parts[_FIRST] = parts[_FIRST].replace("</ofd:Layer>", _object(mark, 20, 25, 5.64) + "</ofd:Layer>", 1)


def _template(parts: dict[str, str], mark: str) -> None:
    """The red heading of an official document often lies in a template page."""
    document = "Doc_0/Document.xml"
    listed = '<ofd:TemplatePage ID="77" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>'
    parts[document] = parts[document].replace("</ofd:CommonData>", listed)
    parts["Doc_0/Tpls/Tpl_0/Content.xml"] = _page(_object(mark, 20, 25, 5.64))
    parts[_FIRST] = parts[_FIRST].replace("<ofd:Content>", '<ofd:Template TemplateID="77"/><ofd:Content>', 1)


def _annotation(kind: str) -> Change:
    def change(parts: dict[str, str], mark: str) -> None:
        document = "Doc_0/Document.xml"
        index = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations></ofd:Document>"
        parts[document] = parts[document].replace("</ofd:Document>", index)
        listed = '<ofd:Page PageID="10"><ofd:FileLoc>Page_0/Annot.xml</ofd:FileLoc></ofd:Page>'
        parts["Doc_0/Annots/Annotations.xml"] = f"{_HEAD}<ofd:Annotations {_NAMESPACE}>{listed}</ofd:Annotations>"
        shown = f'<ofd:Appearance Boundary="20 20 100 20">{_object(mark, 0, 0, 5.64)}</ofd:Appearance>'
        annot = f'<ofd:Annot ID="90" Type="{kind}" Creator="a" LastModDate="2026-03-02">{shown}</ofd:Annot>'
        parts["Doc_0/Annots/Page_0/Annot.xml"] = f"{_HEAD}<ofd:PageAnnot {_NAMESPACE}>{annot}</ofd:PageAnnot>"

    return change


def _attachment(parts: dict[str, str], mark: str) -> None:
    document = "Doc_0/Document.xml"
    index = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments></ofd:Document>"
    parts[document] = parts[document].replace("</ofd:Document>", index)
    listed = '<ofd:Attachment ID="7" Name="附件" Format="txt"><ofd:FileLoc>note.txt</ofd:FileLoc></ofd:Attachment>'
    parts["Doc_0/Attachs/Attachments.xml"] = f"{_HEAD}<ofd:Attachments {_NAMESPACE}>{listed}</ofd:Attachments>"
    parts["Doc_0/Attachs/note.txt"] = f"{mark}\n补充说明\n请各单位认真落实。\n"


def _information(element: str) -> Change:
    def change(parts: dict[str, str], mark: str) -> None:
        parts["OFD.xml"] = parts["OFD.xml"].replace("</ofd:DocInfo>", element.format(mark) + "</ofd:DocInfo>")

    return change


_CUSTOM = '<ofd:CustomDatas><ofd:CustomData Name="密级">{}</ofd:CustomData></ofd:CustomDatas>'
WAYS: Mapping[str, Way] = {
    "first line": _way(_line),
    "a glyph an object": _way(_glyphs),
    "last on the page": _way(_last),
    "template page": _way(_template),
    "watermark": _way(_annotation("Watermark")),
    "stamp": _way(_annotation("Stamp")),
    "attachment": _way(_attachment),
    "title property": _way(_information("<ofd:Title>{}</ofd:Title>"), Suited.STATUTORY, counts=False),
    "property named 密级": _way(_information(_CUSTOM), Suited.STATUTORY, counts=False),
}

FORMATS: Mapping[str, Format] = {"ofd": Format(".ofd", 300, plain, WAYS)}
