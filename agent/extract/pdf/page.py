"""One page's text from PDFium, put together by coordinates as an eye sees it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pypdfium2.raw as pdfium

from agent.extract.base import Budget
from agent.extract.glyph import Glyph, Piece
from agent.extract.pdf.characters import Box, Characters, plain, turned
from agent.extract.pdf.engine import Handle, told
from agent.extract.reflow import pieces
from checks.marking.text import Block
from policies.vocabulary import Place

_LARGE = 15.5  # points: a font of 16 is often a little less once placed
_FLUSH = 1.5  # heights from the leftmost line
_SLANT = 0.1  # sine of the angle from which text is no line of the page any more
_FEW = 2  # lines of a page, all of which may well be bold
_TICK = 1000


def set_lines(text: Handle, page: Handle, number: int, missing: bytes, layers: Iterable[str], budget: Budget) -> list[Block]:
    """The page's lines as an eye sees them, then what is written aslant, in the order in which it was written, then what nobody
    sees: outside of the page, or on one of `layers`, which are switched off. `missing`: what `characters.unknown` says.
    """
    turns = pdfium.FPDFPage_GetRotation(page)
    characters = Characters(text, turns, missing, plain(text))
    shown = turned(_page_box(page), turns)
    off = _Layers(text, frozenset(layers))
    upright: list[Glyph] = []
    slanted: list[str] = []
    unseen: list[Glyph] = []
    for lean, glyph in _bounded(characters, shown, budget):
        if off.hides(glyph.index) or _is_outside(glyph, shown):
            unseen.append(glyph)
        elif lean > _SLANT:
            slanted.append(glyph.text)
        else:
            upright.append(glyph)

    def apart(glyph: Glyph) -> Iterable[Glyph]:
        return [one for _, one in characters.apart(glyph)]

    lines = pieces(upright, apart)
    margin = min((line.first.left for line in lines), default=0.0)
    blocks = _told_apart([_line(line, characters, number, margin) for line in lines])
    if slanted:
        blocks.append(Block("".join(slanted), Place.WATERMARK, number))
    return blocks + [Block(piece.text, Place.HIDDEN, number) for piece in pieces(unseen, apart)]


def _bounded(characters: Characters, shown: Box, budget: Budget) -> Iterator[tuple[float, Glyph]]:
    """What is on a page, in pieces that are either on its shown part or not."""
    for count, (lean, glyph) in enumerate(characters.runs()):
        if count % _TICK == 0:
            budget.tick()
        if glyph.last is None or (shown[0] <= glyph.left and glyph.right <= shown[2]):
            yield lean, glyph
        else:
            yield from characters.apart(glyph)


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


def _page_box(page: Handle) -> Box:
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    return box.left, box.bottom, box.right, box.top


def _is_outside(glyph: Glyph, shown: Box) -> bool:
    return glyph.right < shown[0] or glyph.left > shown[2] or glyph.top < shown[1] or glyph.bottom > shown[3]


def _told_apart(lines: list[Block]) -> list[Block]:
    """Where every line is bold, bold tells nothing: some programs make all fonts look so."""
    if len(lines) > _FEW and all(line.bold for line in lines):
        return [replace(line, bold=False) for line in lines]
    return lines


def _line(line: Piece, characters: Characters, number: int, margin: float) -> Block:
    first = line.first
    return Block(
        text=line.text,
        place=Place.BODY,
        page=number,
        bold=characters.is_bold(first.index),
        large=characters.points(first.index) >= _LARGE,
        left=first.left - margin <= _FLUSH * first.height,
    )
