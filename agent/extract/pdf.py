"""PDF through PDFium: text of every page, annotations, form fields and the document's properties."""

from __future__ import annotations

import ctypes
import functools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, ClassVar

import pypdfium2.raw as pdfium

from agent.extract.base import Budget, Extractor, Unreadable
from agent.extract.plainfont import build
from agent.extract.reflow import Glyph, Piece, pieces
from checks.marking.text import Block
from policies.vocabulary import Place, Unread

_LARGE = 15.5  # points: a font of 16 is often a little less once placed
_BOLD = 600
_FLUSH = 1.5  # heights from the leftmost line
_SLANT = 0.1  # sine of the angle from which text is no line of the page any more
_UNSHOWN_ANNOTATIONS = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)
_PROPERTIES = ("Title", "Subject", "Keywords", "Author", "Creator", "Producer", "密级", "保密期限")
_ERRORS = {pdfium.FPDF_ERR_PASSWORD: Unread.ENCRYPTED, pdfium.FPDF_ERR_SECURITY: Unread.ENCRYPTED}

Handle = Any  # PDFium's own pointers


class Pdf(Extractor):
    """The first page and every page that speaks of secrets are put together by coordinates, the others as PDFium gives them."""

    name: ClassVar[str] = "pdf"

    def __init__(self) -> None:
        _start_pdfium()

    def rank(self, head: bytes) -> float:
        return 1.0 if b"%PDF-" in head[:1024] else -1

    def blocks(self, file: BinaryIO, budget: Budget) -> Iterator[Block]:
        with _opened(file) as document:
            yield from _properties(document)
            pages = pdfium.FPDF_GetPageCount(document)
            silent = 0
            for number in range(1, pages + 1):
                budget.tick()
                with _page(document, number) as page:
                    blocks = list(_blocks(page, number, budget))
                    silent += not blocks and pdfium.FPDFPage_CountObjects(page) > 0
                yield from blocks
            if silent:
                raise Unreadable(Unread.NO_TEXT)
            if _holds_more(document):
                raise Unreadable(Unread.UNSUPPORTED)


@functools.cache
def _start_pdfium() -> _PlainFonts:
    """PDFium is one for the whole process, and so is what it calls back: kept for ever."""
    pdfium.FPDF_InitLibrary()
    return _PlainFonts()


class _PlainFonts:
    """PDFium's view of the computer's fonts: one for all names."""

    def __init__(self) -> None:
        font = build()

        def data(_: object, __: object, table: int, target: Any, size: int) -> int:
            if table:
                return 0  # a single table; PDFium asks for the whole file then
            if size >= len(font):
                ctypes.memmove(target, font, len(font))
            return len(font)

        answers: dict[str, Callable[..., Any]] = {
            "MapFont": lambda *_: 1,
            "GetFont": lambda *_: 1,
            "GetFontData": data,
            "GetFaceName": lambda *_: 0,
            "GetFontCharset": lambda *_: 0,
            "EnumFonts": lambda *_: None,
            "DeleteFont": lambda *_: None,
            "Release": lambda *_: None,
        }
        self._info = pdfium.FPDF_SYSFONTINFO(version=1)
        for name, call in answers.items():
            setattr(self._info, name, type(getattr(self._info, name))(call))
        pdfium.FPDF_SetSystemFontInfo(self._info)


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Handle]:
    """A document that PDFium reads through a callback: never whole in memory, and a file cut short meanwhile does no harm."""

    def read(_: object, position: int, target: Any, size: int) -> int:
        file.seek(position)
        data = file.read(size)
        ctypes.memmove(target, data, len(data))
        return int(len(data) == size)

    access = pdfium.FPDF_FILEACCESS()
    access.m_FileLen = file.seek(0, 2)
    access.m_GetBlock = type(access.m_GetBlock)(read)
    document = pdfium.FPDF_LoadCustomDocument(access, None)
    if not document:
        raise Unreadable(_ERRORS.get(pdfium.FPDF_GetLastError(), Unread.CORRUPT))
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


@contextmanager
def _page(document: Handle, number: int) -> Iterator[Handle]:
    page = pdfium.FPDF_LoadPage(document, number - 1)
    if not page:
        raise Unreadable(Unread.CORRUPT)
    try:
        yield page
    finally:
        pdfium.FPDF_ClosePage(page)


