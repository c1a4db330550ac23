"""Sound documents as real producers make them, the same at every run. Each bears marks and a sentence that must not leak."""

from __future__ import annotations

import io
import re
import tarfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import docx
import openpyxl  # type: ignore[import-untyped]  # ships no types
import pptx
import xlwt  # type: ignore[import-untyped]  # ships no types
from openpyxl.comments import Comment  # type: ignore[import-untyped]  # ships no types
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas

from tests.agent.extract import pdfs, samples
from tests.agent.extract.compounds import compound
from tests.agent.extract.mails import Value, properties
from tests.agent.extract.parts import zipped

MARK, LAST = "机密★10年", "秘密★5年"
SECRET = "东风演习定于冬月十三日在三号海域"
SECRETS = (SECRET, "关于做好有关工作的通知", "请各单位按要求办理，有关情况", "文字内容较长一些以便跨越记录边界")
"""Sentences of these documents and of those in `tests/data/documents`, of which nothing may be told.

Each is longer than what may follow a star as a period that cannot be understood, which belongs to the mark.
"""
LINES = (MARK, "关于秋季工作的通知", SECRET, "各单位请于月底前反馈。", LAST)

_MADE = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def steady(data: bytes) -> bytes:
    """A package without the time of its making."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            dated = _MADE.sub(b"2026-01-01T00:00:00Z", content) if name.endswith((".xml", ".rels")) else content
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), dated, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


def word() -> bytes:
    """By python-docx: paragraphs, a table, header and footer, properties."""
    document = docx.Document()
    document.core_properties.subject = LAST
    document.sections[0].header.paragraphs[0].text = LAST
    document.sections[0].footer.paragraphs[0].text = "第 1 页"
    for line in LINES:
        document.add_paragraph(line).add_run(" 续").bold = True
    document.add_table(2, 2).cell(1, 1).text = MARK
    return steady(_saved(document.save))


def small() -> bytes:
    """A Word document with no more than its text, to lie in others."""
    return steady(samples.docx("".join(map(samples.paragraph, LINES))))


def boxes() -> bytes:
    """A Word document with a deletion and a text box."""
    box = f"<v:shape><v:textbox><w:txbxContent>{samples.paragraph(MARK)}</w:txbxContent></v:textbox></v:shape>"
    last = samples.paragraph("<w:del><w:r><w:delText>绝密</w:delText></w:r></w:del>", f"<w:r><w:pict>{box}</w:pict></w:r>")
    return steady(samples.docx("".join(map(samples.paragraph, LINES)) + last))


def sheets() -> bytes:
    """By openpyxl: two sheets, a header, a comment, a formula."""
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("附表")):
        for number, line in enumerate(LINES, 1):
            sheet.cell(number, 1, line)
        sheet.cell(9, 3, "=SUM(A1:A2)")
        sheet.cell(10, 1).comment = Comment(LAST, "甲")
        sheet.oddHeader.center.text = MARK
    book.properties.created = datetime(2026, 1, 1)  # noqa: DTZ001  openpyxl takes none with a zone
    return steady(_saved(book.save))


def show() -> bytes:
    """By python-pptx: text boxes, a table, notes, an embedded workbook."""
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    slide.shapes.add_textbox(Inches(1), Inches(1), Inches(6), Inches(3)).text_frame.text = "\n".join(LINES)
    slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table.cell(1, 1).text = LAST
    slide.notes_slide.notes_text_frame.text = MARK
    slide.shapes.add_ole_object(io.BytesIO(sheets()), "Excel.Sheet.12", Inches(5), Inches(5))
    return steady(_saved(presentation.save))


def old_sheets() -> bytes:
    """By xlwt."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for number, line in enumerate(LINES):
        sheet.write(number, 0, line)
        sheet.write(number, 1, number * 1.5)
    return _saved(book.save)


