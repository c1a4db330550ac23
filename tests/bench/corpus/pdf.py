"""PDF files: by reportlab with a font that is not in the file, and as word processors write them (glyph numbers, ToUnicode)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.bench.corpus.marks import Suited
from tests.bench.corpus.shape import Format, Source, Way

_FONT = "STSong-Light"
_NAME = "/ABCDEF+SimSun"
_WIDTH, _HEIGHT = A4
_LEFT, _TOP = 72, 72
_IN_A_LINE, _LINES = 36, 38
_BY_REPORTLAB = 0.5

Draw = Callable[[Canvas, str], None]
Page = Sequence[str]


def _pages(source: Source) -> list[list[str]]:
    """Lines by page: mostly one to three pages, seldom up to forty."""
    prose = source.prose
    lines: list[str] = []
    for paragraph in prose.paragraphs(prose.size(32, 420, 1.1)):
        lines += [paragraph[at : at + _IN_A_LINE] for at in range(0, len(paragraph), _IN_A_LINE)]
    return [lines[at : at + _LINES] for at in range(0, min(len(lines), 40 * _LINES), _LINES)]


def _by_reportlab(source: Source, draw: Draw | None = None, mark: str = "", *, before_text: bool = True) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for number, page in enumerate(_pages(source)):
        if draw and number == 0 and before_text:
            draw(canvas, mark)
        _draw_lines(canvas, page)
        if draw and number == 0 and not before_text:
            draw(canvas, mark)
        if source.rng.random() < 0.08:
            picture = ImageReader(BytesIO(source.shared.pictures.photograph(source.rng)))
            canvas.drawImage(picture, 300, 80, 160, 120)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_lines(canvas: Canvas, lines: Page, size: float = 12) -> None:
    text = canvas.beginText(_LEFT, _HEIGHT - _TOP - 60)
    text.setFont(_FONT, size, leading=17)
    for line in lines:
        text.textLine(line)
    canvas.drawText(text)


def _line(canvas: Canvas, mark: str) -> None:
    canvas.setFont(_FONT, 16)
    canvas.drawString(_LEFT, _HEIGHT - _TOP, mark)


def _spaced(canvas: Canvas, mark: str) -> None:
    """Each glyph put down by itself, further apart than a word processor would."""
    canvas.setFont(_FONT, 16)
    for number, character in enumerate(mark):
        canvas.drawString(_LEFT + 22 * number, _HEIGHT - _TOP, character)


def _upright(canvas: Canvas, mark: str) -> None:
    """In the margin, above the first line of text, however long it is."""
    canvas.setFont(_FONT, 8)
    for number, character in enumerate(mark):
        canvas.drawString(40, _HEIGHT - 14 - 8 * number, character)


def _at_the_right(canvas: Canvas, mark: str) -> None:
    canvas.setFont(_FONT, 16)
    canvas.drawRightString(_WIDTH - _LEFT, _HEIGHT - _TOP, mark)


def _watermark(canvas: Canvas, mark: str) -> None:
    canvas.saveState()
    canvas.translate(_WIDTH / 2, _HEIGHT / 2)
    canvas.rotate(45)
    canvas.setFont(_FONT, 60)
    canvas.setFillGray(0.85)
    canvas.drawCentredString(0, 0, mark)
    canvas.restoreState()


def _at_the_foot(canvas: Canvas, mark: str) -> None:
    canvas.setFont(_FONT, 10)
    canvas.drawString(_LEFT, 40, mark)


def _note(canvas: Canvas, mark: str) -> None:
    canvas.textAnnotation(mark, Rect=(_LEFT, _HEIGHT - 60, _LEFT + 120, _HEIGHT - 30), addtopage=1)


def _stamp(canvas: Canvas, mark: str) -> None:
    canvas.freeTextAnnotation(mark, f"(/{_FONT} 14 Tf)", (_LEFT, _HEIGHT - 60, _LEFT + 120, _HEIGHT - 30), addtopage=1)


def _title(canvas: Canvas, mark: str) -> None:
    canvas.setTitle(mark)


def _form(canvas: Canvas, mark: str) -> None:
    canvas.beginForm("mark")
    _line(canvas, mark)
    canvas.endForm()
    canvas.doForm("mark")


def _drawn(draw: Draw, suited: Suited = Suited.ANY, *, counts: bool = True, before_text: bool = True) -> Way:
    return Way(lambda source, mark: _by_reportlab(source, draw, mark, before_text=before_text), suited, counts)


# --- as word processors write them --------------------------------------------------------------------------------------


@cache
def _font_file() -> bytes:
    """A real font: a reader must step over it, or loads it; the glyphs are not the text's, but none of them is empty."""
    return zlib.compress((Path(reportlab.__file__).parent / "fonts" / "Vera.ttf").read_bytes())


