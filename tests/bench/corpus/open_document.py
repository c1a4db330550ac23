"""OpenDocument files, written part by part as LibreOffice names things."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.bench.corpus.marks import Suited
from tests.bench.corpus.shape import Format, Parts, Source, Way, zipped

_TYPE = "application/vnd.oasis.opendocument."
_WORDS = {"fo": "xsl-fo-compatible", "svg": "svg-compatible", "draw": "drawing"}
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{_WORDS.get(prefix, prefix)}:1.0"'
    for prefix in ("office", "style", "text", "table", "draw", "fo", "svg", "meta", "presentation")
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
_STYLES = (
    '<office:automatic-styles><style:page-layout style:name="pm1"/><style:style style:name="T1" style:family="text">'
    '<style:text-properties fo:font-size="16pt" fo:font-weight="bold"/></style:style></office:automatic-styles>'
)
_HIDDEN = '<style:style style:name="T9" style:family="text"><style:text-properties text:display="none"/></style:style>'

Body = Callable[[Source, str], str]


def _paragraph(text: str) -> str:
    return f'<text:p text:style-name="Standard">{text}</text:p>'


def _flow(source: Source) -> str:
    title, *rest = source.prose.paragraphs(source.prose.size(30, 600))
    return f'<text:h text:outline-level="1">{title}</text:h>' + "".join(map(_paragraph, rest))


def _table(source: Source, first: str = "") -> str:
    rng, prose = source.rng, source.prose
    rows = [
        [prose.phrase(), str(rng.randrange(10**5)), prose.phrase(), f"{rng.random():.3f}"] for _ in range(prose.size(60, 900))
    ]
    marked = [[first, "", "", ""]] if first else []
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = "".join(
        f"<table:table-row>{''.join(cell.format(value) for value in row)}</table:table-row>" for row in (*marked, *rows)
    )
    return f'<table:table table:name="Sheet1">{lines}</table:table>'


def _slide(number: int, *boxes: str) -> str:
    frames = "".join(
        f'<draw:frame svg:x="1cm" svg:y="{1 + 3 * at}cm" svg:width="20cm" svg:height="2cm">'
        f"<draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"
        for at, text in enumerate(boxes)
    )
    return f'<draw:page draw:name="page{number}" draw:master-page-name="Default">{frames}</draw:page>'


def _slides(source: Source, first: str = "") -> str:
    count = source.prose.size(10, 40)
    boxes = [[first] if first and n == 0 else [] for n in range(count)]
    return "".join(_slide(n, *boxes[n], source.prose.title(), *source.prose.sentences(3)) for n in range(count))


def _packed(source: Source, kind: str, body: str, *, master: str = "", meta: str = "") -> bytes:
    content = (
        f"{_HEAD}<office:document-content {_NAMESPACES}><office:automatic-styles>{_HIDDEN}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    page = f'<style:master-page style:name="Standard" style:page-layout-name="pm1">{master}</style:master-page>'
    page = f"<office:master-styles>{page}</office:master-styles>"
    about = f"{_HEAD}<office:document-meta {_NAMESPACES}><office:meta>{meta}</office:meta></office:document-meta>"
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    files = entry.format("/", _TYPE + kind) + "".join(
        entry.format(name, "text/xml") for name in ("content.xml", "styles.xml", "meta.xml")
    )
    parts: Parts = {
        "mimetype": (_TYPE + kind).encode(),
        "content.xml": content.encode(),
        "styles.xml": f"{_HEAD}<office:document-styles {_NAMESPACES}>{_STYLES}{page}</office:document-styles>".encode(),
        "meta.xml": about.encode(),
        "META-INF/manifest.xml": f"{_HEAD}<manifest:manifest {_MANIFEST}>{files}</manifest:manifest>".encode(),
    }
    if source.rng.random() < 0.3:
        parts["Pictures/1.jpg"] = source.shared.pictures.photograph(source.rng)
    return zipped(parts)


def _text(body: Body, suited: Suited = Suited.ANY, *, counts: bool = True) -> Way:
    return Way(lambda source, mark: _packed(source, "text", body(source, mark)), suited, counts)


def _framed(mark: str) -> str:
    box = f"<draw:text-box><text:p>{mark}</text:p></draw:text-box>"
    return f'<draw:frame text:anchor-type="paragraph" svg:width="5cm">{box}</draw:frame>'


def _split(_source: Source, mark: str) -> str:
    return _paragraph("".join(f'<text:span text:style-name="T1">{character}</text:span>' for character in mark)) + _flow(_source)


def _headed(source: Source, mark: str) -> bytes:
    return _packed(source, "text", _flow(source), master=f"<style:header><text:p>{mark}</text:p></style:header>")


def _footed(source: Source, mark: str) -> bytes:
    return _packed(source, "text", _flow(source), master=f"<style:footer><text:p>{mark}</text:p></style:footer>")


def _watermarked(source: Source, mark: str) -> bytes:
    attributes = 'draw:name="PowerPlusWaterMarkObject1" svg:width="15cm" svg:height="5cm"'
    shape = f"<draw:custom-shape {attributes}><text:p>{mark}</text:p></draw:custom-shape>"
    return _packed(source, "text", _flow(source), master=f"<style:header><text:p>{shape}</text:p></style:header>")


def _defined(source: Source, mark: str) -> bytes:
    return _packed(source, "text", _flow(source), meta=f'<meta:user-defined meta:name="密级">{mark}</meta:user-defined>')


TEXT_WAYS: Mapping[str, Way] = {
    "first line": _text(lambda source, mark: _paragraph(mark) + _flow(source)),
    "split over spans": _text(_split),
    "text box": _text(lambda source, mark: _paragraph(_framed(mark)) + _flow(source)),
    "header": Way(_headed),
    "footer": Way(_footed),
    "watermark": Way(_watermarked),
    "annotation": _text(
        lambda source, mark: _paragraph(f"<office:annotation><text:p>{mark}</text:p></office:annotation>正文") + _flow(source),
        Suited.FULL,
    ),
    "hidden text": _text(
        lambda source, mark: _flow(source) + _paragraph(f'<text:span text:style-name="T9">{mark}</text:span>'),
        Suited.STATUTORY,
        counts=False,
    ),
    "property named 密级": Way(_defined, Suited.STATUTORY, counts=False),
}

FORMATS: Mapping[str, Format] = {
    "odt": Format(".odt", 130, lambda source: _packed(source, "text", _flow(source)), TEXT_WAYS),
    "ods": Format(
        ".ods",
        60,
        lambda source: _packed(source, "spreadsheet", _table(source)),
        {"first cell": Way(lambda source, mark: _packed(source, "spreadsheet", _table(source, mark)))},
    ),
    "odp": Format(
        ".odp",
        40,
        lambda source: _packed(source, "presentation", _slides(source)),
        {"first slide": Way(lambda source, mark: _packed(source, "presentation", _slides(source, mark)))},
    ),
}
