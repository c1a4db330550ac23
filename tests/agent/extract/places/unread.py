"""Documents that are told instead of read, and pictures, whose text nobody reads here."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from policies.vocabulary import Place, Text, Unread
from tests.agent.extract import samples
from tests.agent.extract.archives import rar5
from tests.agent.extract.compounds import compound
from tests.agent.extract.odf_samples import TYPE, manifest
from tests.agent.extract.ofd_samples import Ofd, layer
from tests.agent.extract.parts import committed, zipped
from tests.agent.extract.places.case import MARK, Case, Column, Told
from tests.agent.extract.places.office import word
from tests.agent.extract.samples import written
from tests.agent.extract.words import old_word
from tests.agent.extract.words import word as old


@cache
def picture(kind: str = "PNG") -> bytes:
    """A picture of a page with lines on it."""
    image = Image.new("L", (200, 280), 255)
    draw = ImageDraw.Draw(image)
    for line in range(20, 260, 12):
        draw.line((20, line, 180, line), 0, 4)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def _scan(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(io.BytesIO(picture())), 0, 0, 595, 842)


def _scanned_word() -> bytes:
    parts: dict[str, str | bytes] = {"word/document.xml": samples.body("<w:p/>"), "word/media/image1.png": picture()}
    return samples.package(parts, {"word/document.xml": samples.MAIN})


def _scanned_ofd() -> bytes:
    image = '<ofd:ImageObject ID="3" Boundary="0 0 210 297" ResourceID="4"/>'
    return Ofd(pages=[layer(image)], others={"Doc_0/Res/1.png": picture()}).build()


def _locked_pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("reader", "owner", strength=128))
    canvas.drawString(70, 780, "text")
    canvas.save()
    return buffer.getvalue()


def _locked_odf() -> bytes:
    sealed: dict[str, str | bytes] = {"content.xml": b"\x81\x02", "META-INF/manifest.xml": manifest("content.xml")}
    return zipped({"mimetype": TYPE + "text", **sealed})


def _xlsb() -> bytes:
    kind = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    return samples.package({"xl/workbook.bin": b"\x83\x01\x00"}, {"xl/workbook.bin": kind})


_PICTURES = Text("图片（PNG、JPEG、TIFF 等）", "pictures (PNG, JPEG, TIFF, ...)")
_SCANS = Text("由扫描图片组成的 PDF、OFD、Word 等文件", "PDF, OFD, Word and other files that are all scans")
_LOCKED = Text("设有打开密码的 Office、WPS、ODF、PDF 文件", "Office, WPS, ODF and PDF files with a password")
_LOCKED_ARCHIVES = Text(
    "加密的压缩包（文件名未加密时仍检查文件名）", "archives with a password (names are read where they are not encrypted)"
)
_SEALED = Text("加密的邮件和文件（S/MIME、PGP）", "encrypted mail and files (S/MIME, PGP)")
_RIGHTS = Text("受权限管理（IRM）保护的文件", "documents under rights management (IRM)")
_DISKS = Text("磁盘和文件系统映像", "images of disks and file systems")
_LOCKED_DISKS = Text("加密的磁盘映像（LUKS、BitLocker）", "encrypted images of disks (LUKS, BitLocker)")
_BINARY = Text("XLSB", "XLSB")
_OLD = Text("Word 6.0/95（读出文字，但不算完整）", "Word 6.0/95 (its text is read, but never called complete)")
_OTHERS = Text("Visio、Publisher 等其他复合文档", "Visio, Publisher and other compound files")
_PROGRAMS = Text("程序、音频、视频、数据库", "programs, sound, film, databases")
_BOMBS = Text("解压后远大于自身的压缩包", "archives that unpack to far more than they hold")
_BROKEN = Text("残缺的文件（已读出的部分仍计入）", "files that are cut off or damaged (what was read of them counts)")

TOLD = [
    Told("png", "image", Unread.NO_TEXT, _PICTURES, picture),
    Told("jpeg", "image", Unread.NO_TEXT, _PICTURES, lambda: picture("JPEG")),
    Told("tiff", "image", Unread.NO_TEXT, _PICTURES, lambda: picture("TIFF")),
    Told("bmp", "image", Unread.NO_TEXT, _PICTURES, lambda: picture("BMP")),
    Told("gif", "image", Unread.NO_TEXT, _PICTURES, lambda: picture("GIF")),
    Told("scanned-pdf", "pdf", Unread.NO_TEXT, _SCANS, lambda: samples.pdf(_scan)),
    Told("scanned-docx", "docx", Unread.NO_TEXT, _SCANS, _scanned_word),
    Told("scanned-ofd", "ofd", Unread.NO_TEXT, _SCANS, _scanned_ofd),
    Told("docx-with-password", "ooxml", Unread.ENCRYPTED, _LOCKED, lambda: compound({"EncryptedPackage": b"x" * 5000})),
    Told("doc-with-password", "doc", Unread.ENCRYPTED, _LOCKED, lambda: old([(f"{MARK}\r", False)], flags=0x100)),
    Told("odt-with-password", "odt", Unread.ENCRYPTED, _LOCKED, _locked_odf),
    Told("pdf-with-password", "pdf", Unread.ENCRYPTED, _LOCKED, _locked_pdf),
    Told("zip-with-password", "zip", Unread.ENCRYPTED, _LOCKED_ARCHIVES, lambda: committed("7zip-aes.zip")),
    Told("7z-with-password", "7z", Unread.ENCRYPTED, _LOCKED_ARCHIVES, lambda: committed("7zip-encrypted-names.7z")),
    Told("rar-with-password", "rar", Unread.ENCRYPTED, _LOCKED_ARCHIVES, lambda: rar5({}, sealed=True)),
    Told("sealed-mail", "eml", Unread.ENCRYPTED, _SEALED, lambda: committed("openssl-sealed.eml")),
    Told(
        "pgp-message",
        "pgp",
        Unread.ENCRYPTED,
        _SEALED,
        lambda: b"-----BEGIN PGP MESSAGE-----\n\njA0ECQMC\n-----END PGP MESSAGE-----\n",
    ),
    Told("rights", "ole", Unread.ENCRYPTED, _RIGHTS, lambda: compound({"\tDRMContent": b"x"})),
    Told("luks", "disk", Unread.ENCRYPTED, _LOCKED_DISKS, lambda: b"LUKS\xba\xbe\0\2" + bytes(600)),
    Told("xlsb", "xlsx", Unread.UNSUPPORTED, _BINARY, _xlsb),
    Told("word-95", "doc", Unread.UNSUPPORTED, _OLD, lambda: old_word(f"{MARK}\r", fast=False)),
    Told("visio", "ole", Unread.UNSUPPORTED, _OTHERS, lambda: compound({"VisioDocument": b"x" * 5000})),
    Told("disk", "disk", Unread.UNSUPPORTED, _DISKS, lambda: b"QFI\xfb\0\0\0\3" + bytes(600)),
    Told("program", "program", Unread.UNSUPPORTED, _PROGRAMS, lambda: b"\x7fELF\2\1\1" + bytes(600)),
    Told("film", "program", Unread.UNSUPPORTED, _PROGRAMS, lambda: b"\0\0\0\x20ftypisom" + bytes(600)),
    Told("half-a-docx", "docx", Unread.CORRUPT, _BROKEN, lambda: word(first=MARK)[:9000]),
    Told("half-a-pdf", "pdf", Unread.CORRUPT, _BROKEN, lambda: samples.pdf(written(MARK))[:700]),
    Told("bomb", "zip", Unread.BOMB, _BOMBS, lambda: zipped({"a.txt": b"a" * (20 << 20)})),
]
_OCR = Text(
    "文字在图片中，需要文字识别（OCR），本工具不含",
    "text in pictures would take character recognition (OCR), which is not included",
)
CASES = [Case("image", "text-in-a-picture", Column.TEXT, Place.COVER, picture, _OCR)]