def message() -> bytes:
    """An Outlook message with a document attached."""
    attached: dict[int, Value] = {0x3704: "A~1.DOC", 0x3707: "附件.docx", 0x3701: small(), 0x3705: 1}
    streams = properties({0x0037: f"{MARK} 通知", 0x1000: "\r\n".join(LINES), 0x1013: page().encode()})
    return compound(streams | properties(attached, "__attach_version1.0_#00000000/", header=8))


def page() -> str:
    """A web page."""
    lines = "".join(f"<p style='font-size:16pt'>{line}</p>" for line in LINES)
    head = "<head><title>通知</title><meta name='a' content='b'></head>"
    return f"<html>{head}<body>{lines}<table><tr><td>{LAST}</td></tr></table></body></html>"


def saved_page() -> bytes:
    """A web page as browsers save it."""
    made = MIMEMultipart("related", "=====boundary=====", type="text/html")
    made["From"], made["Subject"] = "<Saved by Blink>", "网页"
    made["Snapshot-Content-Location"] = "https://example.org/"
    made.attach(MIMEText(page(), "html", "utf-8"))
    return made.as_bytes()


def paged(*, packed: bool = True, locked: bool = False) -> bytes:
    """By reportlab: two pages, a form, a bookmark, a link."""
    samples.pdf()  # registers the font
    buffer = io.BytesIO()
    lock = "open sesame" if locked else None
    canvas = Canvas(buffer, pagesize=(595, 842), pageCompression=int(packed), invariant=1, encrypt=lock)
    canvas.setTitle(LAST)
    for _ in range(2):
        for number, line in enumerate(LINES):
            samples.written(line, y=780 - 30 * number)(canvas)
        canvas.bookmarkPage("a")
        canvas.addOutlineEntry(MARK, "a")
        canvas.linkRect("", "a", (0, 0, 50, 50))
        canvas.acroForm.textfield(value="value", x=100, y=100, name="field")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def with_attachment() -> bytes:
    """A PDF made object by object, with a document in it and a note."""
    names = "/Names<</EmbeddedFiles<</Names[(a.docx)9 0 R]>>>>"
    held = "<</Type/Filespec/F(a.docx)/EF<</F 10 0 R>>>>"
    note = f"<</Type/Annot/Subtype/FreeText/Rect[0 0 99 99]/Contents{pdfs.wide_text(LAST)}>>"
    drawn = "".join(pdfs.drawn(line, y=780 - 30 * number) for number, line in enumerate(LINES))
    attached = pdfs.stream(small(), "/Type/EmbeddedFile", packed=True)
    return pdfs.one_page(drawn, held, attached, note, catalog=names, page="/Annots[11 0 R]")


def mail(*attached: tuple[str, bytes]) -> bytes:
    """A mail by the standard library: text, HTML, attachments."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", f"{MARK} 通知"
    made.set_content("\n".join(LINES))
    made.add_alternative(page(), subtype="html")
    for name, content in attached:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    for number, part in enumerate(one for one in made.walk() if one.is_multipart()):
        part.set_boundary(f"=====boundary{number}=====")
    return made.as_bytes()


def rich() -> bytes:
    """Rich text with a header, hidden text and a picture."""
    lines = "\\par ".join("".join(f"\\u{ord(c)}?" for c in line) for line in LINES)
    head = "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fnil\\fcharset134 SimSun;}}{\\info{\\title t}}"
    return f"{head}{{\\header {lines}}}\\pard\\b {lines}\\par{{\\v x}}{{\\pict\\pngblip 00ff}}}}".encode()


def tarred(mode: str = "w") -> bytes:
    """By the standard library; `mode` says how it is packed."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]  # one of the words that it takes
        for name, content in files().items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def packed() -> bytes:
    """A zip by the standard library, one file of it only stored."""
    return steady(zipped(files(), stored=("b.txt",)))


def files() -> dict[str, bytes]:
    """What archives hold."""
    return {"甲/a.docx": small(), "b.txt": "\n".join(LINES).encode(), "c.txt": f"{LAST}\n{SECRET}\n".encode("gb18030")}


def latin() -> dict[str, bytes]:
    """The same with names in Latin letters."""
    return {f"{number}.bin": content for number, content in enumerate(files().values())}