class _Objects:
    """The numbered objects of a PDF file."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []

    def add(self, body: str) -> int:
        self._bodies.append(body.encode())
        return len(self._bodies)

    def stream(self, content: bytes, entries: str = "", *, packed: bool = False) -> int:
        data = content if packed else zlib.compress(content)
        coded = entries if "/Filter" in entries else f"{entries} /Filter /FlateDecode"
        self._bodies.append(f"<< /Length {len(data)} {coded} >>\nstream\n".encode() + data + b"\nendstream")
        return len(self._bodies)

    def file(self, root: int, information: int) -> bytes:
        out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
        for number, body in enumerate(self._bodies, 1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        table = "".join(f"{place:010d} 00000 n \n" for place in places)
        size = len(places) + 1
        trailer = f"<< /Size {size} /Root {root} 0 R /Info {information} 0 R >>"
        end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n{trailer}\n"
        return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def _mapping(glyphs: Mapping[str, int]) -> bytes:
    """The CMap from glyph numbers back to characters."""
    pairs = "".join(f"<{glyph:04X}> <{character.encode('utf-16-be').hex()}>\n" for character, glyph in glyphs.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(glyphs)} beginbfchar\n{pairs}endbfchar endcmap end end\n"
    ).encode()


def _shown(line: str, glyphs: dict[str, int], x: float, y: float, size: float) -> str:
    """A line as word processors show it: glyph numbers in several pieces with kerning between them."""
    codes = [f"{glyphs.setdefault(character, len(glyphs) + 3):04X}" for character in line]
    pieces = "> 2 <".join("".join(codes[at : at + 7]) for at in range(0, len(codes), 7))
    return f"BT /F1 {size} Tf 1 0 0 1 {x} {y:.1f} Tm [<{pieces}>] TJ ET\n"


def _by_a_word_processor(source: Source, mark: str = "", *, apart: bool = False) -> bytes:
    objects, glyphs, contents = _Objects(), dict[str, int](), []
    for number, page in enumerate(_pages(source)):
        shown = [_shown(line, glyphs, _LEFT, _HEIGHT - 130 - 17 * row, 12) for row, line in enumerate(page)]
        if mark and number == 0:
            step = 24 if apart else 16
            pieces = mark if apart else [mark]
            shown[:0] = [_shown(piece, glyphs, _LEFT + step * at, _HEIGHT - _TOP, 16) for at, piece in enumerate(pieces)]
        contents.append(objects.stream("".join(shown).encode()))
    font = _font(objects, glyphs)
    resources = f"<< /Font << /F1 {font} 0 R >> >>"
    parent = len(contents) + font + 1
    pages = [
        objects.add(
            f"<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 595 842] /Resources {resources} /Contents {content} 0 R >>"
        )
        for content in contents
    ]
    kids = " ".join(f"{page} 0 R" for page in pages)
    assert objects.add(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>") == parent
    root = objects.add(f"<< /Type /Catalog /Pages {parent} 0 R >>")
    return objects.file(root, objects.add("<< /Producer (WPS) /CreationDate (D:20260302090000+08'00') >>"))


def _font(objects: _Objects, glyphs: Mapping[str, int]) -> int:
    file = objects.stream(_font_file(), "/Filter /FlateDecode", packed=True)
    described = objects.add(
        f"<< /Type /FontDescriptor /FontName {_NAME} /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 859 "
        f"/Descent -141 /CapHeight 683 /StemV 80 /FontFile2 {file} 0 R >>"
    )
    drawn = objects.stream(b"".join((36 + glyph % 200).to_bytes(2, "big") for glyph in range(len(glyphs) + 3)))
    inner = objects.add(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont {_NAME} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        f"/Supplement 0 >> /FontDescriptor {described} 0 R /DW 1000 /CIDToGIDMap {drawn} 0 R >>"
    )
    mapping = objects.stream(_mapping(glyphs))
    return objects.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont {_NAME} /Encoding /Identity-H /DescendantFonts [{inner} 0 R] "
        f"/ToUnicode {mapping} 0 R >>"
    )


def plain(source: Source) -> bytes:
    """A PDF without a mark, by one or the other producer."""
    return _by_reportlab(source) if source.rng.random() < _BY_REPORTLAB else _by_a_word_processor(source)


WAYS: Mapping[str, Way] = {
    "first line": _drawn(_line),
    "first line, glyph numbers": Way(_by_a_word_processor),
    "glyphs apart": _drawn(_spaced, Suited.FULL),
    "glyphs apart, glyph numbers": Way(lambda source, mark: _by_a_word_processor(source, mark, apart=True), Suited.STATUTORY),
    "upright": _drawn(_upright, Suited.STATUTORY),
    "top right": _drawn(_at_the_right),
    "last in the stream": _drawn(_line, before_text=False),
    "form object": _drawn(_form),
    "watermark": _drawn(_watermark),
    "foot of the page": _drawn(_at_the_foot, Suited.FULL),
    "note": _drawn(_note, Suited.STATUTORY),
    "stamp": _drawn(_stamp, Suited.STATUTORY),
    "title property": _drawn(_title, Suited.STATUTORY, counts=False),
}

FORMATS: Mapping[str, Format] = {"pdf": Format(".pdf", 900, plain, WAYS)}