def _blocks(page: Handle, number: int, budget: Budget) -> Iterator[Block]:
    """The page's text and annotations."""
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        raise Unreadable(Unread.CORRUPT)
    try:
        plain = _plain(text)
        budget.spend(len(plain))
        found = _set_lines(text, page, number, budget) if number == 1 or "密" in plain else [Block(plain, Place.BODY, number)]
        yield from (block for block in [*found, *_annotations(page, number)] if block.text.strip())
    finally:
        pdfium.FPDFText_ClosePage(text)


def _plain(text: Handle) -> str:
    """The page's text in PDFium's own order and lines."""
    count = pdfium.FPDFText_CountChars(text)
    if count <= 0:
        return ""
    buffer = ctypes.create_string_buffer(2 * (count + 1))
    written = pdfium.FPDFText_GetText(text, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    return buffer.raw[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")


def _set_lines(text: Handle, page: Handle, number: int, budget: Budget) -> list[Block]:
    """The page's lines as an eye sees them, then what is written aslant, in the order in which it was written."""
    turns = pdfium.FPDFPage_GetRotation(page)
    upright: list[Glyph] = []
    slanted: list[str] = []
    for index in range(pdfium.FPDFText_CountChars(text)):
        budget.tick()
        if pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        code = pdfium.FPDFText_GetUnicode(text, index)
        character = chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"
        if abs(math.sin(pdfium.FPDFText_GetCharAngle(text, index) - turns * math.pi / 2)) > _SLANT:
            slanted.append(character)
        elif (box := _box(text, index, turns)) is not None:
            upright.append(Glyph(character, *box, index))
    lines = pieces(upright)
    margin = min((line.first.left for line in lines), default=0.0)
    blocks = [_line(line, text, number, margin) for line in lines]
    return [*blocks, Block("".join(slanted), Place.WATERMARK, number)] if slanted else blocks


def _box(text: Handle, index: int, turns: int) -> tuple[float, float, float, float] | None:
    """The character's box as the page is shown, turned by `turns` quarters."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text, index, box):
        return None
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    for _ in range(turns % 4):
        left, bottom, right, top = bottom, -right, top, -left
    return left, bottom, right, top


def _line(line: Piece, text: Handle, number: int, margin: float) -> Block:
    first = line.first
    return Block(
        text=line.text,
        place=Place.BODY,
        page=number,
        bold=pdfium.FPDFText_GetFontWeight(text, first.index) >= _BOLD,
        large=_points(text, first.index) >= _LARGE,
        left=first.left - margin <= _FLUSH * first.height,
    )


def _points(text: Handle, index: int) -> float:
    """The size at which a character is shown: its font's size in the scale of its place."""
    matrix = pdfium.FS_MATRIX()
    scale = math.hypot(matrix.c, matrix.d) if pdfium.FPDFText_GetMatrix(text, index, matrix) else 1.0
    return float(pdfium.FPDFText_GetFontSize(text, index)) * scale


def _annotations(page: Handle, number: int) -> Iterator[Block]:
    """Notes, stamps and form fields: shown on the page, but no part of its text."""
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        key = b"V" if kind == pdfium.FPDF_ANNOT_WIDGET else b"Contents"
        value = _wide(pdfium.FPDFAnnot_GetStringValue, annotation, key)
        hidden = pdfium.FPDFAnnot_GetFlags(annotation) & pdfium.FPDF_ANNOT_FLAG_HIDDEN
        pdfium.FPDFPage_CloseAnnot(annotation)
        if value and kind not in _UNSHOWN_ANNOTATIONS:
            place = Place.WATERMARK if kind == pdfium.FPDF_ANNOT_WATERMARK else Place.TEXTBOX
            yield Block(value, Place.HIDDEN if hidden else place, number)


def _properties(document: Handle) -> Iterator[Block]:
    for name in _PROPERTIES:
        value = _wide(pdfium.FPDF_GetMetaText, document, name.encode())
        if value:
            yield Block(value if name.isascii() else f"{name}={value}", Place.METADATA, page=0)


def _wide(call: Callable[..., int], *what: object) -> str:
    """A string of PDFium's: asked for its length in bytes first, then for its UTF-16."""
    size = call(*what, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(*what, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _holds_more(document: Handle) -> bool:
    """Whether the file carries what is not read here: attached files, or a form that only its own program draws."""
    xfa = (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND)
    return pdfium.FPDFDoc_GetAttachmentCount(document) > 0 or pdfium.FPDF_GetFormType(document) in xfa
