"""Documents made byte by byte, so that a test shows what it reads."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from agent.extract.base import Budget, Extractor
from checks.marking.text import Block
from policies.vocabulary import Unread
from tests.agent.extract.compounds import compound as compound
from tests.agent.extract.outcome import outcome
from tests.agent.extract.outcome import texts as texts

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMESPACES = (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def collect(extractor: Extractor, data: bytes, budget: Budget | None = None) -> tuple[list[Block], Unread | None]:
    """All blocks of a file, and the reason where reading ended early."""
    blocks, _, reason = outcome(extractor, data, budget)
    return blocks, reason


def element(name: str, content: str, namespace: str = TRANSITIONAL) -> str:
    """A part of a Word document with its namespaces."""
    return f'<w:{name} xmlns:w="{namespace}"{NAMESPACES}>{content}</w:{name}>'


def paragraph(*runs: str) -> str:
    """A paragraph; a run that is no markup is plain text."""
    return "<w:p>" + "".join(r if r.startswith("<") else f"<w:r><w:t>{r}</w:t></w:r>" for r in runs) + "</w:p>"


def body(content: str, namespace: str = TRANSITIONAL) -> str:
    """A main part."""
    return element("document", f"<w:body>{content}</w:body>", namespace)


def package(parts: Mapping[str, str | bytes], kinds: Mapping[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip package with the content types of its parts."""
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    types = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{overrides}</Types>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", types)
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(content: str, others: Mapping[str, tuple[str, str]] | None = None, namespace: str = TRANSITIONAL) -> bytes:
    """A Word document: what its body holds, and other parts by name with the ending of their content type and their content."""
    others = others or {}
    parts = {"word/document.xml": body(content, namespace)} | {name: text for name, (_, text) in others.items()}
    kinds = {"word/document.xml": MAIN} | {name: WORD + kind for name, (kind, _) in others.items()}
    return package(parts, kinds)


def pdf(*pages: Callable[[Canvas], None], title: str = "") -> bytes:
    """A PDF with Chinese text in a font that it does not hold, one page for each drawing."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    if title:
        canvas.setTitle(title)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def written(text: str, x: float = 70, y: float = 780, size: float = 16) -> Callable[[Canvas], None]:
    """Draws a line of text."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", size)
        canvas.drawString(x, y, text)

    return draw


def lines(blocks: Iterable[Block]) -> Iterator[str]:
    """The lines of all blocks."""
    for block in blocks:
        yield from block.text.splitlines()
