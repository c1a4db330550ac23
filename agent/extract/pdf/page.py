"""One page's text from PDFium: as PDFium orders it, or put together by coordinates as an eye sees it."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pypdfium2.raw as pdfium

from agent.extract.base import Budget
from agent.extract.pdf.engine import Handle, told
from agent.extract.pdf.fonts import UNKNOWN
from agent.extract.reflow import Glyph, Piece, pieces
from checks.marking.text import Block
from policies.vocabulary import Place

_LARGE = 15.5  # points: a font of 16 is often a little less once placed
_BOLD = 600
_FLUSH = 1.5  # heights from the leftmost line
_SLANT = 0.1  # sine of the angle from which text is no line of the page any more
_BELOW = 0.12  # the share of a Chinese character that is below the baseline
_TALLEST = 2.5  # a box so much taller or lower than its font is right, and what is known of the font is not
_FEW = 2  # lines of a page, all of which may well be bold
_SPACE = 0x20
_TICK = 1000

Box = tuple[float, float, float, float]


def plain(text: Handle) -> str:
    """The page's text in PDFium's own order and lines."""
    count = pdfium.FPDFText_CountChars(text)
    if count <= 0:
        return ""
    buffer = ctypes.create_string_buffer(2 * (count + 1))
    written = pdfium.FPDFText_GetText(text, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    return buffer.raw[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")


def unknown(text: Handle) -> Sequence[bool]:
    """For each character, whether its font does not say which one it is."""
    failed = pdfium.FPDFText_HasUnicodeMapError
    return [failed(text, index) == 1 for index in range(pdfium.FPDFText_CountChars(text))]


def set_lines(
    text: Handle, page: Handle, number: int, missing: Sequence[bool], layers: Iterable[str], budget: Budget
) -> list[Block]:
    """The page's lines as an eye sees them, then what is written aslant, in the order in which it was written, then what nobody
    sees: outside of the page, or on one of `layers`, which are switched off. `missing`: what `unknown` says.
    """
    turns = pdfium.FPDFPage_GetRotation(page)
    shown = _turned(_page_box(page), turns)
    off, places = _Layers(text, frozenset(layers)), _Places(text, turns)
    upright: list[Glyph] = []
    slanted: list[str] = []
    unseen: list[Glyph] = []
    for index, character in _characters(text, missing, budget):
        place = places.of(index)
        if place is None:
            continue
        lean, box = place
        if off.hides(index) or _is_outside(box, shown):
            unseen.append(Glyph(character, *box, index))
        elif lean > _SLANT:
            slanted.append(character)
        else:
            upright.append(Glyph(character, *box, index))
    lines = pieces(upright)
    margin = min((line.first.left for line in lines), default=0.0)
    blocks = _told_apart([_line(line, places, number, margin) for line in lines])
    if slanted:
        blocks.append(Block("".join(slanted), Place.WATERMARK, number))
    return blocks + [Block(piece.text, Place.HIDDEN, number) for piece in pieces(unseen)]


def _characters(text: Handle, missing: Sequence[bool], budget: Budget) -> Iterable[tuple[int, str]]:
    """The characters that the page itself holds, with their numbers; those that PDFium adds are white space."""
    code_of, generated = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_IsGenerated
    for index, unmapped in enumerate(missing):
        if index % _TICK == 0:
            budget.tick()
        code = code_of(text, index)
        if code <= _SPACE and generated(text, index) == 1:
            continue
        known = not unmapped and (0 < code < 0xD800 or 0xDFFF < code < 0x110000)
        yield index, chr(code) if known else UNKNOWN


class _Layers:
    """Which characters stand on a layer that is switched off (optional content, ISO 32000-1, 8.11)."""

    def __init__(self, text: Handle, off: frozenset[str]) -> None:
        self._text = text
        self._off = off
        self._known: dict[int | None, bool] = {}

    def hides(self, index: int) -> bool:
        """Characters of one object share its answer."""
        if not self._off:
            return False
        held = pdfium.FPDFText_GetTextObject(self._text, index)
        key = ctypes.cast(held, ctypes.c_void_p).value
        if key not in self._known:
            self._known[key] = bool(held) and any(
                self._is_off(held, number) for number in range(pdfium.FPDFPageObj_CountMarks(held))
            )
        return self._known[key]

    def _is_off(self, held: Handle, number: int) -> bool:
        mark = pdfium.FPDFPageObj_GetMark(held, number)
        if told(pdfium.FPDFPageObjMark_GetName, mark) != "OC":
            return False
        return told(pdfium.FPDFPageObjMark_GetParamStringValue, mark, b"Name") in self._off


class _Places:
    """Where the characters of a text stand on the page as it is shown, turned by `turns` quarters."""

    def __init__(self, text: Handle, turns: int) -> None:
        self._text = text
        self._turns = turns
        self._matrix, self._box = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def of(self, index: int) -> tuple[float, Box] | None:
        """The sine of the angle at which a character leans, and its body.

        The body is measured from the baseline: what fonts say of their own height differs within a line.
        """
        text, matrix, box, x, y = self._text, self._matrix, self._box, self._x, self._y
        if not pdfium.FPDFText_GetLooseCharBox(text, index, box) or not pdfium.FPDFText_GetCharOrigin(text, index, x, y):
            return None
        size = self.points(index)
        across = math.hypot(matrix.a, matrix.b)
        lean = abs(matrix.a if self._turns % 2 else matrix.b) / across if across else 0.0
        left, bottom, right, top = _turned((box.left, box.bottom, box.right, box.top), self._turns)
        if _TALLEST * (top - bottom) > size > (top - bottom) / _TALLEST:
            base = _turned((x.value, y.value, x.value, y.value), self._turns)[1]
            bottom, top = base - _BELOW * size, base + (1 - _BELOW) * size
        return lean, (left, bottom, right, top)

    def points(self, index: int) -> float:
        """The size at which a character is shown: its font's size in the scale of its place."""
        scale = 1.0
        if pdfium.FPDFText_GetMatrix(self._text, index, self._matrix):
            scale = math.hypot(self._matrix.c, self._matrix.d)
        return abs(float(pdfium.FPDFText_GetFontSize(self._text, index))) * scale

    def is_bold(self, index: int) -> bool:
        """Whether a character's font is a bold one."""
        return bool(pdfium.FPDFText_GetFontWeight(self._text, index) >= _BOLD)


def _page_box(page: Handle) -> Box:
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    return box.left, box.bottom, box.right, box.top


def _turned(box: Box, turns: int) -> Box:
    left, bottom, right, top = box
    for _ in range(turns % 4):
        left, bottom, right, top = bottom, -right, top, -left
    return left, bottom, right, top


def _is_outside(box: Box, shown: Box) -> bool:
    return box[2] < shown[0] or box[0] > shown[2] or box[3] < shown[1] or box[1] > shown[3]


def _told_apart(lines: list[Block]) -> list[Block]:
    """Where every line is bold, bold tells nothing: some programs make all fonts look so."""
    if len(lines) > _FEW and all(line.bold for line in lines):
        return [replace(line, bold=False) for line in lines]
    return lines


def _line(line: Piece, places: _Places, number: int, margin: float) -> Block:
    first = line.first
    return Block(
        text=line.text,
        place=Place.BODY,
        page=number,
        bold=places.is_bold(first.index),
        large=places.points(first.index) >= _LARGE,
        left=first.left - margin <= _FLUSH * first.height,
    )
