"""PDFium, bound thinly: one library for the process, and documents, pages and texts that are closed again."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import pypdfium2.raw as pdfium

from agent.extract.base import Unreadable
from agent.extract.pdf.plainfont import build
from policies.vocabulary import Unread

Handle = Any
"""PDFium's own pointers."""

_LONGEST_SIDE = 1 << 20  # units; the largest page that programs make has 14400
_ERRORS = {pdfium.FPDF_ERR_PASSWORD: Unread.ENCRYPTED, pdfium.FPDF_ERR_SECURITY: Unread.ENCRYPTED}


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


@functools.cache
def start() -> object:
    """PDFium is one for the whole process, and so is what it calls back: kept for ever."""
    pdfium.FPDF_InitLibrary()
    return _PlainFonts()


@dataclass(frozen=True, slots=True)
class Document:
    """A document, and its form, which knows the values that fields inherit."""

    handle: Handle
    form: Handle


@contextmanager
def opened(file: BinaryIO) -> Iterator[Document]:
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
    described = pdfium.FPDF_FORMFILLINFO(version=2)
    form = pdfium.FPDFDOC_InitFormFillEnvironment(document, described)
    try:
        yield Document(document, form)
    finally:  # here both, in this order, whenever and by whomever an unfinished reading is thrown away
        pdfium.FPDFDOC_ExitFormFillEnvironment(form)
        pdfium.FPDF_CloseDocument(document)


@contextmanager
def page_of(document: Document, number: int) -> Iterator[Handle]:
    """A page, counted from 1."""
    page = pdfium.FPDF_LoadPage(document.handle, number - 1)
    if not page:
        raise Unreadable(Unread.CORRUPT)
    try:
        yield page
    finally:
        pdfium.FPDF_ClosePage(page)


def is_vast(page: Handle) -> bool:
    """Whether a page claims a size for which PDFium would need much memory, whatever is on it: it keeps a bit for every unit."""
    return bool(max(pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)) > _LONGEST_SIDE)


@contextmanager
def text_of(page: Handle) -> Iterator[Handle]:
    """A page's text."""
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        raise Unreadable(Unread.CORRUPT)
    try:
        yield text
    finally:
        pdfium.FPDFText_ClosePage(text)


def quick(function: Callable[..., Any], result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of PDFium's for short calls by the thousand: handles are given as addresses, the interpreter's lock is kept."""
    address = ctypes.cast(function, ctypes.c_void_p).value  # type: ignore[arg-type]  # it takes functions too
    return ctypes.PYFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


def address(handle: Handle) -> int:
    """A handle as `quick` functions take it."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def wide(call: Callable[..., int], *what: object) -> str:
    """A string of PDFium's: asked for its length in bytes first, then for its UTF-16."""
    size = call(*what, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(*what, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def told(call: Callable[..., int], *what: object) -> str:
    """The same for the calls that write their length elsewhere."""
    size = ctypes.c_ulong()
    if not call(*what, None, 0, size) or size.value <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size.value)
    call(*what, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size.value, size)
    return buffer.raw[: size.value - 2].decode("utf-16-le", "replace")


def copy_of(document: Document, most: int) -> bytes | None:
    """The document as PDFium writes it anew: decrypted, with sound tables. None where it would be larger than `most` bytes."""
    copy = bytearray()  # PDFium writes each number by itself
    size = 0

    def write(_: object, data: int, length: int) -> int:
        nonlocal size
        size += length
        if size > most:
            return 0
        copy.extend(ctypes.string_at(data, length))
        return 1

    target = pdfium.FPDF_FILEWRITE(version=1)
    target.WriteBlock = type(target.WriteBlock)(write)
    done = pdfium.FPDF_SaveAsCopy(document.handle, target, pdfium.FPDF_REMOVE_SECURITY)
    return bytes(copy) if done and size <= most else None
