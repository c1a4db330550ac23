"""The sound documents that damage begins with, by family."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from tests.agent.extract import archives, odf_samples, ofd_samples, slides, uof_samples, words
from tests.agent.extract.mail.test_tnef import BODY as TNEF_BODY
from tests.agent.extract.mail.test_tnef import PAGE as TNEF_PAGE
from tests.agent.extract.mail.test_tnef import attachment, attribute, tnef
from tests.agent.extract.parts import DOCUMENTS, committed
from tests.fuzz import documents
from tests.fuzz.documents import LAST, LINES, MARK, small, steady


@dataclass(frozen=True, slots=True)
class Seed:
    """A sound document. `ends`: the format shows where a file ends, so that one that is cut short must not count as read;
    `parts_end`: the same of the parts in it. `keep`: bytes without which it is of another format. `reason`: why even the sound
    document is not read in full.
    """

    name: str
    data: bytes
    ends: bool = True
    parts_end: bool = True
    keep: int = 64
    reason: str | None = None


def ooxml() -> list[Seed]:
    """Word, Excel and PowerPoint since 2007."""
    made = [Seed("word", documents.word()), Seed("boxes", documents.boxes())]
    made += [Seed("sheets", documents.sheets()), Seed("show", documents.show())]
    return made + _committed("libreoffice.docx", "libreoffice.xlsx", "libreoffice.pptx")


def ole() -> list[Seed]:
    """Word, Excel and PowerPoint until 2003, and Outlook's messages."""
    texts = [slides.wide(line) for line in LINES]
    parts = {1: slides.container(0x03E8, slides.listed(0, 2, texts=texts)), 2: slides.slide()}
    pieces = [("\r".join(LINES) + "\r", False), ("plain words\r", False), (f"{LAST}\r", False)]
    made = [
        Seed("old-sheets", documents.old_sheets()),
        Seed("message", documents.message(), parts_end=False),
        Seed("pieces", words.word(pieces, order=(0, 2, 1), compressed=(1,))),
        Seed("old-word", words.old_word("\r".join(LINES), fast=False), reason="unsupported"),
        Seed("records", slides.Show().save(parts).file()),
    ]
    return made + _committed("libreoffice.doc", "libreoffice.xls", "libreoffice.ppt", "libreoffice-master.ppt")


def odf_ofd() -> list[Seed]:
    """OpenDocument, flat or packed, and the two Chinese standards."""
    objects = [ofd_samples.text(line, 10, 10 + 10 * number) for number, line in enumerate(LINES)]
    layer = ofd_samples.layer(*objects, *ofd_samples.glyphs(MARK, 10, 80))
    annotations = {1: ofd_samples.annotation("Watermark", ofd_samples.text(LAST, 10, 100))}
    ofd = ofd_samples.Ofd(pages=(layer, layer), annotations=annotations, attachments={"a.docx": small()})
    body = "".join(f"<text:p>{line}</text:p>" for line in LINES)
    uof = "".join(map(uof_samples.paragraph, LINES))
    flat = odf_samples.content(body, root="document").encode()
    made = [Seed("ofd", steady(ofd.build())), Seed("odt", steady(odf_samples.odf(body)))]
    made += [Seed("uof", uof_samples.body(uof), keep=600), Seed("flat", flat, keep=1000)]
    made += [Seed(kind, committed(f"libreoffice.{kind}.gz"), keep=2500) for kind in ("fodt", "uot", "uos", "uop")]
    return made + _committed("libreoffice.odt", "libreoffice.ods", "libreoffice.odp")


def pdf() -> list[Seed]:
    """PDF."""
    made = [Seed("packed", documents.paged()), Seed("plain", documents.paged(packed=False))]
    made += [Seed("attachment", documents.with_attachment()), Seed("locked", documents.paged(locked=True), reason="encrypted")]
    return made + _committed("cairo.pdf", "ghostscript.pdf", "libreoffice.pdf", "qpdf.pdf")


def markup() -> list[Seed]:
    """Web pages, XML, drawings, rich and plain text."""
    text, html = "\n".join(LINES), documents.page()
    elements = "".join(f"<b:c d='{number}'>{line}</b:c>" for number, line in enumerate(LINES))
    xml = f'<?xml version="1.0" encoding="UTF-8"?><a xmlns:b="urn:b">{elements}</a>'
    drawn = "".join(f'<text x="10" y="{20 * n + 20}" font-size="16">{line}</text>' for n, line in enumerate(LINES))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="595" height="842"><g transform="scale(1)">{drawn}</g></svg>'
    rich = {"rtf": documents.rich(), "libreoffice.rtf": committed("libreoffice.rtf")}
    closed = {"xml": xml.encode(), "svg": svg.encode(), **rich, "wordml": committed("libreoffice.wordml.gz")}
    open_ended = {"txt": text.encode(), "txt-gbk": text.encode("gb18030"), "txt-wide": text.encode("utf-16")}
    open_ended |= {"html": html.encode(), "html-gbk": html.encode("gbk"), "libreoffice.html": committed("libreoffice.html")}
    return [*(Seed(name, data) for name, data in closed.items()), *(Seed(n, data, ends=False) for n, data in open_ended.items())]


def mail_archive() -> list[Seed]:
    """Mails and mailboxes, archives, single packed files."""
    box = (b"From a@example.org Thu Jan  1 00:00:00 2026\n" + documents.mail(("a.txt", MARK.encode())) + b"\n") * 2
    text = "\n".join(LINES).encode()
    winmail = tnef(TNEF_PAGE, attribute(TNEF_BODY, "\n".join(LINES).encode("gbk") + b"\0"), attachment("a.docx", small()))
    open_ended = {"eml": documents.mail(("甲.docx", small()), ("b.zip", documents.packed())), "mbox": box, "tnef": winmail}
    open_ended |= {"txt.Z": archives.written("raw", {"a": text}, "compress")}
    open_ended |= {name: (DOCUMENTS / name).read_bytes() for name in ("openssl-clear.eml", "openssl-streamed.eml")}
    closed = {"mhtml": documents.saved_page(), "zip": documents.packed(), "tar.gz": gzip.compress(documents.tarred(), mtime=0)}
    closed |= {"tar.xz": documents.tarred("w:xz"), "tar.bz2": documents.tarred("w:bz2")}
    closed |= {kind: archives.written(kind, documents.files()) for kind in ("7zip", "cpio_newc")}
    closed |= {"iso9660": archives.disk(documents.files())}
    closed |= {"deb": archives.written("ar_svr4", {"debian-binary": b"2.0\n", "data.tar.gz": closed["tar.gz"]})}
    closed |= {f"txt.{way}": archives.written("raw", {"a": text}, way) for way in ("zstd", "lz4", "lzip", "lzma")}
    closed |= {"rar4": archives.rar4(documents.latin()), "rar5": archives.rar5(documents.latin())}
    made = [Seed("tar", documents.tarred(), keep=512), *(Seed(name, data) for name, data in closed.items())]
    return [*made, *(Seed(name, data, ends=False) for name, data in open_ended.items())]


def _committed(*names: str) -> list[Seed]:
    return [Seed(name, committed(name)) for name in names]


FAMILIES: Mapping[str, Callable[[], Sequence[Seed]]] = MappingProxyType(
    {"ooxml": ooxml, "ole": ole, "odf-ofd": odf_ofd, "pdf": pdf, "markup": markup, "mail-archive": mail_archive}
)
